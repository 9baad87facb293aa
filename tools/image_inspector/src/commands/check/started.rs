//! Checks that the layers contain the program and the user that an image starts with.

use std::collections::HashMap;

use blob::{Error, Result, ResultExt};
use message::nearest;
use serde::{Deserialize, Deserializer};
use tarball::{escape_name, shown_name, Listed};
use tree::{Reason, Step};

use crate::layers::Layer;

/// The search path if `PATH` is not set (`execvp` of glibc, and container runtimes).
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The highest ID that engines accept: runc has IDs as signed 32-bit integers.
const MAX_ID: u64 = 2_147_483_647;

/// An image configuration (OCI image specification, `config.md`).
#[derive(Default, Deserialize)]
pub(super) struct Config {
    #[serde(default, deserialize_with = "or_default")]
    config: Started,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Started {
    #[serde(deserialize_with = "or_default")]
    cmd: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    entrypoint: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    env: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    user: String,
    #[serde(deserialize_with = "or_default")]
    working_dir: String,
}

/// Docker writes `null` for unset fields, and an image keeps the value of its base.
fn or_default<'de, T, D>(deserializer: D) -> std::result::Result<T, D::Error>
where
    T: Default + Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// All paths of an image: the entry of the highest layer, and the index of that layer.
pub(super) type Merged<'a> = HashMap<&'a str, (usize, Listed<'a>)>;

impl Config {
    pub(super) fn parse(name: &str, json: &str) -> Result<Self> {
        serde_json::from_str(json).cannot("read", name)
    }

    /// Refuses values that no engine accepts. Files that are mounted into the image do not matter.
    pub(super) fn check_process(&self, image: &str) -> Result<()> {
        let config = &self.config;
        let directory = config.working_dir.as_str();
        let lists = [
            ("cmd", &config.cmd),
            ("entrypoint", &config.entrypoint),
            ("env", &config.env),
        ];
        let has_nul = |(_, values): &&(_, &Vec<String>)| values.iter().any(|v| v.contains('\0'));
        let problem = if !directory.is_empty() && !directory.starts_with('/') {
            Some((
                format!("workdir: `{directory}` is not an absolute path"),
                "begin it with a slash",
            ))
        } else if let Some((field, _)) = lists.iter().find(has_nul) {
            Some((
                format!("{field}: a value has a NUL byte"),
                "no process can receive a NUL byte",
            ))
        } else if let Some(set) = config.env.iter().find(|set| set.starts_with('=')) {
            Some((
                format!("env: `{set}` has no name"),
                "it is in the configuration of the base",
            ))
        } else {
            let mut ids = config.user.split(':');
            ids.find(|id| is_number(id) && id.parse().map_or(true, |id: u64| id > MAX_ID))
                .map(|id| {
                    (
                        format!("user: `{id}` is above {MAX_ID}"),
                        "engines accept no higher number",
                    )
                })
        };
        match problem {
            Some((cause, hint)) => Err(Error::cannot("build", image, cause).hint(hint)),
            None => Ok(()),
        }
    }

    /// Refuses a program that is not in the image or is not executable.
    pub(super) fn check_entrypoint(&self, image: &str, merged: &Merged) -> Result<()> {
        let (field, program) = match (self.config.entrypoint.first(), self.config.cmd.first()) {
            (Some(program), _) => ("entrypoint", program.as_str()),
            (None, Some(program)) => ("cmd", program.as_str()),
            (None, None) => return Ok(()),
        };
        let fail = |cause: String| Error::cannot("build", image, format!("{field}: {cause}"));
        match self.find(program, merged) {
            Ok(found) if found.kind == "dir" => Err(fail(format!("`{program}` is a directory"))),
            Ok(found) if executable(&found) => Ok(()),
            Ok(found) => {
                let mode = found.mode;
                Err(
                    fail(format!("`{program}` is not executable: its mode is {mode}"))
                        .hint("give it mode 0755, `mode` or `modes` of `layer`"),
                )
            }
            Err(missing) => Err(fail(missing.cause).hint(missing.hint)),
        }
    }

    /// Finds the file that the runtime would start.
    fn find<'a>(
        &self,
        program: &str,
        merged: &Merged<'a>,
    ) -> std::result::Result<Listed<'a>, Missing> {
        if program.contains('/') {
            let path = self.absolute(program);
            let found = resolve(&path, merged);
            return found.ok_or_else(|| Missing::of(program, &path, merged));
        }
        let path = self.config.env.iter();
        let mut path = path.filter_map(|set| set.strip_prefix("PATH="));
        let path = path.next_back().unwrap_or(DEFAULT_PATH);
        path.split(':')
            .map(|directory| self.absolute(&format!("{directory}/{program}")))
            .find_map(|path| resolve(&path, merged).filter(|found| found.kind != "dir"))
            .ok_or_else(|| Missing {
                cause: format!("there is no `{program}` in `{path}`"),
                hint: "give its absolute path, or a layer that has it".to_owned(),
            })
    }

