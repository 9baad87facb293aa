//! HTTPS with certificates for tests (README.md in this directory).

use std::sync::Arc;

use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};

/// The certificate (PEM) of the CA of the certificates, which no system trusts.
pub const CA: &str = include_str!("ca.pem");

/// A certificate (PEM) of a client, from [`CA`].
pub const CLIENT_CERTIFICATE: &str = include_str!("client.pem");

/// The private key (PEM, PKCS #8) of [`CLIENT_CERTIFICATE`].
pub const CLIENT_KEY: &str = include_str!("client.key");

const SERVER_KEY: &str = include_str!("server.key");

/// The certificate of the registry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Certificate {
    /// For `localhost`, `127.0.0.1` and `::1`, from [`CA`].
    #[default]
    Valid,
    /// As `Valid`, but it expired in 2021.
    Expired,
    /// For `other.test`.
    OtherName,
    /// As `Valid`, but from a CA that no client has.
    UnknownCa,
}

/// HTTPS.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tls {
    /// The certificate of the registry.
    pub certificate: Certificate,
    /// Whether the client must have a certificate from [`CA`], such as [`CLIENT_CERTIFICATE`].
    pub client_certificate: bool,
}

impl Tls {
    pub(crate) fn config(&self) -> ServerConfig {
        let provider = Arc::new(default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .unwrap();
        let builder = if self.client_certificate {
            let mut roots = RootCertStore::empty();
            roots.add(certificate(CA)).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().unwrap())
        } else {
            builder.with_no_client_auth()
        };
        let own = match self.certificate {
            Certificate::Valid => include_str!("localhost.pem"),
            Certificate::Expired => include_str!("expired.pem"),
            Certificate::OtherName => include_str!("other_name.pem"),
            Certificate::UnknownCa => include_str!("unknown_ca.pem"),
        };
        let key = PrivateKeyDer::from_pem_slice(SERVER_KEY.as_bytes()).unwrap();
        builder
            .with_single_cert(vec![certificate(own)], key)
            .unwrap()
    }
}

fn certificate(pem: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()
}
