//! How a request gets its `Authorization`: <https://distribution.github.io/distribution/spec/auth/>.

mod challenge;
mod token;

pub(crate) use challenge::Challenge;
pub(crate) use token::{Asker, Scopes, Tokens};

use transfer::{basic, Failure};

use crate::credentials::{Kind, Login};

/// The header for a login where no token service is asked.
pub(crate) fn direct(challenge: &Challenge, login: Option<&Login>) -> Option<String> {
    match (&login?.kind, challenge) {
        (Kind::RegistryToken(token), _) => Some(format!("Bearer {}", token.expose())),
        (Kind::Password { user, password }, Challenge::Basic) => {
            Some(basic(user, password.expose()))
        }
        _ => None,
    }
}

/// A failure for an answer that requires a login, or another one.
pub(crate) fn unauthorized(failure: Failure, host: &str, login: Option<&Login>) -> Failure {
    let hint = match login {
        Some(login) => format!(
            "correct the login for `{host}` ({}), or check what it may do",
            login.origin
        ),
        None => format!(
            "log in with `docker login {host}` or `podman login {host}`, or add `machine {host}` to ~/.netrc"
        ),
    };
    match failure {
        Failure::Permanent { cause, .. } => Failure::Permanent {
            cause,
            hint: Some(hint),
        },
        other => other,
    }
}
