//! Check `programs`: no programs that help an attacker.

use rootfs::{Kind, Root};

use super::check::Check;
use super::declared::{Declared, Section};
use super::problems::Problems;
use super::{verdict, CheckResult};
use crate::outcome::Verdict;

/// Programs in the lists of image scanners and hardening guides, by kind.
const UNWANTED: [(&str, &[&str]); 7] = [
    (
        "a shell",
        &[
            "ash",
            "bash",
            "busybox",
            "csh",
            "dash",
            "elvish",
            "fish",
            "hush",
            "ksh",
            "ksh93",
            "lksh",
            "mksh",
            "nu",
            "oksh",
            "pdksh",
            "posh",
            "pwsh",
            "rbash",
            "rksh",
            "rzsh",
            "sh",
            "static-sh",
            "tcsh",
            "toybox",
            "xonsh",
            "yash",
            "zsh",
        ],
    ),
    (
        "a package manager",
        &[
            "apk",
            "apt",
            "apt-cache",
            "apt-get",
            "aptitude",
            "conda",
            "corepack",
            "cpan",
            "dnf",
            "dpkg",
            "dpkg-deb",
            "emerge",
            "flatpak",
            "gem",
            "microdnf",
            "npm",
            "npx",
            "opkg",
            "pacman",
            "pip",
            "pip3",
            "pipx",
            "pnpm",
            "rpm",
            "snap",
            "tdnf",
            "uv",
            "yarn",
            "yum",
            "zypper",
        ],
    ),
    (
        "a program that changes the user",
        &[
            "chfn", "chpasswd", "chsh", "doas", "gosu", "gpasswd", "login", "newgrp", "passwd",
            "pkexec", "runuser", "su", "su-exec", "sudo", "useradd",
        ],
    ),
    (
        "a network tool",
        &[
            "aria2c",
            "curl",
            "ftp",
            "nc",
            "nc.openbsd",
            "nc.traditional",
            "ncat",
            "netcat",
            "nmap",
            "rsync",
            "scp",
            "sftp",
            "socat",
            "ssh",
            "sshd",
            "tcpdump",
            "telnet",
            "tftp",
            "wget",
            "wget2",
        ],
    ),
    (
        "a script interpreter",
        &[
            "awk",
            "expect",
            "gawk",
            "lua",
            "mawk",
            "original-awk",
            "perl",
            "php",
            "ruby",
            "tclsh",
        ],
    ),
    (
        "a compiler",
        &[
            "as", "cc", "clang", "cpp", "g++", "gcc", "go", "ld", "make", "rustc", "tcc",
        ],
    ),
    (
        "a debugger",
        &[
            "bpftrace",
            "gdb",
            "gdbserver",
            "lldb",
            "ltrace",
            "perf",
            "strace",
        ],
    ),
];

/// Shells, package managers and other unwanted programs.
const PROGRAMS: Section = Section("programs");

pub(crate) const CHECK: Check = Check {
    name: "programs",
    help: "The image has no shell, package manager or other program that helps an attacker",
    evaluate: |facts| Ok(evaluate(facts.root, facts.declared, facts.flags.debug)),
    sections: &[PROGRAMS],
    ..Check::OF_ROOT
};

fn evaluate(root: &Root, declared: &Declared, debug: bool) -> Vec<CheckResult> {
    const NAME: &str = "no shell, package manager or similar program";
    if debug {
        let why = "it is a debug image (`--debug`)";
        return vec![(NAME.to_owned(), Verdict::Skipped(why.to_owned()))];
    }
    let mut problems = Problems::default();
    for (path, node) in root.iter() {
        let name = path.rsplit('/').next().unwrap_or(path);
        // Names with a version, such as `perl5.36` and `python-pip3.11`, count as well.
        let plain = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        let found = UNWANTED
            .iter()
            .find(|(_, names)| names.contains(&name) || names.contains(&plain));
        let Some((what, _)) = found else {
            continue;
        };
        let runs = match &node.kind {
            Kind::File { .. } => node.mode & 0o111 != 0,
            // The target may have another name.
            Kind::Link { .. } => root.resolve(path).is_ok_and(|(_, node)| {
                matches!(node.kind, Kind::File { .. }) && node.mode & 0o111 != 0
            }),
            _ => false,
        };
        if runs && !declared.allows(PROGRAMS, path) {
            problems.push(format!("`{path}` is {what}"));
        }
    }
    problems.extend(declared.unused(PROGRAMS));
    vec![verdict(NAME, problems)]
}
