//! Signatures of cosign 2.

#![allow(clippy::unwrap_used)]

use blob::Digest;
use sign::{verify_simple_signing, PrivateKey, PublicKey, Refusal, Signer};

const IMAGE: &str = "sha256:3534ba3513496d83b324132e2316aff83a6ac17ca07202e9377077e89ceeda3e";

/// Made by `cosign sign --new-bundle-format=false --key cosign.key`.
const TEXT: &[u8] = include_bytes!("testdata/cosign_simple_signing.json");
const SIGNATURE: &str = "MEUCIEOlqSUb4AbdI43/IuXTSYG8hkpky2v1AhZIEXOxRCADAiEA7G05NIk/6ltk2dsWzsqg9t5qZw1MrInOljsRbzI8J5k=";

fn keys() -> [PublicKey; 2] {
    [
        include_str!("testdata/rsa.pub"),
        include_str!("testdata/cosign.pub"),
    ]
    .map(|text| PublicKey::parse("key.pub", text).unwrap())
}

#[test]
fn a_signature_of_cosign() {
    let (keys, image) = (keys(), IMAGE.parse().unwrap());
    let key = verify_simple_signing(TEXT, SIGNATURE, &keys, image).unwrap();
    assert_eq!(key, &keys[1]);
    let refused = |text: &[u8], signature, keys, image| {
        verify_simple_signing(text, signature, keys, image).unwrap_err()
    };
    let wrong_key = Refusal::WrongKey(None);
    assert_eq!(refused(TEXT, SIGNATURE, &keys[..1], image), wrong_key);
    assert_eq!(refused(b"{}", SIGNATURE, &keys, image), wrong_key);
    assert_eq!(refused(TEXT, "", &keys, image), wrong_key);
    assert_eq!(
        refused(TEXT, "*", &keys, image),
        Refusal::NotABundle("it is not base64 (standard alphabet)".to_owned())
    );
    assert_eq!(
        refused(&vec![b' '; 1024 * 1024 + 1], SIGNATURE, &keys, image),
        Refusal::NotABundle("the signed text is larger than 1 MiB".to_owned())
    );
    let other = Digest::of(b"");
    assert_eq!(
        refused(TEXT, SIGNATURE, &keys, other),
        Refusal::WrongSubject {
            expected: other,
            found: Some(IMAGE.to_owned())
        }
    );
}

#[test]
fn a_signed_text_of_another_type() {
    let key = PrivateKey::parse("key", include_str!("testdata/pkcs8.pem"), None).unwrap();
    let keys = [key.public_key().clone()];
    let refused = |text: &str| {
        use base64::Engine as _;
        let signature = key.sign(text.as_bytes()).unwrap();
        let signature = base64::engine::general_purpose::STANDARD.encode(signature);
        let image = IMAGE.parse().unwrap();
        verify_simple_signing(text.as_bytes(), &signature, &keys, image).unwrap_err()
    };
    let text = String::from_utf8(TEXT.to_vec()).unwrap();
    assert_eq!(
        refused(&text.replace("cosign container", "atomic container")),
        Refusal::Unsupported("signed text of type `atomic container image signature`".to_owned())
    );
    assert_eq!(
        refused("{}"),
        Refusal::NotABundle("missing field `critical` at line 1 column 2".to_owned())
    );
}
