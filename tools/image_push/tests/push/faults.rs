//! Registries that fail, or answer in unusual ways.

use registry_fixture::{Account, Auth, Fault, Location, RetryAfter, Rule, Settings};

use crate::images::{bytes, digest, Image};
use crate::support::{Run, World};

fn image() -> Image {
    Image::new(&[bytes(1, 200_000), bytes(2, 3000)])
}

fn push(settings: Settings, rules: &[Rule]) -> (World, Run) {
    let world = World::with(settings);
    world.layout(&image());
    for rule in rules {
        world.registry.fail(rule.clone());
    }
    let run = world.push("team/app:v1");
    (world, run)
}

#[test]
fn temporary_failures_are_repeated() {
    let once = |fault: Fault| Rule::new(fault).times(1);
    for rule in [
        once(Fault::status(408)).on("HEAD", "/manifests/v1"),
        once(Fault::retry_after(429, RetryAfter::Seconds(1))).on("POST", "/blobs/uploads/"),
        once(Fault::retry_after(429, RetryAfter::Date(1))).on("PUT", "/blobs/uploads/"),
        once(Fault::status(500)).on("PUT", "/blobs/uploads/"),
        once(Fault::status(503)).on("PUT", "/manifests/v1"),
        once(Fault::StatusBeforeBody { status: 503 }).on("PUT", "/blobs/uploads/"),
        once(Fault::Close).on("POST", "/blobs/uploads/"),
        once(Fault::Close).on("PUT", "/manifests/v1"),
        once(Fault::LoseResponse).on("PUT", "/blobs/uploads/"),
        once(Fault::LoseResponse).on("PUT", "/manifests/v1"),
        once(Fault::CloseInRequest { after: 1000 }).on("PUT", "/blobs/uploads/"),
        once(Fault::ForgetUpload).on("PUT", "/blobs/uploads/"),
        once(Fault::Garbage).on("HEAD", "/blobs/"),
        Rule::new(Fault::Delay { millis: 20 }),
        Rule::new(Fault::Slow {
            bytes: 10,
            millis: 1,
        }),
    ] {
        let shown = format!("{rule:?}");
        let (world, run) = push(Settings::default(), &[rule]);
        assert_eq!(run.code, Some(0), "{shown}: {}", run.errors);
        world.assert_has("team/app", "v1", &image());
        // A tag is written last, and no blob twice.
        assert_eq!(world.registry.blobs("team/app").len(), 3, "{shown}");
    }
}

#[test]
fn locations_of_uploads() {
    let elsewhere = World::new();
    for location in [
        Location::Path,
        Location::Absolute,
        Location::Relative,
        Location::Query,
    ] {
        let (world, run) = push(
            Settings {
                location,
                post_only: false,
                chunk_min_length: Some(1000),
                ..Settings::default()
            },
            &[],
        );
        run.success();
        world.assert_has("team/app", "v1", &image());
    }
    assert_eq!(elsewhere.registry.requests(), []);
}

#[test]
fn permanent_failures_are_named() {
    let failed = |settings: Settings, rule: Option<Rule>| {
        let lies = format!("{rule:?}").contains("Docker-Content-Digest");
        let (world, run) = push(settings, rule.as_slice());
        assert!(lies || world.registry.tags("team/app").is_empty());
        assert_eq!(run.output, "");
        let message = run.failure();
        let blobs = image();
        let mut message = message.trim_start_matches("error: ").to_owned();
        for blob in blobs.blobs() {
            message = message.replace(&digest(blob), "BLOB");
        }
        message
    };
    let one = "cannot push `1 of 1 images`";
    let denied = Fault::Status {
        status: 403,
        code: Some("DENIED".to_owned()),
        retry_after: None,
    };
    for (rule, message) in [
        (
            Rule::new(denied).on("HEAD", "/manifests/v1"),
            format!("{one}: cannot look up manifest `HOST/team/app:v1`: the registry answered 403 Forbidden\nhint: check that the login may do this in the repository"),
        ),
        (
            Rule::new(Fault::status(404)).on("PUT", "/manifests/v1"),
            format!("{one}: cannot put manifest `HOST/team/app:v1`: the registry answered 404 Not Found\nhint: check the name of the repository"),
        ),
        (
            Rule::new(Fault::status(503)).on("PUT", "/manifests/v1"),
            format!("{one}: cannot put manifest `HOST/team/app:v1`: the registry answered 503 Service Unavailable"),
        ),
        (
            Rule::new(Fault::retry_after(429, RetryAfter::Seconds(3600))).on("HEAD", "/manifests/v1"),
            format!("{one}: cannot look up manifest `HOST/team/app:v1`: the registry answered 429 Too Many Requests and requests a pause of 3600 s; the longest allowed pause is 60 s"),
        ),
        (
            Rule::new(Fault::header("Docker-Content-Digest", &digest(b"other"))).on("PUT", "/manifests/v1"),
            format!("{one}: cannot put manifest `HOST/team/app:v1`: expected {}, the registry states {}", image().digest(), digest(b"other")),
        ),
        (
            Rule::new(Fault::header("Docker-Content-Digest", &digest(b"other"))).on("PUT", &format!("digest={}", digest(&bytes(2, 3000)))),
            format!("{one}: cannot upload blob `HOST/team/app@BLOB`: expected BLOB, the registry states {}", digest(b"other")),
        ),
        (
            Rule::new(Fault::without_header("Location")).on("POST", "/blobs/uploads/").times(1),
            format!("{one}: cannot upload blob `HOST/team/app@BLOB`: the registry names no URL for the upload (`Location`)"),
        ),
        (
            Rule::new(Fault::Redirect { to: "http://127.0.0.1:1/x?token=s3cret".to_owned() }).on("PUT", "/manifests/v1"),
            format!("{one}: cannot put manifest `HOST/team/app:v1`: the registry redirects PUT to `http://127.0.0.1:1/x`\nhint: use the host that the registry redirects to"),
        ),
    ] {
        let shown = format!("{rule:?}");
        assert_eq!(failed(Settings::default(), Some(rule)), message, "{shown}");
    }
    let basic = Settings {
        auth: Auth::Basic(vec![Account::new("user", "pa55word")]),
        ..Settings::default()
    };
    assert_eq!(
        failed(basic, None),
        format!("{one}: cannot look up manifest `HOST/team/app:v1`: the registry answered 401 Unauthorized\nhint: log in with `docker login HOST` or `podman login HOST`, or add `machine HOST` to ~/.netrc")
    );
}

#[test]
fn wrong_facts_about_blobs_are_found() {
    let blob = bytes(1, 200_000);
    let world = World::new();
    world.layout(&image());
    // The repository has a tag, so each blob is looked up.
    world
        .registry
        .put_manifest("team/app", Some("old"), crate::images::MANIFEST, b"{}");
    world.registry.put_blob("team/app", &blob);
    let path = format!("/blobs/{}", digest(&blob));
    world
        .registry
        .fail(Rule::new(Fault::WrongLength { by: 7 }).on("HEAD", &path));
    let message = world.push("team/app:v1").failure();
    assert!(
        message.contains("expected 200000 bytes, the registry states 200007"),
        "{message}"
    );
    assert_eq!(world.registry.tags("team/app").len(), 1);
}
