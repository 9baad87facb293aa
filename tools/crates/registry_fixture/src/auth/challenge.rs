//! Whether a request may do what it wants, and the challenge if it may not.

use super::account::{basic_account, Account, Auth, Bearer};
use super::scope::Scope;
use super::token::Tokens;
use crate::error::{error_body, Error};
use crate::http::{Head, Response};

/// The name of the service in challenges.
pub(super) const SERVICE: &str = "registry_fixture";

/// # Errors
///
/// The response with status 401 or 403 if the request does not have these scopes. `root` is the URL of the registry.
pub(crate) fn check(
    auth: &Auth,
    tokens: &mut Tokens,
    head: &Head,
    needed: &[Scope],
    root: &str,
) -> Result<(), Error> {
    match auth {
        Auth::None => Ok(()),
        Auth::Basic(accounts) => basic(accounts, head, needed),
        Auth::Bearer(with) => bearer(with, tokens, head, needed, root),
    }
}

fn basic(accounts: &[Account], head: &Head, needed: &[Scope]) -> Result<(), Error> {
    let Some(account) = basic_account(accounts, head.header("authorization")) else {
        return Err(unauthorized(format!("Basic realm=\"{SERVICE}\"")));
    };
    let allowed = |scope: &Scope| account.granted(scope.clone()) == *scope;
    if needed.iter().all(allowed) {
        return Ok(());
    }
    let body = error_body("DENIED", "requested access to the resource is denied");
    Err(Error::Response(Box::new(Response::json(403, &body))))
}

fn bearer(
    with: &Bearer,
    tokens: &mut Tokens,
    head: &Head,
    needed: &[Scope],
    root: &str,
) -> Result<(), Error> {
    let realm = with
        .realm
        .clone()
        .unwrap_or_else(|| format!("{root}/token"));
    let mut challenge = format!("Bearer realm=\"{realm}\",service=\"{SERVICE}\"");
    if !needed.is_empty() {
        let scopes: Vec<_> = needed.iter().map(Scope::to_string).collect();
        challenge.push_str(&format!(",scope=\"{}\"", scopes.join(" ")));
    }
    let sent = head
        .header("authorization")
        .and_then(|value| value.split_once(' '));
    let Some((_, token)) = sent.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")) else {
        return Err(unauthorized(challenge));
    };
    match tokens.scopes(token.trim()) {
        None => Err(unauthorized(challenge + ",error=\"invalid_token\"")),
        Some(scopes) if needed.iter().all(|scope| scope.is_in(scopes)) => Ok(()),
        Some(_) => Err(unauthorized(challenge + ",error=\"insufficient_scope\"")),
    }
}

fn unauthorized(challenge: String) -> Error {
    let body = error_body("UNAUTHORIZED", "authentication required");
    let response = Response::json(401, &body).header("WWW-Authenticate", challenge);
    Error::Response(Box::new(response))
}
