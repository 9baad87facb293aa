//! Removes directories, including those without write permission.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

/// Number of attempts, and the time between them: processes that are being killed may still write to the directory.
const ATTEMPTS: usize = 20;
const PAUSE: Duration = Duration::from_millis(100);

/// Waits until the process at the other end of standard input has ended, and removes its directory.
pub(crate) fn remove_after_run(directory: &Path) {
    // Signals to the process group or from the terminal must not end this process.
    let _ = rustix::process::setsid();
    let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
    for _ in 0..ATTEMPTS {
        remove(directory);
        if !directory.exists() {
            return;
        }
        sleep(PAUSE);
    }
}

/// Removes a directory and its contents, as far as possible.
pub(crate) fn remove(directory: &Path) {
    if fs::remove_dir_all(directory).is_err() {
        make_writable(directory);
        // Remaining files stay in the temporary directory.
        let _ = fs::remove_dir_all(directory);
    }
}

fn make_writable(directory: &Path) {
    let _ = fs::set_permissions(directory, fs::Permissions::from_mode(0o700));
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    for entry in entries {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            make_writable(&entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_without_write_permission_are_removed() {
        let place = tempfile::tempdir().unwrap();
        let directory = place.path().join("a");
        fs::create_dir_all(directory.join("b/c")).unwrap();
        fs::set_permissions(directory.join("b"), fs::Permissions::from_mode(0o500)).unwrap();
        remove(&directory);
        assert!(!directory.exists());
    }
}
