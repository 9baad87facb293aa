use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How an engine runs the image: the object `config` of its
/// [configuration](https://github.com/opencontainers/image-spec/blob/main/config.md#properties).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The default arguments of the entrypoint.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cmd: Vec<String>,
    /// The program and its first arguments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entrypoint: Vec<String>,
    /// Environment variables, `KEY=VALUE`, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub env: Vec<String>,
    /// Ports, `8080/tcp`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exposed_ports: Vec<String>,
    /// The labels.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// The signal that stops the program; empty if there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stop_signal: String,
    /// The user and the group, as the configuration has them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub user: String,
    /// The directories that are volumes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub volumes: Vec<String>,
    /// The working directory; empty if there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub workdir: String,
}
