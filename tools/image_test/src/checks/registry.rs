//! The list of checks. To add one, write its file, name it in `mod.rs`, add its line here, and run
//! `./bazelw run //docs/reference:update`.

use super::check::Check;
use super::declared::Section;
use super::options::CheckFlags;

/// All checks, in the order in which they run and are reported.
pub(crate) static CHECKS: &[&Check] = &[
    &super::layers::CHECK,
    &super::closure::CHECK,
    &super::ownership::CHECK,
    &super::links::CHECK,
    &super::modes::CHECK,
    &super::programs::CHECK,
    &super::secrets::CHECK,
    &super::scanner::CHECK,
    &super::user::CHECK,
    &super::variants::CHECK,
];

/// The value of `--check` for all checks that the other options allow.
pub(crate) const ALL: &str = "all";

/// The names that the rule `image_test` accepts, sorted: the checks that need no other option, and [`ALL`].
pub fn names_for_rule() -> Vec<&'static str> {
    let flags = CheckFlags::default();
    let checks = CHECKS.iter().filter(|check| (check.is_in_all)(&flags));
    let mut names: Vec<_> = checks.map(|check| check.name).chain([ALL]).collect();
    names.sort_unstable();
    names
}

/// The sections of `--declared` of all checks, sorted.
pub(crate) fn sections() -> Vec<Section> {
    let sections = CHECKS.iter().flat_map(|check| check.sections);
    let mut sections: Vec<_> = sections.copied().collect();
    sections.sort();
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sections_are_unique() {
        let mut names = sections();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
