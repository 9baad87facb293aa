//! cosign, where `./bazelw test` has brought it: it verifies what we sign, and we verify what it signs. For keyless
//! signatures, a mock of Sigstore's services by their authors is there, too.

#![allow(clippy::print_stderr, clippy::unwrap_used)]

mod published;

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::Engine as _;
use published::{Published, PASSWORD, REPOSITORY};
use registry_fixture::Settings;
use testkit::reference_tool;

const SBOM: &str = "https://spdx.dev/Document";
const BY_KEY: &str = "--insecure-ignore-tlog=true --key";
const OFFLINE: &str = "--yes --use-signing-config=false --tlog-upload=false --key";
const IDENTITY: &str = "https://ci.example/release";
const BUNDLE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const ISSUER: &str = "https://issuer.example";

/// Runs cosign for an image of the repository; the standard error of a failure.
fn cosign(published: &Published, command: &str, image: &str) -> Result<(), String> {
    let program = reference_tool("cosign").unwrap();
    let output = Command::new(program)
        .args(command.split_whitespace())
        .arg("--allow-http-registry")
        .arg(image.replace("REPO", &published.name()))
        .current_dir(published.directory.path())
        .env_clear()
        .env("HOME", published.directory.path())
        .env("COSIGN_PASSWORD", PASSWORD)
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    output.status.success().then_some(()).ok_or(error)
}

/// Registries with and without the referrers API.
fn registries() -> [Published; 2] {
    [true, false].map(|referrers| {
        Published::new(Settings {
            referrers,
            ..Settings::default()
        })
    })
}

#[test]
fn cosign_verifies_our_signatures_and_statements() {
    if reference_tool("cosign").is_none() {
        return;
    }
    for published in registries() {
        let image = published.add("one", "2026-11-21", &["latest"]);
        published.add_key("b");
        published.write("sbom.json", "{}");
        published.succeeds("sign REPO:latest --key a.key");
        published.succeeds(&format!(
            "attach REPO:latest --predicate sbom.json --type {SBOM} --key a.key"
        ));
        for image in ["REPO:latest".to_owned(), format!("REPO@{}", image.amd64)] {
            cosign(&published, &format!("verify {BY_KEY} a.pub"), &image).unwrap();
            cosign(&published, &format!("verify {BY_KEY} b.pub"), &image).unwrap_err();
        }
        let attestation = format!("verify-attestation --type {SBOM} {BY_KEY}");
        cosign(&published, &format!("{attestation} a.pub"), "REPO:latest").unwrap();
        cosign(&published, &format!("{attestation} b.pub"), "REPO:latest").unwrap_err();
        // During a key rotation, both are accepted.
        published.succeeds("sign REPO:latest --key b.key");
        for key in ["a.pub", "b.pub"] {
            cosign(&published, &format!("verify {BY_KEY} {key}"), "REPO:latest").unwrap();
        }
    }
}

