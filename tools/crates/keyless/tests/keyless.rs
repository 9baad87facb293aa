//! Keyless signatures by services that the test plays, and by a mock of Sigstore's.

#![allow(clippy::panic, clippy::print_stderr, clippy::unwrap_used)]

#[path = "keyless/certificates.rs"]
mod certificates;
#[path = "keyless/cosign.rs"]
mod cosign;
#[path = "keyless/hostile.rs"]
mod hostile;
#[path = "keyless/log.rs"]
mod log;
#[path = "keyless/services.rs"]
mod services;
#[path = "keyless/signing.rs"]
mod signing;
#[path = "keyless/signing_config.rs"]
mod signing_config;
