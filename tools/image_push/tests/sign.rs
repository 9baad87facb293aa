//! `sign`, `attach` and `generate-key`.

#![allow(clippy::unwrap_used)]

mod published;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use published::{Published, PASSWORD, REPOSITORY};
use registry_fixture::{Fault, Rule, Settings};
use sign::{verify, Expected, PublicKey, Signer};

/// A registry without the referrers API.
fn older() -> Settings {
    Settings {
        referrers: false,
        ..Settings::default()
    }
}

#[test]
fn an_index_and_its_images_are_signed_once() {
    for settings in [Settings::default(), older()] {
        let published = Published::new(settings);
        let image = published.add("one", "2026-11-21", &["latest"]);
        let signed = published.succeeds("sign REPO:latest --key a.key");
        let subjects = [&image.index, &image.amd64, &image.arm64];
        let lines = subjects.map(|subject| {
            let referrers = published.referrers(subject);
            assert_eq!(referrers.len(), 1, "{subject}");
            format!("REPO@{subject} signed {}\n", referrers[0])
        });
        assert_eq!(signed, lines.concat());
        // An attestation of Docker is no image.
        assert!(published.referrers(&image.attestation).is_empty());
        published.take_writes();
        let again = published.succeeds("sign REPO:latest --key a.key");
        assert_eq!(again, lines.concat().replace(" signed ", " unchanged "));
        assert_eq!(published.take_writes(), 0);
    }
}

#[test]
fn equal_keys_and_images_have_equal_signatures() {
    let published = Published::new(Settings::default());
    let other = Published::new(older());
    for registry in [&published, &other] {
        registry.add("one", "2026-11-21", &["latest"]);
    }
    let signed = published.succeeds("sign REPO:latest --key a.key");
    assert_eq!(other.succeeds("sign REPO:latest --key a.key"), signed);
}

#[test]
fn a_second_key_adds_a_signature() {
    let published = Published::new(Settings::default());
    let image = published.add("one", "2026-11-21", &["latest"]);
    published.add_key("b");
    published.succeeds("sign REPO:latest --no-children --key a.key");
    published.succeeds("sign REPO:latest --no-children --key b.key");
    assert_eq!(published.referrers(&image.index).len(), 2);
    assert!(published.referrers(&image.amd64).is_empty());
    // Both are accepted, and each alone.
    published.succeeds("sign REPO:latest --key a.key");
    published.succeeds("verify REPO:latest --key a.pub --key b.pub");
    let text = published.succeeds("verify REPO:latest --key a.pub");
    assert!(
        text.contains(" index (latest): signed by key `a.pub`, 1 by other signers\n"),
        "{text}"
    );
}

#[test]
fn without_a_tag_all_tags_are_signed() {
    let published = Published::new(older());
    let one = published.add("one", "2026-11-21", &["latest", "latest-20261121"]);
    let two = published.add("two", "2026-11-21", &["debug"]);
    let signed = published.succeeds("sign REPO --no-children --key a.key");
    assert_eq!(signed.lines().count(), 2);
    // The lists of referrers are at tags now, which are no images.
    let again = published.succeeds("sign REPO --no-children --key a.key");
    assert_eq!(again, signed.replace(" signed ", " unchanged "));
    for image in [one, two] {
        assert_eq!(published.referrers(&image.index).len(), 1);
    }
}

/// A run that was killed after the manifest was written, and before the list at the tag.
#[test]
fn a_missing_entry_of_the_list_is_added() {
    let published = Published::new(older());
    let image = published.add("one", "2026-11-21", &["latest"]);
    let tag = image.index.replace(':', "-");
    published
        .registry
        .fail(Rule::new(Fault::status(403)).on("PUT", &tag));
    let (_, error) = published.fails("sign REPO:latest --no-children --key a.key");
    assert!(
        error.starts_with(&format!(
            "error: cannot sign `REPO@{}`: cannot put manifest `REPO:sha256-",
            image.index
        )),
        "{error}"
    );
    published.registry.recover();
    let signed = published.succeeds("sign REPO:latest --no-children --key a.key");
    assert!(signed.contains(" signed "));
    let again = published.succeeds("sign REPO:latest --no-children --key a.key");
    assert!(again.contains(" unchanged "));
}

