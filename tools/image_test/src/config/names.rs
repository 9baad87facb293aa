//! The names of the fields, by version of the format.

// Fields that only the second version has are last.
pub(super) const FIRST: &[&str] = SECOND.split_at(6).0;
pub(super) const SECOND: &[&str] = &[
    "schemaVersion",
    "globalEnvVars",
    "commandTests",
    "fileExistenceTests",
    "fileContentTests",
    "licenseTests",
    "metadataTest",
    "containerRunOptions",
];
pub(super) const COMMAND_FIRST: &[&str] = COMMAND_SECOND.split_at(10).0;
pub(super) const COMMAND_SECOND: &[&str] = &[
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
    "args",
];
pub(super) const EXISTENCE_FIRST: &[&str] = EXISTENCE_SECOND.split_at(4).0;
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
