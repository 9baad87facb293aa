//! The token service: [`GET`](https://distribution.github.io/distribution/spec/auth/token/) with name and password, and
//! [`POST`](https://distribution.github.io/distribution/spec/auth/oauth/) with password or identity token.

use serde_json::{json, Value};

use super::account::{basic_account, Account, Bearer};
use super::scope::{Action, Scope};
use super::token::Tokens;
use crate::error::{error, Error};
use crate::http::{form, Head, Response};

/// # Errors
///
/// The response to a request that gets no token. `text` is the form of a `POST`.
pub(crate) fn issue(
    bearer: &Bearer,
    tokens: &mut Tokens,
    head: &Head,
    text: &str,
) -> Result<Response, Error> {
    match head.method.as_str() {
        "GET" => get(bearer, tokens, head),
        "POST" if bearer.post => post(bearer, tokens, text),
        _ => Err(error(
            404,
            "UNSUPPORTED",
            "no such operation of the token service",
        )),
    }
}

fn get(bearer: &Bearer, tokens: &mut Tokens, head: &Head) -> Result<Response, Error> {
    let authorization = head.header("authorization");
    let account = basic_account(&bearer.accounts, authorization);
    if account.is_none() && (authorization.is_some() || !bearer.anonymous_pull) {
        return Err(refused());
    }
    let scopes: Vec<_> = head.parameters("scope").collect();
    let (token, _) = granted(bearer, tokens, account, &scopes);
    let mut answer = json!({
        "token": token,
        "access_token": token,
        "expires_in": bearer.expires_in,
    });
    let offline = head.parameter("offline_token").as_deref() == Some("true");
    let identity_token = account.and_then(Account::identity_token);
    if let Some(identity_token) = identity_token.filter(|_| offline) {
        answer["refresh_token"] = Value::from(identity_token);
    }
    Ok(Response::json(200, &answer))
}

fn post(bearer: &Bearer, tokens: &mut Tokens, text: &str) -> Result<Response, Error> {
    let value = |name: &str| form(text).find_map(|(n, value)| (n == name).then_some(value));
    let mut accounts = bearer.accounts.iter();
    let account = match value("grant_type").as_deref() {
        Some("refresh_token") => {
            let token = value("refresh_token").unwrap_or_default();
            accounts.find(|account| account.identity_token() == Some(&token))
        }
        Some("password") => {
            let name = value("username").unwrap_or_default();
            let password = value("password").unwrap_or_default();
            accounts.find(|account| account.has_password(&name, &password))
        }
        _ => return Err(error(400, "UNSUPPORTED", "unknown grant_type")),
    };
    let account = account.ok_or_else(refused)?;
    let scopes: Vec<_> = value("scope").into_iter().collect();
    let (token, granted) = granted(bearer, tokens, Some(account), &scopes);
    Ok(Response::json(
        200,
        &json!({
            "access_token": token,
            "expires_in": bearer.expires_in,
            "scope": granted,
            "refresh_token": account.identity_token(),
        }),
    ))
}

/// A token for the part of these scopes that the account has, and that part.
fn granted(
    bearer: &Bearer,
    tokens: &mut Tokens,
    account: Option<&Account>,
    scopes: &[String],
) -> (String, String) {
    let wanted = scopes.iter().flat_map(|text| text.split(' '));
    let wanted = wanted.filter_map(Scope::parse);
    let granted = wanted.map(|mut scope| match account {
        Some(account) => account.granted(scope),
        None => {
            scope.actions.retain(|action| *action == Action::Pull);
            scope
        }
    });
    let granted: Vec<_> = granted.filter(|scope| !scope.actions.is_empty()).collect();
    let text: Vec<_> = granted.iter().map(Scope::to_string).collect();
    (tokens.issue(bearer, granted), text.join(" "))
}

fn refused() -> Error {
    error(401, "UNAUTHORIZED", "authentication required")
}
