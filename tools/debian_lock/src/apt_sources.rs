//! The repositories in apt's configuration of this machine (sources.list(5)).

use std::fs;
use std::path::{Path, PathBuf};

use blob::read_regular;

/// The largest file in bytes. Usual ones have less than 10 kB.
const MAX_SOURCES: u64 = 1 << 20;

/// Returns the URLs of the `deb` sources in an apt directory, in apt's order, without disabled sources.
pub(crate) fn read(directory: &Path) -> Vec<String> {
    let mut files = vec![directory.join("sources.list")];
    let entries = fs::read_dir(directory.join("sources.list.d"));
    let entries = entries.into_iter().flatten().flatten();
    let mut parts: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    parts.sort();
    files.extend(parts);
    let mut urls = Vec::new();
    for file in files {
        let text = read_regular(&file, MAX_SOURCES).map(String::from_utf8);
        let Ok(Ok(text)) = text else {
            continue;
        };
        match file.extension().and_then(|extension| extension.to_str()) {
            Some("list") => urls.extend(one_line(&text)),
            Some("sources") => urls.extend(deb822(&text)),
            _ => {}
        }
    }
    let schemes = ["http://", "https://", "file:/"];
    urls.retain(|url| schemes.iter().any(|scheme| url.starts_with(scheme)));
    urls
}

/// Parses `deb [option=value …] URL SUITE COMPONENT…`.
fn one_line(text: &str) -> Vec<String> {
    let lines = text.lines().filter_map(|line| {
        let line = line.split('#').next()?.trim();
        let rest = line.strip_prefix("deb")?;
        let rest = rest.strip_prefix([' ', '\t'])?.trim_start();
        let rest = match rest.strip_prefix('[') {
            Some(options) => options.split_once(']')?.1,
            None => rest,
        };
        rest.split_whitespace().next().map(str::to_owned)
    });
    lines.collect()
}

/// Parses paragraphs with `Types`, `URIs` and an optional `Enabled`.
fn deb822(text: &str) -> Vec<String> {
    let mut urls = Vec::new();
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    for paragraph in lines.split(|line| line.trim().is_empty()) {
        let types = field(paragraph, "Types");
        let disabled = matches!(
            field(paragraph, "Enabled").first().map(String::as_str),
            Some("no" | "false" | "off" | "0" | "without" | "disable")
        );
        if types.iter().any(|word| word == "deb") && !disabled {
            urls.extend(field(paragraph, "URIs"));
        }
    }
    urls
}

/// The words of a field, in all its lines.
fn field(paragraph: &[&str], name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut inside = false;
    for line in paragraph {
        let continued = line.starts_with([' ', '\t']);
        let value = match line.split_once(':') {
            _ if continued => inside.then_some(*line),
            Some((key, value)) => {
                inside = key.trim().eq_ignore_ascii_case(name);
                inside.then_some(value)
            }
            None => None,
        };
        words.extend(
            value
                .unwrap_or_default()
                .split_whitespace()
                .map(str::to_owned),
        );
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let text = "# deb http://no.example/debian x main\n\
            deb http://one.example/debian bookworm main contrib # and more\n\
            deb [arch=amd64 signed-by=/usr/share/k.gpg] https://two.example/debian/ bookworm main\n\
            deb-src http://no.example/debian bookworm main\n\
            debug http://no.example/ x y\n\tdeb\thttp://three.example/debian bookworm main\ndeb\ndeb [\n";
        assert_eq!(
            one_line(text),
            [
                "http://one.example/debian",
                "https://two.example/debian/",
                "http://three.example/debian"
            ]
        );
    }

    #[test]
    fn paragraphs() {
        let text = "Types: deb\n# a note\nURIs: http://one.example/debian\n http://two.example/debian\nSuites: x\n\n\
            Types: deb-src\nURIs: http://no.example/debian\n\n\
            Enabled: no\nTypes: deb\nURIs: http://no.example/debian\n\n\
            types: deb-src deb\nuris:\n  http://three.example/debian\n";
        assert_eq!(
            deb822(text),
            [
                "http://one.example/debian",
                "http://two.example/debian",
                "http://three.example/debian"
            ]
        );
    }

    #[test]
    fn a_directory_in_the_order_of_apt() {
        let directory = tempfile::tempdir().unwrap();
        let parts = directory.path().join("sources.list.d");
        fs::create_dir(&parts).unwrap();
        for (path, text) in [
            (
                directory.path().join("sources.list"),
                "deb http://a.example/debian x main\n",
            ),
            (parts.join("b.list"), "deb http://b.example/debian x main\n"),
            (
                parts.join("a.sources"),
                "Types: deb\nURIs: http://c.example/debian cdrom:/x file:/srv/debian\n",
            ),
            (
                parts.join("c.list.disabled"),
                "deb http://no.example/debian x main\n",
            ),
        ] {
            fs::write(path, text).unwrap();
        }
        let urls = [
            "http://a.example/debian",
            "http://c.example/debian",
            "file:/srv/debian",
            "http://b.example/debian",
        ];
        assert_eq!(read(directory.path()), urls);
        assert!(read(&directory.path().join("none")).is_empty());
    }
}
