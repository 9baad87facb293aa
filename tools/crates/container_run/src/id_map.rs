//! The user and group IDs that this process has, and how a new user namespace maps them (user_namespaces(7)).

use std::fs;

use rootfs::Owners;

/// Whether more than one user and group is mapped. In Bazel's sandbox, root is the only one.
pub(crate) fn has_several_users() -> bool {
    let groups = fs::read_to_string("/proc/self/setgroups");
    let users = fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
    groups.map_or(true, |groups| groups.trim() == "allow") && identity(&users) != "0 0 1\n"
}

/// IDs that no user has: the upper half of all available IDs, if there are enough.
pub(crate) fn unused_ids() -> Option<Owners> {
    let read = |name: &str| fs::read_to_string(format!("/proc/self/{name}")).ok();
    let (users, groups) = (read("uid_map")?, read("gid_map")?);
    Owners::upper_half(contiguous(&users).min(contiguous(&groups)))
}

/// Whether root in this namespace is root of the machine.
pub(crate) fn maps_root_to_root() -> bool {
    let map = fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
    let mut lines = map.lines().map(str::split_whitespace);
    lines.any(|mut words| words.next() == Some("0") && words.next() == Some("0"))
}

/// A map of all users of this namespace to themselves: the first and the third column of each line `FIRST OUTSIDE
/// COUNT`.
pub(crate) fn identity(own: &str) -> String {
    let lines = own.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let (first, _, count) = (words.next()?, words.next()?, words.next()?);
        Some(format!("{first} {first} {count}\n"))
    });
    lines.collect()
}

/// The number of IDs from 0 that a map has without a gap.
fn contiguous(map: &str) -> u64 {
    let mut ranges: Vec<(u64, u64)> = map
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace().map(str::parse);
            let (first, _, count) = (
                words.next()?.ok()?,
                words.next()?.ok()?,
                words.next()?.ok()?,
            );
            Some((first, count))
        })
        .collect();
    ranges.sort_unstable();
    ranges.iter().fold(0, |end, (first, count)| {
        if *first <= end {
            end.max(first + count)
        } else {
            end
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_without_a_gap() {
        assert_eq!(
            contiguous("         0          0 4294967295\n"),
            4_294_967_295
        );
        assert_eq!(
            contiguous("         0       1000          1\n         1     100000      65536\n"),
            65537
        );
        assert_eq!(contiguous("         1     100000      65536\n"), 0);
        assert_eq!(contiguous("0 5 10\n20 30 7\n"), 10);
        assert_eq!(contiguous("what\n"), 0);
    }

    #[test]
    fn users_as_themselves() {
        assert_eq!(
            identity("         0       1000          1\n         1     100000      65536\n"),
            "0 0 1\n1 1 65536\n"
        );
    }
}
