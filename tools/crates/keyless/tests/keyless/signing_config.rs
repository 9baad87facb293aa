//! Signing configurations.

use keyless::Services;
use serde_json::{json, Value};

fn read(document: &Value) -> Result<Services, String> {
    let services = Services::from_signing_config("config.json", &document.to_string());
    services.map_err(|error| error.to_string())
}

fn service(host: &str, version: u32, start: &str) -> Value {
    json!({
        "url": format!("https://{host}.example"),
        "majorApiVersion": version,
        "validFor": { "start": start },
        "operator": "example",
    })
}

/// The form of `cosign signing-config create`, with services that are not valid now or of another version.
fn document() -> Value {
    let past = json!({
        "url": "https://past.example",
        "majorApiVersion": 1,
        "validFor": { "start": "2020-01-01T00:00:00Z", "end": "2021-01-01T00:00:00Z" },
    });
    json!({
        "mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json",
        "caUrls": [
            past,
            service("fulcio", 1, "2023-01-01T00:00:00Z"),
            service("old", 1, "2022-01-01T00:00:00Z"),
            service("future", 1, "2190-01-01T00:00:00Z"),
        ],
        "oidcUrls": [service("login", 1, "2020-01-01T00:00:00Z")],
        "rekorTlogUrls": [
            service("rekor2", 2, "2024-01-01T00:00:00Z"),
            service("rekor", 1, "2021-01-01T00:00:00Z"),
        ],
        "rekorTlogConfig": { "selector": "ANY" },
        "tsaUrls": [service("time", 1, "2020-01-01T00:00:00Z")],
        "tsaConfig": { "selector": "ANY" },
    })
}

#[test]
fn services_are_chosen() {
    let expected = Services::new("https://fulcio.example", "https://rekor.example").unwrap();
    assert_eq!(read(&document()), Ok(expected.clone()));
    let mut exact = document();
    exact["rekorTlogConfig"] = json!({ "selector": "EXACT", "count": 1 });
    assert_eq!(read(&exact), Ok(expected));
}

#[test]
fn configurations_that_are_refused() {
    for (pointer, value, expected) in [
        (
            "/mediaType",
            json!("a"),
            "media type: expected `application/vnd.dev.sigstore.signingconfig.v0.2+json`, found `a`",
        ),
        (
            "/caUrls",
            json!([]),
            "it lists no certificate authority (`caUrls`) of version 1 that is valid now",
        ),
        (
            "/rekorTlogUrls",
            json!([service("rekor2", 2, "2024-01-01T00:00:00Z")]),
            "it lists no log (`rekorTlogUrls`) of version 1 that is valid now\n\
             hint: use a log of Rekor version 1: version 2 is unsupported",
        ),
        (
            "/rekorTlogConfig",
            json!({ "selector": "EXACT", "count": 2 }),
            "it requires several logs, which is unsupported",
        ),
        (
            "/caUrls/1/url",
            json!("http://fulcio.example"),
            "cannot use service `http://fulcio.example`: the identity token would be sent without encryption\n\
             hint: use https",
        ),
    ] {
        let mut document = document();
        *document.pointer_mut(pointer).unwrap() = value;
        let expected = format!("cannot read signing configuration `config.json`: {expected}");
        assert_eq!(read(&document), Err(expected));
    }
    for text in [
        "",
        "[]",
        "{}",
        &"[".repeat(10_000),
        &" ".repeat((1 << 20) + 1),
    ] {
        let error = Services::from_signing_config("config.json", text).unwrap_err();
        let message = error.to_string();
        assert!(
            message.starts_with("cannot read signing configuration `config.json`: "),
            "{message}"
        );
    }
}

#[test]
fn public_services() {
    let expected = Services::new("https://fulcio.sigstore.dev", "https://rekor.sigstore.dev");
    assert_eq!(Services::public(), expected.unwrap());
}
