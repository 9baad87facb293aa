//! Taking folders away, those that may not be written to too.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

/// How often, and after how long, it is tried again: processes that are being killed may still write to the folder.
const TRIES: usize = 20;
const PAUSE: Duration = Duration::from_millis(100);

/// Waits for the end of the process that has the other end of the standard input, and removes its folder.
pub(super) fn after(folder: &Path) {
    // Whoever kills the group of processes, or closes the terminal, does not mean this one.
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
/// Removes a folder with all in it, as far as that goes.
pub(super) fn remove(folder: &Path) {
    if fs::remove_dir_all(folder).is_err() {
        open_up(folder);
        // What is left then is the temporary folder's business.
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
