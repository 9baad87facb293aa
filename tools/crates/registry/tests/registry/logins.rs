use registry::{Access, Credentials, Selector};
use registry_fixture::{Account, Auth, Bearer, Fault, Rule, Settings};

use crate::support::{password, Bench, INDEX, PULL, PUSH};

const BYTES: &[u8] = b"{}";
const SECRET: &str = "hunter2-is-secret";

fn tag() -> Selector {
    Selector::Tag("t".to_owned())
}

fn basic() -> Bench {
    Bench::new(Settings {
        auth: Auth::Basic(vec![Account::new("me", SECRET)]),
        ..Settings::default()
    })
}

fn bearer(change: impl FnOnce(&mut Bearer)) -> Bench {
    let account = Account::new("me", SECRET).with_identity_token("identity-is-secret");
    let mut bearer = Bearer::new(vec![account]);
    change(&mut bearer);
    Bench::new(Settings {
        auth: Auth::Bearer(bearer),
        ..Settings::default()
    })
}

fn put(bench: &Bench, credentials: Credentials, access: Access) -> blob::Result<()> {
    let client = bench.client_with(credentials);
    assert!(!format!("{client:?}").contains("secret"));
    let repository = client.repository(&bench.name("a/b"), access);
    assert!(!format!("{repository:?}").contains("secret"));
    repository.put_manifest(&tag(), INDEX, BYTES).map(drop)
}

#[test]
fn a_password_is_sent_as_it_is() {
    let bench = basic();
    put(&bench, password(&bench, "me", SECRET), PUSH).unwrap();
    assert_eq!(bench.requests(), ["PUT /v2/a/b/manifests/t 201 2"]);
}

#[test]
fn refused_logins() {
    for bench in [basic(), bearer(|_| ())] {
        let error = bench.message(put(&bench, password(&bench, "me", "wrong-secret"), PUSH));
        assert!(error.contains(" answered 401 Unauthorized"), "{error}");
        let hint = "hint: correct the login for `HOST` (config.json), or check what it may do";
        assert!(error.ends_with(hint), "{error}");
        assert!(!error.contains("secret"), "{error}");
        let error = bench.message(put(&bench, Credentials::none(), PUSH));
        let hint = "hint: log in with `docker login HOST` or `podman login HOST`, or add `machine HOST` to ~/.netrc";
        assert!(
            error.starts_with("cannot put manifest `HOST/a/b:t`: ") && error.ends_with(hint),
            "{error}"
        );
        assert_eq!(bench.log.text(), "");
    }
}

#[test]
fn tokens_for_a_password() {
    let bench = bearer(|_| ());
    put(&bench, password(&bench, "me", SECRET), PUSH).unwrap();
    let requests = bench.requests();
    assert_eq!(requests.len(), 2, "{requests:?}");
    assert!(requests[0].starts_with("GET /token?"), "{requests:?}");
    assert!(requests[0].contains("account=me"), "{requests:?}");
    assert!(
        requests[0].contains("scope=repository%3Aa%2Fb%3Apull%2Cpush "),
        "{requests:?}"
    );
}

#[test]
fn tokens_for_an_identity_token() {
    let bench = bearer(|_| ());
    let host = bench.registry.address();
    let text = format!(r#"{{"auths":{{"{host}":{{"identitytoken":"identity-is-secret"}}}}}}"#);
    let credentials = Credentials::none().with_config("c", &text).unwrap();
    put(&bench, credentials, PUSH).unwrap();
    let requests = bench.requests();
    assert!(requests[0].starts_with("POST /token 200 "), "{requests:?}");
    assert!(!requests.concat().contains("secret"));
}

#[test]
fn everybody_may_pull() {
    let bench = bearer(|bearer| bearer.anonymous_pull = true);
    bench.registry.put_manifest("a/b", Some("t"), INDEX, BYTES);
    let client = bench.client();
    let repository = client.repository(&bench.name("a/b"), PULL);
    assert!(repository.manifest(&tag()).unwrap().is_some());
}

#[test]
fn a_token_that_is_used_up_is_replaced() {
    let bench = bearer(|bearer| bearer.uses = Some(2));
    bench.registry.put_manifest("a/b", Some("t"), INDEX, BYTES);
    let client = bench.client_with(password(&bench, "me", SECRET));
    let repository = client.repository(&bench.name("a/b"), PULL);
    for _ in 0..5 {
        repository.manifest(&tag()).unwrap().unwrap();
    }
    assert_eq!(bench.registry.count("GET", "/token"), 3);
    bench.registry.revoke_tokens();
    repository.manifest(&tag()).unwrap().unwrap();
}

#[test]
fn the_token_service_fails() {
    let bench = bearer(|_| ());
    bench
        .registry
        .fail(Rule::new(Fault::status(503)).on("GET", "/token").times(1));
    put(&bench, password(&bench, "me", SECRET), PUSH).unwrap();
    let log = bench.log.text();
    assert!(log.contains("no token from `http://127.0.0.1:"), "{log}");
    assert!(!log.contains("secret"), "{log}");
    for (text, cause) in [
        ("<html>", "the answer has another format"),
        (r#"{"token":"a\nb"}"#, "the answer has another format"),
    ] {
        let bench = bearer(|_| ());
        let fault = Fault::Body {
            text: text.to_owned(),
        };
        bench.registry.fail(Rule::new(fault).on("GET", "/token"));
        let error = bench.message(put(&bench, password(&bench, "me", SECRET), PUSH));
        assert_eq!(
            error,
            format!("cannot put manifest `HOST/a/b:t`: no token from `http://HOST/token`: {cause}")
        );
    }
}

#[test]
fn answers_that_repeat_a_secret_are_not_shown() {
    let bench = basic();
    let text = format!(r#"{{"errors":[{{"code":"DENIED","message":"{SECRET} is wrong"}}]}}"#);
    bench.registry.fail(
        Rule::new(Fault::status(403))
            .on("PUT", "/manifests/")
            .times(0),
    );
    bench
        .registry
        .fail(Rule::new(Fault::Body { text }).on("PUT", "/manifests/"));
    bench
        .registry
        .change(|settings| settings.manifest_limit = 1);
    let error = bench.message(put(&bench, password(&bench, "me", SECRET), PUSH));
    assert!(
        error.contains("(not shown: it repeats a secret)"),
        "{error}"
    );
    assert!(!error.contains(SECRET), "{error}");
}
