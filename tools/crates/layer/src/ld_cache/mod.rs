//! The loader's cache, `etc/ld.so.cache`, byte for byte as glibc's ldconfig writes it.

mod conf;
mod elf;
mod format;
mod glibc;
mod order;
mod package;
mod pattern;
mod scan;
mod strings;
mod target;
mod tree;

use std::fs::File;
use std::io::Read;

use blob::{Error, Result, ResultExt};
use tarball::{Entry, EntryPath, Kind};

use self::glibc::Glibc;
pub(crate) use self::package::{Identity, PackageFiles};
use self::target::Target;
use self::tree::Tree;
use crate::details::libraries;
use crate::status::entry_path;
use crate::{LayerWriter, PackageSource};

const CACHE: &str = "etc/ld.so.cache";

/// Writes a layer with the cache for an image of these packages; `oci` is OCI's name of the architecture. If ldconfig
/// would create or change a link from a SONAME to its library, because the link is missing, is broken or leads to an
/// older library, the layer has that link too; the links of Debian's packages are correct. ldconfig would also delete
/// broken links without a library; they stay, because a layer of files cannot delete them.
///
/// A source is a package, or the small file with its libraries ([`crate::Paths::libraries`]) that was written when its
/// layer was made; its first byte says which. Both give the same layer. They are read once, in the order of the layers.
/// The reader looks at the same data as ldconfig: `ld.so.conf` and the files that it includes, Debian's default
/// directories, links, and the headers of libraries.
///
/// # Errors
///
/// A source cannot be read, the architecture is unknown, a package is for another architecture, no package has glibc's
/// version, or `ld.so.conf` is invalid.
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
        if starts_as_json(source)? {
            let json = blob::read_regular(&source.path, package::MAX_BYTES);
            let json = json.cannot("read", &source.shown)?;
            let (identity, files) = PackageFiles::parse(&json)
                .map_err(|cause| Error::cannot("read libraries", &source.shown, cause))?;
            let checked = self.check(&identity, target);
            let added = checked.and_then(|()| files.add_to(&mut self.tree));
            return added.map_err(|error| error.within("read", &source.shown));
        }
        source.read(|package| {
            let control = package.control();
            let (architecture, version) = (control.architecture.as_str(), control.version.as_str());
            let identity = Identity::new(control.name.as_str(), architecture, version);
            self.check(&identity, target)?;
            let mut files = PackageFiles::default();
            package.read_data(&mut |entry, content| {
                let skip = |content: &mut dyn Read| {
                    std::io::copy(content, &mut std::io::sink())
                        .cannot("read entry", &entry.path)?;
                    Ok(())
                };
                let watch = |content: &mut dyn Read| libraries::watch(entry, content, skip);
                files.watch(entry, content, watch)?;
                Ok(())
            })?;
            files.add_to(&mut self.tree)
        })?;
        Ok(())
    }

    fn check(&mut self, identity: &Identity, target: &Target) -> Result<()> {
        let (name, architecture) = (&identity.name, identity.architecture.as_str());
        if ![target.debian(), "all"].contains(&architecture) {
            let cause = format!("it is for {architecture}, not for {}", target.debian());
            return Err(Error::cannot("use", name, cause)
                .hint("give packages of the architecture that `--architecture` names"));
        }
        let Some(version) = &identity.glibc else {
            return Ok(());
        };
        let version: deb::Version = version.parse()?;
        match &self.glibc {
            Some((other, known)) if *known != version => {
                let cause = format!("its version is {version}, but that of {other} is {known}");
                Err(Error::cannot("use", name, cause).hint("give packages of one lock"))
            }
            _ => {
                self.glibc = Some((name.clone(), version));
                Ok(())
            }
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

/// Whether a file begins as the libraries of a package, not as a package.
fn starts_as_json(source: &PackageSource) -> Result<bool> {
    let mut first = [0];
    let read = File::open(&source.path).and_then(|mut file| file.read(&mut first));
    Ok(read.cannot("read", &source.shown)? == 1 && first == *b"{")
}
