//! `verify`: what is accepted, and each kind of problem with its message.

#![allow(clippy::unwrap_used)]

mod published;

use published::{descriptor, testdata, Image, Published, CONFIG, LAYER, MANIFEST, REPOSITORY};
use registry_fixture::{Fault, Registry, Rule, Settings};
use serde_json::{json, Value};
use sign::{Bundle, Statement};

const BUNDLE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";
const SIGNED: &str = "it has no signature\n";

/// A registry with a signed index at the tag `latest`.
fn signed() -> (Published, Image) {
    let published = Published::new(Settings::default());
    let image = published.add("one", "2026-11-21", &["latest"]);
    published.succeeds("sign REPO:latest --key a.key");
    (published, image)
}

/// A referrer of `subject`, as its list states it, with these layers.
fn refer(published: &Published, subject: &str, layer: &str) -> String {
    let (_, bytes) = published.registry.manifest(REPOSITORY, subject).unwrap();
    let subject = descriptor(
        "application/vnd.oci.image.index.v1+json",
        subject,
        bytes.len(),
    );
    let config = published.blob("application/vnd.oci.empty.v1+json", "{}");
    let manifest = format!(
        r#"{{"schemaVersion":2,"mediaType":"{MANIFEST}","artifactType":"{BUNDLE}","config":{config},"layers":[{layer}],"subject":{subject}}}"#
    );
    published::digest_of(&published.manifest(None, MANIFEST, &manifest))
}

/// The problem with a bundle that is attached to an index.
fn problem_of(published: &Published, bundle: &[u8]) -> String {
    let image = published.add("two", "2026-11-21", &["two"]);
    let layer = published.blob(BUNDLE, std::str::from_utf8(bundle).unwrap());
    let referrer = refer(published, &image.index, &layer);
    let problems = published.problems("verify REPO:two --key a.pub");
    let start = format!(
        "problem: cannot verify `REPO@{}`: signature `{referrer}`: ",
        image.index
    );
    let mut causes = problems
        .iter()
        .filter_map(|problem| problem.strip_prefix(&start));
    causes.next().unwrap().to_owned()
}

#[test]
fn a_signed_index_with_statements() {
    let (published, image) = signed();
    published.write("sbom.json", "{}");
    published.succeeds("attach REPO:latest --children --predicate sbom.json --type https://spdx.dev/Document --key a.key");
    let statements = "signed by key `a.pub`; statements: https://spdx.dev/Document";
    assert_eq!(
        published.succeeds("verify REPO:latest --key a.pub --blobs --require https://spdx.dev/Document"),
        format!(
            "REPO@{} index (latest): {statements}\nREPO@{} linux/amd64: {statements}\nREPO@{} linux/arm64: {statements}\n\
             REPO@{} attestation\n",
            image.index, image.amd64, image.arm64, image.attestation
        )
    );
}

#[test]
fn the_report_in_json() {
    let (published, image) = signed();
    let text = published.succeeds("verify REPO --key a.pub --json");
    let report: Value = serde_json::from_str(&text).unwrap();
    let signature = |subject: &str| {
        json!([{
            "format": "bundle",
            "referrer": published.referrers(subject)[0],
            "signer": {"fingerprint": published.fingerprint(), "key": "a.pub"},
        }])
    };
    let entry = |digest: &str, kind: &str, platform: Value, tags: Value, signatures: Value| {
        json!({
            "digest": digest, "kind": kind, "platform": platform, "tags": tags, "signatures": signatures,
            "needs_signature": kind != "attestation", "other_signers": 0, "statements": [],
        })
    };
    let expected = json!({"version": 1, "repositories": [{
        "repository": "REPO",
        "images": [
            entry(&image.index, "index", Value::Null, json!(["latest"]), signature(&image.index)),
            entry(&image.amd64, "image", json!("linux/amd64"), json!([]), signature(&image.amd64)),
            entry(&image.arm64, "image", json!("linux/arm64"), json!([]), signature(&image.arm64)),
            entry(&image.attestation, "attestation", Value::Null, json!([]), json!([])),
        ],
        "tags": [], "problems": [], "warnings": [],
    }]});
    assert_eq!(report, expected);
}

