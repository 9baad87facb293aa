//! Tags, referrers and deletes.

use registry_fixture::Settings;

use crate::support::{referrer, Client, IMAGE};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";

fn with_tags(settings: Settings) -> Client {
    let client = Client::new(settings);
    for tag in ["c", "a", "b"] {
        client.registry.put_manifest("r", Some(tag), IMAGE, b"{}");
    }
    client
}

/// The target of a `Link`.
fn next(link: &str) -> &str {
    let target = link
        .strip_prefix('<')
        .and_then(|rest| rest.strip_suffix(">; rel=\"next\""));
    target.unwrap()
}

#[test]
fn tags_come_in_order_and_in_pages() {
    let client = with_tags(Settings::default());
    let all = client.get("/v2/r/tags/list");
    assert_eq!(all.text(), r#"{"name":"r","tags":["a","b","c"]}"#);
    let first = client.get("/v2/r/tags/list?n=2");
    assert_eq!(first.json()["tags"].to_string(), r#"["a","b"]"#);
    let second = client.get(next(first.header("link")));
    assert_eq!(
        (
            second.json()["tags"].to_string().as_str(),
            second.header("link")
        ),
        (r#"["c"]"#, "")
    );
    let none = client.get("/v2/r/tags/list?n=0");
    assert_eq!(
        (
            none.json()["tags"].to_string().as_str(),
            none.header("link")
        ),
        ("[]", "")
    );
    assert_eq!(client.get("/v2/r/tags/list?n=x").status, 400);
    assert_eq!(
        client.get("/v2/none/tags/list").json()["errors"][0]["code"],
        "NAME_UNKNOWN"
    );
}

#[test]
fn the_registry_may_choose_the_size_of_a_page() {
    let client = with_tags(Settings {
        page: Some(1),
        ..Settings::default()
    });
    let mut target = "/v2/r/tags/list".to_owned();
    let mut tags = Vec::new();
    loop {
        let page = client.get(&target);
        tags.push(page.json()["tags"][0].as_str().unwrap().to_owned());
        if page.header("link").is_empty() {
            break;
        }
        target = next(page.header("link")).to_owned();
    }
    assert_eq!(tags, ["a", "b", "c"]);
}

#[test]
fn referrers_are_filtered_and_paged() {
    let client = Client::new(Settings::default());
    let subject = client.registry.put_manifest("r", None, IMAGE, b"{}");
    let headers = [("Content-Type", IMAGE)];
    for artifact_type in ["t/sbom", "t/signature"] {
        let put = client.send(
            "PUT",
            "/v2/r/manifests/x",
            &headers,
            &referrer(&subject, artifact_type),
        );
        assert_eq!(
            (put.status, put.header("oci-subject")),
            (201, subject.as_str())
        );
    }
    let target = format!("/v2/r/referrers/{subject}");
    let all = client.get(&target);
    assert_eq!(
        (
            all.header("content-type"),
            all.header("oci-filters-applied")
        ),
        (INDEX, "")
    );
    assert_eq!(all.json()["manifests"].as_array().unwrap().len(), 2);
    let filtered = client.get(&format!("{target}?artifactType=t/sbom"));
    assert_eq!(filtered.header("oci-filters-applied"), "artifactType");
    assert_eq!(filtered.json()["manifests"][0]["artifactType"], "t/sbom");
    assert_eq!(filtered.json()["manifests"].as_array().unwrap().len(), 1);
    client.registry.change(|settings| settings.page = Some(1));
    let page = client.get(&target);
    let second = client.get(next(page.header("link")));
    assert_ne!(page.json(), second.json());
    assert_eq!(client.get("/v2/none/referrers/sha256:x").status, 400);
}

#[test]
fn a_registry_may_lack_the_referrers_api() {
    let client = Client::new(Settings {
        referrers: false,
        ..Settings::default()
    });
    let subject = client.registry.put_manifest("r", None, IMAGE, b"{}");
    let headers = [("Content-Type", IMAGE)];
    let put = client.send(
        "PUT",
        "/v2/r/manifests/x",
        &headers,
        &referrer(&subject, "t"),
    );
    assert_eq!((put.status, put.header("oci-subject")), (201, ""));
    assert_eq!(
        client.get(&format!("/v2/r/referrers/{subject}")).status,
        404
    );
}

#[test]
fn a_deleted_manifest_has_no_tags() {
    let client = with_tags(Settings::default());
    let digest = client.registry.tags("r")[0].1.clone();
    assert_eq!(
        client.send("DELETE", "/v2/r/manifests/a", &[], b"").status,
        202
    );
    assert_eq!(client.registry.tags("r").len(), 2);
    let target = format!("/v2/r/manifests/{digest}");
    assert_eq!(client.send("DELETE", &target, &[], b"").status, 202);
    assert!(client.registry.tags("r").is_empty());
    assert_eq!(client.send("DELETE", &target, &[], b"").status, 404);
    client.registry.change(|settings| settings.deletes = false);
    assert_eq!(client.send("DELETE", &target, &[], b"").status, 405);
}

#[test]
fn content_can_be_tampered_with() {
    let client = Client::new(Settings::default());
    let blob = client.registry.put_blob("r", b"good");
    let manifest = client.registry.put_manifest("r", Some("1"), IMAGE, b"{}");
    client.registry.tamper(&blob, b"evil");
    client.registry.tamper(&manifest, b"[]");
    assert_eq!(client.get(&format!("/v2/r/blobs/{blob}")).text(), "evil");
    let answer = client.get("/v2/r/manifests/1");
    assert_eq!(
        (answer.text(), answer.header("docker-content-digest")),
        ("[]", manifest.as_str())
    );
}
