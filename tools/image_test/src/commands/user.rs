//! Resolves `USER[:GROUP]` to IDs with the image's own `/etc/passwd` and `/etc/group`, as container engines do.

use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;

use rustix::fs::{openat2, Mode, OFlags, ResolveFlags};

/// The largest part of a file that is read.
const LONGEST: u64 = 16 << 20;

/// The user of a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct User {
    pub(super) uid: u32,
    pub(super) gid: u32,
    /// Supplementary groups.
    pub(super) groups: Vec<u32>,
    pub(super) home: String,
}

impl User {
    /// Looks up a user in an unpacked root. The empty string is root.
    pub(super) fn find(root: &OwnedFd, text: &str) -> Result<Self, String> {
        let passwd =
            read(root, "etc/passwd").map_err(|e| format!("cannot read /etc/passwd: {e}"))?;
        let group = read(root, "etc/group").map_err(|e| format!("cannot read /etc/group: {e}"))?;
        find(text, &passwd, &group)
    }
}

/// Reads a file, with links resolved inside of the root; empty if it does not exist.
fn read(root: &OwnedFd, path: &str) -> std::io::Result<String> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let file = match openat2(root, path, flags, Mode::empty(), ResolveFlags::IN_ROOT) {
        Ok(file) => File::from(file),
        Err(rustix::io::Errno::NOENT | rustix::io::Errno::NOTDIR) => return Ok(String::new()),
        Err(error) => return Err(error.into()),
    };
    let mut bytes = Vec::new();
    file.take(LONGEST).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

pub(super) fn find(text: &str, passwd: &str, group: &str) -> Result<User, String> {
    let (user, named_group) = match text.split_once(':') {
        Some((user, group)) => (user, Some(group).filter(|group| !group.is_empty())),
        None => (text, None),
    };
    let user = if user.is_empty() { "0" } else { user };
    let entries = || {
        passwd
            .lines()
            .map(|line| line.split(':').collect::<Vec<_>>())
    };
    let by_name = entries().find(|fields| fields.len() >= 6 && fields[0] == user);
    let number = user.parse::<u32>().ok();
    let by_number = || {
        let same = |fields: &Vec<&str>| fields.len() >= 6 && fields[2].parse().ok() == number;
        entries().find(|fields| number.is_some() && same(fields))
    };
    let entry = by_name.or_else(by_number);
    let parsed = |field: &str| {
        field
            .parse::<u32>()
            .map_err(|_| format!("/etc/passwd has no number for {user}"))
    };
    let mut found = match (&entry, number) {
        (Some(fields), _) => User {
            uid: parsed(fields[2])?,
            gid: parsed(fields[3])?,
            groups: Vec::new(),
            home: fields[5].to_owned(),
        },
        (None, Some(uid)) => User {
            uid,
            ..User::default()
        },
        (None, None) => {
            return Err(format!(
                "there is no user `{user}` in the image's /etc/passwd"
            ))
        }
    };
    if found.home.is_empty() {
        "/".clone_into(&mut found.home);
    }
    let groups = || {
        group
            .lines()
            .map(|line| line.split(':').collect::<Vec<_>>())
    };
    match named_group {
        Some(name) => {
            let same = |fields: &Vec<&str>| fields.len() >= 3 && fields[0] == name;
            let by_name = groups()
                .find(same)
                .and_then(|fields| fields[2].parse().ok());
            found.gid = by_name
                .or_else(|| name.parse().ok())
                .ok_or_else(|| format!("there is no group `{name}` in the image's /etc/group"))?;
        }
        None => {
            let name = entry.as_ref().map(|fields| fields[0]);
            let has = |fields: &Vec<&str>| {
                fields.len() >= 4
                    && name.is_some_and(|name| fields[3].split(',').any(|m| m == name))
            };
            found.groups = groups()
                .filter(has)
                .filter_map(|fields| fields[2].parse().ok())
                .collect();
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\nhomeless:x:7:8:::\nbroken\n";
    const GROUP: &str = "root:x:0:\ntty:x:5:nonroot,root\nusers:x:100:\n";

    fn found(text: &str) -> (u32, u32, Vec<u32>, String) {
        let user = find(text, PASSWD, GROUP).unwrap();
        (user.uid, user.gid, user.groups, user.home)
    }

    #[test]
    fn by_name_and_by_number() {
        assert_eq!(
            found("nonroot"),
            (65532, 65532, vec![5], "/home/nonroot".into())
        );
        assert_eq!(found("65532"), found("nonroot"));
        assert_eq!(found(""), (0, 0, vec![5], "/root".into()));
        assert_eq!(found("1234"), (1234, 0, vec![], "/".into()));
        assert_eq!(found("homeless"), (7, 8, vec![], "/".into()));
    }

    #[test]
    fn with_a_group() {
        assert_eq!(
            found("nonroot:users"),
            (65532, 100, vec![], "/home/nonroot".into())
        );
        assert_eq!(found("1:42"), (1, 42, vec![], "/".into()));
    }

    #[test]
    fn who_is_not_there() {
        let error = |text| find(text, PASSWD, GROUP).unwrap_err();
        assert_eq!(
            error("nobody"),
            "there is no user `nobody` in the image's /etc/passwd"
        );
        assert_eq!(
            error("0:staff"),
            "there is no group `staff` in the image's /etc/group"
        );
    }
}
