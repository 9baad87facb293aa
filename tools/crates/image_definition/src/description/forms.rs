//! The forms of texts.

use super::kind::{Form, Kind};

/// The highest number of a user or group: runc has signed 32-bit integers.
pub(super) const MAX_ID: u64 = 2_147_483_647;

/// The highest modification time: of the tar format of layers.
pub(super) const MAX_TIME: u64 = 8_589_934_591;

macro_rules! forms {
    ($($(#[$doc:meta])* $name:ident = $pattern:literal, $expected:literal;)*) => {
        $($(#[$doc])* pub(crate) static $name: Form = Form { pattern: $pattern, expected: $expected };)*
    };
}

forms! {
    /// Any text, also an empty one.
    ANY = r"", "a text";
    TEXT = r"^[^\x00]+$", "a text that is not empty";
    NAME = r"^[a-z0-9]+([._-][a-z0-9]+)*$", "a name of lower-case letters, digits, `.`, `_` and `-`";
    PACKAGE = r"^[A-Za-z0-9][A-Za-z0-9+._-]*$", "the name of a package";
    /// Debian Policy, 11.1.
    DEBIAN_ARCHITECTURE = r"^[a-z0-9]+(-[a-z0-9]+)*$", "a Debian architecture, such as `armhf`";
    BASE = r"^(oci:[^\x00]+|[^\s@]+@sha256:[0-9a-f]{64})$", "`oci:DIRECTORY` or `registry/repository@sha256:…`";
    REFERENCE = r"^[^\s@]+$", "an image reference, such as `registry.example/team/tool:1`";
    SHA256 = r"^[0-9a-f]{64}$", "64 lower-case hexadecimal digits";
    FILE = r"^[^\x00]+$", "the path of a file, relative to the directory of the definition";
    PATH = r"^(/|(/([^/.\x00][^/\x00]*|\.[^/.\x00][^/\x00]*|\.\.[^/\x00]+))+)$", "an absolute path without `.`, `..` and empty parts";
    RELATIVE = r"^[^/=\x00][^=\x00]*$", "a path without a leading slash and without `=`";
    MODE = r"^[0-7]{3,4}$", "an octal mode in quotes, such as `\"0755\"`";
    OWNER = r"^[0-9]{1,9}:[0-9]{1,9}$", "`UID:GID` in quotes, such as `\"1000:1000\"`";
    USER = r"^[^:\x00]+(:[^:\x00]+)?$", "a user, such as `65532`, `app` or `65532:65532`";
    KEY = r"^[^=\x00]+$", "a name that is not empty and has no `=`";
    USER_NAME = r"^[^:/\s\x00]+$", "the name of a user";
    /// os-release(5).
    OS_RELEASE_KEY = r"^[A-Za-z_][A-Za-z0-9_]*$", "a key of letters, digits and `_`, not a digit first";
    OS_RELEASE_VALUE = r#"^[^"\\$`\n\x00]*$"#, "a text without `\"`, `$`, backquote, backslash and line break";
    /// passwd(5).
    PASSWD = r"^[^:\n]+:[^:\n]*:[0-9]+:[0-9]+:[^:\n]*:[^:\n]*:[^:\n]*$", "`NAME:PASSWORD:UID:GID:GECOS:HOME:SHELL`";
    /// group(5).
    GROUP = r"^[^:\n]+:[^:\n]*:[0-9]+:[^:\n]*$", "`NAME:PASSWORD:GID:USERS`";
    CREATED = r"^(lock|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)$", "`lock` or a time such as `2026-11-21T02:34:56Z`";
    LAYERING = r"^(package|single|origin:[1-9][0-9]{0,2})$", "`package`, `single` or `origin:N`";
    URL = r"^(https?|file)://[^\s\x00]+$", "a URL `https://…`, `http://…` or `file:///…`";
}

pub(super) static ANY_KIND: Kind = Kind::Text(&ANY);
pub(super) static PACKAGE_KIND: Kind = Kind::Text(&PACKAGE);
pub(super) static FILE_KIND: Kind = Kind::Text(&FILE);
pub(super) static DEBIAN_ARCHITECTURE_KIND: Kind = Kind::Text(&DEBIAN_ARCHITECTURE);