#[test]
fn a_failure_does_not_stop_other_images() {
    let published = Published::new(Settings::default());
    let image = published.add("one", "2026-11-21", &["latest"]);
    published
        .registry
        .fail(Rule::new(Fault::status(403)).on("GET", &format!("referrers/{}", image.amd64)));
    let (stdout, stderr) = published.fails("sign REPO:latest --key a.key");
    assert_eq!(stdout.lines().count(), 2);
    assert_eq!(
        stderr.lines().next().unwrap(),
        format!("error: cannot sign `REPO@{}`: cannot list referrers of `REPO@{}`: the registry answered 403 Forbidden", image.amd64, image.amd64)
    );
}

#[test]
fn keys_in_all_forms() {
    let published = Published::new(Settings::default());
    published.add("one", "2026-11-21", &["latest"]);
    for name in ["sec1.pem", "pkcs8.pem", "cosign.key"] {
        published.write(name, published::testdata(name));
    }
    // The two are one key.
    let signed = published.succeeds("sign REPO:latest --key sec1.pem");
    assert_eq!(
        published.succeeds("sign REPO:latest --key pkcs8.pem"),
        signed.replace(" signed ", " unchanged ")
    );
    published.write("password", format!("{PASSWORD}\n"));
    let outcome = published.run_with(
        "sign REPO:latest --key cosign.key --password-file password",
        &[],
    );
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let key = String::from_utf8(published::testdata("sec1.pem")).unwrap();
    let outcome = published.run_with("sign REPO:latest --key env://KEY", &[("KEY", &key)]);
    assert_eq!(outcome.stdout, signed.replace(" signed ", " unchanged "));
}

#[test]
fn keys_that_cannot_be_used() {
    let published = Published::new(Settings::default());
    published.add("one", "2026-11-21", &["latest"]);
    published.write("cosign.key", published::testdata("cosign.key"));
    for (arguments, variables, message) in [
        ("--key cosign.key", &[][..], "error: cannot read private key `cosign.key`: no password is given\nhint: set COSIGN_PASSWORD, or pass --password-file; the password may be empty\n"),
        ("--key cosign.key", &[("COSIGN_PASSWORD", "wrong")], "error: cannot read private key `cosign.key`: the password is wrong, or the file is damaged\n"),
        ("--key env://KEY", &[], "error: cannot read `env://KEY`: the environment variable is not set\n"),
        ("--key missing.key", &[], "error: cannot read `missing.key`: No such file or directory (os error 2)\n"),
        ("--plugin ./missing", &[], "error: cannot get public key from plugin `./missing`: it does not start: No such file or directory (os error 2)\n"),
    ] {
        let outcome = published.run_with(&format!("sign REPO:latest {arguments}"), variables);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (1, message), "{arguments}");
    }
    let secret = published::testdata("sec1.pem");
    published.write("broken.key", &secret[..secret.len() / 2]);
    let line = String::from_utf8_lossy(&secret[30..60]).into_owned();
    for arguments in ["--key broken.key", "--key env://KEY"] {
        let broken = String::from_utf8_lossy(&secret).replace("EC PRIVATE", "PRIVATE");
        let variables = [("KEY", broken.as_str())];
        let outcome = published.run_with(&format!("sign REPO:latest {arguments}"), &variables);
        assert_eq!(outcome.code, 1);
        assert!(!outcome.stderr.contains(&line), "{}", outcome.stderr);
    }
    let outcome = published.run("sign REPO:latest");
    assert_eq!(outcome.code, 2);
    let outcome = published.run("sign REPO:latest --key a.key --plugin p");
    assert_eq!(outcome.code, 2);
    assert_eq!(published.take_writes(), 0);
}

