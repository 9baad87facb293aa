//! The commands that run inside an image, and their expected output.

use anyhow::{ensure, Result};
use serde_json::Value;

use crate::json;
use crate::layout::Image;
use crate::process::Outcome;

/// The user that an image runs as: root, or the user of the nonroot images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct User(u32);

impl User {
    pub(crate) const ROOT: Self = Self(0);
    pub(crate) const NONROOT: Self = Self(65532);

    /// The user of a config.
    pub(crate) fn of(config: &Value) -> Result<Self> {
        match config["config"]["User"].as_str() {
            Some("0") => Ok(Self::ROOT),
            Some("65532") => Ok(Self::NONROOT),
            other => anyhow::bail!("an image runs as {other:?}"),
        }
    }

    /// The user ID, as an argument for Docker.
    pub(crate) fn id(self) -> String {
        self.0.to_string()
    }

    fn name(self) -> &'static str {
        if self == Self::ROOT {
            "root"
        } else {
            "nonroot"
        }
    }
}

/// The expected output of the guest (`guest/src/main.rs`) in an image, for a user and for the distro's name in
/// os-release.
pub(crate) fn guest_report(image: &Image, user: User, distro: &str) -> String {
    let config = &image.config;
    let mime = if image.has_package("media-types") {
        "mime type html text/html"
    } else {
        "no /etc/mime.types"
    };
    let (id, name) = (user.id(), user.name());
    let home = if user == User::ROOT {
        "/root"
    } else {
        "/home/nonroot"
    };
    let workdir = config["config"]["WorkingDir"].as_str().unwrap_or("/");
    let mut env = json::strings(&config["config"]["Env"]);
    env.sort();
    let env: String = env.iter().map(|value| format!("env {value}\n")).collect();
    let etc = if user == User::ROOT { "can" } else { "cannot" };
    format!(
        "user {id}:{id} is {name}\n\
         directory {workdir}\n\
         {env}\
         passwd root 0:0 /root /sbin/nologin\n\
         passwd nobody 65534:65534 /nonexistent /sbin/nologin\n\
         passwd nonroot 65532:65532 /home/nonroot /sbin/nologin\n\
         passwd has 3 entries\n\
         group root 0\ngroup nobody 65534\ngroup tty 5\ngroup staff 50\ngroup nonroot 65532\n\
         group has 5 entries\n\
         certificates: more than 100, all well formed\n\
         Europe/Berlin: CET +3600 in January 2026, CEST +7200 in July 2026\n\
         /tmp 1777 0:0, a file was written\n\
         {home} 700 {id}:{id}, a file was written\n\
         /etc 755 0:0, a file {etc} be written\n\
         os-release {distro}\n\
         service https 443/tcp\n\
         {mime}\n\
         no /bin/sh, no shell\n"
    )
}

/// A script for `/busybox/sh -c` in a debug image.
pub(crate) const DEBUG: &str = r#"
/busybox/busybox | head -n 1 | cut -d ' ' -f 1,2
id | cut -d ' ' -f 1,2
wget --help 2>&1 | head -n 1 | cut -d ' ' -f 1,2
wget --help 2>&1 | grep -c Usage:
pwd
cd /busybox
/busybox/busybox --list | grep -vx busybox | sort >/tmp/applets
ls | grep -vx busybox | sort >/tmp/links
cmp /tmp/applets /tmp/links && echo the links are the applets
for link in $(cat /tmp/links); do
  [ "$(readlink "$link")" = /busybox/busybox ] && [ -x "$link" ] || echo "$link is no link to busybox"
done
[ "$(wc -l </tmp/applets)" -gt 200 ] && echo more than 200 applets
rm /tmp/applets /tmp/links
for path in /bin/sh /usr/bin/sh /bin/bash /bin/busybox; do [ ! -e "$path" ] || echo "there is $path"; done
echo $((6 * 7)) | sed 's/$/ is the answer/'
"#;

/// The expected output of [`DEBUG`].
pub(crate) fn debug_report(config: &Value, user: User) -> String {
    let (id, name) = (user.id(), user.name());
    let workdir = config["config"]["WorkingDir"].as_str().unwrap_or("/");
    format!(
        "BusyBox v1.37.0\n\
         uid={id}({name}) gid={id}({name})\n\
         BusyBox v1.37.0\n\
         1\n\
         {workdir}\n\
         the links are the applets\n\
         more than 200 applets\n\
         42 is the answer\n"
    )
}

/// The standard output of a program; if it failed or printed errors, also its exit code and standard error.
pub(crate) fn printed(outcome: &Outcome) -> String {
    let mut text = outcome.text();
    if outcome.code != 0 || !outcome.stderr.is_empty() {
        text += &format!("exit code {}\n{}", outcome.code, outcome.stderr);
    }
    text
}

/// Checks that no shell could be started: the runtime must report that the file does not exist.
pub(crate) fn check_no_shell(outcome: &Outcome) -> Result<()> {
    ensure!(outcome.code != 0, "/bin/sh ran: {}", outcome.text());
    ensure!(
        outcome.stderr.contains("no such file or directory"),
        "not because there is none: {}",
        outcome.stderr
    );
    Ok(())
}