#[test]
fn images_without_a_signature_or_a_statement() {
    let published = Published::new(Settings::default());
    let image = published.add("one", "2026-11-21", &["latest"]);
    published.succeeds("sign REPO:latest --no-children --key a.key");
    let (stdout, stderr) =
        published.fails("verify REPO --key a.pub --require https://spdx.dev/Document");
    assert_eq!(
        stderr,
        "error: cannot verify `REPO`: there are 5 problems\n"
    );
    let hint = "hint: sign it with the command `sign`, or copy it with its signatures\n";
    let statement = "it has no statement of type `https://spdx.dev/Document` by a trusted signer\n";
    let start = |digest: &str| format!("problem: cannot verify `REPO@{digest}`: ");
    let (index, amd64, arm64) = (
        start(&image.index),
        start(&image.amd64),
        start(&image.arm64),
    );
    let problems: String = [
        format!("{index}{statement}"),
        format!("{amd64}{SIGNED}{hint}{amd64}{statement}"),
        format!("{arm64}{SIGNED}{hint}{arm64}{statement}"),
    ]
    .concat();
    assert!(stdout.ends_with(&problems), "{stdout}");
}

#[test]
fn signatures_that_are_not_accepted() {
    let (published, image) = signed();
    let other = published.add_key("b");
    let fingerprint = published.fingerprint();
    // Another key.
    let problems = published.problems("verify REPO:latest --key b.pub");
    assert_eq!(problems.len(), 3);
    let referrer = &published.referrers(&image.index)[0];
    assert_eq!(
        problems[0],
        format!("problem: cannot verify `REPO@{}`: signature `{referrer}`: no given key made the signature; it claims the key with fingerprint `{fingerprint}`", image.index)
    );
    // A valid signature of another image.
    let (_, bundle) = published.bundle(referrer);
    let two = published.add("two", "2026-11-21", &[]).index;
    assert_eq!(
        problem_of(&published, &bundle),
        format!(
            "the signature is for another image: expected `{two}`, found `{}`",
            image.index
        )
    );
    // A statement that was changed after it was signed.
    let statement = Statement::signature(two.parse().unwrap());
    let bundle = Bundle::sign(&statement, &published.key)
        .unwrap()
        .bytes()
        .unwrap();
    let changed = String::from_utf8(bundle)
        .unwrap()
        .replace("\"payload\":\"e", "\"payload\":\"f");
    assert_eq!(
        problem_of(&published, changed.as_bytes()),
        format!("the content was changed after it was signed with key `{fingerprint}`, or the signature was")
    );
    // The key hint of one key, the signature of another.
    let of_other = Bundle::sign(&statement, &other.key)
        .unwrap()
        .bytes()
        .unwrap();
    let of_other: Value = serde_json::from_slice(&of_other).unwrap();
    let mut forged = of_other;
    forged["verificationMaterial"]["publicKey"]["hint"] = json!(fingerprint);
    assert!(problem_of(&published, forged.to_string().as_bytes())
        .starts_with("the content was changed"));
}

#[test]
fn keyless_signatures() {
    let published = Published::new(Settings::default());
    let image = published.add("two", "2026-11-21", &["two"]);
    published.write("root.json", testdata("trusted_root.json"));
    published.write("expired_root.json", testdata("expired_trusted_root.json"));
    let attach = |name: &str| {
        let layer = published.blob(BUNDLE, std::str::from_utf8(&testdata(name)).unwrap());
        refer(&published, &image.index, &layer)
    };
    let referrer = attach("cosign_keyless.json");
    let start = format!(
        "problem: cannot verify `REPO@{}`: signature `{referrer}`: ",
        image.index
    );
    let identity = "--trusted-root root.json --identity https://ci.example/release --issuer https://issuer.example";
    // It is the signature of an image in the test data, so it is a swapped one here.
    let problems = published.problems(&format!("verify REPO:two {identity}"));
    assert!(
        problems[0].starts_with(&format!(
            "{start}the signature is for another image: expected `{}`",
            image.index
        )),
        "{problems:?}"
    );
    let problems = published.problems("verify REPO:two --key a.pub");
    assert_eq!(
        problems[0],
        format!(
            "{start}unsupported signature: signed with a certificate (keyless), expected a key"
        )
    );
    let expired = attach("expired_keyless.json");
    let problems = published.problems(&format!(
        "verify REPO:two {}",
        identity.replace("root.json", "expired_root.json")
    ));
    let expired = problems
        .iter()
        .find(|problem| problem.contains(&expired))
        .unwrap();
    assert!(expired.ends_with("the certificate had expired, or was not valid yet, when the log recorded the signature"), "{expired}");
}

