use std::path::{Path, PathBuf};

use blob::{Error, Outputs, Result};
use clap::{Parser, Subcommand};
use layer::{CaBundle, CaDirectory, Directories, FileList, KeyStore};
use layer_arguments::{LayerArguments, PackageArguments, PackagesArguments, Resolve};
use worker::Request;

use crate::archive::ArchiveArguments;
use crate::dpkg::{Control, DpkgStatus, DpkgStatusd};
use crate::input::read;
use crate::merge::MergeArguments;

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
    CaDirectory(CaDirectoryArguments),
    Archive(ArchiveArguments),
    Control(Control),
    DpkgStatus(DpkgStatus),
    DpkgStatusd(DpkgStatusd),
    Merge(MergeArguments),
}

/// Writes a layer with listed entries
#[derive(clap::Args)]
struct Files {
    /// The entries, as a JSON list
    #[arg(long, value_name = "FILE", conflicts_with = "entry")]
    entries: Option<PathBuf>,
    /// An entry, as JSON; may be given several times
    #[arg(long, value_name = "JSON")]
    entry: Vec<String>,
    #[command(flatten)]
    layer: LayerArguments,
}

/// Writes a layer with the certificates of a ca-certificates package in one file
#[derive(clap::Args)]
struct Cacerts {
    #[command(flatten)]
    package: PackageArguments,
    #[command(flatten)]
    certificates: Certificates,
    /// The modification time of the files, in seconds since 1970
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    mtime: u64,
    /// Do not write files below var/lib/dpkg/status.d
    #[arg(long)]
    unregistered: bool,
    #[command(flatten)]
    layer: LayerArguments,
}

/// Writes a layer with the certificates of a ca-certificates package, one file for each
#[derive(clap::Args)]
struct CaDirectoryArguments {
    #[command(flatten)]
    package: PackageArguments,
    #[command(flatten)]
    certificates: Certificates,
    #[command(flatten)]
    layer: LayerArguments,
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
    package: PackageArguments,
    #[command(flatten)]
    layer: LayerArguments,
}

/// Writes a layer with etc/ld.so.cache for an image of these packages
#[derive(clap::Args)]
struct LdSoCache {
    #[command(flatten)]
    packages: PackagesArguments,
    /// The architecture, by OCI's name
    #[arg(long, value_name = "NAME")]
    architecture: String,
    #[command(flatten)]
    layer: LayerArguments,
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
    layer: LayerArguments,
}

/// Handles one request.
pub(crate) fn run(request: &Request) -> Result<()> {
    let Some(arguments) = layer_arguments::parse::<Assemble>(&request.arguments)? else {
        return Ok(());
    };
    let resolve = |path: &Path| request.path(path);
    match arguments.command {
        Command::Files(arguments) => files(&arguments, &resolve),
        Command::Cacerts(arguments) => cacerts(&arguments, &resolve),
        Command::Busybox(arguments) => busybox(&arguments, &resolve),
        Command::LdSoCache(arguments) => ld_so_cache(&arguments, &resolve),
        Command::JavaKeystore(arguments) => java_keystore(&arguments, &resolve),
        Command::CaDirectory(arguments) => ca_directory(&arguments, &resolve),
        Command::Archive(arguments) => arguments.run(&resolve),
        Command::Control(arguments) => arguments.run(&resolve),
        Command::DpkgStatus(arguments) => arguments.run(&resolve),
        Command::DpkgStatusd(arguments) => arguments.run(&resolve),
        Command::Merge(arguments) => arguments.run(&resolve),
    }
}

fn files(arguments: &Files, resolve: Resolve) -> Result<()> {
    let list = arguments.list(resolve)?;
    let mut layer = arguments.layer.create(resolve)?;
    layer::files(&list, resolve, &mut layer)?;
    layer.finish()
}

impl Files {
    fn list(&self, resolve: Resolve) -> Result<FileList> {
        match &self.entries {
            Some(path) => FileList::parse(&read(path, resolve)?)
                .map_err(|error| error.within("read", path.display())),
            None => {
                FileList::parse_each(&self.entry).map_err(|error| error.within("read", "--entry"))
            }
        }
    }
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

fn cacerts(arguments: &Cacerts, resolve: Resolve) -> Result<()> {
    let choices = CaBundle {
        mode: arguments.certificates.mode("CA bundle")?,
        mtime: arguments.mtime,
        registered: !arguments.unregistered,
        extra: arguments.certificates.extra(resolve)?,
    };
    let source = arguments.package.source(resolve)?;
    let mut layer = arguments.layer.create(resolve)?;
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

fn java_keystore(arguments: &JavaKeystore, resolve: Resolve) -> Result<()> {
    let choices = KeyStore {
        format: arguments.format.parse()?,
        mode: arguments.certificates.mode("key store")?,
        mtime: arguments.mtime,
        extra: arguments.certificates.extra(resolve)?,
        directories: arguments.directories()?,
    };
    let package = arguments.deb.clone().map(|deb| PackageArguments {
        deb,
        sha256: arguments.sha256.clone(),
    });
    let source = package.map(|package| package.source(resolve)).transpose()?;
    let mut layer = arguments.layer.create(resolve)?;
    let store = layer::java_keystore(source.as_ref(), &choices, &mut layer)?;
    let mut outputs = Outputs::new();
    if let Some(path) = &arguments.store {
        outputs.add(&resolve(path), &store)?;
    }
    layer.finish()?;
    outputs.commit()
}

fn ca_directory(arguments: &CaDirectoryArguments, resolve: Resolve) -> Result<()> {
    let choices = CaDirectory {
        mode: arguments.certificates.mode("directory of certificates")?,
        extra: arguments.certificates.extra(resolve)?,
    };
    let source = arguments.package.source(resolve)?;
    let mut layer = arguments.layer.create(resolve)?;
    layer::ca_directory(&source, &choices, &mut layer)?;
    layer.finish()
}

fn busybox(arguments: &Busybox, resolve: Resolve) -> Result<()> {
    let source = arguments.package.source(resolve)?;
    let mut layer = arguments.layer.create(resolve)?;
    layer::busybox(&source, &mut layer)?;
    layer.finish()
}

fn ld_so_cache(arguments: &LdSoCache, resolve: Resolve) -> Result<()> {
    let sources = arguments.packages.sources(resolve);
    let mut layer = arguments.layer.create(resolve)?;
    layer::ld_so_cache(&sources, &arguments.architecture, &mut layer)?;
    layer.finish()
}
