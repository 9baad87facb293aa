//! The findings for signatures that are not accepted.

use sign::Refusal;

use super::report::{Problem, ProblemKind};

/// The finding for a refused signature of an image.
pub(super) fn problem(object: &str, referrer: &str, refusal: &Refusal) -> Problem {
    let cause = format!("signature `{referrer}`: {refusal}");
    let hint = refusal.error(object).hint_text().map(str::to_owned);
    Problem {
        hint,
        ..Problem::new(kind(refusal), object, cause)
    }
}

/// Whether a signature may be good, but of a signer that is not trusted here: a common case, such as the old key after a
/// key rotation.
pub(super) fn is_of_another_signer(problem: &Problem) -> bool {
    matches!(
        problem.kind,
        ProblemKind::WrongKey | ProblemKind::WrongIdentity
    )
}

fn kind(refusal: &Refusal) -> ProblemKind {
    match refusal {
        Refusal::WrongKey(_) => ProblemKind::WrongKey,
        Refusal::WrongIdentity { .. } => ProblemKind::WrongIdentity,
        Refusal::Tampered(_) => ProblemKind::TamperedSignature,
        Refusal::WrongSubject { .. } => ProblemKind::SwappedSignature,
        Refusal::Expired => ProblemKind::ExpiredCertificate,
        Refusal::Untrusted(_) => ProblemKind::UntrustedCertificate,
        Refusal::NotABundle(_)
        | Refusal::WrongMediaType(_)
        | Refusal::Unsupported(_)
        | Refusal::NotAStatement(_)
        | Refusal::WrongPredicateType { .. } => ProblemKind::InvalidSignature,
    }
}
