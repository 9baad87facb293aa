//! Runs a scanner. It is a program of the user, which gets the image and its own home directory. Its output is not
//! trusted.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use blob::{Error, Result, ResultExt};

use super::sbom::{Sbom, MAX_SBOM};

/// The placeholder for the path of the image in the arguments.
const IMAGE: &str = "{image}";

/// Number of bytes of standard error, from its end, that are shown if the scanner fails.
const MOST: usize = 2000;

pub(super) fn scan(program: &Path, arguments: &[String], layout: &Path) -> Result<Sbom> {
    let name = program.display().to_string();
    if !arguments.iter().any(|argument| argument.contains(IMAGE)) {
        return Err(
            Error::cannot("run", name, format!("no argument contains `{IMAGE}`")).hint(
                "add the path of the image, for example `--scanner-argument=oci-dir:{image}`",
            ),
        );
    }
    let home = tempfile::tempdir().cannot("create", "a home directory for the scanner")?;
    let layout = std::path::absolute(layout).cannot("read", layout.display())?;
    let layout = layout.display().to_string();
    let mut child = Command::new(program)
        .args(
            arguments
                .iter()
                .map(|argument| argument.replace(IMAGE, &layout)),
        )
        .env("HOME", home.path())
        .env("XDG_CACHE_HOME", home.path())
        .env("TMPDIR", home.path())
        .env("SYFT_CHECK_FOR_APP_UPDATE", "false")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .cannot("run", &name)?;
    // Read both outputs at the same time, so that the scanner never waits for a full pipe.
    let mut stderr = child.stderr.take();
    let words = std::thread::spawn(move || stderr.as_mut().map(end_of).unwrap_or_default());
    let mut bytes = Vec::new();
    if let Some(found) = child.stdout.take() {
        found
            .take(MAX_SBOM + 1)
            .read_to_end(&mut bytes)
            .cannot("read", format!("the SBOM of {name}"))?;
    }
    let status = child.wait().cannot("run", &name)?;
    let words = words.join().unwrap_or_default();
    if !status.success() {
        let words = String::from_utf8_lossy(&words);
        return Err(Error::cannot(
            "run",
            name,
            format!(
                "{status}; standard error: {}",
                words.trim().replace('\n', "\n  ")
            ),
        ));
    }
    Sbom::parse(&bytes, &format!("the SBOM of {name}"))
}

/// The last bytes of standard error. All of it is read, so that the scanner does not wait.
fn end_of(stderr: &mut impl Read) -> Vec<u8> {
    let mut end = Vec::new();
    let mut piece = [0; MOST];
    while let Ok(read @ 1..) = stderr.read(&mut piece) {
        end.extend_from_slice(&piece[..read]);
        end.drain(..end.len().saturating_sub(MOST));
    }
    end
}
