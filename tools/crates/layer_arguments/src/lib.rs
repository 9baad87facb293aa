//! Command line options that several commands share, and their conversion to values of the crate `layer`, which has no
//! command line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use blob::{Digest, Error, Result};
use clap::Parser;
use layer::{Created, Expected, LayerWriter, Options, PackageSource, Paths};

/// The options of every command that writes a layer.
#[derive(Clone, Debug, clap::Args)]
pub struct LayerArguments {
    /// The layer to write
    #[arg(long, value_name = "FILE")]
    layer: PathBuf,
    /// The metadata of the layer to write, as JSON
    #[arg(long, value_name = "FILE")]
    metadata: PathBuf,
    /// The content list of the layer to write, in mtree(5) format
    #[arg(long, value_name = "FILE")]
    mtree: PathBuf,
    /// The details of the layer to write, as JSON: packages, their documents, and libraries [default: none]
    #[arg(long, value_name = "FILE")]
    details: Option<PathBuf>,
    /// The name of the layer in the metadata
    #[arg(long, value_name = "NAME")]
    name: String,
    /// The creation time; later times of files become this time [default: the newest time of a file]
    #[arg(long, value_name = "RFC3339")]
    created: Option<String>,
    /// The description of the layer in the history of an image (`created_by`)
    #[arg(long, value_name = "TEXT")]
    created_by: String,
    /// The compression of the layer, such as gzip, zstd or none
    #[arg(long, value_name = "FORM", default_value = "gzip")]
    compression: String,
    /// An annotation of the layer's descriptor in manifests; may be given several times
    #[arg(long = "annotation", value_name = "KEY=VALUE")]
    annotations: Vec<String>,
}

/// The options of every command that reads a package.
#[derive(Clone, Debug, clap::Args)]
pub struct PackageArguments {
    /// The Debian package to read
    #[arg(long, value_name = "FILE")]
    pub deb: PathBuf,
    /// The SHA-256 digest that the package must have
    #[arg(long, value_name = "HEX")]
    pub sha256: Option<String>,
}

/// The options of commands that read several packages.
#[derive(Clone, Debug, clap::Args)]
pub struct PackagesArguments {
    /// A Debian package, or its libraries as deb_extractor writes them; may be given several times, in the order of the
    /// layers
    #[arg(long = "package", value_name = "FILE", required = true)]
    packages: Vec<PathBuf>,
}

/// Maps a path of the command line to its real path.
pub type Resolve<'a> = &'a dyn Fn(&std::path::Path) -> PathBuf;

impl LayerArguments {
    /// Creates the layer with the options' values.
    ///
    /// # Errors
    ///
    /// As [`LayerArguments::options`], or the layer cannot be created.
    pub fn create(&self, resolve: Resolve) -> Result<LayerWriter> {
        self.create_with(resolve, self.options()?)
    }

    /// The options of the layer.
    ///
    /// # Errors
    ///
    /// A time, a compression or an annotation is invalid.
    pub fn options(&self) -> Result<Options> {
        let created = self.created.as_ref();
        Ok(Options {
            name: self.name.clone(),
            created: created.map(|text| text.parse::<Created>()).transpose()?,
            created_by: self.created_by.clone(),
            compression: self.compression.parse()?,
            annotations: self.annotations()?,
        })
    }

    /// Creates the layer with other options.
    ///
    /// # Errors
    ///
    /// The layer cannot be created.
    pub fn create_with(&self, resolve: Resolve, options: Options) -> Result<LayerWriter> {
        LayerWriter::create(self.paths(resolve), options)
    }

    /// Creates the layer of a package, with a file for what the cache of the loader needs of it.
    ///
    /// # Errors
    ///
    /// As [`LayerArguments::create`].
    pub fn create_with_libraries(
        &self,
        resolve: Resolve,
        libraries: Option<&Path>,
    ) -> Result<LayerWriter> {
        let paths = Paths {
            libraries: libraries.map(resolve),
            ..self.paths(resolve)
        };
        LayerWriter::create(paths, self.options()?)
    }

    fn paths(&self, resolve: Resolve) -> Paths {
        Paths {
            layer: resolve(&self.layer),
            metadata: resolve(&self.metadata),
            mtree: resolve(&self.mtree),
            details: self.details.as_ref().map(|path| resolve(path)),
            libraries: None,
        }
    }

    fn annotations(&self) -> Result<BTreeMap<String, String>> {
        let mut annotations = BTreeMap::new();
        for annotation in &self.annotations {
            // A value may be empty, a key may not (OCI image-spec, "Annotations").
            let pair = annotation.split_once('=');
            let Some((key, value)) = pair.filter(|(key, _)| !key.is_empty()) else {
                let cause = format!("`{annotation}` is not of the form KEY=VALUE");
                return Err(Error::cannot("read", "--annotation", cause));
            };
            if annotations.insert(key.into(), value.into()).is_some() {
                let cause = format!("the key `{key}` is given twice");
                return Err(Error::cannot("add annotation", annotation, cause));
            }
        }
        Ok(annotations)
    }
}

impl PackageArguments {
    /// The package, without requirements on its control data.
    ///
    /// # Errors
    ///
    /// The digest is invalid.
    pub fn source(&self, resolve: Resolve) -> Result<PackageSource> {
        let sha256 = self.sha256.as_ref();
        Ok(PackageSource {
            path: resolve(&self.deb),
            shown: self.deb.display().to_string(),
            sha256: sha256.map(|hex| Digest::from_hex(hex)).transpose()?,
            expected: Expected::default(),
        })
    }
}

impl PackagesArguments {
    /// The packages in their order, without requirements on their control data.
    pub fn sources(&self, resolve: Resolve) -> Vec<PackageSource> {
        let source = |deb: &PathBuf| PackageSource {
            path: resolve(deb),
            shown: deb.display().to_string(),
            sha256: None,
            expected: Expected::default(),
        };
        self.packages.iter().map(source).collect()
    }
}

/// Splits an option's value at the first `=`. Neither side may be empty.
///
/// # Errors
///
/// The value does not have this form; `form` describes it in the message.
pub fn pair<'a>(option: &str, text: &'a str, form: &str) -> Result<(&'a str, &'a str)> {
    match text.split_once('=') {
        Some((left, right)) if !left.is_empty() && !right.is_empty() => Ok((left, right)),
        _ => Err(Error::cannot(
            "read",
            format_args!("--{option}"),
            format!("`{text}` is not of the form {form}"),
        )),
    }
}

/// Parses a command line without the program's name. `None` if it was a request for help, which is printed here.
///
/// # Errors
///
/// The arguments are invalid, or the help cannot be printed.
pub fn parse<T: Parser>(arguments: &[String]) -> Result<Option<T>> {
    let command = T::command();
    let name = command.get_name().to_owned();
    let words = std::iter::once(&name).chain(arguments);
    let error = match T::try_parse_from(words) {
        Ok(parsed) => return Ok(Some(parsed)),
        Err(error) => error,
    };
    if !error.use_stderr() {
        // Help and version.
        let printed = error.print();
        printed.map_err(|cause| Error::cannot("print", "help", cause))?;
        return Ok(None);
    }
    let text = error.to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let lines = text.lines().take_while(|line| !line.starts_with("Usage:"));
    let words: Vec<_> = lines.flat_map(str::split_whitespace).collect();
    Err(
        Error::cannot("read", format_args!("arguments of {name}"), words.join(" "))
            .hint(format_args!("see `{name} --help`")),
    )
}
