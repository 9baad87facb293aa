//! The command line.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Parser, ValueEnum};
use registry_fixture::{Account, Auth, Bearer, Certificate, Location, Rule, Settings, Tls};

/// Runs an OCI registry on the loopback interface, for tests only
///
/// With COMMAND, it runs until the command ends, which has the registry's HOST:PORT in the environment variable
/// TEST_REGISTRY. Without, it runs until it is killed.
#[derive(Debug, Parser)]
#[command(name = "test_registry")]
pub(crate) struct Options {
    /// The port; by default one that the system picks
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Write the port to this file when the registry accepts connections
    #[arg(long, value_name = "FILE")]
    pub(crate) port_file: Option<PathBuf>,
    /// Write each request to this file, one a line: method, path, status, bytes of the body
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
    /// Fail by these rules: a JSON list such as
    /// [{"method":"PUT","path":"/manifests/","after":1,"times":2,"fault":{"status":{"status":503}}}]
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// Keep blobs in this directory, not in memory
    #[arg(long)]
    directory: Option<PathBuf>,
    /// HTTPS with this certificate
    #[arg(long, value_name = "CERTIFICATE")]
    tls: Option<TlsCertificate>,
    /// Ask clients for a certificate
    #[arg(long, requires = "tls")]
    client_certificate: bool,
    /// Write ca.pem, client.pem and client.key to this directory
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) certificates: Option<PathBuf>,
    /// Accept this account
    #[arg(long, value_name = "NAME:PASSWORD")]
    account: Vec<String>,
    /// Authentication by the accounts
    #[arg(long, default_value = "basic", requires = "account")]
    auth: Scheme,
    /// With bearer authentication, everybody may pull
    #[arg(long)]
    anonymous_pull: bool,
    /// The form of the URLs of uploads
    #[arg(long, default_value = "path")]
    location: UploadLocation,
    /// Leave out a feature
    #[arg(long, value_name = "FEATURE")]
    without: Vec<Feature>,
    /// The largest number of tags or referrers in a response
    #[arg(long, value_name = "NUMBER")]
    page: Option<usize>,
    /// Accept manifests with references to missing content
    #[arg(long)]
    sparse: bool,
    /// The command to run, with its arguments
    #[arg(last = true)]
    pub(crate) command: Vec<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum TlsCertificate {
    Valid,
    Expired,
    OtherName,
    UnknownCa,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Scheme {
    Basic,
    Bearer,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum UploadLocation {
    Path,
    Absolute,
    Relative,
    Query,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Feature {
    Deletes,
    Mounts,
    PostOnly,
    Ranges,
    Referrers,
}

impl Options {
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn settings(&self) -> Result<Settings> {
        let has = |feature| !self.without.contains(&feature);
        Ok(Settings {
            auth: self.auth()?,
            tls: self.tls.map(|certificate| self.tls(certificate)),
            directory: self.directory.clone(),
            location: match self.location {
                UploadLocation::Path => Location::Path,
                UploadLocation::Absolute => Location::Absolute,
                UploadLocation::Relative => Location::Relative,
                UploadLocation::Query => Location::Query,
            },
            deletes: has(Feature::Deletes),
            mounts: has(Feature::Mounts),
            post_only: has(Feature::PostOnly),
            ranges: has(Feature::Ranges),
            referrers: has(Feature::Referrers),
            page: self.page,
            sparse: self.sparse,
            ..Settings::default()
        })
    }

    pub(crate) fn rules(&self) -> Result<Vec<Rule>> {
        let Some(file) = &self.faults else {
            return Ok(Vec::new());
        };
        let cannot = || format!("cannot read `{}`", file.display());
        let bytes = fs::read(file).with_context(cannot)?;
        serde_json::from_slice(&bytes).with_context(cannot)
    }

    fn auth(&self) -> Result<Auth> {
        if self.account.is_empty() {
            return Ok(Auth::None);
        }
        let accounts = self.account.iter().map(|text| {
            let parts = text.split_once(':');
            let (name, password) =
                parts.context("cannot read `--account`: expected NAME:PASSWORD")?;
            Ok(Account::new(name, password))
        });
        let accounts = accounts.collect::<Result<_>>()?;
        Ok(match self.auth {
            Scheme::Basic => Auth::Basic(accounts),
            Scheme::Bearer => Auth::Bearer(Bearer {
                anonymous_pull: self.anonymous_pull,
                ..Bearer::new(accounts)
            }),
        })
    }

    fn tls(&self, certificate: TlsCertificate) -> Tls {
        Tls {
            certificate: match certificate {
                TlsCertificate::Valid => Certificate::Valid,
                TlsCertificate::Expired => Certificate::Expired,
                TlsCertificate::OtherName => Certificate::OtherName,
                TlsCertificate::UnknownCa => Certificate::UnknownCa,
            },
            client_certificate: self.client_certificate,
        }
    }
}
