//! The difference of two images.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use blob::{Digest, Error, Result, ResultExt};
use contents_diff::{Issues, Report, Symbols};
use contents_from_layers::{read, ReadImage, Source};
use registry::{Client, Reference};

use crate::copy::download;

/// An image to compare: a text of the command line.
#[derive(Clone, Debug)]
pub(crate) struct Side(String);

impl Side {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl FromStr for Side {
    type Err = Infallible;

    fn from_str(text: &str) -> std::result::Result<Self, Infallible> {
        Ok(Self::new(text))
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Compares two images.
///
/// # Errors
///
/// An image does not exist, or cannot be downloaded or read.
pub(crate) fn compare(
    client: &Client<'_>,
    sides: [&Side; 2],
    platform: Option<&str>,
    jobs: usize,
) -> Result<Report> {
    let directory = tempfile::tempdir().cannot("make", "temporary directory")?;
    let [old, new] = ["old", "new"].map(|name| directory.path().join(name));
    let old = path_of(client, sides[0], old, None, jobs)?;
    let new = path_of(client, sides[1], new, Some(&old), jobs)?;
    let paths = [&old, &new];
    let sources: Vec<Source> = paths
        .iter()
        .zip(sides)
        .map(|(path, side)| Source {
            path,
            name: &side.0,
            platform,
        })
        .collect();
    let read = read(&sources)?;
    let [old, new] = &read[..] else {
        return Err(Error::cannot("compare", sides[1], "it has no image"));
    };
    let (symbols, issues) = (Symbols::new(), BTreeMap::new());
    Ok(contents_diff::compare(
        &side(old, &symbols, &issues),
        &side(new, &symbols, &issues),
    ))
}

fn side<'a>(
    read: &'a ReadImage,
    symbols: &'a Symbols,
    issues: &'a BTreeMap<Digest, Issues>,
) -> contents_diff::Side<'a> {
    contents_diff::Side {
        contents: &read.contents,
        symbols,
        changelogs: &read.changelogs,
        issues,
    }
}

/// The path of an image: that of a file or directory, or of a layout to which it is downloaded. The layout begins with
/// the blobs of `other`, so a blob of both is downloaded once.
fn path_of(
    client: &Client<'_>,
    side: &Side,
    layout: PathBuf,
    other: Option<&Path>,
    jobs: usize,
) -> Result<PathBuf> {
    let text = side.0.strip_prefix("oci:").unwrap_or(&side.0);
    if Path::new(text).exists() {
        return Ok(PathBuf::from(text));
    }
    let reference = Reference::parse(&side.0)?;
    if reference.tag().is_none() && reference.digest().is_none() {
        return Err(
            Error::cannot("compare", side, "it names all images of a repository")
                .hint("add a tag or a digest"),
        );
    }
    if let Some(other) = other.filter(|other| other.parent() == layout.parent()) {
        begin(&layout, other).cannot("write layout", layout.display())?;
    }
    download(client, &reference, &[], &layout, jobs)?;
    Ok(layout)
}

/// Makes a layout without images whose blobs are those of another layout.
fn begin(layout: &Path, other: &Path) -> std::io::Result<()> {
    let blobs = Path::new("blobs").join("sha256");
    fs::create_dir_all(layout.join(&blobs))?;
    fs::copy(other.join("oci-layout"), layout.join("oci-layout"))?;
    fs::write(
        layout.join("index.json"),
        r#"{"schemaVersion":2,"manifests":[]}"#,
    )?;
    for entry in fs::read_dir(other.join(&blobs))? {
        let entry = entry?;
        fs::hard_link(entry.path(), layout.join(&blobs).join(entry.file_name()))?;
    }
    Ok(())
}
