//! `/proc` of a container: its processes are visible and writable, the kernel settings of this machine are not.
//!
//! Hides the `maskedPaths` and write-protects the `readonlyPaths` of runc, as container engines do
//! (<https://github.com/opencontainers/runc/blob/main/libcontainer/specconv/example.go>). A kernel may have more such
//! files, so two rules come before the names: files that not every user may read are hidden, and only files of
//! processes are writable.

use std::fs::{self, File, Metadata, Permissions};
use std::os::unix::fs::PermissionsExt;

use rustix::mount::{mount, mount_bind, mount_bind_recursive, mount_remount, MountFlags};

use super::attempt::{OrCannot, Result};

/// Every user may read these files, which describe the machine.
const HIDDEN: [&str; 10] = [
    "acpi",
    "asound",
    "interrupts",
    "kcore",
    "keys",
    "latency_stats",
    "sched_debug",
    "scsi",
    "timer_list",
    "timer_stats",
];

/// An empty file without permissions, for the time of the mounts.
const EMPTY: &str = "/dev/.hidden";

const QUIET: MountFlags = MountFlags::NOSUID
    .union(MountFlags::NODEV)
    .union(MountFlags::NOEXEC);

/// How a file or directory directly below `/proc` is protected.
#[derive(Debug, PartialEq, Eq)]
enum Rule {
    Unchanged,
    ReadOnly,
    Hide,
}

/// Protects this machine from users that may write to `/proc`. Both `/proc` and `/dev` are mounted already.
pub(super) fn protect() -> Result<()> {
    File::create(EMPTY).or_cannot("hide the kernel's files")?;
    fs::set_permissions(EMPTY, Permissions::from_mode(0o000))
        .or_cannot("hide the kernel's files")?;
    let entries = fs::read_dir("/proc").or_cannot("list /proc")?;
    for entry in entries {
        let entry = entry.or_cannot("list /proc")?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        // The metadata of a link is its own: `/proc/net` leads to a process.
        let Ok(metadata) = entry.metadata() else {
            continue;
        };
        let path = format!("/proc/{name}");
        match rule(&name, &metadata) {
            Rule::Unchanged => {}
            Rule::ReadOnly => read_only(&path).or_cannot(&format!("make `{path}` read-only"))?,
            Rule::Hide => hide(&path, &metadata).or_cannot(&format!("hide `{path}`"))?,
        }
    }
    fs::remove_file(EMPTY).or_cannot("hide the kernel's files")
}

fn rule(name: &str, metadata: &Metadata) -> Rule {
    const READABLE_BY_ALL: u32 = 0o004;
    const WRITABLE: u32 = 0o222;
    let mode = metadata.permissions().mode();
    if metadata.is_symlink() || name.bytes().all(|byte| byte.is_ascii_digit()) {
        return Rule::Unchanged;
    }
    // Write-only files such as `/proc/sysrq-trigger`: writes to them must fail.
    if mode & 0o444 == 0 {
        return Rule::ReadOnly;
    }
    if HIDDEN.contains(&name) || mode & READABLE_BY_ALL == 0 {
        return Rule::Hide;
    }
    if metadata.is_dir() || mode & WRITABLE != 0 {
        Rule::ReadOnly
    } else {
        Rule::Unchanged
    }
}

fn read_only(path: &str) -> std::io::Result<()> {
    mount_bind_recursive(path, path)?;
    let flags = MountFlags::BIND | MountFlags::RDONLY | QUIET;
    Ok(mount_remount(path, flags, c"")?)
}

fn hide(path: &str, metadata: &Metadata) -> std::io::Result<()> {
    if metadata.is_dir() {
        let options = c"mode=0555,size=4k";
        return Ok(mount(
            "none",
            path,
            "tmpfs",
            QUIET | MountFlags::RDONLY,
            Some(options),
        )?);
    }
    mount_bind(EMPTY, path)?;
    let flags = MountFlags::BIND | MountFlags::RDONLY | QUIET;
    Ok(mount_remount(path, flags, c"")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_by_the_rules() {
        let rule_of = |name: &str| {
            let metadata = fs::symlink_metadata(format!("/proc/{name}")).ok()?;
            Some(rule(name, &metadata))
        };
        for (name, expected) in [
            ("1", Rule::Unchanged),
            ("self", Rule::Unchanged),
            ("net", Rule::Unchanged),
            ("meminfo", Rule::Unchanged),
            ("sys", Rule::ReadOnly),
            ("irq", Rule::ReadOnly),
            ("bus", Rule::ReadOnly),
            ("fs", Rule::ReadOnly),
            ("sysrq-trigger", Rule::ReadOnly),
            ("keys", Rule::Hide),
            ("kcore", Rule::Hide),
            ("kmsg", Rule::Hide),
            ("timer_list", Rule::Hide),
        ] {
            // The kernel may have been built without the file.
            if let Some(found) = rule_of(name) {
                assert_eq!(found, expected, "{name}");
            }
        }
    }
}
