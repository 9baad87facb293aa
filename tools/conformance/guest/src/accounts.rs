//! Users and groups, looked up by their names and numbers as `getent` does.

use crate::text;

/// A line of /etc/passwd.
#[derive(Clone, Debug)]
pub(crate) struct User {
    name: String,
    uid: u32,
    gid: u32,
    home: String,
    shell: String,
}

fn number(field: &str, line: &str) -> Result<u32, String> {
    field
        .parse()
        .map_err(|_| format!("`{field}` is no number in `{line}`"))
}

/// All users.
pub(crate) fn passwd() -> Result<Vec<User>, String> {
    let user = |line: &str| match line.split(':').collect::<Vec<_>>()[..] {
        [name, "x", uid, gid, _, home, shell] => Ok(User {
            name: name.into(),
            uid: number(uid, line)?,
            gid: number(gid, line)?,
            home: home.into(),
            shell: shell.into(),
        }),
        _ => Err(format!("/etc/passwd: `{line}`")),
    };
    text("/etc/passwd")?.lines().map(user).collect()
}

/// Names and numbers of all groups.
fn groups() -> Result<Vec<(String, u32)>, String> {
    let group = |line: &str| match line.split(':').collect::<Vec<_>>()[..] {
        [name, "x", gid, ""] => Ok((name.to_owned(), number(gid, line)?)),
        _ => Err(format!("/etc/group: `{line}`")),
    };
    text("/etc/group")?.lines().map(group).collect()
}

/// The user and the group that this process runs as.
pub(crate) fn own_ids() -> Result<(u32, u32), String> {
    let status = text("/proc/self/status")?;
    let id = |key: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(key));
        let ids: Vec<_> = line.unwrap_or_default().split_whitespace().collect();
        // Real, effective, saved and file-system IDs must be equal.
        if ids.iter().all(|id| *id == ids[0]) && ids.len() == 4 {
            number(ids[0], key)
        } else {
            Err(format!("{key} {ids:?}"))
        }
    };
    Ok((id("Uid:")?, id("Gid:")?))
}

fn user_of(users: &[User], uid: u32) -> Result<&User, String> {
    users
        .iter()
        .find(|user| user.uid == uid)
        .ok_or_else(|| format!("no user {uid}"))
}

pub(crate) fn name_of(users: &[User], uid: u32) -> Result<&str, String> {
    Ok(&user_of(users, uid)?.name)
}

/// The home directory of a user.
pub(crate) fn home_of(users: &[User], uid: u32) -> Result<&str, String> {
    Ok(&user_of(users, uid)?.home)
}

/// One line for each name. Each user must also be found by its number.
pub(crate) fn describe_passwd(users: &[User], names: &[&str]) -> Result<Vec<String>, String> {
    let mut lines = Vec::new();
    for name in names {
        let user = users
            .iter()
            .find(|user| user.name == *name)
            .ok_or_else(|| format!("no user {name}"))?;
        if name_of(users, user.uid)? != *name {
            return Err(format!("user {} is not {name} only", user.uid));
        }
        lines.push(format!(
            "passwd {name} {}:{} {} {}",
            user.uid, user.gid, user.home, user.shell
        ));
    }
    lines.push(format!("passwd has {} entries", users.len()));
    Ok(lines)
}

/// One line for each group, as [`describe_passwd`] does for users.
pub(crate) fn describe_groups(names: &[&str]) -> Result<Vec<String>, String> {
    let groups = groups()?;
    let mut lines = Vec::new();
    for name in names {
        let (_, gid) = groups
            .iter()
            .find(|group| group.0 == *name)
            .ok_or_else(|| format!("no group {name}"))?;
        if groups
            .iter()
            .find(|group| group.1 == *gid)
            .is_none_or(|group| group.0 != *name)
        {
            return Err(format!("group {gid} is not {name} only"));
        }
        lines.push(format!("group {name} {gid}"));
    }
    lines.push(format!("group has {} entries", groups.len()));
    Ok(lines)
}
