//! A login of a registry.

use base64::engine::general_purpose::STANDARD_NO_PAD;
use base64::Engine;

use crate::secret::Secret;

/// A login, and the place where it was found.
#[derive(Debug)]
pub(crate) struct Login {
    pub(crate) kind: Kind,
    /// The file or program, for hints.
    pub(crate) origin: String,
}

/// The parts of a login.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Password {
        user: String,
        password: Secret,
    },
    /// A refresh token, for which the token service gives an access token.
    IdentityToken(Secret),
    /// An access token, which the registry gets as it is.
    RegistryToken(Secret),
}

impl Login {
    pub(crate) fn new(kind: Kind, origin: &str) -> Self {
        let origin = origin.to_owned();
        Self { kind, origin }
    }

    pub(crate) fn password(user: &str, password: &str, origin: &str) -> Self {
        let (user, password) = (user.to_owned(), Secret::new(password));
        Self::new(Kind::Password { user, password }, origin)
    }

    /// Whether a text repeats the secret, plain or as a request has it.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        match &self.kind {
            Kind::Password { user, password } => {
                // As it is in the header `Authorization`.
                let header = STANDARD_NO_PAD.encode(format!("{user}:{}", password.expose()));
                password.is_in(text) || text.contains(&header)
            }
            Kind::IdentityToken(token) | Kind::RegistryToken(token) => token.is_in(text),
        }
    }
}
