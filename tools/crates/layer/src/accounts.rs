use std::collections::BTreeSet;
use std::io::Read;

use blob::Result;
use tarball::{Entry, Kind};

use crate::tee::Tee;

/// Larger files are not parsed.
const MAX_FILE: u64 = 1024 * 1024;

/// The names in `etc/passwd` and `etc/group` of a layer, for checks of the user that an image runs as.
#[derive(Default)]
pub(crate) struct Accounts {
    pub(crate) users: Option<BTreeSet<String>>,
    pub(crate) groups: Option<BTreeSet<String>>,
}

impl Accounts {
    /// Passes an entry to `append`, and records the names if it is one of the two files.
    pub(crate) fn watch(
        &mut self,
        entry: &Entry,
        content: &mut dyn Read,
        append: impl FnOnce(&mut dyn Read) -> Result<()>,
    ) -> Result<()> {
        let names = match entry.path.as_bytes() {
            b"etc/passwd" => &mut self.users,
            b"etc/group" => &mut self.groups,
            _ => return append(content),
        };
        // This entry replaces an earlier one, even if it is not a file.
        *names = None;
        match entry.kind {
            Kind::File { size } if size <= MAX_FILE => {}
            _ => return append(content),
        }
        let mut content = Tee::new(content, MAX_FILE as usize);
        append(&mut content)?;
        *names = Some(first_fields(&content.into_seen()));
        Ok(())
    }
}

/// The first field of each line (passwd(5), group(5)).
fn first_fields(file: &[u8]) -> BTreeSet<String> {
    let text = String::from_utf8_lossy(file);
    let fields = text.lines().filter_map(|line| line.split_once(':'));
    fields
        .map(|(name, _)| name.to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_at_the_first_colon() {
        let names = first_fields(b"root:x:0:0::/:/bin/sh\n\n:x:1\n# note\nb\xffd:x:2\nroot:again");
        assert_eq!(Vec::from_iter(names), ["b\u{fffd}d", "root"]);
    }
}
