//! What runs inside an image, and what it must print.

use anyhow::{ensure, Result};
use serde_json::Value;

use crate::json;
use crate::layout::Image;
use crate::process::Outcome;

/// Root, or the user of the nonroot images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct User(u32);

impl User {
    pub(crate) const ROOT: Self = Self(0);
    pub(crate) const NONROOT: Self = Self(65532);

    /// The user that a config names.
    pub(crate) fn of(config: &Value) -> Result<Self> {
        match config["config"]["User"].as_str() {
            Some("0") => Ok(Self::ROOT),
            Some("65532") => Ok(Self::NONROOT),
            other => anyhow::bail!("an image runs as {other:?}"),
        }
    }

    /// The number, as Docker takes it.
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

/// What the guest (`guest/src/main.rs`) prints in an image of a distro whose os-release calls
/// itself so, as a user.
pub(crate) fn guest_report(image: &Image, user: User, distro: &str) -> String {
    let config = &image.config;
    let mime = match image.has_package("media-types") {
        true => "mime type html text/html",
        false => "no /etc/mime.types",
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

/// Run by `/busybox/sh -c` in a debug image.
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

/// What [`DEBUG`] prints.
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

/// The report of a program that ended well; what it complained of goes with it.
pub(crate) fn printed(outcome: &Outcome) -> String {
    let mut text = outcome.text();
    if outcome.code != 0 || !outcome.stderr.is_empty() {
        text += &format!("exit code {}\n{}", outcome.code, outcome.stderr);
    }
    text
}

/// There is no shell to be started: the runtime says that the file is not there.
pub(crate) fn check_no_shell(outcome: &Outcome) -> Result<()> {
    ensure!(outcome.code != 0, "/bin/sh ran: {}", outcome.text());
    ensure!(
        outcome.stderr.contains("no such file or directory"),
        "not because there is none: {}",
        outcome.stderr
    );
    Ok(())
}
