use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use blob::Blob;
use registry::{BytesContent, Content, FileContent, Sent};
use registry_fixture::{Account, Auth, Bearer, Fault, Location, Rule, Settings};

use crate::support::{bytes, password, Bench, PUSH};

fn upload(bench: &Bench, content: &[u8]) -> blob::Result<Sent> {
    let client = bench.client();
    let repository = client.repository(&bench.name("a"), PUSH);
    repository.upload(&Blob::of(content), &BytesContent(content))
}

fn has(bench: &Bench, content: &[u8]) -> bool {
    let digest = Blob::of(content).digest.to_string();
    bench.registry.blob("a", &digest).as_deref() == Some(content)
}

/// Methods, statuses and sizes of the requests.
fn steps(bench: &Bench) -> Vec<String> {
    let short = |line: &String| {
        let words: Vec<_> = line.split(' ').collect();
        format!("{} {} {}", words[0], words[2], words[3])
    };
    bench.requests().iter().map(short).collect()
}

#[test]
fn a_small_blob_takes_two_requests() {
    let bench = Bench::new(Settings::default());
    for content in [&bytes(100_000)[..], b"", b"x"] {
        assert_eq!(upload(&bench, content).unwrap(), Sent::Uploaded);
        assert!(has(&bench, content));
        let size = content.len();
        assert_eq!(steps(&bench), ["POST 202 0", &format!("PUT 201 {size}")]);
    }
}

#[test]
fn a_file_is_sent() {
    let content = bytes(10_000);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("blob");
    std::fs::write(&path, &content).unwrap();
    let bench = Bench::new(Settings::default());
    let client = bench.client();
    let repository = client.repository(&bench.name("a"), PUSH);
    let blob = Blob::of(&content);
    repository
        .upload(&blob, &FileContent(path.clone()))
        .unwrap();
    assert!(has(&bench, &content));
    std::fs::write(&path, &content[..9000]).unwrap();
    let error = bench.message(repository.upload(&blob, &FileContent(path.clone())));
    assert!(
        error.ends_with("cannot read the content: it ends 1000 bytes too early"),
        "{error}"
    );
    std::fs::remove_file(&path).unwrap();
    let error = bench.message(repository.upload(&blob, &FileContent(path)));
    assert!(
        error.contains("cannot read the content: No such file"),
        "{error}"
    );
}

#[test]
fn a_large_blob_is_sent_in_chunks_to_any_location() {
    let content = bytes(2500);
    for location in [
        Location::Path,
        Location::Absolute,
        Location::Relative,
        Location::Query,
    ] {
        let mut bench = Bench::new(Settings::default());
        bench
            .registry
            .change(|settings| settings.location = location);
        bench.options.chunk = 1000;
        assert_eq!(upload(&bench, &content).unwrap(), Sent::Uploaded);
        assert!(has(&bench, &content));
        assert_eq!(
            steps(&bench),
            [
                "POST 202 0",
                "PATCH 202 1000",
                "PATCH 202 1000",
                "PATCH 202 500",
                "PUT 201 0"
            ]
        );
    }
    let mut bench = Bench::new(Settings {
        chunk_min_length: Some(2000),
        ..Settings::default()
    });
    bench.options.chunk = 1000;
    upload(&bench, &content).unwrap();
    assert_eq!(
        steps(&bench),
        ["POST 202 0", "PATCH 202 2000", "PATCH 202 500", "PUT 201 0"]
    );
}

#[test]
fn a_registry_without_chunks_gets_the_blob_as_a_whole() {
    let content = bytes(2500);
    for status in [405, 501] {
        let mut bench = Bench::new(Settings::default());
        bench.options.chunk = 1000;
        let rule = Rule::new(Fault::status(status));
        bench.registry.fail(rule.on("PATCH", "/uploads/"));
        assert_eq!(upload(&bench, &content).unwrap(), Sent::Uploaded);
        assert!(has(&bench, &content));
        assert_eq!(bench.registry.count("PUT", "/uploads/"), 1);
        assert_eq!(bench.log.text(), "");
    }
}

