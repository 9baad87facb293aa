//! Path lookup in an unpacked image as its programs see it: absolute links start at the image's root.

use std::collections::VecDeque;
use std::fs;
use std::path::Path;

use anyhow::{ensure, Result};

/// Linux also follows at most 40 links.
const MOST_LINKS: usize = 40;

/// Whether the tree has a file at this absolute path, which may contain links.
pub(crate) fn has(root: &Path, path: &str) -> Result<bool> {
    ensure!(path.starts_with('/'), "`{path}` is not absolute");
    let mut links = 0;
    let mut rest: VecDeque<String> = path.split('/').map(str::to_owned).collect();
    let mut place = root.to_owned();
    while let Some(name) = rest.pop_front() {
        match name.as_str() {
            "" | "." => continue,
            // The parent of the root is the root.
            ".." if place == root => continue,
            ".." => {
                place.pop();
                continue;
            }
            name => place.push(name),
        }
        let Ok(facts) = fs::symlink_metadata(&place) else {
            return Ok(false);
        };
        if facts.is_symlink() {
            links += 1;
            ensure!(links <= MOST_LINKS, "`{path}` leads in a circle");
            let target = fs::read_link(&place)?;
            place.pop();
            if target.is_absolute() {
                place = root.to_owned();
            }
            for name in target.to_string_lossy().split('/').rev() {
                rest.push_front(name.to_owned());
            }
        }
    }
    Ok(place.is_file())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_stay_in_the_tree() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        fs::create_dir_all(root.join("usr/lib")).unwrap();
        fs::write(root.join("usr/lib/java"), "").unwrap();
        for (target, link) in [
            ("usr/lib", "lib"),
            ("/lib/java", "usr/java"),
            ("../../../usr/java", "usr/lib/up"),
            ("circle", "circle"),
            ("/bin/true", "usr/outside"),
        ] {
            symlink(target, root.join(link)).unwrap();
        }
        for there in ["/usr/lib/java", "/lib/java", "/usr/java", "/lib/up"] {
            assert!(has(root, there).unwrap(), "{there}");
        }
        for missing in ["/usr/lib", "/java", "/usr/outside", "/usr/lib/java/more"] {
            assert!(!has(root, missing).unwrap(), "{missing}");
        }
        assert!(has(root, "/circle").is_err());
        assert!(has(root, "java").is_err());
    }
}
