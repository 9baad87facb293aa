//! Basic and bearer authentication.

use base64::prelude::{Engine, BASE64_STANDARD};
use registry_fixture::{Account, Auth, Bearer, Settings};

use crate::support::{Answer, Client};

fn basic(name: &str, password: &str) -> String {
    format!(
        "Basic {}",
        BASE64_STANDARD.encode(format!("{name}:{password}"))
    )
}

fn accounts() -> Vec<Account> {
    vec![
        Account::new("ci", "s3cret:").with_identity_token("identity-s3cret"),
        Account::new("reader", "r").reads_only().below("team/"),
    ]
}

fn bearer(change: impl FnOnce(&mut Bearer)) -> Client {
    let mut bearer = Bearer::new(accounts());
    change(&mut bearer);
    let client = Client::new(Settings {
        auth: Auth::Bearer(bearer),
        ..Settings::default()
    });
    client.registry.put_blob("team/a", b"x");
    client
}

fn with(client: &Client, method: &str, target: &str, authorization: &str) -> Answer {
    client.send(method, target, &[("Authorization", authorization)], b"")
}

/// A token from a `GET` with these scopes.
fn token(client: &Client, authorization: &str, scopes: &str) -> String {
    let target = format!("/token?service=registry_fixture&{scopes}");
    let answer = with(client, "GET", &target, authorization);
    assert_eq!(answer.status, 200, "{}", answer.text());
    format!("Bearer {}", answer.json()["token"].as_str().unwrap())
}

#[test]
fn basic_authentication_knows_rights() {
    let client = Client::new(Settings {
        auth: Auth::Basic(accounts()),
        ..Settings::default()
    });
    client.registry.put_blob("team/a", b"x");
    let refused = client.get("/v2/");
    assert_eq!(
        refused.header("www-authenticate"),
        "Basic realm=\"registry_fixture\""
    );
    assert_eq!(
        with(&client, "GET", "/v2/", &basic("ci", "wrong")).status,
        401
    );
    let (ci, reader) = (basic("ci", "s3cret:"), basic("reader", "r"));
    let uploads = "/v2/team/a/blobs/uploads/";
    assert_eq!(with(&client, "POST", uploads, &ci).status, 202);
    assert_eq!(with(&client, "POST", uploads, &reader).status, 403);
    assert_eq!(
        with(&client, "GET", "/v2/other/tags/list", &reader).status,
        403
    );
    assert_eq!(
        with(&client, "GET", "/v2/team/a/tags/list", &reader).status,
        200
    );
}

#[test]
fn a_challenge_names_the_scopes() {
    let client = bearer(|_| {});
    let start = format!(
        "Bearer realm=\"{}/token\",service=\"registry_fixture\"",
        client.registry.url()
    );
    let challenge = |method: &str, target: &str| {
        let answer = client.send(method, target, &[], b"");
        assert_eq!(answer.status, 401);
        answer.header("www-authenticate").replace(&start, "")
    };
    assert_eq!(challenge("GET", "/v2/"), "");
    assert_eq!(
        challenge("GET", "/v2/a/tags/list"),
        ",scope=\"repository:a:pull\""
    );
    assert_eq!(
        challenge("PUT", "/v2/a/manifests/1"),
        ",scope=\"repository:a:pull,push\""
    );
    assert_eq!(
        challenge("DELETE", "/v2/a/manifests/1"),
        ",scope=\"repository:a:delete\""
    );
    let mount = "/v2/a/blobs/uploads/?mount=sha256:x&from=b";
    let both = ",scope=\"repository:a:pull,push repository:b:pull\"";
    assert_eq!(challenge("POST", mount), both);
}

#[test]
fn the_token_service_may_have_another_host() {
    let client = bearer(|bearer| bearer.realm = Some("http://other.test/token".to_owned()));
    let challenge = client.get("/v2/");
    let start = "Bearer realm=\"http://other.test/token\"";
    assert!(challenge.header("www-authenticate").starts_with(start));
}

