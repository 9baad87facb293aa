//! Signatures and statements about images, without network code.
//!
//! A [`Statement`] (in-toto) names an image by its digest. A [`Signer`] signs it: a [`PrivateKey`], or a [`Plugin`], a
//! program that has access to a key elsewhere. The result is a [`Bundle`], and [`Referrer`] is the OCI manifest that
//! attaches it to the image. [`verify`] checks a bundle with public keys, [`verify_keyless`] one that was signed with a
//! certificate, and [`Trust`] one of any kind. A [`WholeStatement`] is one that another program wrote, such as the
//! provenance of a release.
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
//! | certificates (keyless) | crate `keyless` | yes |
//!
//! `cosign verify` of cosign 3 refuses signatures by keys of P-384 and Ed25519, its own too: prefer P-256 or RSA.
//!
//! The crate reads no environment variable and no file: keys and passwords come from the caller. Only
//! [`verify_keyless`] reads the clock.
//!
//! Inside the crate, an arrow means "uses":
//!
//! ```text
//! trust ─▶ verify, keyless, simple_signing
//! whole_statement, signable ─▶ statement
//! verify, keyless ─▶ expected ─▶ statement         private_key ─▶ encrypted_key, pem, random
//!    │                               ▲              key_pair ───▶ private_key
//!    └─────▶ bundle ─▶ envelope ─────┤              plugin ────▶ program
//!             ▲ │         └─▶ dsse, signer ─▶ public_key ─▶ pem     (private_key and plugin implement signer)
//! referrer ───┘ └─▶ certificate, log_entry
//! simple_signing ─▶ public_key                (all of them: refusal, line, base64_text, media_type,
//!                                              der_lengths, identity)
//! ```

mod at_most;
mod base64_text;
mod bundle;
mod certificate;
mod der_lengths;
mod dsse;
mod encrypted_key;
mod envelope;
mod expected;
mod identity;
mod key_pair;
mod keyless;
mod line;
mod log_entry;
mod media_type;
mod pem;
mod plugin;
mod private_key;
mod program;
mod public_key;
mod random;
mod referrer;
mod refusal;
mod signable;
mod signer;
mod simple_signing;
mod statement;
mod trust;
mod verify;
mod whole_statement;

pub use bundle::Bundle;
pub use certificate::Certificate;
pub use envelope::Envelope;
pub use expected::Expected;
pub use identity::Identity;
pub use key_pair::KeyPair;
pub use keyless::{verify_keyless, TrustedRoot, VerifiedKeyless};
pub use log_entry::{InclusionProof, LogEntry};
pub use media_type::BUNDLE_MEDIA_TYPE;
pub use plugin::Plugin;
pub use private_key::PrivateKey;
pub use public_key::{Algorithm, PublicKey};
pub use referrer::Referrer;
pub use refusal::Refusal;
pub use signable::Signable;
pub use signer::Signer;
pub use simple_signing::{
    verify_simple_signing, SIMPLE_SIGNING_ANNOTATION, SIMPLE_SIGNING_MEDIA_TYPE,
};
pub use statement::{Statement, SIGNATURE_PREDICATE};
pub use trust::{Accepted, Keyless, SignedBy, Trust};
pub use verify::{verify, Verified};
pub use whole_statement::WholeStatement;
