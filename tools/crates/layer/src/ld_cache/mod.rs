//! The loader's cache, `etc/ld.so.cache`, byte for byte as glibc's ldconfig writes it.

mod conf;
mod elf;
mod format;
mod glibc;
mod order;
mod pattern;
mod scan;
mod strings;
mod target;
mod tree;

use std::io::Read;

use ::elf::Head;
use blob::{Error, Result, ResultExt};
use deb::Control;
use tarball::{Entry, EntryPath, Kind};

use self::glibc::Glibc;
use self::target::Target;
use self::tree::{Node, Tree};
use crate::status::entry_path;
use crate::{LayerWriter, PackageSource};

const CACHE: &str = "etc/ld.so.cache";

/// The packages that have glibc's version; an image may have one or both.
const GLIBC_PACKAGES: [&str; 2] = ["libc6", "libc-bin"];

/// The maximum size of a configuration file of the loader; Debian's files have 100 bytes.
const MAX_TEXT: u64 = 64 * 1024;

/// The number of bytes to read at once.
const PIECE: usize = 64 * 1024;

/// Writes a layer with the cache for an image of these packages; `oci` is OCI's name of the architecture. If ldconfig
/// would create or change a link from a SONAME to its library, because the link is missing, is broken or leads to an
/// older library, the layer has that link too; the links of Debian's packages are correct. ldconfig would also delete
/// broken links without a library; they stay, because a layer of files cannot delete them.
///
/// Each package is read once, in the order of the layers, and is not unpacked. The reader looks at the same data as
/// ldconfig: `ld.so.conf` and the files that it includes, Debian's default directories, links, and the headers of
/// libraries.
///
/// # Errors
///
/// The architecture is unknown, a package is for another architecture, no package has glibc's version, or `ld.so.conf`
/// is invalid.
pub fn ld_so_cache(sources: &[PackageSource], oci: &str, layer: &mut LayerWriter) -> Result<()> {
    let target = Target::find(oci)?;
    let mut image = Image::default();
    for source in sources {
        image.read(source, &target)?;
    }
    image.tree.merge_usr();
    let (cache, links) = image
        .cache(&target)
        .map_err(|error| error.within("make", CACHE))?;
    layer.append_file(entry_path(CACHE)?, 0o644, 0, &cache)?;
    for (path, target) in links {
        layer.append(&link(&path, target)?, &mut std::io::empty())?;
    }
    Ok(())
}

fn link(path: &[u8], target: Vec<u8>) -> Result<Entry> {
    let parsed = EntryPath::parse(path);
    Ok(Entry {
        path: parsed
            .map_err(|why| Error::cannot("add entry", path.escape_ascii(), format!("its {why}")))?,
        kind: Kind::Symlink { target },
        mode: 0o777,
        uid: 0,
        gid: 0,
        mtime: 0,
    })
}

/// The content of the cache file, and the links to create.
type Cache = (Vec<u8>, Vec<(Vec<u8>, Vec<u8>)>);

/// The content of all packages together.
#[derive(Default)]
struct Image {
    tree: Tree,
    /// The package that has glibc's version, and the version.
    glibc: Option<(String, deb::Version)>,
}

impl Image {
    fn read(&mut self, source: &PackageSource, target: &Target) -> Result<()> {
        source.read(|package| {
            self.check(package.control(), target)?;
            package.read_data(&mut |entry, content| {
                let node = self.node(entry, content);
                let node = node.cannot("read entry", &entry.path)?;
                self.tree.add(entry.path.as_bytes(), node);
                Ok(())
            })
        })?;
        Ok(())
    }

    fn check(&mut self, control: &Control, target: &Target) -> Result<()> {
        let architecture = control.architecture.as_str();
        if ![target.debian(), "all"].contains(&architecture) {
            let cause = format!("it is for {architecture}, not for {}", target.debian());
            return Err(Error::cannot("use", &control.name, cause)
                .hint("give packages of the architecture that `--architecture` names"));
        }
        if !GLIBC_PACKAGES.contains(&control.name.as_str()) {
            return Ok(());
        }
        let (name, version) = (control.name.to_string(), control.version.clone());
        match &self.glibc {
            Some((other, known)) if *known != version => {
                let cause = format!("its version is {version}, but that of {other} is {known}");
                Err(Error::cannot("use", name, cause).hint("give packages of one lock"))
            }
            _ => {
                self.glibc = Some((name, version));
                Ok(())
            }
        }
    }

    fn node(&self, entry: &Entry, content: &mut dyn Read) -> std::result::Result<Node, String> {
        match &entry.kind {
            Kind::Directory => Ok(Node::Directory),
            Kind::Symlink { target } => Ok(Node::Link(target.clone())),
            Kind::Hardlink { target } => {
                let file = self.tree.get(target.as_bytes());
                file.cloned()
                    .ok_or_else(|| "its target is not in the package".to_owned())
            }
            Kind::File { size } if conf::is_conf(entry.path.as_bytes()) => {
                Ok(Node::Text(read_all(*size, MAX_TEXT, content)?))
            }
            Kind::File { size } => read_library(*size, content),
        }
    }

    fn cache(&mut self, target: &Target) -> Result<Cache> {
        let (_, version) = self.glibc.as_ref().ok_or_else(|| {
            Error::cannot("find", "glibc", "no package is libc6 or libc-bin")
                .hint("give all packages of the image")
        })?;
        let glibc = Glibc::new(version)?;
        let mut directories = conf::directories(&self.tree)?;
        directories.extend(target.directories());
        let found = scan::search(&mut self.tree, &directories, target, &glibc)?;
        Ok((format::write(&found, target, &glibc), found.links))
    }
}

/// Reads only the first bytes of files that are not ELF shared objects, and of libraries the parts that [`Head`] keeps.
fn read_library(size: u64, content: &mut dyn Read) -> std::result::Result<Node, String> {
    let mut start = Vec::new();
    let read = content.take(18).read_to_end(&mut start);
    read.map_err(|cause| cause.to_string())?;
    // The file type of shared objects is 3, in the byte order that the sixth byte defines.
    let is_shared =
        start.starts_with(b"\x7fELF") && matches!(start.get(16..), Some([3, 0] | [0, 3]));
    if !is_shared {
        return Ok(Node::File);
    }
    let mut head = Head::new(size);
    head.feed(&start);
    let mut piece = vec![0; PIECE];
    loop {
        match content.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => head.feed(&piece[..count]),
            Err(cause) if cause.kind() == std::io::ErrorKind::Interrupted => {}
            Err(cause) => return Err(cause.to_string()),
        }
    }
    let library = elf::read(&head);
    Ok(library.map_or(Node::File, |library| Node::Library(Box::new(library))))
}

fn read_all(size: u64, limit: u64, content: &mut dyn Read) -> std::result::Result<Vec<u8>, String> {
    if size > limit {
        return Err(format!("it has {size} bytes, more than {limit}"));
    }
    let mut bytes = Vec::new();
    let read = content.read_to_end(&mut bytes);
    read.map_err(|cause| cause.to_string())?;
    Ok(bytes)
}
