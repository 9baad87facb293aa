//! Checks that directories are writable and that the image has no shell.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

/// File names of shells.
const SHELLS: [&str; 14] = [
    "ash", "bash", "busybox", "csh", "dash", "fish", "ksh", "mksh", "pwsh", "rbash", "sh", "tcsh",
    "toybox", "zsh",
];

fn facts(path: &str) -> Result<String, String> {
    let facts = fs::metadata(path).map_err(|error| format!("{path}: {error}"))?;
    if !facts.is_dir() {
        return Err(format!("{path} is not a directory"));
    }
    Ok(format!(
        "{path} {:o} {}:{}",
        facts.mode() & 0o7777,
        facts.uid(),
        facts.gid()
    ))
}

/// Writes a file, reads it back and removes it.
fn write(directory: &str) -> std::io::Result<bool> {
    let file = Path::new(directory).join("written-by-the-guest");
    fs::write(&file, "hello")?;
    let same = fs::read(&file)? == b"hello";
    fs::remove_file(&file)?;
    Ok(same)
}

/// Checks that a file can be written to a directory.
pub(crate) fn describe_writable(path: &str) -> Result<String, String> {
    match write(path) {
        Ok(true) => Ok(format!("{}, a file was written", facts(path)?)),
        Ok(false) => Err(format!("{path}: another file was read than was written")),
        Err(error) => Err(format!("{path}: {error}")),
    }
}

/// Checks whether this process can write to /etc; only root may.
pub(crate) fn describe_etc() -> Result<String, String> {
    let can = match write("/etc") {
        Ok(_) => "can",
        Err(error) if error.kind() == ErrorKind::PermissionDenied => "cannot",
        Err(error) => return Err(format!("/etc: {error}")),
    };
    Ok(format!("{}, a file {can} be written", facts("/etc")?))
}

/// Checks that no file or link of the image has the name of a shell.
pub(crate) fn describe_shells() -> Result<String, String> {
    let mut found = Vec::new();
    let mut seen = 0;
    search(Path::new("/"), &mut found, &mut seen)?;
    if !found.is_empty() {
        return Err(format!("shells: {}", found.join(", ")));
    }
    if seen < 100 {
        return Err(format!("the image has only {seen} files that can be seen"));
    }
    Ok("no /bin/sh, no shell".into())
}

fn search(directory: &Path, found: &mut Vec<String>, seen: &mut usize) -> Result<(), String> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        // /root and /home/nonroot are readable only for their owners.
        Err(error) if error.kind() == ErrorKind::PermissionDenied => return Ok(()),
        Err(error) => return Err(format!("{}: {error}", directory.display())),
    };
    for entry in entries {
        let entry = entry.map_err(|error| format!("{}: {error}", directory.display()))?;
        let path = entry.path();
        let facts =
            fs::symlink_metadata(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        *seen += 1;
        if facts.is_dir() {
            // The runtime mounts these directories; they are not part of the image.
            if !["/proc", "/sys", "/dev"]
                .iter()
                .any(|mounted| path == Path::new(mounted))
            {
                search(&path, found, seen)?;
            }
        } else if SHELLS.iter().any(|shell| entry.file_name() == *shell)
            && (facts.is_symlink() || facts.permissions().mode() & 0o111 != 0)
        {
            found.push(path.display().to_string());
        }
    }
    Ok(())
}
