use std::fs;
use std::path::{Path, PathBuf};

use blob::{Error, Result, ResultExt};
use clap::{Parser, Subcommand};
use layer::flags::{self, LayerFlags, PackageFlags, PackagesFlags, Resolve};
use layer::{CaBundle, FileList};
use worker::Request;

/// Assembles a layer.
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
}

/// The entries of a list
#[derive(clap::Args)]
struct Files {
    /// The list, as JSON
    #[arg(long, value_name = "FILE")]
    entries: PathBuf,
    #[command(flatten)]
    layer: LayerFlags,
}

/// The CA bundle of a ca-certificates package
#[derive(clap::Args)]
struct Cacerts {
    #[command(flatten)]
    package: PackageFlags,
    /// PEM certificates for the end of the bundle; may be given several times
    #[arg(long, value_name = "FILE")]
    extra_pem: Vec<PathBuf>,
    /// The mode of the bundle, octal
    #[arg(long, default_value = "0644")]
    mode: String,
    #[command(flatten)]
    layer: LayerFlags,
}

/// The binary of a busybox-static package with a link for each applet
#[derive(clap::Args)]
struct Busybox {
    #[command(flatten)]
    package: PackageFlags,
    #[command(flatten)]
    layer: LayerFlags,
}

/// The loader's cache of an image of these packages
#[derive(clap::Args)]
struct LdSoCache {
    #[command(flatten)]
    packages: PackagesFlags,
    /// OCI's name of the architecture
    #[arg(long, value_name = "NAME")]
    architecture: String,
    #[command(flatten)]
    layer: LayerFlags,
}

/// Runs one request.
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
    }
}

fn files(flags: &Files, resolve: Resolve) -> Result<()> {
    let list = FileList::parse(&read(&flags.entries, resolve)?);
    let list = list.map_err(|error| error.within("read", flags.entries.display()))?;
    let mut layer = flags.layer.create(resolve)?;
    layer::files(&list, resolve, &mut layer)?;
    layer.finish()
}

fn cacerts(flags: &Cacerts, resolve: Resolve) -> Result<()> {
    let extra = flags.extra_pem.iter().map(|path| {
        let bytes = read(path, resolve)?;
        Ok((path.display().to_string(), bytes))
    });
    let choices = CaBundle {
        mode: layer::parse_mode(&flags.mode)
            .map_err(|cause| Error::cannot("make", "CA bundle", cause))?,
        extra: extra.collect::<Result<_>>()?,
    };
    let source = flags.package.source(resolve)?;
    let mut layer = flags.layer.create(resolve)?;
    layer::cacerts(&source, &choices, &mut layer)?;
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

fn read(path: &Path, resolve: Resolve) -> Result<Vec<u8>> {
    fs::read(resolve(path)).cannot("read", path.display())
}
