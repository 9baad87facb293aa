//! A registry on the loopback interface.

use std::fs::{self, File};

use anyhow::{Context, Result};

use crate::process::Server;
use crate::reference_tools::{ReferenceTool, ReferenceTools};

/// A running registry. It ends and its content is deleted when it is dropped.
#[derive(Debug)]
pub(crate) struct Registry {
    _server: Server,
    address: String,
}

impl Registry {
    /// Starts a registry on a port that the system picks.
    pub(crate) fn start(registry: &ReferenceTool<'_>, tools: &ReferenceTools) -> Result<Self> {
        let directory = tools.fresh_directory("registry")?;
        let settings = directory.join("config.yml");
        let data = directory.join("data");
        fs::write(
            &settings,
            format!(
                "version: 0.1\nlog: {{level: info, formatter: json}}\n\
                 storage: {{filesystem: {{rootdirectory: {:?}}}, cache: {{blobdescriptor: inmemory}}}}\n\
                 http: {{addr: \"127.0.0.1:0\", secret: conformance}}\n",
                data
            ),
        )?;
        let log = directory.join("log");
        let mut server = Server::start(
            registry.command().arg("serve").arg(&settings),
            File::create(&log)?,
        )?;
        let address = server
            .wait(|| address_in(&fs::read_to_string(&log).ok()?))
            .with_context(|| {
                format!(
                    "cannot start a registry: {}",
                    fs::read_to_string(&log).unwrap_or_default()
                )
            })?;
        Ok(Self {
            _server: server,
            address,
        })
    }

    /// The reference of a repository in it: `HOST:PORT/NAME`.
    pub(crate) fn reference(&self, name: &str) -> String {
        format!("{}/{name}", self.address)
    }
}

/// The address that the registry listens on, from its log.
fn address_in(log: &str) -> Option<String> {
    let (_, rest) = log.split_once("listening on ")?;
    let address: String = rest
        .chars()
        .take_while(|c| c.is_ascii_digit() || ".:".contains(*c))
        .collect();
    // The line may be incomplete.
    rest[address.len()..]
        .starts_with(['"', '\n', ' ', ','])
        .then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_address_in_the_log() {
        let line = r#"{"level":"info","msg":"listening on 127.0.0.1:45231","time":"2026"}"#;
        assert_eq!(address_in(line).as_deref(), Some("127.0.0.1:45231"));
        assert_eq!(address_in("listening on 127.0.0.1:4"), None);
        assert_eq!(address_in("starting"), None);
    }
}
