//! Keys and signatures.

use std::sync::OnceLock;

use blob::Digest;
use sign::{
    verify, verify_keyless, verify_simple_signing, Bundle, Expected, Identity, PrivateKey,
    PublicKey, TrustedRoot,
};

use super::{same, seeded, target, text, Outcome, Target};

const PEM: &[&str] = &[
    "-----BEGIN PUBLIC KEY-----\n",
    "-----END PUBLIC KEY-----\n",
    "-----BEGIN EC PARAMETERS-----",
    "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n",
    "-----BEGIN PRIVATE KEY-----\n",
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE",
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A",
    "==\n",
];
const JSON: &[&str] = &[
    "\"mediaType\":",
    "\"application/vnd.dev.sigstore.bundle.v0.3+json\"",
    "\"dsseEnvelope\":",
    "\"signatures\":[{\"sig\":\"AAAA\"}]",
    "\"certificate\":{}",
    "\"critical\":",
    "null",
    "[[[[",
    "{}",
    "==",
];

/// The public key of the seeds.
const KEY: &str = "-----BEGIN PUBLIC KEY-----\n\
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEip6GKt8dKMymlzznJEsb/YuSwVCn\n\
    MxNPqXEGXACc4YH2YURW1Lm1EVZxA22MKO9VscgdopBESgo/jCzABllb0g==\n\
    -----END PUBLIC KEY-----\n";

/// The image of the seeds.
const IMAGE: &str = "sha256:3534ba3513496d83b324132e2316aff83a6ac17ca07202e9377077e89ceeda3e";

pub(super) fn targets() -> Vec<Target> {
    vec![
        target("sign_public_key", PEM, public_key),
        target("sign_private_key", PEM, |input| {
            // Without a password: scrypt takes its time, and not with the bytes of the input.
            let _ = PrivateKey::parse("key", &text(input), None);
            Ok(())
        }),
        target("sign_bundle", JSON, bundle),
        seeded("sign_bundle", target("sign_simple_signing", JSON, simple)),
        target("sign_keyless", JSON, keyless),
        target("sign_trusted_root", JSON, |input| {
            let _ = TrustedRoot::parse("root", &text(input));
            Ok(())
        }),
    ]
}

fn public_key(input: &[u8]) -> Outcome {
    let Ok(key) = PublicKey::parse("key", &text(input)) else {
        return Ok(());
    };
    if key.verifies(input, input) {
        return Err("a key is a signature".to_owned());
    }
    let again = key.pem().and_then(|pem| PublicKey::parse("key", &pem));
    same("key", &again.ok().as_ref(), &Some(&key))
}

fn keys() -> Result<(&'static [PublicKey], Digest), String> {
    static KEYS: OnceLock<Vec<PublicKey>> = OnceLock::new();
    let keys = KEYS.get_or_init(|| PublicKey::parse("key", KEY).into_iter().collect());
    let image = IMAGE.parse().map_err(|error| format!("{error}"))?;
    Ok((keys, image))
}

/// A bundle is accepted only if it has the payload that was signed.
fn bundle(input: &[u8]) -> Outcome {
    let (keys, subject) = keys()?;
    let expected = Expected {
        subject,
        predicate_type: None,
    };
    if let Ok(verified) = verify(input, keys, &expected) {
        if !String::from_utf8_lossy(&verified.payload).contains(&subject.hex()) {
            return Err("another payload is accepted".to_owned());
        }
    }
    let Ok(bundle) = Bundle::parse(input) else {
        return Ok(());
    };
    let bytes = bundle.bytes().map_err(|error| error.to_string())?;
    same("bundle", &Bundle::parse(&bytes), &Ok(bundle))
}

/// A keyless bundle is accepted only if it has the payload that was signed.
fn keyless(input: &[u8]) -> Outcome {
    static ROOT: OnceLock<Option<TrustedRoot>> = OnceLock::new();
    let root = ROOT.get_or_init(|| {
        let text = include_str!("../../seeds/sign_trusted_root/mock");
        TrustedRoot::parse("root", text).ok()
    });
    let root = root.as_ref().ok_or("the trusted root is not accepted")?;
    let (_, subject) = keys()?;
    let expected = Expected {
        subject,
        predicate_type: None,
    };
    let identity = Identity {
        name: "https://ci.example/release".to_owned(),
        issuer: "https://issuer.example".to_owned(),
    };
    match verify_keyless(input, root, &[identity], &expected) {
        Ok(verified) if !text(&verified.payload).contains(&subject.hex()) => {
            Err("another payload is accepted".to_owned())
        }
        _ => Ok(()),
    }
}

/// The first key signed no such text.
fn simple(input: &[u8]) -> Outcome {
    let (keys, subject) = keys()?;
    let signature = text(input);
    let cut = signature.get(..96).unwrap_or(&signature);
    match verify_simple_signing(input, cut, keys, subject) {
        Ok(_) => Err("an unsigned text is accepted".to_owned()),
        Err(_) => Ok(()),
    }
}