#[test]
fn images_that_do_not_exist() {
    let published = Published::new(Settings::default());
    published.add("one", "2026-11-21", &["latest"]);
    let (_, error) = published.fails("sign REPO:missing --key a.key");
    assert_eq!(
        error,
        "error: cannot find image `REPO:missing`: it does not exist\n"
    );
    let host = published.registry.address();
    let (_, error) = published.fails(&format!("sign {host}/other --key a.key"));
    assert_eq!(
        error,
        format!("error: cannot list tags of `{host}/other`: there is no such repository\n")
    );
}

/// A program that signs with `openssl`, whose signatures differ from run to run.
#[test]
fn a_plugin_signs_once() {
    let published = Published::new(Settings::default());
    let image = published.add("one", "2026-11-21", &["latest"]);
    published.write("k.pem", published::testdata("sec1.pem"));
    published.write("k.pub", published::testdata("sec1.pub"));
    let script = "#!/bin/bash\nPATH=/usr/bin:/bin\ntest -z \"$COSIGN_PASSWORD\" || exit 9\nshift\ncase $1 in\npublic-key) cat k.pub ;;\n\
        sign) read -r hex; printf \"$(echo \"$hex\" | sed 's/../\\\\x&/g')\" > digest; \
        openssl pkeyutl -sign -inkey k.pem -in digest | base64 -w0 ;;\nesac\n";
    published.write("plugin", script);
    fs::set_permissions(published.path("plugin"), fs::Permissions::from_mode(0o755)).unwrap();
    if std::process::Command::new("openssl")
        .arg("version")
        .output()
        .is_err()
    {
        return;
    }
    let run = "sign REPO:latest --no-children --plugin ./plugin --plugin-argument --hsm";
    let signed = published.succeeds(run);
    assert_eq!(
        published.succeeds(run),
        signed.replace(" signed ", " unchanged ")
    );
    assert_eq!(published.referrers(&image.index).len(), 1);
    let (stdout, _) = published.fails("verify REPO:latest --key k.pub");
    assert!(
        stdout.contains(" index (latest): signed by key `k.pub`\n"),
        "{stdout}"
    );
}

