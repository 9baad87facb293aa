use blob::{Blob, Digest};
use registry_fixture::{Account, Auth, Fault, Registry, Rule, Settings};

use crate::support::{bytes, password, Bench, PULL};

/// A registry with a blob.
fn bench(content: &[u8]) -> Bench {
    let bench = Bench::new(Settings::default());
    bench.registry.put_blob("a", content);
    bench
}

fn get(bench: &Bench, blob: &Blob) -> blob::Result<Option<Vec<u8>>> {
    let client = bench.client();
    let mut output = Vec::new();
    let exists = client
        .repository(&bench.name("a"), PULL)
        .blob(blob, &mut output)?;
    Ok(exists.then_some(output))
}

#[test]
fn a_blob_is_found_and_read() {
    let content = bytes(1 << 20);
    let bench = bench(&content);
    let client = bench.client();
    let repository = client.repository(&bench.name("a"), PULL);
    let blob = Blob::of(&content);
    assert!(repository.blob_exists(&blob).unwrap());
    assert!(!repository.blob_exists(&Blob::of(b"other")).unwrap());
    assert_eq!(get(&bench, &blob).unwrap(), Some(content));
    assert_eq!(get(&bench, &Blob::of(b"other")).unwrap(), None);
    let smaller = Blob { size: 5, ..blob };
    let error = bench.message(repository.blob_exists(&smaller));
    assert!(
        error.ends_with("expected 5 bytes, the registry states 1048576"),
        "{error}"
    );
    let error = bench.message(get(&bench, &smaller));
    assert!(
        error.ends_with("expected 5 bytes, the registry states 1048576"),
        "{error}"
    );
}

#[test]
fn the_empty_blob() {
    let bench = bench(b"");
    assert_eq!(get(&bench, &Blob::of(b"")).unwrap(), Some(Vec::new()));
}

#[test]
fn an_interrupted_download_continues() {
    let content = bytes(1 << 20);
    let blob = Blob::of(&content);
    for ranges in [true, false] {
        let bench = bench(&content);
        bench.registry.change(|settings| settings.ranges = ranges);
        let rule = Rule::new(Fault::CloseInResponse { after: 700_000 });
        bench.registry.fail(rule.on("GET", "/blobs/").times(1));
        assert_eq!(get(&bench, &blob).unwrap().as_ref(), Some(&content));
        let requests = bench.registry.take_requests();
        let range = requests.last().unwrap().header("range").unwrap().to_owned();
        assert!(
            range.starts_with("bytes=") && range != "bytes=0-",
            "{range}"
        );
        let log = bench.log.text();
        assert!(
            log.contains(" of 1048576 bytes; next attempt in 0.5 s"),
            "{log}"
        );
    }
}

#[test]
fn wrong_content_is_refused() {
    let content = bytes(1000);
    let blob = Blob::of(&content);
    let expected = blob.digest;
    for (fault, cause) in [
        (Fault::WrongByte, format!("expected {expected}, found ")),
        (Fault::Endless, "more than 1000 bytes".to_owned()),
        (
            Fault::WrongLength { by: 7 },
            "expected 1000 bytes, the registry states 1007".to_owned(),
        ),
        (
            Fault::Body {
                text: "short".to_owned(),
            },
            "expected 1000 bytes, the registry states 5".to_owned(),
        ),
        (Fault::status(206), String::new()),
    ] {
        let bench = bench(&content);
        bench.registry.fail(Rule::new(fault).on("GET", "/blobs/"));
        let error = bench.message(get(&bench, &blob));
        let start = format!("cannot get blob `HOST/a@{expected}`: {cause}");
        assert!(error.starts_with(&start), "{error}");
    }
}

#[test]
fn credentials_do_not_follow_a_redirect() {
    let content = bytes(1000);
    let blob = Blob::of(&content);
    let storage = Registry::new(Settings::default());
    storage.put_blob("a", &content);
    let bench = Bench::new(Settings {
        auth: Auth::Basic(vec![Account::new("me", "hunter2")]),
        ..Settings::default()
    });
    let to = format!("{}{{}}", storage.url());
    bench
        .registry
        .fail(Rule::new(Fault::Redirect { to }).on("GET", "/blobs/"));
    let client = bench.client_with(password(&bench, "me", "hunter2"));
    let mut output = Vec::new();
    let repository = client.repository(&bench.name("a"), PULL);
    assert!(repository.blob(&blob, &mut output).unwrap());
    assert_eq!(output, content);
    let [first] = &storage.take_requests()[..] else {
        panic!("more than one request");
    };
    assert_eq!(first.header("authorization"), None);
    let own = bench.registry.take_requests();
    assert_eq!(own.last().unwrap().header("authorization"), Some("Basic"));
}

#[test]
fn redirects_end() {
    let bench = bench(b"x");
    let to = format!("{}{{}}", bench.registry.url());
    bench
        .registry
        .fail(Rule::new(Fault::Redirect { to }).on("GET", "/blobs/"));
    let error = bench.message(get(&bench, &Blob::of(b"x")));
    let digest = Digest::of(b"x");
    let start = format!(
        "cannot get blob `HOST/a@{digest}`: more than 5 redirects, the last to http://HOST/v2/a/blobs/sha256:"
    );
    assert!(error.starts_with(&start), "{error}");
    assert_eq!(bench.requests().len(), 6);
}