#[test]
fn an_interrupted_upload_continues() {
    let content = bytes(3 << 20);
    for chunk in [1 << 20, 8 << 20] {
        let mut bench = Bench::new(Settings::default());
        bench.options.chunk = chunk;
        let method = if chunk == 1 << 20 { "PATCH" } else { "PUT" };
        let rule = Rule::new(Fault::CloseInRequest { after: 600_000 });
        bench.registry.fail(rule.on(method, "/uploads/").times(1));
        // The question how many bytes are stored may fail, too.
        let rule = Rule::new(Fault::status(503));
        bench.registry.fail(rule.on("GET", "/uploads/").times(1));
        assert_eq!(upload(&bench, &content).unwrap(), Sent::Uploaded);
        assert!(has(&bench, &content));
        let requests = bench.registry.take_requests();
        let sent: u64 = requests.iter().map(|request| request.body_bytes).sum();
        assert_eq!(sent, content.len() as u64, "{requests:#?}");
        assert_eq!(bench.registry.open_uploads(), 0);
    }
}

#[test]
fn temporary_failures_of_each_step() {
    let content = bytes(2500);
    for method in ["POST", "PATCH", "PUT"] {
        for fault in [
            Fault::status(503),
            Fault::status(429),
            Fault::Close,
            Fault::LoseResponse,
        ] {
            let mut bench = Bench::new(Settings::default());
            bench.options.chunk = 1000;
            let rule = Rule::new(fault.clone()).on(method, "/uploads/").times(1);
            bench.registry.fail(rule);
            let sent = upload(&bench, &content).unwrap();
            let is_lost = method == "PUT" && fault == Fault::LoseResponse;
            let expected = if is_lost {
                Sent::Existing
            } else {
                Sent::Uploaded
            };
            assert_eq!(sent, expected, "{method} {fault:?}");
            assert!(has(&bench, &content));
            let requests = bench.registry.take_requests();
            let bytes: u64 = requests.iter().map(|request| request.body_bytes).sum();
            // A refused request may have been read by the registry.
            assert!(bytes <= 2500 + 1000, "{method} {fault:?} {bytes}");
        }
    }
}

#[test]
fn a_forgotten_upload_starts_again() {
    let content = bytes(2500);
    let mut bench = Bench::new(Settings::default());
    bench.options.chunk = 1000;
    let rule = Rule::new(Fault::ForgetUpload).on("PATCH", "/uploads/");
    bench.registry.fail(rule.after(1).times(1));
    assert_eq!(upload(&bench, &content).unwrap(), Sent::Uploaded);
    assert!(has(&bench, &content));
    assert_eq!(bench.registry.count("POST", "/uploads/"), 2);
}

#[test]
fn wrong_content_is_refused() {
    let bench = Bench::new(Settings::default());
    let client = bench.client();
    let repository = client.repository(&bench.name("a"), PUSH);
    let blob = Blob::of(b"right");
    let error = bench.message(repository.upload(&blob, &BytesContent(b"wrong")));
    let start = format!(
        "cannot upload blob `HOST/a@{}`: the registry answered 400 Bad Request: DIGEST_INVALID",
        blob.digest
    );
    assert!(error.starts_with(&start), "{error}");
}

#[test]
fn answers_that_lie() {
    let content = bytes(2500);
    for (method, name, value, cause) in [
        (
            "POST",
            "Location",
            None,
            "the registry names no URL for the upload (`Location`)",
        ),
        (
            "POST",
            "Location",
            Some("ftp://x/?secret"),
            "`Location` is `ftp://x/`, which is not an HTTP URL",
        ),
        (
            "PATCH",
            "Range",
            Some("0-9999"),
            "the registry states 10000 stored bytes, expected more than 0 and at most 1000",
        ),
        (
            "PATCH",
            "Range",
            Some("0-0"),
            "the registry states 0 stored bytes, expected more than 0 and at most 1000",
        ),
        (
            "PUT",
            "Docker-Content-Digest",
            Some("sha256:1"),
            "the registry states the invalid digest `sha256:1`",
        ),
    ] {
        let mut bench = Bench::new(Settings::default());
        bench.options.chunk = 1000;
        let fault = match value {
            Some(value) => Fault::header(name, value),
            None => Fault::without_header(name),
        };
        bench
            .registry
            .fail(Rule::new(fault).on(method, "/uploads/"));
        let error = bench.message(upload(&bench, &content));
        assert!(error.ends_with(cause), "{error}");
    }
}

