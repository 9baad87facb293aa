//! Resolves `USER[:GROUP]` to IDs with the image's own `/etc/passwd` and `/etc/group`, as container engines do.

/// The user of a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// The user ID.
    pub uid: u32,
    /// The ID of the primary group.
    pub gid: u32,
    /// The IDs of the supplementary groups.
    pub groups: Vec<u32>,
    /// The home directory.
    pub home: String,
}

impl User {
    /// Looks up `USER[:GROUP]`, each a name or a number; the empty string is root. `passwd` and `group` are the contents of
    /// the image's `/etc/passwd` and `/etc/group`.
    ///
    /// # Errors
    ///
    /// There is no such user or group, or its entry has no number.
    pub fn find(text: &str, passwd: &str, group: &str) -> Result<Self, String> {
        let (user, named_group) = match text.split_once(':') {
            Some((user, group)) => (user, Some(group).filter(|group| !group.is_empty())),
            None => (text, None),
        };
        let user = if user.is_empty() { "0" } else { user };
        let entry = passwd_entry(user, passwd);
        let mut found = match (&entry, user.parse::<u32>()) {
            (Some(fields), _) => Self {
                uid: id(user, fields[2])?,
                gid: id(user, fields[3])?,
                groups: Vec::new(),
                home: fields[5].to_owned(),
            },
            (None, Ok(uid)) => Self {
                uid,
                ..Self::default()
            },
            (None, Err(_)) => return Err(format!("the image's /etc/passwd has no user `{user}`")),
        };
        if found.home.is_empty() {
            "/".clone_into(&mut found.home);
        }
        match (named_group, entry) {
            (Some(name), _) => found.gid = group_id(name, group)?,
            (None, Some(fields)) => found.groups = groups_of(fields[0], group),
            (None, None) => {}
        }
        Ok(found)
    }
}

/// The fields of each line.
fn entries(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines().map(|line| line.split(':').collect())
}

/// The line of a user in `/etc/passwd`, with this name, else with this number. It has at least six fields.
fn passwd_entry<'a>(user: &str, passwd: &'a str) -> Option<Vec<&'a str>> {
    let by_name = entries(passwd).find(|fields| fields.len() >= 6 && fields[0] == user);
    by_name.or_else(|| {
        let number = user.parse::<u32>().ok()?;
        entries(passwd).find(|fields| fields.len() >= 6 && fields[2].parse() == Ok(number))
    })
}

fn id(user: &str, field: &str) -> Result<u32, String> {
    field
        .parse()
        .map_err(|_| format!("/etc/passwd has no number for user `{user}`"))
}

/// The ID of a group in `/etc/group`, with this name, else with this number.
fn group_id(name: &str, group: &str) -> Result<u32, String> {
    let by_name = entries(group).find(|fields| fields.len() >= 3 && fields[0] == name);
    by_name
        .and_then(|fields| fields[2].parse().ok())
        .or_else(|| name.parse().ok())
        .ok_or_else(|| format!("the image's /etc/group has no group `{name}`"))
}

/// The IDs of the groups that list a user as member.
fn groups_of(user: &str, group: &str) -> Vec<u32> {
    entries(group)
        .filter(|fields| fields.len() >= 4 && fields[3].split(',').any(|member| member == user))
        .filter_map(|fields| fields[2].parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\nhomeless:x:7:8:::\nbroken\n";
    const GROUP: &str = "root:x:0:\ntty:x:5:nonroot,root\nusers:x:100:\n";

    fn found(text: &str) -> (u32, u32, Vec<u32>, String) {
        let user = User::find(text, PASSWD, GROUP).unwrap();
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
    fn missing_users_and_groups() {
        let error = |text| User::find(text, PASSWD, GROUP).unwrap_err();
        assert_eq!(
            error("nobody"),
            "the image's /etc/passwd has no user `nobody`"
        );
        assert_eq!(
            error("0:staff"),
            "the image's /etc/group has no group `staff`"
        );
    }
}
