//! The files of docker and podman.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use blob::{read_regular, Error, Result, ResultExt};

/// The largest file that is read.
const MAX_CONFIG: u64 = 1 << 20;

/// The sources of the user, in their order: names for messages, and texts.
pub(super) fn of_this_user() -> Result<Vec<(String, String)>> {
    from(|name| env::var_os(name).filter(|value| !value.is_empty()))
}

/// The same with another environment.
pub(super) fn from(variable: impl Fn(&str) -> Option<OsString>) -> Result<Vec<(String, String)>> {
    let mut sources = Vec::new();
    if let Some(text) = variable("DOCKER_AUTH_CONFIG") {
        let text = text.into_string().map_err(|_| "it is not UTF-8");
        let text = text.cannot("read", "DOCKER_AUTH_CONFIG")?;
        sources.push(("DOCKER_AUTH_CONFIG".to_owned(), text));
    }
    let home = variable("HOME").map(PathBuf::from);
    if let Some(path) = variable("REGISTRY_AUTH_FILE").map(PathBuf::from) {
        let Some(text) = read(&path)? else {
            return Err(
                Error::cannot("read", path.display(), "the file does not exist")
                    .hint("correct the environment variable REGISTRY_AUTH_FILE, or unset it"),
            );
        };
        sources.push((path.display().to_string(), text));
    } else {
        let below = |directory: Option<PathBuf>| Some(directory?.join("containers/auth.json"));
        let runtime = below(variable("XDG_RUNTIME_DIR").map(PathBuf::from));
        let config = variable("XDG_CONFIG_HOME").map(PathBuf::from);
        let config = below(config.or_else(|| Some(home.as_ref()?.join(".config"))));
        add(&mut sources, runtime)?;
        add(&mut sources, config)?;
    }
    let docker = variable("DOCKER_CONFIG").map(PathBuf::from);
    let docker = docker.or_else(|| Some(home?.join(".docker")));
    add(&mut sources, docker.map(|path| path.join("config.json")))?;
    Ok(sources)
}

fn add(sources: &mut Vec<(String, String)>, path: Option<PathBuf>) -> Result<()> {
    let Some(path) = path else { return Ok(()) };
    let text = read(&path)?;
    sources.extend(text.map(|text| (path.display().to_string(), text)));
    Ok(())
}

/// The text of a file, if it exists.
fn read(path: &Path) -> Result<Option<String>> {
    let missing = |kind| matches!(kind, ErrorKind::NotFound | ErrorKind::NotADirectory);
    if fs::metadata(path).is_err_and(|error| missing(error.kind())) {
        return Ok(None);
    }
    let bytes = read_regular(path, MAX_CONFIG).cannot("read", path.display())?;
    let text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8");
    text.map(Some).cannot("read", path.display())
}
