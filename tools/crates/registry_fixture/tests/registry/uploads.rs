//! Uploads and mounts.

use registry_fixture::{Fault, Location, Rule, Settings};

use crate::support::{Client, IMAGE};

/// `sha256:` of `hello world`.
const HELLO: &str = "sha256:b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";

fn begin(client: &Client) -> String {
    let begun = client.send("POST", "/v2/a/blobs/uploads/", &[], b"");
    assert_eq!(begun.status, 202);
    begun.header("location").to_owned()
}

fn with_digest(location: &str, digest: &str) -> String {
    let separator = if location.contains('?') { '&' } else { '?' };
    format!("{location}{separator}digest={digest}")
}

#[test]
fn chunks_in_order_become_a_blob() {
    let client = Client::new(Settings::default());
    let location = begin(&client);
    let chunk = client.send("PATCH", &location, &[("Content-Range", "0-5")], b"hello ");
    assert_eq!((chunk.status, chunk.header("range")), (202, "0-5"));
    let wrong = client.send("PATCH", &location, &[("Content-Range", "7-11")], b"world");
    assert_eq!((wrong.status, wrong.header("range")), (416, "0-5"));
    let state = client.get(&location);
    assert_eq!((state.status, state.header("range")), (204, "0-5"));
    let last = [("Content-Range", "6-10")];
    let put = client.send("PUT", &with_digest(&location, HELLO), &last, b"world");
    assert_eq!(
        (put.status, put.header("docker-content-digest")),
        (201, HELLO)
    );
    assert_eq!(client.get(put.header("location")).text(), "hello world");
    assert_eq!(client.get(&location).status, 404);
    assert_eq!(client.registry.blobs("a"), [HELLO]);
}

#[test]
fn one_post_may_be_enough() {
    let client = Client::new(Settings::default());
    let target = format!("/v2/a/blobs/uploads/?digest={HELLO}");
    assert_eq!(
        client.send("POST", &target, &[], b"hello world").status,
        201
    );
    client
        .registry
        .change(|settings| settings.post_only = false);
    assert_eq!(
        client.send("POST", &target, &[], b"hello world").status,
        202
    );
}

#[test]
fn a_wrong_digest_is_no_blob() {
    let client = Client::new(Settings::default());
    let put = client.send("PUT", &with_digest(&begin(&client), HELLO), &[], b"other");
    assert_eq!(put.status, 400);
    assert_eq!(put.json()["errors"][0]["code"], "DIGEST_INVALID");
    assert_eq!(client.get(&format!("/v2/a/blobs/{HELLO}")).status, 404);
    assert_eq!(client.registry.open_uploads(), 0);
}

#[test]
fn an_upload_can_be_cancelled() {
    let client = Client::new(Settings::default());
    let location = begin(&client);
    assert_eq!(client.send("DELETE", &location, &[], b"").status, 204);
    assert_eq!(client.send("PATCH", &location, &[], b"x").status, 404);
}

#[test]
fn an_interrupted_chunk_can_be_resumed() {
    let client = Client::new(Settings::default());
    let location = begin(&client);
    let fault = Fault::CloseInRequest { after: 6 };
    client
        .registry
        .fail(Rule::new(fault).on("PATCH", "/uploads/").times(1));
    assert!(client
        .attempt("PATCH", &location, &[], b"hello world")
        .is_err());
    assert_eq!(client.get(&location).header("range"), "0-5");
    let put = client.send("PUT", &with_digest(&location, HELLO), &[], b"world");
    assert_eq!(put.status, 201);
}

#[test]
fn an_upload_may_be_forgotten() {
    let client = Client::new(Settings::default());
    let location = begin(&client);
    client
        .registry
        .fail(Rule::new(Fault::ForgetUpload).on("PATCH", ""));
    let chunk = client.send("PATCH", &location, &[], b"x");
    assert_eq!((chunk.status, client.registry.open_uploads()), (404, 0));
    assert_eq!(chunk.json()["errors"][0]["code"], "BLOB_UPLOAD_UNKNOWN");
}