#[test]
fn accepted_bundles_are_saved() {
    let (published, image) = signed();
    published.succeeds("verify REPO:latest --key a.pub --save-bundles saved/new");
    for digest in [&image.index, &image.amd64, &image.arm64] {
        let name = format!("saved/new/{}.json", digest.replace(':', "-"));
        let (_, bundle) = published.bundle(&published.referrers(digest)[0]);
        assert_eq!(std::fs::read(published.path(&name)).unwrap(), bundle);
    }
    let saved = std::fs::read_dir(published.path("saved/new")).unwrap();
    assert_eq!(saved.count(), 3);
}

#[test]
fn an_accepted_signature_outweighs_others() {
    let (published, image) = signed();
    let layer = published.blob(BUNDLE, "<html>");
    let referrer = refer(&published, &image.index, &layer);
    let text = published.succeeds("verify REPO:latest --key a.pub");
    let warning = format!("warning: cannot verify `REPO@{}`: signature `{referrer}`: it is not a signature bundle: expected value at line 1 column 1\n", image.index);
    assert!(text.ends_with(&warning), "{text}");
}

/// Referrers that are no bundles, or not what they claim, are named or skipped.
#[test]
fn hostile_referrers() {
    let cause = |layer: &dyn Fn(&Published) -> String, change: &dyn Fn(&Registry, &str)| {
        let published = Published::new(Settings::default());
        let image = published.add("two", "2026-11-21", &["two"]);
        let referrer = refer(&published, &image.index, &layer(&published));
        change(&published.registry, &referrer);
        let problems = published.problems("verify REPO:two --key a.pub");
        let start = format!("problem: cannot verify `REPO@{}`: ", image.index);
        problems[0]
            .strip_prefix(&start)
            .unwrap()
            .replace(&format!("signature `{referrer}`: "), "")
    };
    let unchanged = |_: &Registry, _: &str| {};
    let bundle = |published: &Published| published.blob(BUNDLE, "{}");
    assert_eq!(
        cause(&|published| published.blob(LAYER, "{}"), &unchanged),
        format!("it has no layer of type `{BUNDLE}`")
    );
    assert_eq!(
        cause(
            &|_| descriptor(BUNDLE, &format!("sha256:{}", "0".repeat(64)), 7),
            &unchanged
        ),
        "the registry lists it, but does not have it"
    );
    assert_eq!(
        cause(
            &|_| descriptor(BUNDLE, &format!("sha256:{}", "0".repeat(64)), 1 << 40),
            &unchanged
        ),
        "its content has 1099511627776 bytes, at most 16777216 are read"
    );
    assert_eq!(
        cause(&bundle, &unchanged),
        "it is not a signature bundle: `mediaType` is missing"
    );
    let nested = "[".repeat(100_000);
    let deep = cause(&|published| published.blob(BUNDLE, &nested), &unchanged);
    assert!(deep.starts_with("it is not a signature bundle: "), "{deep}");
    let tampered = cause(&bundle, &|registry, referrer| {
        registry.tamper(referrer, b"{}")
    });
    assert!(tampered.starts_with("cannot get manifest `"), "{tampered}");
    let missing = cause(&bundle, &|registry, referrer| {
        registry.fail(Rule::new(Fault::status(404)).on("GET", &format!("manifests/{referrer}")));
    });
    assert_eq!(missing, "the registry lists it, but does not have it");
}

#[test]
fn thousands_of_referrers() {
    let (published, image) = signed();
    for number in 0..300 {
        let layer = published.blob(BUNDLE, &format!("{{\"number\":{number}}}"));
        refer(&published, &image.index, &layer);
    }
    for number in 0..2000 {
        // Of another type: not even read.
        let (_, bytes) = published
            .registry
            .manifest(REPOSITORY, &image.index)
            .unwrap();
        let subject = descriptor(published::INDEX, &image.index, bytes.len());
        let config = published.blob(CONFIG, "{}");
        let manifest = format!(
            r#"{{"schemaVersion":2,"mediaType":"{MANIFEST}","artifactType":"a/b{number}","config":{config},"layers":[],"subject":{subject}}}"#
        );
        published.manifest(None, MANIFEST, &manifest);
    }
    published.registry.take_requests();
    let outcome = published.run("verify REPO:latest --key a.pub");
    assert!(
        outcome
            .stdout
            .contains("the image has more than 100 signatures and statements"),
        "{}",
        outcome.stdout
    );
    assert!(published.registry.take_requests().len() < 250);
}