#[test]
fn a_token_allows_its_scopes_only() {
    let client = bearer(|_| {});
    let ci = basic("ci", "s3cret:");
    let pull = token(&client, &ci, "scope=repository:team/a:pull");
    assert_eq!(with(&client, "GET", "/v2/", &pull).status, 200);
    assert_eq!(
        with(&client, "GET", "/v2/team/a/tags/list", &pull).status,
        200
    );
    let refused = with(&client, "POST", "/v2/team/a/blobs/uploads/", &pull);
    assert!(refused
        .header("www-authenticate")
        .ends_with(",error=\"insufficient_scope\""));
    let both = "scope=repository:a:pull,push&scope=repository:team/a:pull";
    let push = token(&client, &ci, both);
    let digest = client.registry.blobs("team/a").remove(0);
    let mount = format!("/v2/a/blobs/uploads/?mount={digest}&from=team/a");
    assert_eq!(with(&client, "POST", &mount, &push).status, 201);
    let reader = token(
        &client,
        &basic("reader", "r"),
        "scope=repository:team/a:pull,push",
    );
    assert_eq!(
        with(&client, "POST", "/v2/team/a/blobs/uploads/", &reader).status,
        401
    );
}

#[test]
fn tokens_become_invalid() {
    let client = bearer(|bearer| bearer.uses = Some(1));
    let ci = basic("ci", "s3cret:");
    let first = token(&client, &ci, "");
    assert_eq!(with(&client, "GET", "/v2/", &first).status, 200);
    let used = with(&client, "GET", "/v2/", &first);
    assert!(used
        .header("www-authenticate")
        .ends_with(",error=\"invalid_token\""));
    let second = token(&client, &ci, "");
    client.registry.revoke_tokens();
    assert_eq!(with(&client, "GET", "/v2/", &second).status, 401);
    let client = bearer(|bearer| bearer.expires_in = 0);
    let expired = token(&client, &ci, "");
    assert_eq!(with(&client, "GET", "/v2/", &expired).status, 401);
}

#[test]
fn everybody_may_pull_if_the_registry_allows_it() {
    let client = bearer(|bearer| bearer.anonymous_pull = true);
    let target = "/token?scope=repository:team/a:pull,push";
    let answer = client.get(target).json();
    let token = format!("Bearer {}", answer["token"].as_str().unwrap());
    assert_eq!(
        with(&client, "GET", "/v2/team/a/tags/list", &token).status,
        200
    );
    assert_eq!(
        with(&client, "POST", "/v2/team/a/blobs/uploads/", &token).status,
        401
    );
    assert_eq!(
        with(&client, "GET", target, &basic("ci", "wrong")).status,
        401
    );
    assert_eq!(bearer(|_| {}).get(target).status, 401);
}

#[test]
fn identity_tokens_and_passwords_can_be_posted() {
    let client = bearer(|_| {});
    let scope = "scope=repository%3Ateam%2Fa%3Apull%2Cpush&service=registry_fixture";
    let post = |form: &str| {
        let form = format!("{form}&{scope}");
        client.send("POST", "/token", &[], form.as_bytes())
    };
    let answer = post("grant_type=refresh_token&refresh_token=identity-s3cret");
    assert_eq!(answer.json()["scope"], "repository:team/a:pull,push");
    let token = format!("Bearer {}", answer.json()["access_token"].as_str().unwrap());
    assert_eq!(
        with(&client, "POST", "/v2/team/a/blobs/uploads/", &token).status,
        202
    );
    let password = post("grant_type=password&username=ci&password=s3cret%3A");
    assert_eq!(password.json()["refresh_token"], "identity-s3cret");
    assert_eq!(
        post("grant_type=refresh_token&refresh_token=wrong").status,
        401
    );
    assert_eq!(post("grant_type=other").status, 400);
    let without = bearer(|bearer| bearer.post = false);
    assert_eq!(without.send("POST", "/token", &[], b"").status, 404);
}

#[test]
fn records_have_no_secrets() {
    let client = bearer(|_| {});
    let token = token(&client, &basic("ci", "s3cret:"), "");
    with(&client, "GET", "/v2/", &token);
    client.send(
        "POST",
        "/token",
        &[],
        b"grant_type=refresh_token&refresh_token=identity-s3cret",
    );
    let records = client.registry.requests();
    assert_eq!(records[0].header("authorization"), Some("Basic"));
    assert_eq!(records[1].header("authorization"), Some("Bearer"));
    let text = format!("{records:?}");
    for secret in [
        "s3cret",
        &token["Bearer ".len()..],
        &basic("ci", "s3cret:")["Basic ".len()..],
    ] {
        assert!(!text.contains(secret), "{secret}");
    }
}
