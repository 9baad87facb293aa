use std::path::{Path, PathBuf};

use blob::{Error, Outputs, Result};
use clap::{Parser, Subcommand};
use layer::flags::{self, LayerFlags, PackageFlags, PackagesFlags, Resolve};
use layer::{CaBundle, CaFolder, Directories, FileList, KeyStore};
use worker::Request;

use crate::archive::ArchiveFlags;
use crate::dpkg::{Control, DpkgStatus, DpkgStatusd};
use crate::input::read;
use crate::merge::MergeFlags;

/// Assembles layers from lists of files, parts of packages, archives and other layers.
#[derive(Parser)]
#[command(name = "layer_assembler")]
struct Assemble {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Files(Files),
    Cacerts(Cacerts),
    Busybox(Busybox),
    LdSoCache(LdSoCache),
    JavaKeystore(JavaKeystore),
    CaFolder(CaFolderFlags),
    Archive(ArchiveFlags),
    Control(Control),
    DpkgStatus(DpkgStatus),
    DpkgStatusd(DpkgStatusd),
    Merge(MergeFlags),
}

/// Writes a layer with the entries of a list
#[derive(clap::Args)]
struct Files {
    /// The list, as JSON
    #[arg(long, value_name = "FILE")]
    entries: PathBuf,
    #[command(flatten)]
    layer: LayerFlags,
}

/// Writes a layer with the certificates of a ca-certificates package in one file
#[derive(clap::Args)]
struct Cacerts {
    #[command(flatten)]
    package: PackageFlags,
    #[command(flatten)]
    certificates: Certificates,
    /// The modification time of the files, in seconds since 1970
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    mtime: u64,
    /// Do not write files below var/lib/dpkg/status.d
    #[arg(long)]
    unregistered: bool,
    #[command(flatten)]
    layer: LayerFlags,
}

/// Writes a layer with the certificates of a ca-certificates package, one file for each
#[derive(clap::Args)]
struct CaFolderFlags {
    #[command(flatten)]
    package: PackageFlags,
    #[command(flatten)]
    certificates: Certificates,
    #[command(flatten)]
    layer: LayerFlags,
}

/// The options of every command that reads certificates
#[derive(clap::Args)]
struct Certificates {
    /// A file of more certificates, added after those of the package; may be given several times
    #[arg(long, value_name = "FILE")]
    extra_pem: Vec<PathBuf>,
    /// The mode of the files, in octal
    #[arg(long, default_value = "0644")]
    mode: String,
}

/// Writes a layer with the binary of a busybox-static package and a link for each applet
#[derive(clap::Args)]
struct Busybox {
    #[command(flatten)]
    package: PackageFlags,
    #[command(flatten)]
    layer: LayerFlags,
}

/// Writes a layer with etc/ld.so.cache for an image of these packages
#[derive(clap::Args)]
struct LdSoCache {
    #[command(flatten)]
    packages: PackagesFlags,
    /// The architecture, by OCI's name
    #[arg(long, value_name = "NAME")]
    architecture: String,
    #[command(flatten)]
    layer: LayerFlags,
}

/// Writes a layer with the certificates of a ca-certificates package as a key store for Java
#[derive(clap::Args)]
struct JavaKeystore {
    /// The Debian package; without it, the key store has the certificates of --extra-pem only
    #[arg(long, value_name = "FILE")]
    deb: Option<PathBuf>,
    /// The SHA-256 digest that the package must have
    #[arg(long, value_name = "HEX", requires = "deb")]
    sha256: Option<String>,
    #[command(flatten)]
    certificates: Certificates,
    /// The modification time of the file, in seconds since 1970
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    mtime: u64,
    /// The mode of the directories above the file, in octal [default: 0755]
    #[arg(long, value_name = "MODE", requires = "etc_mtime")]
    directory_mode: Option<String>,
    /// The modification time of /etc, in seconds since 1970 [default: that of the file]
    #[arg(long, value_name = "SECONDS", requires = "directory_mode")]
    etc_mtime: Option<u64>,
    /// The format of the key store: jks or pkcs12
    #[arg(long, value_name = "FORM", default_value = "jks")]
    format: String,
    /// Also write the key store to this file
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
    #[command(flatten)]
    layer: LayerFlags,
}