#[test]
fn tags_that_were_replaced_or_downgraded() {
    let published = Published::new(Settings::default());
    let old = published.add(
        "old",
        "2026-11-14",
        &["latest-20261114", "debug-20261114", "nonroot-20261114"],
    );
    let new = published.add(
        "new",
        "2026-11-21",
        &["latest-20261121", "debug-20261121.2", "nonroot-20261121"],
    );
    published.add("first", "2026-11-21", &["debug-20261121"]);
    published.add("old", "2026-11-14", &["debug"]);
    published.add("new", "2026-11-21", &["latest"]);
    let other = published.add("other", "2026-11-21", &["nonroot"]);
    published.add("older", "2026-10-01", &["older"]);
    published.add("newest", "2026-11-28", &["newer"]);
    published.add("new", "2026-11-21", &["older-20261121", "newer-20261121"]);
    published.succeeds("sign REPO --key a.key");
    let (stdout, _) = published.fails("verify REPO --key a.pub");
    let lines: Vec<&str> = stdout
        .lines()
        .filter(|line| line.starts_with("problem: "))
        .collect();
    assert_eq!(
        lines,
        [
            "problem: cannot verify `REPO:debug`: it was downgraded: it points to an image of 2026-11-14 (`debug-20261114`); the newest one is `debug-20261121.2`".to_owned(),
            format!("problem: cannot verify `REPO:nonroot`: it was replaced: expected `{}`, the image of `nonroot-20261121`, found `{}`", new.index, other.index),
            "problem: cannot verify `REPO:older`: it was downgraded: it points to an image of 2026-10-01; the newest one is `older-20261121`".to_owned(),
        ]
    );
    let history = format!(
        "REPO:latest on 2026-11-21: {}\nREPO:latest on 2026-11-14: {}\n",
        new.index, old.index
    );
    assert!(stdout.contains(&history), "{stdout}");
}

#[test]
fn digests_that_are_expected() {
    let published = Published::new(Settings::default());
    let image = published.add("one", "2026-11-21", &["latest", "debug"]);
    let name = published.name();
    let line = |tag: &str, digest: &str| format!("{name}:{tag}@{digest} pushed\n");
    let (good, other) = (line("latest", &image.index), line("debug", &image.amd64));
    published.write("lock", format!("# pushed in November\n\n{good}"));
    published.succeeds("verify REPO --expect lock");
    published.succeeds("verify REPO:latest --expect lock");
    // All repositories of the file. The push has also reported signatures.
    let signed = format!("{good}{name}@{} signed {}\n", image.index, image.amd64);
    published.write("lock", &signed);
    let report = published.succeeds("verify --expect lock");
    assert!(report.contains(&image.index), "{report}");
    assert_eq!(
        published.problems("verify REPO:debug --expect lock"),
        ["problem: cannot verify `REPO:debug`: `lock` has no digest of it"]
    );
    published.succeeds(&format!("verify REPO@{} --expect lock", image.index));
    assert_eq!(
        published.problems(&format!("verify REPO@{} --expect lock", image.arm64)),
        [format!(
            "problem: cannot verify `REPO@{}`: `lock` does not have this digest",
            image.arm64
        )]
    );
    published.write(
        "lock",
        format!("{good}{other}{}", line("missing", &image.index)),
    );
    assert_eq!(
        published.problems("verify REPO --expect lock"),
        [
            format!("problem: cannot verify `REPO:debug`: expected `{}` (lock), found `{}`", image.amd64, image.index),
            format!("problem: cannot verify `REPO:missing`: expected `{}` (lock), the tag does not exist", image.index),
        ]
    );
    published.write("lock", good.replace("team/app", "team/other"));
    assert_eq!(
        published.problems("verify REPO --expect lock"),
        ["problem: cannot verify `REPO`: `lock` has no digest of its tags"]
    );
    for text in ["a.example/b:1\n", ""] {
        published.write("lock", text);
        let (_, error) = published.fails("verify --expect lock");
        let object = if text.is_empty() { "lock" } else { "lock:1" };
        assert_eq!(error, format!("error: cannot read `{object}`: expected `REPOSITORY:TAG@DIGEST`, as `push` prints\n"));
    }
}

