use std::thread;
use std::time::Duration;

use blob::{Blob, Digest};
use oci::{read_descriptor, Descriptor};
use registry::{Place, Selector};
use registry_fixture::{Fault, Rule, Settings};

use crate::support::{Bench, INDEX, MANIFEST, PULL, PUSH};

fn referrer(subject: &[u8], kind: &str, number: usize) -> Vec<u8> {
    let (digest, size) = (Digest::of(subject), subject.len());
    let empty = Blob::of(b"{}");
    format!(
        r#"{{"schemaVersion":2,"mediaType":"{MANIFEST}","artifactType":"{kind}","config":{{"mediaType":"application/vnd.oci.empty.v1+json","digest":"{}","size":2}},"layers":[],"subject":{{"mediaType":"{INDEX}","digest":"{digest}","size":{size}}},"annotations":{{"n":"{number}"}}}}"#,
        empty.digest
    )
    .into_bytes()
}

fn descriptor(bytes: &[u8], kind: &str) -> Descriptor {
    let text = format!(
        r#"{{"mediaType":"{MANIFEST}","digest":"{}","size":{},"artifactType":"{kind}"}}"#,
        Digest::of(bytes),
        bytes.len()
    );
    read_descriptor("x", text.as_bytes()).unwrap()
}

#[test]
fn tags_of_all_pages() {
    let bench = Bench::new(Settings {
        page: Some(3),
        ..Settings::default()
    });
    let client = bench.client();
    let repository = client.repository(&bench.name("a"), PULL);
    assert_eq!(repository.tags().unwrap(), None);
    let names: Vec<String> = (10..20).map(|number| format!("v{number}")).collect();
    for name in &names {
        bench.registry.put_manifest("a", Some(name), INDEX, b"{}");
    }
    assert_eq!(repository.tags().unwrap(), Some(names));
    assert_eq!(bench.registry.count("GET", "/tags/list"), 5);
}

#[test]
fn hostile_lists_of_tags() {
    for (fault, cause) in [
        (
            Fault::Body {
                text: r#"{"tags":["a b"]}"#.to_owned(),
            },
            "the list has the invalid tag `a b`",
        ),
        (
            Fault::Body {
                text: r#"{"tags":[1]}"#.to_owned(),
            },
            "the list has another format",
        ),
        (
            Fault::Body {
                text: "[".repeat(10_000),
            },
            "the list has another format",
        ),
        (Fault::Endless, "the answer has more than 4194304 bytes"),
        (
            Fault::header("Link", "<https://other.test/v2/a/tags/list>; rel=\"next\""),
            "the next page is on another host: https://other.test/v2/a/tags/list",
        ),
        (
            Fault::header("Link", "</v2/a/tags/list?n=1000>; rel=\"next\""),
            "the link to the next page leads back to an earlier page",
        ),
    ] {
        let bench = Bench::new(Settings::default());
        bench.registry.put_manifest("a", Some("t"), INDEX, b"{}");
        bench
            .registry
            .fail(Rule::new(fault).on("GET", "/tags/list"));
        let client = bench.client();
        let error = bench.message(client.repository(&bench.name("a"), PULL).tags());
        assert_eq!(error, format!("cannot list tags of `HOST/a`: {cause}"));
    }
    let mut bench = Bench::new(Settings::default());
    bench.options.timeout = Duration::from_secs(1);
    bench.options.attempts = 1;
    bench.registry.put_manifest("a", Some("t"), INDEX, b"{}");
    let (bytes, millis) = (1, 100);
    let slow = Rule::new(Fault::Slow { bytes, millis }).on("GET", "/tags/list");
    bench.registry.fail(slow);
    let client = bench.client();
    let error = bench.message(client.repository(&bench.name("a"), PULL).tags());
    assert_eq!(
        error,
        "cannot list tags of `HOST/a`: the server sent almost no data for 1 s"
    );
}

#[test]
fn a_list_without_tags() {
    let bench = Bench::new(Settings::default());
    bench.registry.put_manifest("a", Some("t"), INDEX, b"{}");
    let null = Fault::Body {
        text: r#"{"name":"a","tags":null}"#.to_owned(),
    };
    bench.registry.fail(Rule::new(null).on("GET", "/tags/list"));
    let client = bench.client();
    let repository = client.repository(&bench.name("a"), PULL);
    assert_eq!(repository.tags().unwrap(), Some(Vec::new()));
}

