//! The list of checks. To add one, write its file and add it here.

use super::check::Check;
use super::{closure, layers, links, modes, ownership, programs, scanner, user, variants};

/// All checks, in the order in which they run and are reported.
pub(crate) static CHECKS: [&Check; 9] = [
    &layers::CHECK,
    &closure::CHECK,
    &ownership::CHECK,
    &links::CHECK,
    &modes::CHECK,
    &programs::CHECK,
    &scanner::CHECK,
    &user::CHECK,
    &variants::CHECK,
];

/// The value of `--check` for all checks that the other options allow.
pub(crate) const ALL: &str = "all";
