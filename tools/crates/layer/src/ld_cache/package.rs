//! The files of one package, as far as ldconfig reads them, and their file form.

use std::collections::BTreeMap;
use std::io::Read;

use ::elf::object::elf::Machine;
use ::elf::Head;
use blob::{Error, Result, ResultExt};
use message::parse_json;
use serde::{Deserialize, Serialize};
use tarball::{Entry, Kind};
use tree::{escape, unescape};

use crate::ld_cache::conf;
use crate::ld_cache::elf::{self, Library};
use crate::ld_cache::target::Header;
use crate::ld_cache::tree::{Node, Tree};
use crate::tee::Tee;

/// The version of the file form.
const VERSION: u64 = 1;

/// The largest file form, in bytes. A layer has at most 100 MiB of paths and facts about them.
pub(crate) const MAX_BYTES: u64 = 256 << 20;

/// The packages that have glibc's version; an image may have one or both.
const GLIBC_PACKAGES: [&str; 2] = ["libc6", "libc-bin"];

/// The maximum size of all configuration files of the loader in a package; Debian's packages have 100 bytes.
const MAX_TEXTS: usize = 64 * 1024;

/// The fields that identify a package.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) name: String,
    pub(crate) architecture: String,
    /// The version, if it is glibc's.
    pub(crate) glibc: Option<String>,
}

impl Identity {
    /// Leaves out the version of other packages, so that the file form of a package without libraries does not change
    /// with it.
    pub(crate) fn new(name: &str, architecture: &str, version: &str) -> Self {
        Self {
            name: name.to_owned(),
            architecture: architecture.to_owned(),
            glibc: GLIBC_PACKAGES.contains(&name).then(|| version.to_owned()),
        }
    }
}

/// The files of a package: paths, targets of links, the data of libraries, and the configuration of the loader.
#[derive(Debug, Default)]
pub(crate) struct PackageFiles {
    tree: Tree,
    /// The bytes of all texts.
    texts: usize,
    /// The first configuration file that exceeds [`MAX_TEXTS`], with its size.
    large: Option<(Vec<u8>, u64)>,
}

impl PackageFiles {
    /// Passes an entry to `watch`, which reads all of it and returns its head if it is a shared library, and adds it.
    ///
    /// # Errors
    ///
    /// Those of `watch`, or a hard link has no target.
    pub(crate) fn watch(
        &mut self,
        entry: &Entry,
        content: &mut dyn Read,
        watch: impl FnOnce(&mut dyn Read) -> Result<Option<Head>>,
    ) -> Result<Option<Head>> {
        let is_text =
            matches!(entry.kind, Kind::File { .. }) && conf::is_conf(entry.path.as_bytes());
        if !is_text {
            let head = watch(content)?;
            self.add(entry, head.as_ref())?;
            return Ok(head);
        }
        let mut content = Tee::new(content, MAX_TEXTS - self.texts);
        let head = watch(&mut content)?;
        let text = content.into_seen();
        self.add_text(entry, text);
        Ok(head)
    }

    fn add(&mut self, entry: &Entry, head: Option<&Head>) -> Result<()> {
        let node = match &entry.kind {
            Kind::Directory => Node::Directory,
            Kind::Symlink { target } => Node::Link(target.clone()),
            Kind::Hardlink { target } => {
                let file = self.tree.get(target.as_bytes()).cloned();
                file.ok_or("its target is not in the package")
                    .cannot("read entry", &entry.path)?
            }
            Kind::File { .. } => {
                let library = head.and_then(elf::read);
                library.map_or(Node::File, |library| Node::Library(Box::new(library)))
            }
        };
        self.tree.add(entry.path.as_bytes(), node);
        Ok(())
    }

    fn add_text(&mut self, entry: &Entry, text: Vec<u8>) {
        let path = entry.path.as_bytes();
        match entry.kind {
            Kind::File { size } if size != text.len() as u64 => {
                self.large.get_or_insert_with(|| (path.to_vec(), size));
                self.tree.add(path, Node::File);
            }
            _ => {
                self.texts += text.len();
                self.tree.add(path, Node::Text(text));
            }
        }
    }

