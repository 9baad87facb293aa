//! The agent for requests to a service, with the certificates that it trusts and shows.

use std::path::{Path, PathBuf};
use std::time::Duration;

use blob::{read_regular, Error, Result, ResultExt};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use ureq::tls::{parse_pem, Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig};
use ureq::Agent;

/// The largest file with certificates.
const MAX_PEM: u64 = 4 << 20;

/// How long a connection may take.
const LONGEST_CONNECT: Duration = Duration::from_secs(15);

/// How to connect to the hosts of a service.
#[derive(Clone, Debug)]
pub struct Connections<'a> {
    /// How long a response may take to begin, and how long it may pause.
    pub timeout: Duration,
    /// The value of the header `User-Agent`: `NAME/VERSION`.
    pub user_agent: &'a str,
    /// PEM files of certificate authorities, in addition to those of the system.
    pub ca_files: &'a [PathBuf],
    /// The certificate by which the client identifies itself.
    pub client_certificate: Option<&'a ClientCertificate>,
    /// Connections to a host that wait for the next request.
    pub idle: usize,
}

/// The files of a client certificate.
#[derive(Clone, Debug)]
pub struct ClientCertificate {
    /// The chain of certificates, in PEM.
    pub certificate: PathBuf,
    /// The private key, in PEM, not encrypted.
    pub key: PathBuf,
}

/// Makes an agent. It follows no redirects: the caller does, because it decides who gets credentials. ureq reads the
/// proxy from the environment.
///
/// # Errors
///
/// A file of certificates or keys cannot be read, or the client certificate does not belong to its key.
pub fn agent(connections: &Connections<'_>) -> Result<Agent> {
    let mut tls = TlsConfig::builder().root_certs(roots(connections.ca_files)?);
    if let Some(files) = connections.client_certificate {
        tls = tls.client_cert(Some(client(files)?));
    }
    let timeout = connections.timeout;
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .max_idle_connections(8 * connections.idle)
        .max_idle_connections_per_host(connections.idle)
        .timeout_connect(Some(timeout.min(LONGEST_CONNECT)))
        .timeout_recv_response(Some(timeout))
        .timeout_per_read(Some(timeout))
        .timeout_per_write(Some(timeout))
        .tls_config(tls.build())
        .user_agent(connections.user_agent)
        .build();
    Ok(config.into())
}

/// The certificate authorities: the system's verifier, or, with further files, the system's certificates and these.
fn roots(files: &[impl AsRef<Path>]) -> Result<RootCerts> {
    if files.is_empty() {
        return Ok(RootCerts::PlatformVerifier);
    }
    // Certificates of the system that cannot be read are left out, as the verifier does.
    let system = rustls_native_certs::load_native_certs().certs;
    let system = system.iter().map(|cert| Certificate::from_der(cert));
    let mut all: Vec<Certificate<'static>> = system.map(|cert| cert.to_owned()).collect();
    for file in files {
        all.extend(certificates(file.as_ref())?);
    }
    Ok(RootCerts::from(all))
}

fn client(files: &ClientCertificate) -> Result<ClientCert> {
    let chain = certificates(&files.certificate)?;
    let lacks_key = |_| "it has no private key in PEM";
    let path = files.key.display();
    let bytes = read_regular(&files.key, MAX_PEM).cannot("read", &path)?;
    let key = PrivateKey::from_pem(&bytes).map_err(lacks_key);
    let key = key.cannot("read", &path)?;
    check_pair(&chain, &bytes).cannot("use client certificate", files.certificate.display())?;
    Ok(ClientCert::new_with_certs(&chain, key))
}

/// ureq would panic if key and certificate do not belong together.
fn check_pair(chain: &[Certificate<'static>], key: &[u8]) -> std::result::Result<(), String> {
    let chain = chain.iter();
    let chain = chain.map(|cert| CertificateDer::from(cert.der()).into_owned());
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| "it has no private key in PEM")?;
    let config = ClientConfig::builder().with_root_certificates(RootCertStore::empty());
    let config = config.with_client_auth_cert(chain.collect(), key);
    config.map(drop).map_err(|error| error.to_string())
}

fn certificates(path: &Path) -> Result<Vec<Certificate<'static>>> {
    let bytes = read_regular(path, MAX_PEM).cannot("read", path.display())?;
    let mut found = Vec::new();
    for item in parse_pem(&bytes) {
        // The message of the parser may show a part of the key.
        let item = item.map_err(|_| "it is not a PEM file");
        if let PemItem::Certificate(certificate) = item.cannot("read", path.display())? {
            found.push(certificate);
        }
    }
    if found.is_empty() {
        let cause = "it has no certificate in PEM";
        return Err(Error::cannot("read", path.display(), cause));
    }
    Ok(found)
}
