//! Signatures and statements about images, without network code.
//!
//! A [`Statement`] (in-toto) names an image by its digest. A [`Signer`] signs it: a [`PrivateKey`], or a [`Plugin`], a
//! program that has access to a key elsewhere. The result is a [`Bundle`], and [`Referrer`] is the OCI manifest that
//! attaches it to the image. [`verify`] checks a bundle with public keys, [`verify_keyless`] one that was signed with a
//! certificate.
//!
//! The formats are those of cosign 3: a DSSE envelope in a Sigstore bundle of version 0.3
//! (<https://github.com/sigstore/cosign/blob/main/specs/BUNDLE_SPEC.md>). [`verify_simple_signing`] reads the signatures
//! of cosign 2. Equal input has equal bytes: a [`PrivateKey`] signs by RFC 6979, and no document contains a time.
//!
//! | | sign | verify |
//! | --- | --- | --- |
//! | ECDSA P-256 with SHA-256 | yes | yes |
//! | ECDSA P-384 with SHA-384, RSA (2048 to 4096 bits) with SHA-256 | plugin | yes |
//! | Ed25519, with or without prehash | no | yes |
//! | certificates (keyless) | no | yes |
//!
//! `cosign verify` of cosign 3 refuses signatures by keys of P-384 and Ed25519, its own too: prefer P-256 or RSA.
//!
//! The crate reads no environment variable and no file: keys and passwords come from the caller. Only
//! [`verify_keyless`] reads the clock.
//!
//! Inside the crate, an arrow means "uses":
//!
//! ```text
//! verify ────────▶ bundle ─▶ signer ─▶ public_key ─▶ pem
//! keyless ───────────┤
//! simple_signing     │  └──▶ dsse         ▲
//! referrer ──────────┤                    ├─ private_key ─▶ encrypted_key
//!                    └────▶ statement     └─ plugin ─▶ program        (all of them: refusal, base64_text, line)
//! ```

mod at_most;
mod base64_text;
mod bundle;
mod dsse;
mod encrypted_key;
mod key_pair;
mod keyless;
mod line;
mod pem;
mod plugin;
mod private_key;
mod program;
mod public_key;
mod referrer;
mod refusal;
mod signer;
mod simple_signing;
mod statement;
mod verify;

pub use bundle::{Bundle, BUNDLE_MEDIA_TYPE};
pub use key_pair::KeyPair;
pub use keyless::{verify_keyless, Identity, TrustedRoot, VerifiedKeyless};
pub use plugin::Plugin;
pub use private_key::PrivateKey;
pub use public_key::{Algorithm, PublicKey};
pub use referrer::Referrer;
pub use refusal::Refusal;
pub use signer::Signer;
pub use simple_signing::{
    verify_simple_signing, SIMPLE_SIGNING_ANNOTATION, SIMPLE_SIGNING_MEDIA_TYPE,
};
pub use statement::{Statement, SIGNATURE_PREDICATE};
pub use verify::{verify, Expected, Verified};
