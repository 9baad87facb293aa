//! Lists which package contains which library, for users whose program misses one.

use std::collections::{BTreeMap, BTreeSet};

use apt_archive::Fetch;
use blob::{Error, Result};

use crate::manifest::Manifest;
use crate::open::open_all;
use crate::settings::Settings;

/// The version of the file format.
const VERSION: u32 = 1;

/// The libraries that the repositories of a manifest have in the loader's default directories.
#[derive(Debug)]
pub struct Libraries {
    distro: String,
    architectures: Vec<String>,
    /// Library → architecture → packages.
    libraries: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
    /// Lists that no mirror serves as the signed Release lists them: source and architecture.
    pub missing: Vec<(String, String)>,
}

/// Reads the `Contents` lists of a manifest's repositories. Lists that are missing or do not match the signed Release
/// are left out, because the result is only advice.
///
/// # Errors
///
/// Fails if the manifest is invalid, if a source cannot be opened or a list cannot be read, or if no library is found.
pub fn libraries(
    manifest: &Manifest,
    fetch: &dyn Fetch,
    settings: &Settings<'_>,
) -> Result<Libraries> {
    manifest.check()?;
    let mut found = Libraries {
        distro: settings.distro.to_owned(),
        architectures: manifest.archs.clone(),
        libraries: BTreeMap::new(),
        missing: Vec::new(),
    };
    found.architectures.sort();
    for opened in open_all(manifest, fetch, settings, None)? {
        let Some(suite) = opened.suite() else {
            continue;
        };
        let key = opened.source.key();
        let served = manifest.archs.iter();
        for architecture in served.filter(|architecture| opened.source.serves(architecture)) {
            for component in opened.source.components() {
                let add = |path: &str, packages: &str| found.add(architecture, path, packages);
                let there = suite.contents(fetch, component, architecture, add);
                if !there.map_err(|error| error.within("use source", key))? {
                    let missing = (key.to_owned(), architecture.clone());
                    found.missing.push(missing);
                }
            }
        }
    }
    if found.libraries.is_empty() {
        let cause = "no repository of the manifest lists any";
        return Err(Error::cannot("find", "libraries", cause));
    }
    found.drop_longer_names();
    Ok(found)
}

impl Libraries {
    fn add(&mut self, architecture: &str, path: &str, packages: &str) {
        let Some(name) = library(path) else {
            return;
        };
        let packages = packages.split(',').filter_map(|one| one.rsplit('/').next());
        // These are links for ld(1); a program does not need them at run time.
        let packages = packages.filter(|package| !package.ends_with("-dev"));
        let packages: Vec<String> = packages.map(str::to_owned).collect();
        if packages.is_empty() {
            return;
        }
        let by = self.libraries.entry(name.to_owned()).or_default();
        let known = by.entry(architecture.to_owned()).or_default();
        known.extend(packages);
    }

    /// Removes `libz.so.1.2.13` if there is `libz.so.1`: programs need the shorter name.
    fn drop_longer_names(&mut self) {
        let names = &self.libraries;
        let is_longer = |name: &String| {
            let mut short = name.as_str();
            while let Some((shorter, _)) = short.rsplit_once('.') {
                short = shorter;
                if short.contains(".so.") && names.get(short) == names.get(name) {
                    return true;
                }
            }
            false
        };
        let longer: Vec<String> = names
            .keys()
            .filter(|name| is_longer(name))
            .cloned()
            .collect();
        for name in longer {
            self.libraries.remove(&name);
        }
    }

