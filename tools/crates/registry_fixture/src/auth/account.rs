//! Who may use the registry.

use base64::prelude::{Engine, BASE64_STANDARD};

use super::scope::{Action, Scope};

/// How clients authenticate.
pub enum Auth {
    /// Not at all.
    None,
    /// With name and password in each request.
    Basic(Vec<Account>),
    /// With a token of the token service, `/token`.
    Bearer(Bearer),
}

/// A registry with a token service.
pub struct Bearer {
    /// The accounts.
    pub accounts: Vec<Account>,
    /// Whether everybody gets a token to pull.
    pub anonymous_pull: bool,
    /// The URL of the token service in challenges, if it is not `/token` at the host that the client named: the same
    /// registry by another name, such as `http://localhost:PORT/token`, or another one, whose tokens are invalid here.
    pub realm: Option<String>,
    /// Whether the token service accepts `POST`, which identity tokens need. Otherwise the status is 404.
    pub post: bool,
    /// The lifetime of a token in seconds.
    pub expires_in: u64,
    /// The number of requests for which a token is valid.
    pub uses: Option<u32>,
}

impl Bearer {
    /// A token service with these accounts.
    pub fn new(accounts: Vec<Account>) -> Self {
        Self {
            accounts,
            anonymous_pull: false,
            realm: None,
            post: true,
            expires_in: 300,
            uses: None,
        }
    }
}

/// An account. Its rights apply to all repositories whose names begin with a text.
pub struct Account {
    name: String,
    password: String,
    identity_token: Option<String>,
    prefix: String,
    writes: bool,
}

impl Account {
    /// An account with all rights.
    pub fn new(name: &str, password: &str) -> Self {
        Self {
            name: name.to_owned(),
            password: password.to_owned(),
            identity_token: None,
            prefix: String::new(),
            writes: true,
        }
    }

    /// Only with the right to pull.
    #[must_use]
    pub fn reads_only(mut self) -> Self {
        self.writes = false;
        self
    }

    /// Only for repositories whose names begin with this text.
    #[must_use]
    pub fn below(mut self, prefix: &str) -> Self {
        prefix.clone_into(&mut self.prefix);
        self
    }

    /// With this identity token, also called refresh token.
    #[must_use]
    pub fn with_identity_token(mut self, token: &str) -> Self {
        self.identity_token = Some(token.to_owned());
        self
    }

    pub(crate) fn has_password(&self, name: &str, password: &str) -> bool {
        self.name == name && self.password == password
    }

    pub(crate) fn identity_token(&self) -> Option<&str> {
        self.identity_token.as_deref()
    }

    /// The part of a scope that this account has.
    pub(crate) fn granted(&self, mut scope: Scope) -> Scope {
        let reads = scope.repository.starts_with(&self.prefix);
        let allowed = |action: &Action| reads && (self.writes || *action == Action::Pull);
        scope.actions.retain(allowed);
        scope
    }
}

/// The account of an `Authorization: Basic`.
pub(crate) fn basic_account<'a>(
    accounts: &'a [Account],
    authorization: Option<&str>,
) -> Option<&'a Account> {
    let (scheme, encoded) = authorization?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = BASE64_STANDARD.decode(encoded.trim()).ok()?;
    let decoded = String::from_utf8(decoded).ok()?;
    let (name, password) = decoded.split_once(':')?;
    accounts
        .iter()
        .find(|account| account.has_password(name, password))
}
