//! Where the engine is: `DOCKER_HOST`, the context of the `docker` program, or the default socket.

use std::env;
use std::path::{Path, PathBuf};

use blob::{read_regular, Digest, Error, Result, ResultExt};
use serde::Deserialize;

const DEFAULT: &str = "unix:///var/run/docker.sock";

/// The largest configuration file.
const MAX_FILE: u64 = 4 << 20;

/// Where the engine is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Host {
    /// A socket on this machine.
    Unix(PathBuf),
    /// `HOST:PORT`, without encryption.
    Tcp(String),
}

#[derive(Deserialize)]
struct Config {
    #[serde(default, rename = "currentContext")]
    current_context: Option<String>,
}

/// The description of a context, in `contexts/meta/SHA-256 OF ITS NAME/meta.json`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Context {
    endpoints: Endpoints,
}

#[derive(Deserialize)]
struct Endpoints {
    docker: Endpoint,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Endpoint {
    host: String,
}

impl Host {
    /// The engine that the `docker` program would use.
    pub(super) fn of_environment() -> Result<(Self, String)> {
        let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        let text = match variable("DOCKER_HOST") {
            Some(text) => text,
            None => of_context(variable("DOCKER_CONTEXT"))?.unwrap_or_else(|| DEFAULT.to_owned()),
        };
        let host = Self::parse(&text, variable("DOCKER_TLS_VERIFY").is_some())?;
        Ok((host, text))
    }

    fn parse(text: &str, is_tls: bool) -> Result<Self> {
        let refused = |cause: &str| {
            let hint = "use a socket (`unix://PATH`), or `--into oci-archive:FILE` and \
                        `docker load --input FILE`";
            Error::cannot("use Docker at", message::redact(text), cause).hint(hint)
        };
        match text.split_once("://") {
            Some(("unix", path)) if path.starts_with('/') => Ok(Self::Unix(path.into())),
            Some(("tcp", _)) if is_tls => Err(refused("TLS is not supported")),
            Some(("tcp", host)) if !host.is_empty() && !host.contains(['/', '@', '?', '#']) => {
                Ok(Self::Tcp(host.to_owned()))
            }
            Some(("ssh", _)) => Err(refused("SSH is not supported")),
            _ => Err(refused("expected `unix://PATH` or `tcp://HOST:PORT`")),
        }
    }
}

/// The engine of a context, or of the current one.
fn of_context(name: Option<String>) -> Result<Option<String>> {
    let home = env::var_os("HOME").map(|home| Path::new(&home).join(".docker"));
    let Some(directory) = env::var_os("DOCKER_CONFIG").map(PathBuf::from).or(home) else {
        return Ok(None);
    };
    let name = match name {
        Some(name) => Some(name),
        None => current_context(&directory)?,
    };
    let Some(name) = name.filter(|name| name != "default" && !name.is_empty()) else {
        return Ok(None);
    };
    let file = Digest::of(name.as_bytes()).hex();
    let path = directory.join("contexts/meta").join(file).join("meta.json");
    let bytes = read_regular(&path, MAX_FILE).cannot("read Docker context", &name)?;
    let context: Context = serde_json::from_slice(&bytes).cannot("read", path.display())?;
    Ok(Some(context.endpoints.docker.host))
}

fn current_context(directory: &Path) -> Result<Option<String>> {
    let path = directory.join("config.json");
    if !path.exists() {
        return Ok(None);
    }
    let bytes = read_regular(&path, MAX_FILE).cannot("read", path.display())?;
    // The cause of serde_json would show a part of the file, which may have passwords.
    let config = serde_json::from_slice::<Config>(&bytes);
    let config = config.map_err(|_| Error::cannot("read", path.display(), "it is not valid JSON"));
    Ok(config?.current_context)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        let parse = |text| Host::parse(text, false).map_err(|error| error.to_string());
        assert_eq!(
            parse("unix:///run/d.sock"),
            Ok(Host::Unix("/run/d.sock".into()))
        );
        assert_eq!(
            parse("tcp://[::1]:2375"),
            Ok(Host::Tcp("[::1]:2375".to_owned()))
        );
        let hint = "hint: use a socket (`unix://PATH`), or `--into oci-archive:FILE` and `docker load --input FILE`";
        for (text, cause) in [
            (
                "ssh://u@h",
                "cannot use Docker at `ssh://***@h`: SSH is not supported",
            ),
            (
                "/run/d.sock",
                "cannot use Docker at `/run/d.sock`: expected `unix://PATH` or `tcp://HOST:PORT`",
            ),
        ] {
            assert_eq!(parse(text).unwrap_err(), format!("{cause}\n{hint}"));
        }
        assert!(Host::parse("tcp://h:1", true).is_err());
    }
}