#[test]
fn statements_are_attached_once() {
    for settings in [Settings::default(), older()] {
        let published = Published::new(settings);
        let image = published.add("one", "2026-11-21", &["latest"]);
        published.write("sbom.json", r#"{"name": "one", "spdxVersion": "SPDX-2.3"}"#);
        let run =
            "attach REPO:latest --predicate sbom.json --type https://spdx.dev/Document --key a.key";
        let attached = published.succeeds(run);
        let referrers = published.referrers(&image.index);
        assert_eq!(
            attached,
            format!("REPO@{} attached {}\n", image.index, referrers[0])
        );
        assert_eq!(
            published.succeeds(run),
            attached.replace(" attached ", " unchanged ")
        );
        assert_eq!(published.referrers(&image.index), referrers);
        let (_, manifest) = published
            .registry
            .manifest(REPOSITORY, &referrers[0])
            .unwrap();
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
        for annotation in [
            "in-toto.io/predicate-type",
            "dev.sigstore.bundle.predicateType",
        ] {
            assert_eq!(
                manifest["annotations"][annotation],
                "https://spdx.dev/Document"
            );
        }
        // Another content is another statement.
        published.write("sbom.json", "{}");
        assert!(published.succeeds(run).contains(" attached "));
        assert_eq!(published.referrers(&image.index).len(), 2);
        assert!(published.referrers(&image.amd64).is_empty());
        published.succeeds(&format!("{run} --children"));
        assert_eq!(published.referrers(&image.amd64).len(), 1);
    }
}

#[test]
fn statements_that_are_refused() {
    let published = Published::new(Settings::default());
    published.add("one", "2026-11-21", &["latest"]);
    published.write("list.json", "[]");
    published.write("text.json", "text");
    published.write("good.json", "{}");
    for (arguments, message) in [
        ("--predicate list.json --type https://a.example/b", "error: cannot read `list.json`: expected a JSON object\n"),
        ("--predicate text.json --type https://a.example/b", "error: cannot read `text.json`: expected ident at line 1 column 2\n"),
        ("--predicate good.json --type sbom", "error: cannot use --type `sbom`: expected a URL, such as `https://spdx.dev/Document`\nhint: names that can replace a URL: spdxjson, spdx, cyclonedx, slsaprovenance1, openvex\n"),
    ] {
        let (_, error) = published.fails(&format!("attach REPO:latest {arguments} --key a.key"));
        assert_eq!(error, message);
    }
}

#[test]
fn a_new_key() {
    let published = Published::new(Settings::default());
    published.add("one", "2026-11-21", &["latest"]);
    let text = published.succeeds("generate-key --output-key new.key");
    let public = fs::read_to_string(published.path("new.pub")).unwrap();
    let fingerprint = PublicKey::parse("new.pub", &public).unwrap().fingerprint();
    assert_eq!(
        text,
        format!("private key: new.key\npublic key: new.pub\nfingerprint: {fingerprint}\n")
    );
    let mode = |name: &str| {
        fs::metadata(published.path(name))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode("new.key"), 0o600);
    published.succeeds("sign REPO:latest --key new.key");
    published.succeeds("verify REPO:latest --key new.pub");
    let before = fs::read(published.path("new.key")).unwrap();
    for existing in ["new.key", "new.pub"] {
        let (_, error) = published.fails("generate-key --output-key new.key");
        assert_eq!(
            error,
            format!("error: cannot write `{existing}`: the file exists\nhint: choose another name: a lost key cannot be made again\n")
        );
        assert_eq!(
            fs::read(published.path("new.key")).ok(),
            (existing == "new.key").then(|| before.clone())
        );
        let _ = fs::remove_file(published.path("new.key"));
    }
    let outcome = published.run_with("generate-key --output-key other.key", &[]);
    assert_eq!(outcome.stderr, "error: cannot generate key `other.key`: no password is given\nhint: set COSIGN_PASSWORD, or pass --password-file; the password may be empty\n");
    let (_, error) = published.fails("generate-key --output-key x.pub");
    assert_eq!(error, "error: cannot write `x.pub`: the public key would have the same path\nhint: choose another extension, such as `key`\n");
}

/// The statement of a release is about several files.
const RELEASE: &str = r#"{"_type":"https://in-toto.io/Statement/v1","predicate":{},
"predicateType":"https://slsa.dev/provenance/v1","subject":[
{"digest":{"sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},"name":"a.tar.gz"},
{"digest":{"sha256":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"},"name":"b.tar.gz"}]}
"#;

#[test]
fn a_statement_about_files_is_signed_as_it_is() {
    let published = Published::new(Settings::default());
    published.write("provenance.json", RELEASE);
    let command = "sign-statement provenance.json --output bundle.json --key a.key";
    assert_eq!(
        published.succeeds(command),
        "provenance.json signed bundle.json\n"
    );
    let bundle = fs::read(published.path("bundle.json")).unwrap();
    let keys = [published.key.public_key().clone()];
    for hex in ["a", "b"] {
        let expected = Expected {
            subject: format!("sha256:{}", hex.repeat(64)).parse().unwrap(),
            predicate_type: Some("https://slsa.dev/provenance/v1"),
        };
        let verified = verify(&bundle, &keys, &expected).unwrap();
        assert_eq!(verified.payload, RELEASE.as_bytes());
    }
    published.succeeds(command);
    assert_eq!(fs::read(published.path("bundle.json")).unwrap(), bundle);
    assert_eq!(published.take_writes(), 0);
}

#[test]
fn a_file_that_is_no_statement_is_not_signed() {
    let published = Published::new(Settings::default());
    for (content, cause) in [
        ("{}", "missing field `_type` at line 1 column 2"),
        (
            r#"{"_type":"https://in-toto.io/Statement/v1","predicateType":"https://a.example","subject":[]}"#,
            "it has no subject with a SHA-256 digest",
        ),
    ] {
        published.write("statement.json", content);
        let (_, error) =
            published.fails("sign-statement statement.json --output bundle.json --key a.key");
        assert_eq!(
            error,
            format!("error: cannot read statement `statement.json`: {cause}\n")
        );
        assert!(!published.path("bundle.json").exists());
    }
}
