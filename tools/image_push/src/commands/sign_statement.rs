//! `sign-statement`: the signature of a statement about files.

use std::io::Write;
use std::path::PathBuf;

use blob::{read_regular, AtomicFile, Result, ResultExt};
use clap::{ArgGroup, Args};
use sign::WholeStatement;

use crate::connection::Connection;
use crate::output;
use crate::sign::{KeyOptions, SIGNER};

/// The maximum size of a statement, in bytes. Its bundle in base64 has at most 16 MiB.
const MAX_STATEMENT: u64 = 11 << 20;

/// Sign a statement about files, such as the provenance of a release
///
/// It writes a bundle that `cosign verify-blob-attestation` verifies.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new(SIGNER).required(true))]
pub(crate) struct SignStatement {
    /// In-toto statement, as JSON. Its bytes are signed unchanged.
    statement: PathBuf,
    /// Bundle to write; an existing file is replaced.
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    key: KeyOptions,
    #[command(flatten)]
    connection: Connection,
}

impl SignStatement {
    pub(crate) fn run(&self) -> Result<()> {
        let name = self.statement.display().to_string();
        let bytes = read_regular(&self.statement, MAX_STATEMENT).cannot("read", &name)?;
        let statement = WholeStatement::parse(&name, bytes)?;
        let progress = output::progress();
        let key = self.key.signing_key(&self.connection, &progress)?;
        let bundle = key.sign(&statement)?.bytes()?;
        let mut file = AtomicFile::create(&self.output)?;
        file.write_all(&bundle)
            .cannot("write", self.output.display())?;
        file.commit()?;
        output::line(format_args!("{} signed {}", name, self.output.display()))
    }
}
