//! The expected values are results of Go 1.26 for the same documents and the types of image-spec 1.1.

use super::*;
use crate::json;

fn read(text: &str, shape: &Shape) -> String {
    let (value, _) = json::folded("x", text.as_bytes(), shape).unwrap();
    value.to_string()
}

fn config(text: &str) -> String {
    let text = format!(r#"{{"config":{text}}}"#);
    let read = read(&text, &CONFIG);
    let read = read.strip_prefix(r#"{"config":"#);
    read.and_then(|read| read.strip_suffix('}')).unwrap().into()
}

#[test]
fn known_keys_ignore_case() {
    for (text, expected) in [
        (
            r#"{"entrypoint":["/e"],"USER":"7","workingDir":"/srv","labels":{"User":"x"}}"#,
            r#"{"Entrypoint":["/e"],"Labels":{"User":"x"},"User":"7","WorkingDir":"/srv"}"#,
        ),
        (
            r#"{"u\u017fer":"7","\u212a":1,"\u212amd":["not Cmd"]}"#,
            "{\"User\":\"7\",\"\u{212a}\":1,\"\u{212a}md\":[\"not Cmd\"]}",
        ),
        (
            r#"{"healthchec\u212a":{"TEST":["NONE"],"other":1}}"#,
            r#"{"Healthcheck":{"Test":["NONE"],"other":1}}"#,
        ),
        (r#"{"Uѕer":"Cyrillic"}"#, r#"{"Uѕer":"Cyrillic"}"#),
    ] {
        assert_eq!(config(text), expected, "{text}");
    }
    assert_eq!(
        read(
            r#"{"RootFS":{"Type":"layers","DIFF_IDS":["a"]},"HISTORY":[{"Created_By":"x","EMPTY_layer":true}],"OS":"linux"}"#,
            &CONFIG
        ),
        r#"{"history":[{"created_by":"x","empty_layer":true}],"os":"linux","rootfs":{"diff_ids":["a"],"type":"layers"}}"#
    );
    assert_eq!(
        read(
            r#"{"Layers":[{"MediaType":"m","DIGEST":"d","Annotations":{"A":"1","a":"2"}}],"SchemaVersion":2}"#,
            &MANIFEST
        ),
        r#"{"layers":[{"annotations":{"A":"1","a":"2"},"digest":"d","mediaType":"m"}],"schemaVersion":2}"#
    );
    assert_eq!(
        read(r#"{"Manifests":[{"Platform":{"OS":"linux"}}]}"#, &INDEX),
        r#"{"manifests":[{"platform":{"os":"linux"}}]}"#
    );
}

#[test]
fn the_last_of_two_equal_keys_counts() {
    for (text, expected) in [
        (r#"{"User":"1","user":"2"}"#, r#"{"User":"2"}"#),
        (r#"{"user":"2","User":"1"}"#, r#"{"User":"1"}"#),
        (r#"{"User":"1","User":"2"}"#, r#"{"User":"2"}"#),
        (r#"{"User":"1","user":null}"#, r#"{"User":"1"}"#),
        (r#"{"Cmd":["a","b"],"cmd":["c"]}"#, r#"{"Cmd":["c"]}"#),
        (r#"{"Cmd":["a"],"cmd":null}"#, r#"{"Cmd":null}"#),
        (
            r#"{"Labels":{"a":"1","b":"2"},"labels":{"b":"3"}}"#,
            r#"{"Labels":{"a":"1","b":"3"}}"#,
        ),
        (
            r#"{"Healthcheck":{"Test":["a"],"Retries":1},"healthcheck":{"retries":2}}"#,
            r#"{"Healthcheck":{"Retries":2,"Test":["a"]}}"#,
        ),
        (
            r#"{"Healthcheck":{"Retries":1},"healthcheck":null}"#,
            r#"{"Healthcheck":null}"#,
        ),
    ] {
        assert_eq!(config(text), expected, "{text}");
    }
    for (text, expected) in [
        (
            r#"{"config":{"User":"1","Cmd":["x"]},"Config":{"user":"2"}}"#,
            r#"{"config":{"Cmd":["x"],"User":"2"}}"#,
        ),
        (
            r#"{"config":{"User":"1"},"CONFIG":null}"#,
            r#"{"config":{"User":"1"}}"#,
        ),
        (
            r#"{"history":[{"created_by":"a"},{"created_by":"b"}],"History":[{"comment":"c"}]}"#,
            r#"{"history":[{"comment":"c","created_by":"a"}]}"#,
        ),
        (
            r#"{"unknown":1,"Unknown":{"a":1,"a":2}}"#,
            r#"{"Unknown":{"a":2},"unknown":1}"#,
        ),
    ] {
        assert_eq!(read(text, &CONFIG), expected, "{text}");
    }
}

#[test]
fn missing_values_are_empty() {
    let filled = |text: &str, shape: &Shape| {
        let (mut value, _) = json::folded("x", text.as_bytes(), shape).unwrap();
        fill_in(&mut value, shape, &mut false);
        value.to_string()
    };
    assert_eq!(
        filled(
            r#"{"rootfs":{"type":"layers"},"config":null,"history":null}"#,
            &CONFIG
        ),
        r#"{"architecture":"","os":"","rootfs":{"diff_ids":[],"type":"layers"}}"#
    );
    assert_eq!(
        filled(
            r#"{"config":{"Env":["A=1",null],"Labels":{"a":null},"Volumes":{"/v":null}}}"#,
            &CONFIG
        ),
        r#"{"architecture":"","config":{"Env":["A=1",""],"Labels":{"a":""},"Volumes":{"/v":{}}},"os":"","rootfs":{"diff_ids":[],"type":""}}"#
    );
    assert_eq!(
        filled(r#"{"layers":null,"subject":null}"#, &MANIFEST),
        r#"{"layers":[]}"#
    );
    assert_eq!(
        filled(r#"[{"Config":"c","Layers":null,"RepoTags":null}]"#, &SAVED),
        r#"[{"Config":"c","Layers":[]}]"#
    );
}

#[test]
fn documents_in_the_specified_form_are_not_changed() {
    for (text, expected) in [
        (r#"{"os":"linux","config":{"Cmd":null}}"#, false),
        (r#"{"OS":"linux"}"#, true),
        (r#"{"os":"linux","os":"linux"}"#, true),
    ] {
        let (_, changed) = json::folded("x", text.as_bytes(), &CONFIG).unwrap();
        assert_eq!(changed, expected, "{text}");
    }
}

#[test]
fn many_values_are_refused() {
    let text = format!("[{}0]", "0,".repeat(crate::tree::MAX_VALUES));
    let error = json::folded("x.json", text.as_bytes(), &CONFIG).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot read `x.json`: it contains more than 500000 values at line 1 column 999999"
    );
    let deep = "[".repeat(100_000);
    let error = json::folded("x.json", deep.as_bytes(), &CONFIG).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot read `x.json`: recursion limit exceeded at line 1 column 128"
    );
}
