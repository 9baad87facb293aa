//! `containerRunOptions`: the options that apply without a daemon.

use super::fields::{list, text, word, Fields, Result};
use super::tree::Node;

const KNOWN: &[&str] = &[
    "user",
    "privileged",
    "allocateTty",
    "tty",
    "envVars",
    "envFile",
    "capabilities",
    "bindMounts",
];

/// How commands run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RunOptions {
    /// `USER[:GROUP]` in place of the image's.
    pub(crate) user: Option<String>,
    /// Variables to copy from the environment of the test.
    pub(crate) env_vars: Vec<String>,
    /// A file of variables, one `KEY=VALUE` on each line.
    pub(crate) env_file: Option<String>,
    /// Capabilities in addition to the usual ones, by their numbers in Linux.
    pub(crate) capabilities: Vec<u32>,
    pub(crate) bind_mounts: Vec<BindMount>,
}

/// A file or directory of the machine that is mounted in the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BindMount {
    /// A path of a file or directory, absolute or relative to the working directory of the test.
    pub(crate) source: String,
    /// An absolute path in the image.
    pub(crate) target: String,
    pub(crate) read_only: bool,
}

/// Linux's capabilities in the order of their numbers (capabilities(7)).
const CAPABILITIES: &[&str] = &[
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "LINUX_IMMUTABLE",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_ADMIN",
    "NET_RAW",
    "IPC_LOCK",
    "IPC_OWNER",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_CHROOT",
    "SYS_PTRACE",
    "SYS_PACCT",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_NICE",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "MKNOD",
    "LEASE",
    "AUDIT_WRITE",
    "AUDIT_CONTROL",
    "SETFCAP",
    "MAC_OVERRIDE",
    "MAC_ADMIN",
    "SYSLOG",
    "WAKE_ALARM",
    "BLOCK_SUSPEND",
    "AUDIT_READ",
    "PERFMON",
    "BPF",
    "CHECKPOINT_RESTORE",
];

pub(super) fn read(fields: &Fields<'_>) -> Result<RunOptions> {
    let Some(node) = fields.get("containerRunOptions") else {
        return Ok(RunOptions::default());
    };
    let options = Fields::of(node, "options", KNOWN, fields.case())?;
    if options.truth("privileged")? == Some(true) {
        return Err(refused(
            options.get("privileged"),
            node,
            "`privileged` is not supported: commands have no access to the devices of the machine",
            "list the required capabilities in `capabilities`",
        ));
    }
    for name in ["allocateTty", "tty"] {
        if options.truth(name)? == Some(true) {
            return Err(refused(
                options.get(name),
                node,
                "a terminal is not supported: it would merge standard error into standard output",
                "remove the field",
            ));
        }
    }
    Ok(RunOptions {
        user: options.text("user")?,
        env_vars: options.list("envVars", word)?,
        env_file: options.text("envFile")?,
        capabilities: options.list("capabilities", capability)?,
        bind_mounts: options.list("bindMounts", bind_mount)?,
    })
}

fn refused(field: Option<&Node>, parent: &Node, why: &str, hint: &str) -> super::tree::Problem {
    field.unwrap_or(parent).problem(why).hint(hint)
}

/// `NET_ADMIN`, `net_admin` or `CAP_NET_ADMIN`.
fn capability(node: &Node) -> Result<u32> {
    let name = text(node)?.to_ascii_uppercase();
    let bare = name.strip_prefix("CAP_").unwrap_or(&name);
    match CAPABILITIES.iter().position(|known| *known == bare) {
        Some(number) => Ok(number as u32),
        None => {
            let wrong = node.expected("a Linux capability");
            Err(match super::fields::nearest(bare, CAPABILITIES) {
                Some(near) => wrong.hint(format_args!("did you mean `{near}`?")),
                None => wrong.hint("capabilities(7) lists them"),
            })
        }
    }
}

/// `SOURCE:TARGET[:ro|rw]`.
fn bind_mount(node: &Node) -> Result<BindMount> {
    let whole = text(node)?;
    let parts: Vec<&str> = whole.split(':').collect();
    let (source, target, read_only) = match parts[..] {
        [source, target] | [source, target, "rw"] => (source, target, false),
        [source, target, "ro"] => (source, target, true),
        _ => return Err(node.expected("SOURCE:TARGET or SOURCE:TARGET:ro")),
    };
    if source.is_empty() || !target.starts_with('/') || target.split('/').any(|part| part == "..") {
        return Err(node.expected("SOURCE:TARGET with an absolute TARGET"));
    }
    Ok(BindMount {
        source: source.to_owned(),
        target: target.to_owned(),
        read_only,
    })
}

/// A list of commands. Each is a list of words whose first one is not empty.
pub(super) fn commands(node: &Node) -> Result<Vec<Vec<String>>> {
    list(node, |command| {
        let words = list(command, text)?;
        match words.first() {
            Some(program) if !program.is_empty() => Ok(words),
            _ => Err(command.problem("expected a command, found an empty one")),
        }
    })
}
