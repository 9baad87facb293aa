//! Writes the layout of a finished build.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use blob::{blob_of_regular, read_text, replace_directory, temporary, Error, Result, ResultExt};

use super::schedule::Results;
use super::unfinished::Unfinished;
use super::{tool, Options, MAX_RESULT};
use crate::plan::{
    BaseLayer, File, Plan, StepId, Tool, BLOB, CONFIG, DESCRIPTOR, INDEX, MANIFEST, METADATA,
};

/// The name of the image in the layout: umoci needs one.
const REF_NAME: &str = "latest";

/// The file by which a directory is a layout.
const MARKER: &str = "oci-layout";

/// Whether a layout may be written to a path: it does not exist, is empty, or is a layout.
pub(super) fn check_free(output: &Path) -> Result<()> {
    let fail = |cause: String| {
        let error = Error::cannot("write layout", output.display(), cause);
        Err(error.hint("name another directory"))
    };
    match fs::read_dir(output) {
        Ok(mut entries) => {
            if entries.next().is_none() || output.join(MARKER).is_file() {
                Ok(())
            } else {
                fail("the directory is not empty, and it is no OCI layout".to_owned())
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => fail(error.to_string()),
    }
}

/// Writes the layout next to its place, and moves it there.
pub(super) fn write(
    plan: &Plan,
    root: StepId,
    results: &Results,
    options: &Options<'_>,
) -> Result<()> {
    let output = &target(options.output)?;
    let parent = temporary::directory_of(output);
    fs::create_dir_all(parent).cannot("create directory", parent.display())?;
    temporary::remove_leftovers(output);
    let unfinished = Unfinished::next_to(output)?;
    let made = unfinished.path().join("layout");
    let mut arguments = vec!["layout".to_owned(), format!("--ref-name={REF_NAME}")];
    let mut add = |option: &str, path: &Path| {
        arguments.push(format!("{option}={}", text(path)?));
        Ok::<_, Error>(())
    };
    add("--root", &results.path(&File::Output(root, DESCRIPTOR))?)?;
    for image in &plan.images {
        for name in [CONFIG, MANIFEST] {
            add(
                "--document",
                &results.path(&File::Output(image.documents, name))?,
            )?;
        }
    }
    if let Some(index) = plan.index {
        add("--document", &results.path(&File::Output(index, INDEX))?)?;
    }
    add("--output", &made)?;
    arguments.extend(layers(plan, results, unfinished.path())?);
    tool::run(Tool::IndexWriter, arguments, unfinished.path())?;
    let spare = unfinished.path().join("old");
    replace_directory(&made, output, &spare).cannot("write layout", output.display())
}

/// The arguments for the layers, each once. The first path of a pair is below the temporary directory, so it has no `=`.
fn layers(plan: &Plan, results: &Results, directory: &Path) -> Result<Vec<String>> {
    let mut seen = Vec::new();
    let mut arguments = Vec::new();
    let mut add = |metadata: String, blob: &Path| {
        if !seen.contains(&metadata) {
            let name = format!("{}.json", arguments.len());
            let path = directory.join(&name);
            fs::write(&path, &metadata).cannot("write", path.display())?;
            arguments.push(format!("--layer={name}={}", text(blob)?));
            seen.push(metadata);
        }
        Ok::<_, Error>(())
    };
    for image in &plan.images {
        for layer in &image.base_layers {
            add(layer.metadata.clone(), &verified(layer)?)?;
        }
        for step in &image.layers {
            let metadata = results.path(&File::Output(*step, METADATA))?;
            let metadata = read_text(&metadata, MAX_RESULT).cannot("read", metadata.display())?;
            add(metadata, &results.path(&File::Output(*step, BLOB))?)?;
        }
    }
    Ok(arguments)
}

/// The file of a layer of the base, with its digest. A link is resolved: the layout gets a real file.
fn verified(layer: &BaseLayer) -> Result<PathBuf> {
    let shown = layer.path.display();
    let path = layer.path.canonicalize().cannot("read", shown)?;
    let found = blob_of_regular(&path).cannot("read", layer.path.display())?;
    if found != layer.blob {
        let cause = format!("expected {}, found {}", layer.blob.digest, found.digest);
        return Err(Error::cannot("use layer", layer.path.display(), cause));
    }
    Ok(path)
}

/// The path to write. A symbolic link is kept: the directory that it leads to is replaced.
fn target(output: &Path) -> Result<PathBuf> {
    if output.is_symlink() {
        let target = output.canonicalize();
        return target.cannot("write layout", output.display());
    }
    Ok(output.to_owned())
}

fn text(path: &Path) -> Result<&str> {
    let text = path.to_str();
    text.ok_or_else(|| Error::cannot("use path", path.display(), "expected UTF-8"))
}
