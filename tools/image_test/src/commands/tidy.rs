//! Removes directories, including those without write permission.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

/// Number of attempts, and the time between them: processes that are being killed may still write to the directory.
const TRIES: usize = 20;
const PAUSE: Duration = Duration::from_millis(100);

/// Waits until the process at the other end of standard input has ended, and removes its directory.
pub(super) fn after(folder: &Path) {
    // Signals to the process group or from the terminal must not end this process.
    let _ = rustix::process::setsid();
    let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
    for _ in 0..TRIES {
        remove(folder);
        if !folder.exists() {
            return;
        }
        sleep(PAUSE);
    }
}
/// Removes a directory and its contents, as far as possible.
pub(super) fn remove(folder: &Path) {
    if fs::remove_dir_all(folder).is_err() {
        open_up(folder);
        // Remaining files stay in the temporary directory.
        let _ = fs::remove_dir_all(folder);
    }
}

fn open_up(folder: &Path) {
    let _ = fs::set_permissions(folder, fs::Permissions::from_mode(0o700));
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            open_up(&entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_that_may_not_be_written_to_are_removed() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("a");
        fs::create_dir_all(folder.join("b/c")).unwrap();
        fs::set_permissions(folder.join("b"), fs::Permissions::from_mode(0o500)).unwrap();
        remove(&folder);
        assert!(!folder.exists());
    }
}
