//! The command.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;

use apt_archive::Keyring;
use blob::{Digest, Outputs, Result, ResultExt};
use clap::Parser;
use provenance::{Statement, MAX_STATEMENT};
use worker::Request;

use crate::deb_content::GivenDeb;
use crate::files::{debs, NamedFile};
use crate::layout::Layout;
use crate::links::image::{read_layers, Layers};
use crate::links::package::UsedPackage;
use crate::links::repository::Evidence;
use crate::links::{deb, image, layer, package, provenance as provenance_link};
use crate::locks::{self, GivenLock};
use crate::report::Report;

/// The maximum size of a keyring in bytes.
const MAX_KEYRING: u64 = 8 << 20;

/// Verifies the chain from the signatures of repositories to an image, and prints each link and whether it holds.
#[derive(Parser)]
#[command(name = "chain_verifier")]
pub(crate) struct Verifier {
    /// Image or index: a directory in OCI layout format.
    #[arg(long, value_name = "DIR")]
    layout: PathBuf,
    /// Digest of the image or index in the layout; required if it has several.
    #[arg(long, value_name = "DIGEST")]
    digest: Option<Digest>,
    /// Lock with the packages of the image; may be given several times.
    #[arg(long = "lock", value_name = "FILE")]
    locks: Vec<PathBuf>,
    /// Directory with the files of repositories, which `debian_lock chain` wrote.
    #[arg(long, value_name = "DIR")]
    chain: Option<PathBuf>,
    /// Public keys of the repositories, as for a lock; may be given several times.
    #[arg(long = "keyring", value_name = "FILE")]
    keyrings: Vec<PathBuf>,
    /// Debian package, or a directory of packages; may be given several times.
    #[arg(long = "deb", value_name = "PATH")]
    debs: Vec<PathBuf>,
    /// Provenance of the image: an in-toto statement.
    #[arg(long, value_name = "FILE")]
    provenance: Option<PathBuf>,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// Write the links to this file instead of standard output.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Succeed even if links are unknown, because files are missing.
    #[arg(long)]
    allow_unknown: bool,
}

impl Verifier {
    pub(crate) fn run(&self, request: &Request) -> Result<()> {
        let mut report = Report::default();
        self.verify(request, &mut report)?;
        let text = if self.json {
            report.json()?
        } else {
            report.table()
        };
        let outcome = report.outcome(&self.layout.display().to_string(), self.allow_unknown);
        match &self.output {
            Some(output) => {
                // A failed action has no output.
                outcome.map_err(|error| error.within("accept", &text))?;
                let mut outputs = Outputs::new();
                outputs.add(&request.path(output), text.as_bytes())?;
                outputs.commit()
            }
            None => {
                let mut out = std::io::stdout().lock();
                out.write_all(text.as_bytes())
                    .cannot("write", "standard output")?;
                outcome
            }
        }
    }

    fn verify(&self, request: &Request, report: &mut Report) -> Result<()> {
        let named = |path: &PathBuf| NamedFile::of(request, path);
        let files: Vec<NamedFile> = self.locks.iter().map(named).collect();
        let locks = locks::read(&files, report)?;
        let evidence = self.evidence(request)?;
        let given = debs(request, &self.debs)?.into_iter().map(GivenDeb::read);
        let given = given.collect::<Result<Vec<_>>>()?;
        let statement = self.provenance.as_ref().map(named);
        let statement = statement.map(|file| -> Result<(String, Statement)> {
            let text = file.read_text(MAX_STATEMENT)?;
            Ok((file.shown.clone(), Statement::parse(&file.shown, &text)?))
        });
        let statement = statement.transpose()?;
        let directory = request.path(&self.layout);
        let shown = self.layout.display().to_string();
        let layout = Layout::read(&directory, &shown, self.digest, report)?;
        let layers = read_layers(&layout)?;
        let used = used_packages(&layout, &layers, &locks);
        let broken = package::verify(&used, &evidence, report);
        let trusted = deb::verify(&used, &given, &broken, report);
        let stated = statement
            .as_ref()
            .map_or_else(BTreeSet::new, |(_, statement)| {
                provenance_link::stated_layers(statement, layout.root)
            });
        let inputs = layer::Inputs {
            layout: &layout,
            layers: &layers,
            locks: &locks,
            debs: &trusted,
            stated: &stated,
        };
        layer::verify(&inputs, report)?;
        image::verify(&layout, &layers, report);
        if let Some((shown, statement)) = &statement {
            provenance_link::verify(statement, shown, &layout, &locks, &used, report);
        }
        Ok(())
    }

    fn evidence(&self, request: &Request) -> Result<Evidence> {
        let keyrings = self.keyrings.iter().map(|path| {
            let file = NamedFile::of(request, path);
            Keyring::parse(&file.shown, &file.read(MAX_KEYRING)?)
        });
        Ok(Evidence {
            directory: self.chain.as_ref().map(|path| request.path(path)),
            keyrings: keyrings.collect::<Result<_>>()?,
        })
    }
}

/// The packages of all images, each with its entry in a lock; one for each name, version and file.
fn used_packages<'a>(
    layout: &Layout,
    layers: &Layers,
    locks: &'a [GivenLock],
) -> Vec<UsedPackage<'a>> {
    let mut used = Vec::new();
    let mut known = BTreeSet::new();
    for image in &layout.images {
        for layer in &image.layers {
            let content = layers.get(&layer.blob.digest);
            let archive = content.and_then(|content| content.archive.as_ref().ok());
            for stated in archive.iter().flat_map(|archive| &archive.packages) {
                let locked = locks::find(locks, stated, &image.architecture);
                let sha256 = locked.map(|locked| locked.package.sha256);
                if known.insert((stated.clone(), sha256.map(|digest| digest.hex()))) {
                    used.push(UsedPackage {
                        stated: stated.clone(),
                        architecture: image.architecture.clone(),
                        locked,
                    });
                }
            }
        }
    }
    used
}
