//! cosign, and a mock of Sigstore's services by its authors, where `./bazelw test` has brought them.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use keyless::{IdentityToken, Keyless, Options, Services};
use sign::{Statement, TrustedRoot, SIGNATURE_PREDICATE};
use tempfile::TempDir;
use testkit::reference_tool;
use transfer::Progress;

use crate::services::{statement, token, trusted_root_text, workflow, Fake, ISSUER, WORKFLOW};

/// Runs cosign in a directory without network.
fn cosign(program: &Path, directory: &TempDir, arguments: &[&str]) -> Result<(), String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(directory.path())
        .env_clear()
        .env("HOME", directory.path())
        .output()
        .unwrap();
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Whether cosign accepts `bundle.json` as signed by an identity, with `root.json`.
fn verifies(program: &Path, directory: &TempDir, name: &str, issuer: &str) -> Result<(), String> {
    let arguments = [
        "verify-blob-attestation",
        "--bundle=bundle.json",
        "--trusted-root=root.json",
        &format!("--certificate-identity={name}"),
        &format!("--certificate-oidc-issuer={issuer}"),
        &format!("--type={SIGNATURE_PREDICATE}"),
        &format!("--digest={}", statement().subject.hex()),
        "--digestAlg=sha256",
    ];
    cosign(program, directory, &arguments)
}

fn write(directory: &TempDir, name: &str, bytes: &[u8]) {
    fs::write(directory.path().join(name), bytes).unwrap();
}

fn accepted_as_the_workflow(program: &Path, directory: &TempDir) {
    verifies(program, directory, WORKFLOW, ISSUER).unwrap();
    for (name, issuer) in [
        ("https://ci.example/other", ISSUER),
        (WORKFLOW, "https://other.example"),
    ] {
        let refused = verifies(program, directory, name, issuer).unwrap_err();
        assert!(
            refused.contains("no matching CertificateIdentity"),
            "{refused}"
        );
    }
}

#[test]
fn cosign_accepts_bundles_of_our_services() {
    let Some(program) = reference_tool("cosign") else {
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    let progress = Progress::on(std::io::sink());
    let bundle = Fake::new()
        .signer(&workflow(), &progress)
        .sign(&statement());
    write(&directory, "bundle.json", &bundle.unwrap().bytes().unwrap());
    write(&directory, "root.json", trusted_root_text().as_bytes());
    accepted_as_the_workflow(&program, &directory);
}

/// The mock of Sigstore's services.
struct Mock {
    directory: TempDir,
    child: Child,
    url: String,
}

impl Mock {
    /// Starts the services, and waits for their URL.
    fn new(program: &Path) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let child = Command::new(program)
            .arg(directory.path())
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let mut mock = Self {
            directory,
            child,
            url: String::new(),
        };
        let deadline = Instant::now() + Duration::from_secs(60);
        let url = mock.directory.path().join("url");
        while mock.url.is_empty() {
            assert!(Instant::now() < deadline, "the mock does not start");
            sleep(Duration::from_millis(20));
            mock.url = fs::read_to_string(&url).unwrap_or_default();
        }
        mock
    }

    /// Lets cosign write `root.json` and `config.json`.
    fn configure(&self, program: &Path) {
        let (url, start) = (&self.url, "start-time=2020-01-01T00:00:00Z");
        let service = format!("url={url},api-version=1,{start},operator=mock");
        let runs: [&[&str]; 2] = [
            &[
                "trusted-root",
                "create",
                &format!("--fulcio=url={url},certificate-chain=fulcio.pem,{start}"),
                &format!("--rekor=url={url},public-key=rekor.pub,{start}"),
                &format!("--ctfe=url={url},public-key=ct.pub,{start}"),
                "--out=root.json",
            ],
            &[
                "signing-config",
                "create",
                &format!("--fulcio={service}"),
                &format!("--rekor={service}"),
                "--rekor-config=ANY",
                "--out=config.json",
            ],
        ];
        for arguments in runs {
            cosign(program, &self.directory, arguments).unwrap();
        }
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.directory.path().join(name)).unwrap()
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The configuration, the trusted root and the verdict are cosign's, and the services are the mock's.
#[test]
fn cosign_accepts_bundles_of_the_mock() {
    let (Some(program), Some(mock)) = (reference_tool("cosign"), reference_tool("sigstore-mock"))
    else {
        return;
    };
    let mock = Mock::new(&mock);
    mock.configure(&program);
    let services = Services::from_signing_config("config.json", &mock.read("config.json"));
    let root = TrustedRoot::parse("root.json", &mock.read("root.json")).unwrap();
    let token = IdentityToken::parse("TOKEN", &token(&workflow())).unwrap();
    let progress = Progress::on(std::io::sink());
    let signer = Keyless::new(services.unwrap(), token, Options::default(), &progress);
    let signer = signer.unwrap().verified_by(root);
    let bundle = signer.sign(&Statement::signature(statement().subject));
    let bytes = bundle.unwrap().bytes().unwrap();
    write(&mock.directory, "bundle.json", &bytes);
    accepted_as_the_workflow(&program, &mock.directory);
}