/// Handles one request.
pub(crate) fn run(request: &Request) -> Result<()> {
    let Some(flags) = flags::parse::<Assemble>(&request.arguments)? else {
        return Ok(());
    };
    let resolve = |path: &Path| request.path(path);
    match flags.command {
        Command::Files(flags) => files(&flags, &resolve),
        Command::Cacerts(flags) => cacerts(&flags, &resolve),
        Command::Busybox(flags) => busybox(&flags, &resolve),
        Command::LdSoCache(flags) => ld_so_cache(&flags, &resolve),
        Command::JavaKeystore(flags) => java_keystore(&flags, &resolve),
        Command::CaFolder(flags) => ca_folder(&flags, &resolve),
        Command::Archive(flags) => flags.run(&resolve),
        Command::Control(flags) => flags.run(&resolve),
        Command::DpkgStatus(flags) => flags.run(&resolve),
        Command::DpkgStatusd(flags) => flags.run(&resolve),
        Command::Merge(flags) => flags.run(&resolve),
    }
}

fn files(flags: &Files, resolve: Resolve) -> Result<()> {
    let list = FileList::parse(&read(&flags.entries, resolve)?);
    let list = list.map_err(|error| error.within("read", flags.entries.display()))?;
    let mut layer = flags.layer.create(resolve)?;
    layer::files(&list, resolve, &mut layer)?;
    layer.finish()
}

impl Certificates {
    fn mode(&self, object: &str) -> Result<u32> {
        layer::parse_mode(&self.mode).map_err(|cause| Error::cannot("make", object, cause))
    }

    fn extra(&self, resolve: Resolve) -> Result<Vec<(String, Vec<u8>)>> {
        let extra = self.extra_pem.iter().map(|path| {
            let bytes = read(path, resolve)?;
            Ok((path.display().to_string(), bytes))
        });
        extra.collect()
    }
}

fn cacerts(flags: &Cacerts, resolve: Resolve) -> Result<()> {
    let choices = CaBundle {
        mode: flags.certificates.mode("CA bundle")?,
        mtime: flags.mtime,
        registered: !flags.unregistered,
        extra: flags.certificates.extra(resolve)?,
    };
    let source = flags.package.source(resolve)?;
    let mut layer = flags.layer.create(resolve)?;
    layer::cacerts(&source, &choices, &mut layer)?;
    layer.finish()
}

impl JavaKeystore {
    fn directories(&self) -> Result<Option<Directories>> {
        let (Some(mode), Some(etc_mtime)) = (&self.directory_mode, self.etc_mtime) else {
            return Ok(None);
        };
        let mode =
            layer::parse_mode(mode).map_err(|cause| Error::cannot("make", "key store", cause))?;
        Ok(Some(Directories { mode, etc_mtime }))
    }
}

fn java_keystore(flags: &JavaKeystore, resolve: Resolve) -> Result<()> {
    let choices = KeyStore {
        format: flags.format.parse()?,
        mode: flags.certificates.mode("key store")?,
        mtime: flags.mtime,
        extra: flags.certificates.extra(resolve)?,
        directories: flags.directories()?,
    };
    let package = flags.deb.clone().map(|deb| PackageFlags {
        deb,
        sha256: flags.sha256.clone(),
    });
    let source = package.map(|package| package.source(resolve)).transpose()?;
    let mut layer = flags.layer.create(resolve)?;
    let store = layer::java_keystore(source.as_ref(), &choices, &mut layer)?;
    let mut outputs = Outputs::new();
    if let Some(path) = &flags.store {
        outputs.add(&resolve(path), &store)?;
    }
    layer.finish()?;
    outputs.commit()
}

fn ca_folder(flags: &CaFolderFlags, resolve: Resolve) -> Result<()> {
    let choices = CaFolder {
        mode: flags.certificates.mode("directory of certificates")?,
        extra: flags.certificates.extra(resolve)?,
    };
    let source = flags.package.source(resolve)?;
    let mut layer = flags.layer.create(resolve)?;
    layer::ca_folder(&source, &choices, &mut layer)?;
    layer.finish()
}

fn busybox(flags: &Busybox, resolve: Resolve) -> Result<()> {
    let source = flags.package.source(resolve)?;
    let mut layer = flags.layer.create(resolve)?;
    layer::busybox(&source, &mut layer)?;
    layer.finish()
}

fn ld_so_cache(flags: &LdSoCache, resolve: Resolve) -> Result<()> {
    let sources = flags.packages.sources(resolve);
    let mut layer = flags.layer.create(resolve)?;
    layer::ld_so_cache(&sources, &flags.architecture, &mut layer)?;
    layer.finish()
}