    /// The content of the file: JSON, sorted, one line for each library. If all architectures have the library in the
    /// same packages, the value is their names, joined by `|`; otherwise an object with the names for each
    /// architecture.
    pub fn to_json(&self) -> String {
        let text = |text: &str| serde_json::Value::from(text).to_string();
        let lines = self.libraries.iter().map(|(name, by)| {
            let joined = |packages: &BTreeSet<String>| {
                text(
                    &packages
                        .iter()
                        .map(String::as_str)
                        .collect::<Vec<_>>()
                        .join("|"),
                )
            };
            let all: BTreeSet<_> = by.values().collect();
            let value = match all.first() {
                Some(packages) if all.len() == 1 && by.len() == self.architectures.len() => {
                    joined(packages)
                }
                _ => {
                    let by = by.iter().map(|(architecture, packages)| {
                        format!("{}: {}", text(architecture), joined(packages))
                    });
                    format!("{{{}}}", by.collect::<Vec<_>>().join(", "))
                }
            };
            format!("    {}: {value}", text(name))
        });
        format!(
            "{{\n  \"distro\": {},\n  \"libraries\": {{\n{}\n  }},\n  \"version\": {VERSION}\n}}\n",
            text(&self.distro),
            lines.collect::<Vec<_>>().join(",\n")
        )
    }
}

/// Returns the name of a library or loader in one of the loader's default directories: `lib`, `usr/lib`, their
/// multiarch directories (`x86_64-linux-gnu`), and `lib64`, which holds some loaders.
fn library(path: &str) -> Option<&str> {
    let (directory, name) = path.rsplit_once('/')?;
    let directory = directory.strip_prefix("usr/").unwrap_or(directory);
    let is_searched = match directory.strip_prefix("lib/") {
        Some(triplet) => triplet.contains("-linux-") && !triplet.contains('/'),
        None => matches!(directory, "lib" | "lib64"),
    };
    let is_library = name.starts_with("lib") && (name.contains(".so.") || name.ends_with(".so"));
    let is_loader = name.starts_with("ld") && name.contains(".so");
    (is_searched && (is_library || is_loader)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_libraries() {
        for (path, name) in [
            ("lib/x86_64-linux-gnu/libc.so.6", Some("libc.so.6")),
            ("usr/lib/arm-linux-gnueabihf/libz.so.1", Some("libz.so.1")),
            ("lib64/ld-linux-x86-64.so.2", Some("ld-linux-x86-64.so.2")),
            ("usr/lib/libnss3.so", Some("libnss3.so")),
            ("usr/lib/x86_64-linux-gnu/engines-3/libx.so.1", None),
            ("usr/lib/python3/libx.so.1", None),
            ("usr/lib/x86_64-linux-gnu/libx.a", None),
            ("opt/lib/libx.so.1", None),
            ("libx.so.1", None),
        ] {
            assert_eq!(library(path), name, "{path}");
        }
    }

    #[test]
    fn one_line_for_each_library() {
        let mut libraries = Libraries {
            distro: "debian12".to_owned(),
            architectures: vec!["amd64".to_owned(), "arm64".to_owned()],
            libraries: BTreeMap::new(),
            missing: Vec::new(),
        };
        for (architecture, path, packages) in [
            ("amd64", "usr/lib/libz.so.1", "libs/zlib1g"),
            ("amd64", "usr/lib/libz.so.1.2.13", "libs/zlib1g"),
            ("amd64", "usr/lib/libz.so", "libdevel/zlib1g-dev"),
            ("arm64", "usr/lib/libz.so.1", "libs/zlib1g"),
            ("arm64", "usr/lib/libz.so.1.2.13", "libs/zlib1g"),
            ("amd64", "lib/libb.so.3", "libs/b2,contrib/libs/b1"),
            ("arm64", "lib/libb.so.3", "libs/b1"),
            ("arm64", "lib/libonly.so.1.1", "libs/only"),
        ] {
            libraries.add(architecture, path, packages);
        }
        libraries.drop_longer_names();
        assert_eq!(
            libraries.to_json(),
            "{\n  \"distro\": \"debian12\",\n  \"libraries\": {\n    \
             \"libb.so.3\": {\"amd64\": \"b1|b2\", \"arm64\": \"b1\"},\n    \
             \"libonly.so.1.1\": {\"arm64\": \"only\"},\n    \
             \"libz.so.1\": \"zlib1g\"\n  },\n  \"version\": 1\n}\n"
        );
    }
}