/// Content that counts how often it is opened.
struct Counted<'a>(&'a [u8], AtomicUsize);

impl Content for Counted<'_> {
    fn open(&self, from: u64) -> std::io::Result<Box<dyn std::io::Read + '_>> {
        self.1.fetch_add(1, Ordering::SeqCst);
        BytesContent(self.0).open(from).map(|_| {
            let from = usize::try_from(from).unwrap();
            Box::new(&self.0[from..]) as Box<dyn std::io::Read + '_>
        })
    }
}

#[test]
fn mounts() {
    let content = bytes(1000);
    let blob = Blob::of(&content);
    for (mounts, sent, opened) in [(true, Sent::Mounted, 0), (false, Sent::Uploaded, 1)] {
        let bench = Bench::new(Settings {
            auth: Auth::Bearer(Bearer::new(vec![Account::new("me", "hunter2")])),
            mounts,
            ..Settings::default()
        });
        bench.registry.put_blob("from/here", &content);
        let client = bench.client_with(password(&bench, "me", "hunter2"));
        let repository = client.repository(&bench.name("a"), PUSH);
        let counted = Counted(&content, AtomicUsize::new(0));
        let from = bench.name("from/here");
        assert_eq!(
            repository.mount_or_upload(&blob, &from, &counted).unwrap(),
            sent
        );
        assert_eq!(counted.1.load(Ordering::SeqCst), opened);
        assert!(has(&bench, &content));
        let requests = bench.registry.take_requests();
        let asked = requests
            .iter()
            .find(|request| request.path == "/token")
            .unwrap();
        assert!(
            asked.query.contains("scope=repository%3Aa%3Apull%2Cpush"),
            "{asked}"
        );
        assert!(
            asked
                .query
                .contains("scope=repository%3Afrom%2Fhere%3Apull"),
            "{asked}"
        );
        assert_eq!(repository.mount(&blob, &from).unwrap(), mounts);
        assert_eq!(bench.registry.open_uploads(), 0);
    }
}

#[test]
fn a_forbidden_mount_is_an_upload() {
    let content = bytes(1000);
    let bench = Bench::new(Settings::default());
    let rule = Rule::new(Fault::status(403)).on("POST", "mount=");
    bench.registry.fail(rule);
    let client = bench.client();
    let repository = client.repository(&bench.name("a"), PUSH);
    let (blob, from) = (Blob::of(&content), bench.name("from"));
    let sent = repository.mount_or_upload(&blob, &from, &BytesContent(&content));
    assert_eq!(sent.unwrap(), Sent::Uploaded);
    assert!(!repository.mount(&blob, &from).unwrap());
}

#[test]
fn a_registry_may_need_time_to_verify() {
    let mut bench = Bench::new(Settings::default());
    bench.options.timeout = std::time::Duration::from_millis(300);
    let rule = Rule::new(Fault::Delay { millis: 1000 });
    bench.registry.fail(rule.on("PUT", "/uploads/"));
    assert_eq!(upload(&bench, b"x").unwrap(), Sent::Uploaded);
    assert_eq!(bench.log.text(), "");
}

#[test]
fn many_threads_ask_for_one_token() {
    let bench = Bench::new(Settings {
        auth: Auth::Bearer(Bearer::new(vec![Account::new("me", "hunter2")])),
        ..Settings::default()
    });
    let client = bench.client_with(password(&bench, "me", "hunter2"));
    thread::scope(|scope| {
        for number in 0..12_u8 {
            let (client, bench) = (&client, &bench);
            scope.spawn(move || {
                let content = [number; 1000];
                let repository = client.repository(&bench.name("a"), PUSH);
                repository
                    .upload(&Blob::of(&content), &BytesContent(&content))
                    .unwrap();
            });
        }
    });
    assert_eq!(bench.registry.blobs("a").len(), 12);
    assert_eq!(bench.registry.count("GET", "/token"), 1);
    let requests = bench.registry.take_requests();
    assert_eq!(requests.len(), 2 + 2 * 12);
}
