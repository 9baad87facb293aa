//! The names of the fields, by version of the format.

pub(super) const FIRST: &[&str] = &[
    "schemaVersion",
    "globalEnvVars",
    "commandTests",
    "fileExistenceTests",
    "fileContentTests",
    "licenseTests",
];
pub(super) const SECOND: &[&str] = &[
    "schemaVersion",
    "globalEnvVars",
    "commandTests",
    "fileExistenceTests",
    "fileContentTests",
    "metadataTest",
    "licenseTests",
    "containerRunOptions",
];
pub(super) const COMMAND_FIRST: &[&str] = &[
    "name",
    "setup",
    "teardown",
    "envVars",
    "exitCode",
    "command",
    "expectedOutput",
    "excludedOutput",
    "expectedError",
    "excludedError",
];
pub(super) const COMMAND_SECOND: &[&str] = &[
    "name",
    "setup",
    "teardown",
    "envVars",
    "exitCode",
    "command",
    "args",
    "expectedOutput",
    "excludedOutput",
    "expectedError",
    "excludedError",
];
pub(super) const EXISTENCE_FIRST: &[&str] = &["name", "path", "shouldExist", "permissions"];
pub(super) const EXISTENCE_SECOND: &[&str] = &[
    "name",
    "path",
    "shouldExist",
    "permissions",
    "uid",
    "gid",
    "isExecutableBy",
];
pub(super) const CONTENT: &[&str] = &["name", "path", "expectedContents", "excludedContents"];
pub(super) const METADATA: &[&str] = &[
    "envVars",
    "unboundEnvVars",
    "exposedPorts",
    "unexposedPorts",
    "entrypoint",
    "cmd",
    "workdir",
    "volumes",
    "unmountedVolumes",
    "labels",
    "user",
];
pub(super) const LICENSE: &[&str] = &["debian", "files"];
pub(super) const PAIR: &[&str] = &["key", "value", "isRegex"];
pub(super) const WHO: &[&str] = &["any", "owner", "group", "other"];