#[test]
fn locations_have_several_forms() {
    let client = Client::new(Settings::default());
    assert!(begin(&client).starts_with("/v2/a/blobs/uploads/"));
    client
        .registry
        .change(|settings| settings.location = Location::Absolute);
    assert!(begin(&client).starts_with(&client.url("/v2/a/blobs/uploads/")));
    client
        .registry
        .change(|settings| settings.location = Location::Relative);
    assert!(begin(&client).starts_with("upload-"));
    let host = Location::Host("http://other.test".to_owned());
    client.registry.change(|settings| settings.location = host);
    assert!(begin(&client).starts_with("http://other.test/v2/a/"));
}

#[test]
fn a_location_with_a_query_changes_with_each_chunk() {
    let client = Client::new(Settings {
        location: Location::Query,
        ..Settings::default()
    });
    let first = begin(&client);
    let chunk = client.send("PATCH", &first, &[], b"hello world");
    let second = chunk.header("location").to_owned();
    assert_ne!(first, second);
    assert_eq!(client.send("PATCH", &first, &[], b"!").status, 404);
    assert_eq!(
        client
            .send("PUT", &with_digest(&second, HELLO), &[], b"")
            .status,
        201
    );
}

#[test]
fn mounts_are_accepted_or_become_uploads() {
    let client = Client::new(Settings::default());
    assert_eq!(client.registry.put_blob("from", b"hello world"), HELLO);
    let target = format!("/v2/a/blobs/uploads/?mount={HELLO}&from=from");
    client.registry.fail(Rule::new(Fault::RefuseMount).times(1));
    assert_eq!(client.send("POST", &target, &[], b"").status, 202);
    assert_eq!(client.registry.blob("a", HELLO), None);
    assert_eq!(client.send("POST", &target, &[], b"").status, 201);
    assert_eq!(client.registry.blob("a", HELLO).unwrap(), b"hello world");
    let missing = format!("/v2/b/blobs/uploads/?mount={HELLO}&from=none");
    assert_eq!(client.send("POST", &missing, &[], b"").status, 202);
}

#[test]
fn a_manifest_needs_its_content() {
    let client = Client::new(Settings::default());
    let manifest = format!(
        r#"{{"schemaVersion":2,"mediaType":"{IMAGE}","config":{{"mediaType":"x","digest":"{HELLO}","size":11}},"layers":[]}}"#
    );
    let types = [("Content-Type", IMAGE)];
    let put = || client.send("PUT", "/v2/a/manifests/1", &types, manifest.as_bytes());
    assert_eq!(put().json()["errors"][0]["code"], "MANIFEST_BLOB_UNKNOWN");
    client.registry.put_blob("a", b"hello world");
    assert_eq!(put().status, 201);
    let (media_type, bytes) = client.registry.manifest("a", "1").unwrap();
    assert_eq!(
        (media_type.as_str(), &bytes[..]),
        (IMAGE, manifest.as_bytes())
    );
    let other = [("Content-Type", "application/json")];
    let put = client.send("PUT", "/v2/a/manifests/1", &other, manifest.as_bytes());
    assert_eq!(put.json()["errors"][0]["code"], "MANIFEST_INVALID");
}

#[test]
fn blobs_may_be_in_a_directory() {
    let directory = tempfile::tempdir().unwrap();
    let client = Client::new(Settings {
        directory: Some(directory.path().to_owned()),
        ..Settings::default()
    });
    let target = format!("/v2/a/blobs/uploads/?digest={HELLO}");
    assert_eq!(
        client.send("POST", &target, &[], b"hello world").status,
        201
    );
    let files = || std::fs::read_dir(directory.path()).unwrap().count();
    let blob = format!("/v2/a/blobs/{HELLO}");
    assert_eq!((client.get(&blob).text(), files()), ("hello world", 1));
    let part = client.send("GET", &blob, &[("Range", "bytes=6-")], b"");
    assert_eq!((part.status, part.text()), (206, "world"));
    assert_eq!(client.send("DELETE", &blob, &[], b"").status, 202);
    assert_eq!(files(), 0);
}

#[test]
fn many_clients_push_at_once() {
    let client = Client::new(Settings::default());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..20 {
                    let target = with_digest(&begin(&client), HELLO);
                    assert_eq!(client.send("PUT", &target, &[], b"hello world").status, 201);
                    let mount = format!("/v2/b/blobs/uploads/?mount={HELLO}&from=a");
                    assert_eq!(client.send("POST", &mount, &[], b"").status, 201);
                }
            });
        }
    });
    assert_eq!(client.registry.count("PUT", "/uploads/"), 160);
    assert_eq!(client.registry.open_uploads(), 0);
}