#[test]
fn content_that_was_changed() {
    let (published, image) = signed();
    published.succeeds("verify REPO:latest --key a.pub --blobs");
    published.registry.tamper(&image.layer, b"one AMD64");
    published.succeeds("verify REPO:latest --key a.pub");
    let problems = published.problems("verify REPO:latest --key a.pub --blobs");
    let start = format!("problem: cannot verify `REPO@{}`: its blob cannot be verified: cannot get blob `REPO@{}`: ", image.amd64, image.layer);
    assert_eq!(problems.len(), 1);
    assert!(problems[0].starts_with(&start), "{problems:?}");
    published
        .registry
        .fail(Rule::new(Fault::status(404)).on("GET", &format!("blobs/{}", image.layer)));
    assert_eq!(
        published.problems("verify REPO:latest --key a.pub --blobs"),
        [format!(
            "problem: cannot verify `REPO@{}`: its blob `{}` is missing",
            image.amd64, image.layer
        )]
    );
    published.registry.recover();
    published.registry.tamper(&image.amd64, b"{}");
    let problems = published.problems("verify REPO:latest --key a.pub");
    assert_eq!(problems.len(), 1);
    assert!(
        problems[0].contains(&format!(
            "cannot get manifest `REPO@{}`: expected ",
            image.amd64
        )),
        "{problems:?}"
    );
}