#[test]
fn referrers_by_the_api_and_at_the_tag() {
    const SUBJECT: &[u8] = br#"{"schemaVersion":2,"manifests":[]}"#;
    let subject = Digest::of(SUBJECT);
    for api in [true, false] {
        let bench = Bench::new(Settings {
            referrers: api,
            page: Some(2),
            sparse: true,
            ..Settings::default()
        });
        let client = bench.client();
        let repository = client.repository(&bench.name("a"), PUSH);
        assert!(repository
            .referrers(subject, None)
            .unwrap()
            .descriptors
            .is_empty());
        let kinds = ["k/a", "k/b", "k/a", "k/b", "k/a"];
        for (number, kind) in kinds.iter().enumerate() {
            let bytes = referrer(SUBJECT, kind, number);
            let selector = Selector::Digest(Digest::of(&bytes));
            let stored = repository
                .put_manifest(&selector, MANIFEST, &bytes)
                .unwrap();
            assert_eq!(stored.lists_referrers, api);
            if !api {
                let descriptor = descriptor(&bytes, kind);
                repository
                    .add_referrer(subject, &descriptor, Place::Last)
                    .unwrap();
                repository
                    .add_referrer(subject, &descriptor, Place::Last)
                    .unwrap();
            }
        }
        let all = repository.referrers(subject, None).unwrap();
        assert_eq!((all.descriptors.len(), all.is_api), (5, api));
        let some = repository.referrers(subject, Some("k/a")).unwrap();
        assert_eq!(some.descriptors.len(), 3);
        assert!(repository
            .referrers(subject, Some("k/c"))
            .unwrap()
            .descriptors
            .is_empty());
    }
}

#[test]
fn writers_do_not_lose_entries_of_each_other() {
    let subject = Digest::of(b"subject");
    let bench = Bench::new(Settings {
        referrers: false,
        sparse: true,
        ..Settings::default()
    });
    let client = bench.client();
    thread::scope(|scope| {
        for number in 0..6 {
            let (client, bench) = (&client, &bench);
            scope.spawn(move || {
                let repository = client.repository(&bench.name("a"), PUSH);
                let bytes = referrer(b"subject", "k/a", number);
                repository
                    .add_referrer(subject, &descriptor(&bytes, "k/a"), Place::First)
                    .unwrap();
            });
        }
    });
    let repository = client.repository(&bench.name("a"), PUSH);
    assert_eq!(
        repository
            .referrers(subject, None)
            .unwrap()
            .descriptors
            .len(),
        6
    );
}

#[test]
fn removed_entries_do_not_take_others_along() {
    let subject = Digest::of(b"subject");
    let bench = Bench::new(Settings {
        referrers: false,
        sparse: true,
        ..Settings::default()
    });
    let client = bench.client();
    let repository = client.repository(&bench.name("a"), PUSH);
    let entries: Vec<Descriptor> = (0..6)
        .map(|number| descriptor(&referrer(b"subject", "k/a", number), "k/a"))
        .collect();
    let digest = |entry: &Descriptor| entry.digest().as_ref().parse::<Digest>().unwrap();
    // Without a list, there is nothing to do.
    repository
        .remove_referrers(subject, &[digest(&entries[0])])
        .unwrap();
    assert_eq!(bench.registry.count("PUT", ""), 0);
    for entry in &entries[..4] {
        repository
            .add_referrer(subject, entry, Place::Last)
            .unwrap();
    }
    let removed = [digest(&entries[0]), digest(&entries[2])];
    thread::scope(|scope| {
        scope.spawn(|| repository.remove_referrers(subject, &removed).unwrap());
        for entry in &entries[4..] {
            let repository = &repository;
            scope.spawn(move || repository.add_referrer(subject, entry, Place::First));
        }
    });
    let mut left = repository.referrers(subject, None).unwrap().descriptors;
    left.sort_by_key(|entry| entry.digest().to_string());
    let mut expected = [1, 3, 4, 5].map(|number| entries[number].clone());
    expected.sort_by_key(|entry| entry.digest().to_string());
    assert_eq!(left, expected);
    bench.registry.take_requests();
    repository.remove_referrers(subject, &removed).unwrap();
    assert_eq!(bench.registry.count("PUT", ""), 0);
}

#[test]
fn a_tag_with_another_document_is_not_overwritten() {
    let subject = Digest::of(b"subject");
    let bench = Bench::new(Settings {
        referrers: false,
        ..Settings::default()
    });
    let tag = format!("sha256-{}", subject.hex());
    let image = referrer(b"x", "k/a", 0);
    bench
        .registry
        .put_manifest("a", Some(&tag), MANIFEST, &image);
    let client = bench.client();
    let repository = client.repository(&bench.name("a"), PUSH);
    let entry = descriptor(b"x", "k/a");
    assert_eq!(
        bench.message(repository.add_referrer(subject, &entry, Place::First)),
        format!(
            "cannot read `HOST/a:{subject_tag}`: expected an image index, found `{MANIFEST}`\n\
             hint: delete the tag, or attach to another image",
            subject_tag = tag
        )
    );
    assert_eq!(bench.registry.manifest("a", &tag).unwrap().1, image);
}
