//! Statements that are attached to an image already, so that none is attached twice.

use std::ops::ControlFlow;

use blob::Result;
use registry::{Referrers, RepositoryClient};
use serde_json::Value;
use sign::{Expected, Referrer, Statement, Trust};

use crate::attachments::{for_each_listed_bundle, is_attached, states_other_predicate, Content};

/// Whether the image has this referrer.
///
/// # Errors
///
/// The registry gives no definite answer.
pub(super) fn has_referrer(
    client: &RepositoryClient<'_>,
    referrer: &Referrer,
    listed: &Referrers,
) -> Result<bool> {
    is_attached(client, referrer, listed)
}

/// The digest of a referrer with an equal statement and a valid signature of the signer. Another program may have written
/// it, such as cosign. A referrer whose annotations state another type is not read: SBOMs are large.
///
/// # Errors
///
/// The registry gives no definite answer.
pub(super) fn equal_statement(
    client: &RepositoryClient<'_>,
    statement: &Statement,
    trust: &Trust,
    listed: &Referrers,
) -> Result<Option<String>> {
    let mut listed = listed.descriptors.clone();
    listed.retain(|found| !states_other_predicate(found, &statement.predicate_type));
    let expected = Expected {
        subject: statement.subject,
        predicate_type: Some(&statement.predicate_type),
    };
    let mut found = None;
    for_each_listed_bundle(client, statement.subject, &listed, |candidate| {
        let Content::Bundle(bundle) = candidate.content else {
            return ControlFlow::Continue(());
        };
        let Ok(accepted) = trust.verify(&bundle, &expected) else {
            return ControlFlow::Continue(());
        };
        if predicate(&accepted.payload) != Some(statement.predicate.clone()) {
            return ControlFlow::Continue(());
        }
        found = Some(candidate.referrer);
        ControlFlow::Break(())
    });
    Ok(found)
}

/// The predicate of a signed statement. `cosign` leaves out the predicate of a signature, or writes `{}`.
fn predicate(payload: &[u8]) -> Option<Value> {
    let statement: Value = serde_json::from_slice(payload).ok()?;
    let empty = || Value::Object(serde_json::Map::new());
    Some(
        statement
            .get("predicate")
            .cloned()
            .filter(|found| !found.is_null())
            .unwrap_or_else(empty),
    )
}
