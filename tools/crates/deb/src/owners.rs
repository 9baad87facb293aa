//! Owners given as names. dpkg looks up the names of an archive in the system's `passwd` and `group`, and uses the
//! archive's numbers only for unknown names (`tar_entry_update_from_system` in its `lib/dpkg/tarfn.c`).
//!
//! An image build has no such system. But the numbers below 100 and those of `nobody` are the same on every Debian
//! system (Debian Policy, 9.2.2) and are defined by base-passwd. Names that maintainer scripts create have no fixed
//! number; here they keep the number of the archive.

use tarball::RawEntry;

/// `passwd.master` of base-passwd.
const USERS: [(&[u8], u64); 18] = [
    (b"root", 0),
    (b"daemon", 1),
    (b"bin", 2),
    (b"sys", 3),
    (b"sync", 4),
    (b"games", 5),
    (b"man", 6),
    (b"lp", 7),
    (b"mail", 8),
    (b"news", 9),
    (b"uucp", 10),
    (b"proxy", 13),
    (b"www-data", 33),
    (b"backup", 34),
    (b"list", 38),
    (b"irc", 39),
    (b"_apt", 42),
    (b"nobody", 65534),
];

/// `group.master` of base-passwd.
const GROUPS: [(&[u8], u64); 39] = [
    (b"root", 0),
    (b"daemon", 1),
    (b"bin", 2),
    (b"sys", 3),
    (b"adm", 4),
    (b"tty", 5),
    (b"disk", 6),
    (b"lp", 7),
    (b"mail", 8),
    (b"news", 9),
    (b"uucp", 10),
    (b"man", 12),
    (b"proxy", 13),
    (b"kmem", 15),
    (b"dialout", 20),
    (b"fax", 21),
    (b"voice", 22),
    (b"cdrom", 24),
    (b"floppy", 25),
    (b"tape", 26),
    (b"sudo", 27),
    (b"audio", 29),
    (b"dip", 30),
    (b"www-data", 33),
    (b"backup", 34),
    (b"operator", 37),
    (b"list", 38),
    (b"irc", 39),
    (b"src", 40),
    (b"shadow", 42),
    (b"utmp", 43),
    (b"video", 44),
    (b"sasl", 45),
    (b"plugdev", 46),
    (b"staff", 50),
    (b"games", 60),
    (b"users", 100),
    (b"nogroup", 65534),
    // From Debian 11. Later releases do not have this group and do not use its number for another one.
    (b"gnats", 41),
];

/// Sets the numbers of an entry's owner names that are the same on every Debian system.
pub(crate) fn resolve(raw: &mut RawEntry) {
    raw.uid = number(&USERS, &raw.uname).unwrap_or(raw.uid);
    raw.gid = number(&GROUPS, &raw.gname).unwrap_or(raw.gid);
}

fn number(known: &[(&[u8], u64)], name: &[u8]) -> Option<u64> {
    let known = known.iter().find(|(known, _)| *known == name);
    known.map(|(_, number)| *number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_of_base_passwd() {
        for (known, name, expected) in [
            (&USERS[..], "root", Some(0)),
            (&USERS, "man", Some(6)),
            (&GROUPS, "man", Some(12)),
            (&GROUPS, "staff", Some(50)),
            (&USERS, "staff", None),
            (&USERS, "messagebus", None),
            (&USERS, "", None),
            (&USERS, "Root", None),
        ] {
            assert_eq!(number(known, name.as_bytes()), expected, "{name}");
        }
    }
}