/// Types by cosign's names, each on an index and on its images; a changed one is refused.
#[test]
fn cosign_verifies_statements_by_its_types() {
    if reference_tool("cosign").is_none() {
        return;
    }
    for (published, is_api) in registries().into_iter().zip([true, false]) {
        let image = published.add("one", "2026-11-21", &["latest"]);
        published.add_key("b");
        let attestation = |kind: &str, key: &str, image: &str| {
            let command = format!("verify-attestation --type {kind} {BY_KEY} {key}");
            cosign(&published, &command, image)
        };
        let images = [&image.index, &image.amd64, &image.arm64];
        for (kind, predicate) in [
            ("spdxjson", r#"{"spdxVersion": "SPDX-2.3", "name": "one"}"#),
            (
                "cyclonedx",
                r#"{"bomFormat": "CycloneDX", "specVersion": "1.6"}"#,
            ),
            (
                "slsaprovenance1",
                r#"{"buildDefinition": {}, "runDetails": {}}"#,
            ),
            (
                "openvex",
                r#"{"@context": "https://openvex.dev/ns/v0.2.0", "statements": []}"#,
            ),
        ] {
            for image in images {
                attestation(kind, "a.pub", &format!("REPO@{image}")).unwrap_err();
            }
            published.write("predicate.json", predicate);
            published.succeeds(&format!(
                "attach REPO:latest --children --predicate predicate.json --type {kind} --key a.key"
            ));
            for image in images {
                attestation(kind, "a.pub", &format!("REPO@{image}")).unwrap();
            }
            attestation(kind, "b.pub", "REPO:latest").unwrap_err();
        }
        // Where the registry lists referrers itself, this test need not write a list.
        if is_api {
            assert_swapped_statements_are_refused(&published, &image.index);
        }
    }
}

/// The valid statements about an index, at another index, which has none.
fn assert_swapped_statements_are_refused(published: &Published, index: &str) {
    let other = published.add("two", "2026-11-22", &["other"]);
    let found = published.referrers(index).into_iter();
    let found = found.map(|referrer| published.bundle(&referrer).0);
    for bundle in found {
        attach_bundle(published, &bundle, &other.index);
    }
    let object = format!("REPO@{}", other.index);
    for kind in ["spdxjson", "cyclonedx", "slsaprovenance1", "openvex"] {
        let command = format!("verify-attestation --type {kind} {BY_KEY} a.pub");
        cosign(published, &command, &object).unwrap_err();
    }
    let problems = published.problems(&format!("verify {object} --key a.pub --require openvex"));
    let swapped = |problem: &&String| problem.contains("is for another image");
    assert_eq!(problems.iter().filter(swapped).count(), 4, "{problems:?}");
}

/// Attaches a bundle that the repository has to another index.
fn attach_bundle(published: &Published, bundle: &str, index: &str) {
    let empty = published.blob("application/vnd.oci.empty.v1+json", "{}");
    let size = published.registry.blob(REPOSITORY, bundle).unwrap().len();
    let (_, document) = published.registry.manifest(REPOSITORY, index).unwrap();
    let layer = published::descriptor(BUNDLE, bundle, size);
    let subject = published::descriptor(INDEX, index, document.len());
    let manifest = format!(
        r#"{{"schemaVersion":2,"mediaType":"{MANIFEST}","artifactType":"{BUNDLE}","config":{empty},"layers":[{layer}],"subject":{subject}}}"#
    );
    published.manifest(None, MANIFEST, &manifest);
}

#[test]
fn we_verify_signatures_of_cosign() {
    if reference_tool("cosign").is_none() {
        return;
    }
    for published in registries() {
        let image = published.add("one", "2026-11-21", &["latest"]);
        let index = format!("REPO@{}", image.index);
        // cosign reads encrypted keys only.
        published.add_key("a");
        cosign(
            &published,
            &format!("sign {OFFLINE} a.key --recursive"),
            &index,
        )
        .unwrap();
        published.succeeds("verify REPO --key a.pub");
        // Signed is signed.
        let again = published.succeeds("sign REPO:latest --key a.key");
        assert_eq!(again.matches(" unchanged ").count(), 3, "{again}");
        // The format of cosign 2.
        let amd64 = format!("REPO@{}", image.amd64);
        published.add_key("b");
        let command = format!("sign --new-bundle-format=false {OFFLINE} b.key");
        cosign(&published, &command, &amd64).unwrap();
        let text = published.succeeds(&format!("verify {amd64} --key b.pub"));
        assert!(text.contains("signed by key `b.pub`"), "{text}");
    }
}

/// The services of Sigstore, and files with their keys.
struct Mock(Child);

impl Mock {
    fn start(program: &Path, published: &Published) -> (Self, String) {
        let mock = Command::new(program)
            .arg(published.directory.path())
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let mock = Self(mock);
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let url = fs::read_to_string(published.path("url")).unwrap_or_default();
            if !url.is_empty() {
                return (mock, url);
            }
            assert!(Instant::now() < deadline, "the mock does not start");
            sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The trusted root of the mock, by cosign.
fn write_trusted_root(cosign: &Path, published: &Published, url: &str) {
    let start = "start-time=2020-01-01T00:00:00Z";
    let status = Command::new(cosign)
        .args(["trusted-root", "create", "--out=root.json"])
        .arg(format!(
            "--fulcio=url={url},certificate-chain=fulcio.pem,{start}"
        ))
        .arg(format!("--rekor=url={url},public-key=rekor.pub,{start}"))
        .arg(format!("--ctfe=url={url},public-key=ct.pub,{start}"))
        .current_dir(published.directory.path())
        .env_clear()
        .env("HOME", published.directory.path())
        .status();
    assert!(status.unwrap().success());
}

#[test]
fn keyless_signatures() {
    let (Some(program), Some(mock)) = (reference_tool("cosign"), reference_tool("sigstore-mock"))
    else {
        return;
    };
    let published = Published::new(Settings::default());
    let image = published.add("one", "2026-11-21", &["latest"]);
    let (_mock, url) = Mock::start(&mock, &published);
    write_trusted_root(&program, &published, &url);
    let claims = format!(r#"{{"iss":"{ISSUER}","sub":"{IDENTITY}","exp":4102444800}}"#);
    let token = ["{}", &claims, "signature"]
        .map(|part| URL_SAFE_NO_PAD.encode(part))
        .join(".");
    let run = format!("sign REPO:latest --identity-token env://TOKEN --fulcio {url} --rekor {url} --trusted-root root.json");
    let sign = || published.run_with(&run, &[("TOKEN", &token)]);
    let signed = sign();
    assert_eq!((signed.code, signed.stderr.as_str()), (0, ""));
    assert_eq!(signed.stdout.matches(" signed ").count(), 3);
    // A new certificate, but the same identity: nothing is signed again.
    assert_eq!(
        sign().stdout,
        signed.stdout.replace(" signed ", " unchanged ")
    );
    assert_eq!(published.referrers(&image.index).len(), 1);
    let offline = format!("--trusted-root root.json --identity {IDENTITY} --issuer {ISSUER}");
    let text = published.succeeds(&format!("verify REPO {offline}"));
    assert!(
        text.contains(&format!(
            "index (latest): signed by `{IDENTITY}` ({ISSUER})"
        )),
        "{text}"
    );
    let problems = published.problems(&format!(
        "verify REPO {}",
        offline.replace("release", "other")
    ));
    let end = format!("another identity signed it: `{IDENTITY}`, confirmed by issuer `{ISSUER}`");
    assert!(problems[0].ends_with(&end), "{problems:?}");
    let by_cosign = |identity: &str| {
        let command = format!(
            "verify --trusted-root root.json --certificate-identity {identity} --certificate-oidc-issuer {ISSUER}"
        );
        cosign(&published, &command, "REPO:latest")
    };
    by_cosign(IDENTITY).unwrap();
    by_cosign("https://ci.example/other").unwrap_err();
    // The token is nowhere in the registry.
    for digest in published.registry.blobs(REPOSITORY) {
        let blob = published.registry.blob(REPOSITORY, &digest).unwrap();
        assert!(!String::from_utf8_lossy(&blob).contains(&token));
    }
}