    /// A relative path starts at the working directory.
    fn absolute(&self, path: &str) -> String {
        if path.starts_with('/') {
            path.to_owned()
        } else {
            format!("{}/{path}", self.config.working_dir)
        }
    }

    /// Refuses the name of a user or group that the image's files do not contain. Does not check anything if these
    /// files are unknown.
    pub(super) fn check_user(&self, image: &str, layers: &[Layer], merged: &Merged) -> Result<()> {
        let (user, group) = match self.config.user.split_once(':') {
            Some((user, group)) => (user, group),
            None => (self.config.user.as_str(), ""),
        };
        for (what, name, file) in [("user", user, "etc/passwd"), ("group", group, "etc/group")] {
            if name.is_empty() || is_number(name) {
                continue;
            }
            let layer = merged.get(file).map(|(layer, _)| &layers[*layer]);
            let names = match layer {
                Some(layer) => match layer.names(file) {
                    Some(names) => names,
                    None => continue,
                },
                None => &[],
            };
            if names.iter().any(|known| known == name) {
                continue;
            }
            let cause = match layer {
                Some(layer) => format!("user: there is no {what} `{name}` in `/{file}`, which is that of {layer}; it has {}", list(names)),
                None => format!("user: there is no {what} `{name}`, because there is no `/{file}`"),
            };
            return Err(Error::cannot("build", image, cause).hint(
                "use an existing name or a number, or add the user: to `users` of an image from packages, or as layers with `passwd` and `group`",
            ));
        }
        Ok(())
    }
}

/// The error for a program that does not exist.
struct Missing {
    cause: String,
    hint: String,
}

impl Missing {
    fn of(program: &str, path: &str, merged: &Merged) -> Self {
        let wanted = clean(path);
        if let Some((_, link)) = merged.get(wanted.as_str()) {
            return Self {
                cause: format!(
                    "`{program}` cannot be resolved: it is {}",
                    super::what(link)
                ),
                hint: "add a layer that has the target of the link".to_owned(),
            };
        }
        let files = merged.iter().filter(|(_, (_, found))| found.kind != "dir");
        let near = nearest(&wanted, files.map(|(path, _)| *path));
        let near: Vec<_> = near
            .iter()
            .map(|path| format!("`/{}`", shown_name(path)))
            .collect();
        let hint = if near.is_empty() {
            "add a layer that has it; if it is mounted at run time, set `unchecked = [\"entrypoint\"]`".to_owned()
        } else {
            format!("there is {}", near.join(", "))
        };
        let cause = format!("no layer has `{program}`");
        Self { cause, hint }
    }
}

fn list(names: &[String]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        names
            .iter()
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn executable(listed: &Listed) -> bool {
    u32::from_str_radix(listed.mode, 8).is_ok_and(|mode| mode & 0o111 != 0)
}

/// A path as in content lists: escaped, without slashes at its ends, `.` and empty components.
fn clean(path: &str) -> String {
    let parts = path
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".");
    escape_name(parts.collect::<Vec<_>>().join("/").as_bytes())
}

/// The file at a path, after following links within the image.
fn resolve<'a>(path: &str, merged: &Merged<'a>) -> Option<Listed<'a>> {
    let find = |path: &[u8]| {
        let path = std::str::from_utf8(path).ok()?;
        // The root, as content lists name it.
        let path = if path.is_empty() { "." } else { path };
        merged.get(path).map(|(_, listed)| *listed)
    };
    let look = |at: &[u8]| {
        let listed = find(at).ok_or(Reason::Missing)?;
        Ok(match listed.kind {
            "dir" => Step::Directory,
            "link" => Step::Link(listed.content.as_bytes()),
            _ => Step::File,
        })
    };
    let real = tree::resolve(clean(path).as_bytes(), look).ok()?;
    find(&real)
}
