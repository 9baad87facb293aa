//! The list of checks. To add one, write its file, name it in `mod.rs`, and add its line here.

use super::check::Check;

/// All checks, in the order in which they run and are reported.
pub(crate) static CHECKS: &[&Check] = &[
    &super::layers::CHECK,
    &super::closure::CHECK,
    &super::ownership::CHECK,
    &super::links::CHECK,
    &super::modes::CHECK,
    &super::programs::CHECK,
    &super::scanner::CHECK,
    &super::user::CHECK,
    &super::variants::CHECK,
];

/// The value of `--check` for all checks that the other options allow.
pub(crate) const ALL: &str = "all";