/// cosign 2 wrote signatures to a tag.
#[test]
fn signatures_of_cosign_2() {
    let published = Published::new(Settings::default());
    let image = published.add("one", "2026-11-21", &[]);
    let manifest = published
        .registry
        .manifest(REPOSITORY, &image.arm64)
        .unwrap();
    published
        .registry
        .put_manifest(REPOSITORY, Some("one"), MANIFEST, &manifest.1);
    let text = json!({"critical": {
        "identity": {"docker-reference": "a.example/b"},
        "image": {"docker-manifest-digest": image.arm64},
        "type": "cosign container image signature",
    }, "optional": null});
    let sign = |text: &str| {
        use base64::Engine as _;
        use sign::Signer as _;
        let signature = published.key.sign(text.as_bytes()).unwrap();
        base64::engine::general_purpose::STANDARD.encode(signature)
    };
    let text = text.to_string();
    let attach = |signature: &str| {
        let layer = published.blob("application/vnd.dev.cosign.simplesigning.v1+json", &text);
        let layer = layer.strip_suffix('}').unwrap();
        let layer = format!(
            r#"{layer},"annotations":{{"dev.cosignproject.cosign/signature":"{signature}"}}}}"#
        );
        let config = published.blob(CONFIG, "{}");
        let tag = format!("{}.sig", image.arm64.replace(':', "-"));
        published.manifest(Some(&tag), MANIFEST, &format!(r#"{{"schemaVersion":2,"mediaType":"{MANIFEST}","config":{config},"layers":[{layer}]}}"#));
    };
    attach(&sign(&text));
    // The tag of the signature is no image.
    assert_eq!(
        published.succeeds("verify REPO --key a.pub"),
        format!("REPO@{} image (one): signed by key `a.pub`\n", image.arm64)
    );
    attach(&sign("other"));
    let problems = published.problems("verify REPO:one --key a.pub");
    assert!(
        problems[0].ends_with(": no given key made the signature"),
        "{problems:?}"
    );
}

#[test]
fn options_without_a_signer() {
    let (published, _) = signed();
    let (_, error) = published.fails("verify REPO:latest");
    assert_eq!(error, "error: cannot verify `REPO:latest`: no trusted signer is given\nhint: pass --key, or --trusted-root with --identity and --issuer\n");
    let (_, error) = published.fails("verify REPO:latest --key a.key");
    assert!(
        error
            .ends_with("hint: pass the public key; never give a private key to those who verify\n"),
        "{error}"
    );
    let (stdout, _) = published.fails("verify REPO:missing --key a.pub");
    assert_eq!(
        stdout,
        "problem: cannot verify `REPO`: cannot find image `REPO:missing`: it does not exist\n"
    );
}

/// A registry cannot make a set look good by hiding it.
#[test]
fn hidden_images() {
    let (published, _) = signed();
    let lists = |tags: &str| Fault::Body {
        text: format!(r#"{{"tags":[{tags}]}}"#),
    };
    for (tags, problem) in [
        ("", "`REPO`: it has no tag, so there is no image to verify"),
        (
            r#""latest","gone""#,
            "`REPO:gone`: the registry lists it, but does not have it",
        ),
    ] {
        let rule = Rule::new(lists(tags)).on("GET", "/tags/list").times(1);
        published.registry.fail(rule);
        assert_eq!(
            published.problems("verify REPO --key a.pub"),
            [format!("problem: cannot verify {problem}")]
        );
    }
}

/// Text of an image is shown, but a terminal does not obey it.
#[test]
fn text_that_controls_terminals() {
    let (published, image) = signed();
    let (_, bytes) = published
        .registry
        .manifest(REPOSITORY, &image.amd64)
        .unwrap();
    let mut entry: Value =
        serde_json::from_str(&descriptor(MANIFEST, &image.amd64, bytes.len())).unwrap();
    entry["platform"] =
        json!({"os": "linux", "architecture": "a\u{1b}]0;x\u{7}\nproblem: y\u{202e}"});
    let index = json!({"schemaVersion": 2, "mediaType": published::INDEX, "manifests": [entry]});
    published.manifest(Some("odd"), published::INDEX, &index.to_string());
    let (stdout, _) = published.fails("verify REPO:odd --key a.pub");
    let line = stdout.lines().nth(1).unwrap();
    assert_eq!(
        line,
        format!(
            r"REPO@{} linux/a\u{{1b}}]0;x\u{{7}}\nproblem: y\u{{202e}}: signed by key `a.pub`",
            image.amd64
        )
    );
    entry["digest"] = json!("sha256:\u{1b}[31m\nhint: z");
    let index = json!({"schemaVersion": 2, "mediaType": published::INDEX, "manifests": [entry]});
    published.manifest(Some("odder"), published::INDEX, &index.to_string());
    let (_, stderr) = published.fails("sign REPO:odder --children --key a.key");
    assert!(
        stderr.contains(r"\u{1b}[31m\nhint: z at line 1"),
        "{stderr}"
    );
}

/// Some programs would use such a document as an image, and others as an index.
#[test]
fn documents_of_two_kinds() {
    let (published, image) = signed();
    let (_, bytes) = published
        .registry
        .manifest(REPOSITORY, &image.amd64)
        .unwrap();
    let entry = descriptor(MANIFEST, &image.amd64, bytes.len());
    let config = published.blob(CONFIG, "{}");
    let both = format!(r#"{{"config":{config},"manifests":[{entry}]}}"#);
    let both = published::digest_of(&published.manifest(Some("both"), MANIFEST, &both));
    assert_eq!(
        published.problems("verify REPO:both --key a.pub"),
        [format!(
            "problem: cannot verify `REPO@{both}`: cannot read image `REPO`: cannot read manifest `{both}`: it is an \
             image and an index: it has `manifests`, and `config` or `layers`"
        )]
    );
    let other = format!(r#"{{"Manifests":[{entry}]}}"#);
    published.manifest(Some("case"), published::INDEX, &other);
    let problems = published.problems("verify REPO:case --key a.pub");
    let end =
        ": its field `Manifests` is not written as in the specification, and some programs read it";
    assert!(problems[0].ends_with(end), "{}", problems[0]);
    let child = entry.replace(MANIFEST, published::INDEX);
    let index = format!(r#"{{"manifests":[{child}]}}"#);
    published.manifest(Some("child"), published::INDEX, &index);
    let problems = published.problems("verify REPO:child --key a.pub");
    let end = format!(
        "cannot read manifest `{}`: its descriptor states the media type `{}`, the document `{MANIFEST}`",
        image.amd64,
        published::INDEX
    );
    assert!(problems[0].ends_with(&end), "{}", problems[0]);
}
