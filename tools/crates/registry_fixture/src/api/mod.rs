//! The [endpoints](https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#endpoints).

mod blobs;
mod call;
mod list;
mod manifests;
mod referrers;
mod route;
mod tags;
mod uploads;

use std::io::{self, Read};

use serde_json::json;

use crate::auth::{check, issue, Action, Auth, Scope};
use crate::error::{error, Error};
use crate::fault::Instructions;
use crate::http::{Body, Head, Response};
use crate::shared::Shared;
use crate::store::is_repository;
use call::Call;
use route::{Endpoint, Route};

/// The largest form of a request of a token in bytes.
const FORM: u64 = 64 << 10;

/// Answers a request.
///
/// # Errors
///
/// If the connection ended.
pub(crate) fn answer(
    shared: &Shared,
    head: &Head,
    body: &mut Body<'_>,
    instructions: &Instructions,
) -> io::Result<Response> {
    match dispatch(shared, head, body, instructions) {
        Ok(response) => Ok(response),
        Err(Error::Response(response)) => Ok(*response),
        Err(Error::Connection(error)) => Err(error),
    }
}

fn dispatch(
    shared: &Shared,
    head: &Head,
    body: &mut Body<'_>,
    instructions: &Instructions,
) -> Result<Response, Error> {
    let path = head.decoded_path();
    if path == "/token" {
        return token(shared, head, body);
    }
    let Some(route) = Route::of(&path) else {
        return Err(error(404, "UNSUPPORTED", "no such endpoint"));
    };
    {
        let settings = shared.settings.lock().unwrap();
        let mut tokens = shared.tokens.lock().unwrap();
        let needed = needed(head, &route);
        check(
            &settings.auth,
            &mut tokens,
            head,
            &needed,
            &head.root(&shared.url),
        )?;
    }
    if route.endpoint != Endpoint::Base && !is_repository(&route.repository) {
        return Err(error(400, "NAME_INVALID", "invalid repository name"));
    }
    let mut call = Call {
        shared,
        head,
        body,
        instructions,
        repository: &route.repository,
    };
    let is_read = ["GET", "HEAD"].contains(&head.method.as_str());
    match &route.endpoint {
        Endpoint::Base if is_read => Ok(Response::json(200, &json!({}))),
        Endpoint::Blob(digest) => blobs::answer(&call, digest),
        Endpoint::Uploads => uploads::begin(&mut call),
        Endpoint::Upload(id) => uploads::answer(&mut call, id),
        Endpoint::Manifest(reference) => manifests::answer(&mut call, reference),
        Endpoint::Tags if is_read => tags::answer(&call),
        Endpoint::Referrers(digest) if is_read => referrers::answer(&call, digest),
        _ => Err(call.unsupported()),
    }
}

fn token(shared: &Shared, head: &Head, body: &mut Body<'_>) -> Result<Response, Error> {
    let mut form = String::new();
    body.take(FORM).read_to_string(&mut form)?;
    match &shared.settings.lock().unwrap().auth {
        Auth::Bearer(bearer) => issue(bearer, &mut shared.tokens.lock().unwrap(), head, &form),
        _ => Err(error(
            404,
            "UNSUPPORTED",
            "this registry has no token service",
        )),
    }
}

/// The scopes that a request needs.
fn needed(head: &Head, route: &Route) -> Vec<Scope> {
    if route.endpoint == Endpoint::Base {
        return Vec::new();
    }
    let actions = match head.method.as_str() {
        "GET" | "HEAD" => vec![Action::Pull],
        "DELETE" => vec![Action::Delete],
        _ => vec![Action::Pull, Action::Push],
    };
    let mut needed = vec![Scope::new(&route.repository, actions)];
    if let (Endpoint::Uploads, Some(from)) = (&route.endpoint, head.parameter("from")) {
        needed.push(Scope::new(&from, [Action::Pull]));
    }
    needed
}
