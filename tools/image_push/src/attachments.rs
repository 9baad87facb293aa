//! Signed statements that are attached to images: referrers with a Sigstore bundle, and signatures of cosign 2.

mod attach;
mod bundles;
mod simple_signing;

pub(crate) use attach::{is_attached, Attacher};
pub(crate) use bundles::{
    for_each_bundle, for_each_listed_bundle, states_other_predicate, Candidate, Content,
    MAX_CANDIDATES,
};
pub(crate) use simple_signing::simple_signatures;
