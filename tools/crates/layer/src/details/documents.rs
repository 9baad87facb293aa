use std::collections::BTreeMap;
use std::io::Read;

use blob::{Result, ResultExt};
use tarball::{Entry, Kind};

use super::changelog;
use super::fields::Fields;
use crate::tee::Tee;

/// Below this directory, each package has a directory for its documents (Policy 12.5 and 12.7).
const DOCUMENTS: &str = "usr/share/doc/";

/// The maximum size of a copyright file. The largest of Debian, those of Boost and Chromium, have 2 MB.
const MAX_COPYRIGHT: usize = 4 * 1024 * 1024;

/// The documents of a package, from its data: the copyright file and the changelogs.
#[derive(Debug)]
pub(crate) struct Documents {
    /// The path of the directory.
    directory: String,
    /// The names of changelogs, compressed or not, the one with the newest entries first.
    names: Vec<String>,
    /// The first bytes of the files, by their names.
    files: BTreeMap<String, Vec<u8>>,
    /// The name of the package whose documents a link leads to.
    link: Option<String>,
}

impl Documents {
    /// No documents yet.
    pub(crate) fn new(fields: &Fields) -> Self {
        let debian = "changelog.Debian".to_owned();
        // Binary packages that were built again without a new source package have a further changelog.
        let of_build = format!("{debian}.{}", fields.architecture);
        let mut names = vec![of_build, debian];
        if fields.is_native() {
            names.push("changelog".to_owned());
        }
        Self {
            directory: format!("{DOCUMENTS}{}", fields.name),
            names,
            files: BTreeMap::new(),
            link: None,
        }
    }

    /// Passes an entry to `visit`, and keeps it if it is a document.
    pub(crate) fn watch(
        &mut self,
        entry: &Entry,
        content: &mut dyn Read,
        visit: &mut dyn FnMut(&Entry, &mut dyn Read) -> Result<()>,
    ) -> Result<()> {
        let Some(name) = self.name_of(entry) else {
            return visit(entry, content);
        };
        let limit = match name.as_str() {
            "copyright" => MAX_COPYRIGHT + 1,
            _ => changelog::MAX_FILE,
        };
        match &entry.kind {
            Kind::File { .. } => {
                let mut content = Tee::new(content, limit);
                visit(entry, &mut content)?;
                let content = content.fill().cannot("read entry", &entry.path)?;
                self.files.insert(name, content);
                Ok(())
            }
            Kind::Symlink { target } if matches!(name.as_str(), "" | "copyright") => {
                self.link = self.package_at(&name, target);
                visit(entry, content)
            }
            _ => visit(entry, content),
        }
    }

    /// The name of a document in the directory; empty for the directory.
    fn name_of(&self, entry: &Entry) -> Option<String> {
        let path = entry.path.as_bytes();
        let name = path.strip_prefix(self.directory.as_bytes())?;
        let name = std::str::from_utf8(name).ok()?;
        if name.is_empty() {
            return Some(String::new());
        }
        let name = name.strip_prefix('/')?;
        let plain = name.strip_suffix(".gz").unwrap_or(name);
        let is_document = name == "copyright" || self.names.iter().any(|known| known == plain);
        is_document.then(|| name.to_owned())
    }

    /// The package whose directory, or file of the same name in it, is the target of a link at a document's place.
    fn package_at(&self, name: &str, target: &[u8]) -> Option<String> {
        let target = std::str::from_utf8(target).ok()?;
        let mut path: Vec<&str> = Vec::new();
        if !target.starts_with('/') {
            let place = self.directory.split('/');
            let parents = 3 + usize::from(!name.is_empty());
            path.extend(place.take(parents));
        }
        for part in target.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    path.pop();
                }
                _ => path.push(part),
            }
        }
        let path = path.join("/");
        let place = path.strip_prefix(DOCUMENTS)?;
        let package = match name {
            "" => place,
            _ => place.strip_suffix(name)?.strip_suffix('/')?,
        };
        let is_other = !package.is_empty()
            && !package.contains('/')
            && self.directory.strip_prefix(DOCUMENTS) != Some(package);
        is_other.then(|| package.to_owned())
    }

    /// The package whose documents this package uses.
    pub(super) fn link(&self) -> Option<String> {
        self.link.clone()
    }

    /// The newest entries of the changelog.
    pub(super) fn changelog(&self) -> Option<String> {
        let mut text = Vec::new();
        for name in &self.names {
            if let Some(file) = self.files.get(name) {
                text.extend_from_slice(file);
            } else if let Some(file) = self.files.get(&format!("{name}.gz")) {
                text.extend(changelog::decompress(file));
            }
        }
        changelog::newest(text)
    }

    /// The text of the copyright file.
    pub(super) fn into_copyright(mut self) -> Option<String> {
        let file = self.files.remove("copyright");
        let file = file.filter(|file| file.len() <= MAX_COPYRIGHT);
        file.map(deb::control_text)
    }
}
