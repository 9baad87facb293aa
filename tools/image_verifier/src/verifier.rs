//! The command.

use std::path::{Path, PathBuf};

use blob::{Blob, Error, Outputs, Result, ResultExt};
use clap::Parser;
use oci::MAX_DOCUMENT;
use sign::{Expected, Refusal, Trust, SIGNATURE_PREDICATE};
use worker::Request;

use crate::copies::Copy;
use crate::files::read;
use crate::members::{blob_of, Members};
use crate::signers::Signers;

/// The maximum size of a bundle with a signature, in bytes.
const MAX_BUNDLE: u64 = 1 << 20;

/// Verifies that a trusted signer signed an image, and copies documents of the image only then. It uses no network.
#[derive(Parser)]
#[command(name = "image_verifier")]
pub(crate) struct Verifier {
    /// Name of the image in messages.
    #[arg(long, value_name = "LABEL", default_value = "image")]
    name: String,
    /// Descriptor of the image or index.
    #[arg(long, value_name = "DESCRIPTOR")]
    image: PathBuf,
    /// Signature: a Sigstore bundle of version 0.3; may be given several times, one of them must be accepted.
    #[arg(long = "bundle", value_name = "FILE")]
    bundles: Vec<PathBuf>,
    #[command(flatten)]
    signers: Signers,
    /// Document of the image to copy, or a file that names one: a descriptor, the metadata of a layer, or a digest; may
    /// be given several times. Any other file is refused.
    #[arg(long = "copy", value_name = "FROM=TO")]
    copies: Vec<String>,
    /// Empty file to write.
    #[arg(long, value_name = "FILE", required_unless_present = "copies")]
    output: Option<PathBuf>,
}

impl Verifier {
    pub(crate) fn run(&self, request: &Request) -> Result<()> {
        let trust = self.signers.trust(request)?;
        let descriptor = read(request, &self.image, MAX_DOCUMENT)?;
        let descriptor = oci::read_descriptor(self.image.display(), &descriptor)?;
        let image = blob_of(&descriptor).cannot("read", self.image.display())?;
        self.verify(request, &trust, &image)?;
        let copies = self.copies.iter().map(|option| Copy::read(request, option));
        let copies = copies.collect::<Result<Vec<_>>>()?;
        self.check_members(&image, &copies)?;
        let mut outputs = Outputs::new();
        for copy in &copies {
            outputs.add(&request.path(copy.to), &copy.bytes)?;
        }
        if let Some(output) = &self.output {
            outputs.add(&request.path(output), b"")?;
        }
        outputs.commit()
    }

    /// Refuses an image without an accepted signature. The message has the reason for each signature.
    fn verify(&self, request: &Request, trust: &Trust, image: &Blob) -> Result<()> {
        let expected = Expected {
            subject: image.digest,
            predicate_type: Some(SIGNATURE_PREDICATE),
        };
        let mut refused = Vec::new();
        for path in &self.bundles {
            let bundle = read(request, path, MAX_BUNDLE)?;
            match trust.verify(&bundle, &expected) {
                Ok(_) => return Ok(()),
                Err(refusal) => refused.push((path.as_path(), refusal)),
            }
        }
        Err(self.refuse(image, &refused))
    }

    fn refuse(&self, image: &Blob, refused: &[(&Path, Refusal)]) -> Error {
        let Some((first, refusal)) = refused.first() else {
            let cause = format!("no signature of `{}` is given", image.digest);
            let hint =
                "pass the bundle of its signature, which the publisher attaches to the image";
            return Error::cannot("verify", &self.name, cause).hint(hint);
        };
        let causes = refused.iter();
        let causes = causes.map(|(path, refusal)| format!("`{}`: {refusal}", path.display()));
        let cause = format!(
            "no signature is accepted: {}",
            causes.collect::<Vec<_>>().join("; ")
        );
        let error = Error::cannot("verify", &self.name, cause);
        match refusal.error(first.display()).hint_text() {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }

    fn check_members(&self, image: &Blob, copies: &[Copy<'_>]) -> Result<()> {
        let members = Members::below(*image, copies)?;
        let others = copies.iter().filter(|copy| !members.has(&copy.bytes));
        let others = others.map(|copy| format!("`{}`", copy.from.display()));
        let others: Vec<_> = others.collect();
        if others.is_empty() {
            return Ok(());
        }
        let cause = format!(
            "files that do not belong to `{}`: {}",
            image.digest,
            others.join(", ")
        );
        Err(Error::cannot("verify", &self.name, cause))
    }
}
