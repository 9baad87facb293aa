//! `diff`: the difference of two images, of registries or of files.

use blob::{Error, Result};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::Args;
use contents_diff::{render, Format};

use crate::connection::Connection;
use crate::diff::{compare, Side};
use crate::output;

/// Print the difference of two images: packages, libraries, files, settings, and the bytes that a client downloads
///
/// A layer that both images have is downloaded once.
#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// Old image: `HOST/PATH:TAG`, `HOST/PATH@DIGEST`, or the path of an OCI layout directory or archive.
    old: Side,
    /// New image, as the old one.
    new: Side,
    #[command(flatten)]
    options: DiffOptions,
}

/// The images and the form of a comparison.
#[derive(Args, Debug)]
pub struct DiffOptions {
    /// Platform of the images, such as linux/arm64. By default, all platforms that both sides have.
    #[arg(long, value_name = "OS/ARCH[/VARIANT]")]
    platform: Option<String>,
    /// Format of the report.
    #[arg(long, default_value = "text", value_parser = PossibleValuesParser::new(Format::ALL.map(Format::name)).try_map(|name| name.parse::<Format>()))]
    format: Format,
    /// Leave out the lists of files, layers and symbols, except in JSON.
    #[arg(long)]
    summary: bool,
    /// Exit with code 1 if the images differ.
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    connection: Connection,
}

impl Diff {
    pub(crate) fn run(&self) -> Result<()> {
        self.options.run([&self.old, &self.new])
    }
}

impl DiffOptions {
    /// Prints the difference of two images: references of registries, or paths of layouts and archives.
    ///
    /// # Errors
    ///
    /// An image does not exist or cannot be read, or the images differ and `--exit-code` is given.
    pub fn diff(&self, old: &str, new: &str) -> Result<()> {
        self.run([&Side::new(old), &Side::new(new)])
    }

    fn run(&self, sides: [&Side; 2]) -> Result<()> {
        let progress = output::progress();
        let client = self.connection.client(&progress)?;
        let jobs = usize::from(self.connection.jobs);
        let platform = self.platform.as_deref();
        let report = compare(&client, sides, platform, jobs)?;
        let text = render(&report, self.format, self.summary)?;
        output::document(String::from_utf8_lossy(&text).trim_end())?;
        if self.exit_code && !report.is_empty() {
            let [old, new] = sides;
            let cause = format!("it differs from `{old}`");
            return Err(Error::cannot("accept", new, cause));
        }
        Ok(())
    }
}