    /// Puts the files on top of those of the packages before.
    ///
    /// # Errors
    ///
    /// A configuration file is too large.
    pub(crate) fn add_to(self, image: &mut Tree) -> Result<()> {
        if let Some((path, size)) = &self.large {
            let cause = format!("it has {size} bytes, more than {MAX_TEXTS} in one package");
            return Err(Error::cannot("read entry", escape(path), cause));
        }
        for (path, node) in self.tree.nodes() {
            image.add(path, node.clone());
        }
        Ok(())
    }

    /// The file form: compact JSON with sorted keys (`docs/tool_contract.md`).
    ///
    /// # Errors
    ///
    /// Only those of the JSON writer.
    pub(crate) fn to_json(&self, identity: &Identity) -> Result<Vec<u8>> {
        let mut libraries = Libraries {
            architecture: identity.architecture.clone(),
            glibc: identity.glibc.clone(),
            package: identity.name.clone(),
            large: self
                .large
                .iter()
                .map(|(path, size)| (text(path), *size))
                .collect(),
            ..Libraries::default()
        };
        for (path, node) in self.tree.nodes() {
            let path = text(path);
            match node {
                Node::Directory => libraries.directories.push(path),
                Node::File => libraries.files.push(path),
                Node::Link(target) => {
                    libraries.links.insert(path, text(target));
                }
                Node::Text(content) => {
                    libraries.texts.insert(path, text(content));
                }
                Node::Library(library) => {
                    libraries.libraries.insert(path, Facts::of(library));
                }
            }
        }
        let document = Document {
            libraries,
            version: VERSION,
        };
        serde_json::to_vec(&document).cannot("write", "libraries")
    }

    /// Parses the file form.
    ///
    /// # Errors
    ///
    /// The cause: it is not JSON of this form, or has another version.
    pub(crate) fn parse(json: &[u8]) -> std::result::Result<(Identity, Self), String> {
        let document: Document = parse_json(json)?;
        if document.version != VERSION {
            let found = document.version;
            return Err(format!("at `version`: expected {VERSION}, found {found}"));
        }
        let libraries = document.libraries;
        let mut tree = Tree::default();
        let mut add = |path: &str, node| tree.add(&unescape(path), node);
        let files = libraries.files.iter();
        files.for_each(|path| add(path, Node::File));
        for (path, target) in &libraries.links {
            add(path, Node::Link(unescape(target).into_owned()));
        }
        for (path, content) in &libraries.texts {
            add(path, Node::Text(unescape(content).into_owned()));
        }
        for (path, facts) in &libraries.libraries {
            add(path, Node::Library(Box::new(facts.library())));
        }
        let directories = libraries.directories.iter();
        directories.for_each(|path| add(path, Node::Directory));
        let large = libraries.large.into_iter().next();
        let files = Self {
            tree,
            texts: 0,
            large: large.map(|(path, size)| (unescape(&path).into_owned(), size)),
        };
        let identity = Identity {
            name: libraries.package,
            architecture: libraries.architecture,
            glibc: libraries.glibc,
        };
        Ok((identity, files))
    }
}

fn text(bytes: &[u8]) -> String {
    escape(bytes).into_owned()
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    libraries: Libraries,
    version: u64,
}

/// The files of a package. All paths, targets and texts have the escapes of [`escape`].
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Libraries {
    architecture: String,
    directories: Vec<String>,
    files: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    glibc: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    large: BTreeMap<String, u64>,
    libraries: BTreeMap<String, Facts>,
    links: BTreeMap<String, String>,
    package: String,
    texts: BTreeMap<String, String>,
}

/// The data of a [`Library`].
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Facts {
    bits: u8,
    flags: u32,
    isa_level: u32,
    kernel: u32,
    machine: u16,
    plain_flags: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    soname: Option<String>,
}

impl Facts {
    fn of(library: &Library) -> Self {
        Self {
            bits: if library.header.wide { 64 } else { 32 },
            flags: library.header.flags,
            isa_level: library.isa_level,
            kernel: library.kernel,
            machine: library.header.machine.0,
            plain_flags: library.plain_flags,
            soname: library.soname.as_deref().map(text),
        }
    }

    fn library(&self) -> Library {
        Library {
            header: Header {
                machine: Machine(self.machine),
                wide: self.bits == 64,
                flags: self.flags,
            },
            plain_flags: self.plain_flags,
            soname: self
                .soname
                .as_deref()
                .map(|name| unescape(name).into_owned()),
            kernel: self.kernel,
            isa_level: self.isa_level,
        }
    }
}
