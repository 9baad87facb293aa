//! The program: accepted signatures, refused ones with their messages, and the files that it copies.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use blob::{Blob, Digest};
use sign::{Bundle, KeyPair, Signer, Statement};
use testkit::{Outcome, Workspace};

/// Of the keyless bundle in the test data of the crate `sign`.
const KEYLESS_IMAGE: &str =
    "sha256:3534ba3513496d83b324132e2316aff83a6ac17ca07202e9377077e89ceeda3e";

struct Case {
    files: Workspace,
    pair: KeyPair,
    image: Digest,
}

impl Case {
    /// An index of one image with one layer, signed by a key.
    fn new() -> Self {
        let files = Workspace::new();
        let layer = Blob::of(b"layer");
        let layer = descriptor("application/vnd.oci.image.layer.v1.tar", &layer);
        files.write("config.json", "{\"config\":{}}");
        let config = Blob::of(&files.read("config.json"));
        let config = descriptor("application/vnd.oci.image.config.v1+json", &config);
        files.write(
            "manifest.json",
            format!(r#"{{"config":{config},"layers":[{layer}]}}"#),
        );
        let manifest = Blob::of(&files.read("manifest.json"));
        files.write("layer.json", layer);
        let manifest = descriptor("application/vnd.oci.image.manifest.v1+json", &manifest);
        files.write("index.json", format!(r#"{{"manifests":[{manifest}]}}"#));
        let image = Blob::of(&files.read("index.json"));
        files.write("digest", image.digest.to_string());
        files.write(
            "image.json",
            descriptor("application/vnd.oci.image.index.v1+json", &image),
        );
        let pair = KeyPair::generate(b"").unwrap();
        files.write("a.pub", &pair.public_pem);
        let case = Self {
            files,
            pair,
            image: image.digest,
        };
        case.sign("a.json", &Statement::signature(case.image));
        case
    }

    fn sign(&self, name: &str, statement: &Statement) {
        let bundle = Bundle::sign(statement, &self.pair.key).unwrap();
        self.files.write(name, bundle.bytes().unwrap());
    }

    /// The keyless bundle of an image, and the file of a trusted root with that name.
    fn keyless(&self, bundle: &str, root: &str) {
        for name in [bundle, root] {
            self.files.write(name, testdata(name));
        }
        let digest = KEYLESS_IMAGE.parse().unwrap();
        let image = descriptor(
            "application/vnd.oci.image.manifest.v1+json",
            &Blob { digest, size: 1 },
        );
        self.files.write("keyless_image.json", image);
    }

    fn run(&self, arguments: &str) -> Outcome {
        let program = env!("CARGO_BIN_EXE_image_verifier");
        self.files.run(program, arguments.split_whitespace())
    }

    fn accepted(&self, arguments: &str) {
        let outcome = self.run(arguments);
        assert_eq!(
            (outcome.code, outcome.stderr.as_str()),
            (0, ""),
            "{arguments}"
        );
    }

    /// The message of a failure, which leaves all files as they were.
    fn refused(&self, arguments: &str) -> String {
        let before = self.files.listing();
        let outcome = self.run(arguments);
        assert_eq!(outcome.code, 1, "{arguments}: {}", outcome.stderr);
        assert_eq!(self.files.listing(), before);
        outcome.stderr
    }
}

fn descriptor(media_type: &str, blob: &Blob) -> String {
    let Blob { digest, size } = blob;
    format!(r#"{{"digest":"{digest}","mediaType":"{media_type}","size":{size}}}"#)
}

/// A file of the crate `sign`; the directory of a test differs between cargo and Bazel.
fn testdata(name: &str) -> Vec<u8> {
    let path = Path::new("tools/crates/sign/tests/testdata").join(name);
    let of_cargo = Path::new("../crates/sign/tests/testdata").join(name);
    fs::read(path).or_else(|_| fs::read(of_cargo)).unwrap()
}

#[test]
fn documents_of_a_signed_image_are_copied() {
    let case = Case::new();
    let names = [
        "config.json",
        "digest",
        "image.json",
        "index.json",
        "layer.json",
        "manifest.json",
    ];
    let copies = names.map(|name| format!("--copy={name}=out=of.{name}"));
    case.accepted(&format!(
        "--image=image.json --bundle=a.json --key=a.pub --output=done {}",
        copies.join(" ")
    ));
    for name in names {
        assert_eq!(
            case.files.read(name),
            case.files.read(&format!("out=of.{name}"))
        );
    }
    assert_eq!(case.files.text("done"), "");
}

#[test]
fn one_of_several_signatures_and_keys_suffices() {
    let case = Case::new();
    let other = KeyPair::generate(b"").unwrap();
    case.files.write("b.pub", &other.public_pem);
    case.sign("other.json", &Statement::signature(Digest::of(b"other")));
    case.accepted(
        "--image=image.json --bundle=other.json --bundle=a.json --key=b.pub --key=a.pub --output=done",
    );
    let fingerprint = case.pair.key.public_key().fingerprint();
    assert_eq!(
        case.refused("--name=//a:b --image=image.json --bundle=other.json --bundle=a.json --key=b.pub --output=c"),
        format!(
            "error: cannot verify `//a:b`: no signature is accepted: `other.json`: no given key made the signature; it \
             claims the key with fingerprint `{fingerprint}`; `a.json`: no given key made the signature; it claims the \
             key with fingerprint `{fingerprint}`\nhint: pass the public key of the signer; during a key rotation, pass \
             the old and the new key\n"
        )
    );
}

#[test]
fn signatures_that_are_not_accepted() {
    let case = Case::new();
    let (image, other) = (case.image, Digest::of(b"other"));
    case.sign("swapped.json", &Statement::signature(other));
    let mut statement = Statement::signature(image);
    statement.predicate_type = "https://spdx.dev/Document".to_owned();
    case.sign("sbom.json", &statement);
    let tampered = case
        .files
        .text("a.json")
        .replace("\"payload\":\"e", "\"payload\":\"f");
    case.files.write("tampered.json", tampered);
    case.files.write("text.json", "<html>");
    let fingerprint = case.pair.key.public_key().fingerprint();
    let start = "error: cannot verify `image`: no signature";
    let swapped =
        "hint: the signature belongs to another image; look for a signature of this digest\n";
    let changed = "hint: do not use the image; get the signature again from its publisher\n";
    for (bundle, message) in [
        ("", format!("{start} of `{image}` is given\nhint: pass the bundle of its signature, which the publisher attaches to the image\n")),
        ("--bundle=swapped.json", format!("{start} is accepted: `swapped.json`: the signature is for another image: expected `{image}`, found `{other}`\n{swapped}")),
        ("--bundle=tampered.json", format!("{start} is accepted: `tampered.json`: the content was changed after it was signed with key `{fingerprint}`, or the signature was\n{changed}")),
        ("--bundle=sbom.json", format!("{start} is accepted: `sbom.json`: predicate type: expected `https://sigstore.dev/cosign/sign/v1`, found `https://spdx.dev/Document`\n")),
        ("--bundle=text.json", format!("{start} is accepted: `text.json`: it is not a signature bundle: expected value at line 1 column 1\n")),
    ] {
        let arguments = format!("--image=image.json --key=a.pub --output=done {bundle}");
        assert_eq!(case.refused(&arguments), message);
    }
}

#[test]
fn files_of_other_images_are_not_copied() {
    let case = Case::new();
    case.files.write("other.json", "{}");
    case.files
        .write("other_digest", Digest::of(b"other").to_string());
    let larger = case
        .files
        .text("layer.json")
        .replace("\"size\":5", "\"size\":6");
    case.files.write("larger.json", larger);
    assert_eq!(
        case.refused(
            "--image=image.json --bundle=a.json --key=a.pub --copy=index.json=i --copy=other.json=o \
             --copy=other_digest=d --copy=larger.json=l --copy=manifest.json=m"
        ),
        format!(
            "error: cannot verify `image`: files that do not belong to `{}`: `other.json`, `other_digest`, `larger.json`\n",
            case.image
        )
    );
    // Without the document that lists it, no file belongs to the image.
    assert_eq!(
        case.refused("--image=image.json --bundle=a.json --key=a.pub --copy=config.json=c"),
        format!(
            "error: cannot verify `image`: files that do not belong to `{}`: `config.json`\n",
            case.image
        )
    );
}

/// A file that names a member must not be a document, too: its other fields are not signed.
#[test]
fn forged_documents_that_name_a_signed_digest_are_not_copied() {
    let case = Case::new();
    let image = case.files.text("image.json");
    let named = image.strip_suffix('}').unwrap();
    for (name, fields) in [
        (
            "config",
            r#""config":{"User":"0"},"rootfs":{"diff_ids":[]}"#,
        ),
        ("manifest", r#""layers":[]"#),
        ("index", r#""manifests":[]"#),
        ("go", r#""Layers":[]"#),
    ] {
        case.files
            .write(&format!("{name}.forged"), format!("{named},{fields}}}"));
    }
    assert_eq!(
        case.refused(
            "--image=image.json --bundle=a.json --key=a.pub --copy=config.forged=c --copy=manifest.forged=m \
             --copy=index.forged=i --copy=go.forged=g"
        ),
        format!(
            "error: cannot verify `image`: files that do not belong to `{}`: `config.forged`, `manifest.forged`, \
             `index.forged`, `go.forged`\n",
            case.image
        )
    );
}

#[test]
fn keyless_signatures() {
    let case = Case::new();
    case.keyless("cosign_keyless.json", "trusted_root.json");
    let run = "--image=keyless_image.json --bundle=cosign_keyless.json --output=done";
    let identity = "--identity=https://ci.example/release --issuer=https://issuer.example";
    case.accepted(&format!(
        "{run} --trusted-root=trusted_root.json {identity}"
    ));
    // A key that may sign, too, and another identity.
    case.accepted(&format!(
        "{run} --key=a.pub --trusted-root=trusted_root.json --identity=a@b.example --issuer=https://b.example {identity}"
    ));
    let start = "error: cannot verify `image`: no signature is accepted: `cosign_keyless.json`: ";
    assert_eq!(
        case.refused(&format!("{run} --trusted-root=trusted_root.json --identity=a@b.example --issuer=https://b.example")),
        format!("{start}another identity signed it: `https://ci.example/release`, confirmed by issuer `https://issuer.example`\n\
                 hint: pass this identity and issuer only if you know that they belong to the publisher\n")
    );
    assert_eq!(
        case.refused(&format!("{run} --key=a.pub")),
        format!(
            "{start}unsupported signature: signed with a certificate (keyless), expected a key\n"
        )
    );
}

#[test]
fn a_certificate_that_had_expired() {
    let case = Case::new();
    case.keyless("expired_keyless.json", "expired_trusted_root.json");
    assert_eq!(
        case.refused(
            "--image=keyless_image.json --bundle=expired_keyless.json --trusted-root=expired_trusted_root.json \
             --identity=https://ci.example/release --issuer=https://issuer.example --output=done"
        ),
        "error: cannot verify `image`: no signature is accepted: `expired_keyless.json`: the certificate had expired, or \
         was not valid yet, when the log recorded the signature\n"
    );
}

#[test]
fn options_without_a_signer() {
    let case = Case::new();
    assert_eq!(
        case.refused("--image=image.json --bundle=a.json --output=done"),
        "error: cannot verify `image`: no trusted signer is given\n\
         hint: pass --key, or --trusted-root with --identity and --issuer\n"
    );
    case.keyless("cosign_keyless.json", "trusted_root.json");
    assert_eq!(
        case.refused(
            "--image=image.json --bundle=a.json --output=done --trusted-root=trusted_root.json --identity=a \
             --identity=b --issuer=c"
        ),
        "error: cannot read `--issuer`: expected one for each --identity (2), found 1\n"
    );
}
