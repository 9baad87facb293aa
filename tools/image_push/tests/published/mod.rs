//! A registry with a published image, and the program that is tested.

#![allow(dead_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use registry_fixture::{Registry, Settings};
use sign::{KeyPair, PrivateKey, Signer};
use tempfile::TempDir;

pub(crate) const INDEX: &str = "application/vnd.oci.image.index.v1+json";
pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub(crate) const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
pub(crate) const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
pub(crate) const REPOSITORY: &str = "team/app";
pub(crate) const PASSWORD: &str = "correct-horse";

/// A registry, and a directory with the key pair `a.key`, `a.pub`, which is not encrypted: decryption is slow.
pub(crate) struct Published {
    pub(crate) registry: Registry,
    pub(crate) directory: TempDir,
    pub(crate) key: PrivateKey,
}

/// The digests of an index.
pub(crate) struct Image {
    pub(crate) index: String,
    pub(crate) amd64: String,
    pub(crate) arm64: String,
    pub(crate) attestation: String,
    pub(crate) layer: String,
}

/// How the program ended.
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Published {
    pub(crate) fn new(settings: Settings) -> Self {
        let text = String::from_utf8(testdata("sec1.pem")).unwrap();
        let published = Self {
            registry: Registry::new(settings),
            directory: tempfile::tempdir().unwrap(),
            key: PrivateKey::parse("a.key", &text, None).unwrap(),
        };
        published.write("a.key", text);
        published.write("a.pub", testdata("sec1.pub"));
        published
    }

    /// A further key pair, `NAME.key` and `NAME.pub`, which is encrypted.
    pub(crate) fn add_key(&self, name: &str) -> KeyPair {
        let pair = KeyPair::generate(PASSWORD.as_bytes()).unwrap();
        self.write(&format!("{name}.key"), &pair.private_pem);
        self.write(&format!("{name}.pub"), &pair.public_pem);
        pair
    }

    /// The name of the repository with the host.
    pub(crate) fn name(&self) -> String {
        format!("{}/{REPOSITORY}", self.registry.address())
    }

    pub(crate) fn fingerprint(&self) -> String {
        self.key.public_key().fingerprint()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    /// Adds an index with images for two platforms and an attestation of Docker, without a request.
    pub(crate) fn add(&self, content: &str, date: &str, tags: &[&str]) -> Image {
        let (amd64, layer) = self.add_image(&format!("{content} amd64"));
        let (arm64, _) = self.add_image(&format!("{content} arm64"));
        let empty = self.blob("application/vnd.oci.empty.v1+json", "{}");
        let statement = self.blob(
            "application/vnd.in-toto+json",
            &format!("{{\"{content}\":1}}"),
        );
        let attestation = format!(
            r#"{{"schemaVersion":2,"mediaType":"{MANIFEST}","config":{empty},"layers":[{statement}]}}"#
        );
        let attestation = self.manifest(None, MANIFEST, &attestation);
        let entries = [
            format!(
                r#"{},"platform":{{"os":"linux","architecture":"amd64"}}}}"#,
                open(&amd64)
            ),
            format!(
                r#"{},"platform":{{"os":"linux","architecture":"arm64"}}}}"#,
                open(&arm64)
            ),
            format!(
                r#"{},"platform":{{"os":"unknown","architecture":"unknown"}},"annotations":{{"vnd.docker.reference.type":"attestation-manifest"}}}}"#,
                open(&attestation)
            ),
        ];
        let index = format!(
            r#"{{"schemaVersion":2,"mediaType":"{INDEX}","manifests":[{}],"annotations":{{"org.opencontainers.image.created":"{date}T01:02:03Z"}}}}"#,
            entries.join(",")
        );
        let mut digest = self.manifest(None, INDEX, &index);
        for tag in tags {
            digest = self.manifest(Some(tag), INDEX, &index);
        }
        Image {
            index: digest_of(&digest),
            amd64: digest_of(&amd64),
            arm64: digest_of(&arm64),
            attestation: digest_of(&attestation),
            layer: digest_of(&layer),
        }
    }

    fn add_image(&self, content: &str) -> (String, String) {
        let config = self.blob(CONFIG, &format!("{{\"author\":\"{content}\"}}"));
        let layer = self.blob(LAYER, content);
        let manifest = format!(
            r#"{{"schemaVersion":2,"mediaType":"{MANIFEST}","config":{config},"layers":[{layer}]}}"#
        );
        (self.manifest(None, MANIFEST, &manifest), layer)
    }

    /// Adds a blob; returns its descriptor.
    pub(crate) fn blob(&self, media_type: &str, content: &str) -> String {
        let digest = self.registry.put_blob(REPOSITORY, content.as_bytes());
        descriptor(media_type, &digest, content.len())
    }

    /// Adds a manifest; returns its descriptor.
    pub(crate) fn manifest(&self, tag: Option<&str>, media_type: &str, content: &str) -> String {
        let digest = self
            .registry
            .put_manifest(REPOSITORY, tag, media_type, content.as_bytes());
        descriptor(media_type, &digest, content.len())
    }

    /// Runs the program in the directory; `REPO` means the name of the repository.
    pub(crate) fn run(&self, arguments: &str) -> Outcome {
        self.run_with(arguments, &[("COSIGN_PASSWORD", PASSWORD)])
    }

    pub(crate) fn run_with(&self, arguments: &str, variables: &[(&str, &str)]) -> Outcome {
        let program = fs::canonicalize(env!("CARGO_BIN_EXE_image_push")).unwrap();
        let arguments = arguments.replace("REPO", &self.name());
        let output = Command::new(program)
            .args(arguments.split_whitespace())
            .current_dir(self.directory.path())
            .env_clear()
            .env("HOME", self.directory.path())
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        Outcome {
            code: output.status.code().unwrap_or(-1),
            stdout: self.shown(&output.stdout),
            stderr: self.shown(&output.stderr),
        }
    }

    /// Text with `REPO` for the name of the repository, whose port differs.
    fn shown(&self, text: &[u8]) -> String {
        String::from_utf8_lossy(text).replace(&self.name(), "REPO")
    }

    /// The standard output of a run that succeeds.
    pub(crate) fn succeeds(&self, arguments: &str) -> String {
        let outcome = self.run(arguments);
        assert_eq!(
            outcome.code, 0,
            "{arguments}\n{}\n{}",
            outcome.stdout, outcome.stderr
        );
        outcome.stdout
    }

    /// Standard output and standard error of a run that fails.
    pub(crate) fn fails(&self, arguments: &str) -> (String, String) {
        let outcome = self.run(arguments);
        assert_eq!(
            outcome.code, 1,
            "{arguments}\n{}\n{}",
            outcome.stdout, outcome.stderr
        );
        (outcome.stdout, outcome.stderr)
    }

    /// The digests of the referrers of an image, at the fallback tag or by the API.
    pub(crate) fn referrers(&self, subject: &str) -> Vec<String> {
        let all = self.registry.manifests(REPOSITORY);
        let refers = |digest: &&String| {
            let (_, bytes) = self.registry.manifest(REPOSITORY, digest).unwrap();
            let manifest: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            manifest["subject"]["digest"] == *subject
        };
        all.iter().filter(refers).cloned().collect()
    }

    /// The bundle of a referrer.
    pub(crate) fn bundle(&self, referrer: &str) -> (String, Vec<u8>) {
        let (_, bytes) = self.registry.manifest(REPOSITORY, referrer).unwrap();
        let manifest: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let digest = manifest["layers"][0]["digest"].as_str().unwrap().to_owned();
        let bundle = self.registry.blob(REPOSITORY, &digest).unwrap();
        (digest, bundle)
    }

    /// The number of requests that write, which are then forgotten.
    pub(crate) fn take_writes(&self) -> usize {
        let requests = self.registry.take_requests();
        requests
            .iter()
            .filter(|request| !["GET", "HEAD"].contains(&request.method.as_str()))
            .count()
    }

    /// The lines with problems of a report.
    pub(crate) fn problems(&self, arguments: &str) -> Vec<String> {
        let (stdout, _) = self.fails(arguments);
        let lines = stdout.lines().filter(|line| line.starts_with("problem: "));
        lines.map(str::to_owned).collect()
    }
}

pub(crate) fn descriptor(media_type: &str, digest: &str, size: usize) -> String {
    format!(r#"{{"mediaType":"{media_type}","digest":"{digest}","size":{size}}}"#)
}

/// A descriptor that further fields can follow.
fn open(descriptor: &str) -> &str {
    descriptor.strip_suffix('}').unwrap()
}

pub(crate) fn digest_of(descriptor: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(descriptor).unwrap();
    value["digest"].as_str().unwrap().to_owned()
}

/// A file of the crate `sign`; the directory of a test differs between cargo and Bazel.
pub(crate) fn testdata(name: &str) -> Vec<u8> {
    let path = Path::new("tools/crates/sign/tests/testdata").join(name);
    let of_cargo = Path::new("../crates/sign/tests/testdata").join(name);
    fs::read(path).or_else(|_| fs::read(of_cargo)).unwrap()
}
