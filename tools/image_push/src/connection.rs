//! The options of all commands that use a registry.

use std::path::PathBuf;
use std::time::Duration;

use blob::Result;
use clap::Args;
use registry::{Client, ClientCertificate, Credentials, Options};
use transfer::Progress;

/// How registries are used. The credentials are those of the user: `docker login`, `podman login`, credential helpers,
/// `DOCKER_AUTH_CONFIG`, netrc.
#[derive(Debug, Args)]
#[command(next_help_heading = "Registries")]
pub struct Connection {
    /// Registry that is used over HTTP without encryption; may be given several times. This machine needs no entry.
    #[arg(long, value_name = "HOST[:PORT]")]
    plain_http: Vec<String>,
    /// PEM file of certificate authorities, in addition to those of the system; may be given several times.
    #[arg(long = "ca", value_name = "FILE")]
    ca_files: Vec<PathBuf>,
    /// PEM file of the certificate that identifies this client.
    #[arg(long, value_name = "FILE", requires = "client_key")]
    client_certificate: Option<PathBuf>,
    /// PEM file of the private key of `--client-certificate`.
    #[arg(long, value_name = "FILE", requires = "client_certificate")]
    client_key: Option<PathBuf>,
    /// Attempts for a request that fails temporarily.
    #[arg(long, value_name = "NUMBER", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    attempts: u32,
    /// Seconds that a response may take to begin.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
    /// Requests at the same time.
    #[arg(long, value_name = "NUMBER", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub jobs: u16,
}

impl Connection {
    /// The same options for a remote cache.
    pub fn cache_options(&self) -> transfer::Options {
        transfer::Options {
            attempts: self.attempts,
            offline: false,
            timeout: Duration::from_secs(self.timeout),
            user_agent: Options::default().user_agent,
        }
    }

    /// The same options for the services of keyless signing.
    pub(crate) fn keyless_options(&self) -> keyless::Options {
        keyless::Options {
            attempts: self.attempts,
            timeout: Duration::from_secs(self.timeout),
            ca_files: self.ca_files.clone(),
            ..keyless::Options::default()
        }
    }

    /// A client with these options and the credentials of the user.
    ///
    /// # Errors
    ///
    /// A file with certificates or credentials cannot be read.
    pub fn client<'p>(&self, progress: &'p Progress) -> Result<Client<'p>> {
        let certificate = self.client_certificate.clone().zip(self.client_key.clone());
        let options = Options {
            attempts: self.attempts,
            timeout: Duration::from_secs(self.timeout),
            plain_http: self.plain_http.clone(),
            ca_files: self.ca_files.clone(),
            client_certificate: certificate
                .map(|(certificate, key)| ClientCertificate { certificate, key }),
            ..Options::default()
        };
        Client::new(options, Credentials::of_this_user()?, progress)
    }
}
