//! The ways in which the registry fails.

mod effect;
mod kind;
mod rule;

pub(crate) use effect::{Instead, Instructions};
pub(crate) use rule::Rules;

pub use kind::{Fault, RetryAfter};
pub use rule::Rule;
