//! Commands that make a layer of a package, an archive, certificates or a list.

use std::fs;
use std::path::{Path, PathBuf};

use layer::{
    Archive, ArchiveFile, CaBundle, CaDirectory, Choices, ControlArchive, Directories, Expected,
    FileList, KeyStore, KeyStoreFormat, LayerWriter, Options, PackageSource, Part, PartList, Paths,
};
use layer_details::LayerDetails;
use tarball::Compression;
use testkit::{Deb, Item};

use super::{directory, repaired, same, seeded, target, text, Outcome, Target};

const DEB: &[&str] = &[
    "debian-binary",
    "control.tar",
    "data.tar",
    "./control",
    "./usr/",
    "./md5sums",
    "ustar\u{0}00",
];
const PEM: &[&str] = &[
    "-----BEGIN CERTIFICATE-----\n",
    "-----END CERTIFICATE-----\n",
    "-----BEGIN TRUSTED CERTIFICATE-----\n",
    "====",
    "MII",
    "\u{30}\u{7f}",
];
const ELF: &[&str] = &[
    "\u{7f}ELF",
    "libc.so.6\0",
    "GLIBC_2.34\0",
    "x86-64-v3",
    "GNU\0",
];
const JSON: &[&str] = &[
    "{}",
    "[]",
    "\"\"",
    "null",
    "\"path\":",
    "\"type\":\"hardlink\"",
    "\"target\":\"a\"",
    "\"mode\":\"0755\"",
    "\"content\":\"\"",
];

pub(super) fn targets() -> Vec<Target> {
    vec![
        repaired(seeded("deb_package", target("layer_extract", DEB, extract))),
        repaired(seeded(
            "deb_package",
            target("layer_packages", DEB, packages),
        )),
        repaired(seeded(
            "deb_package",
            target("layer_control_archive", DEB, control_archive),
        )),
        repaired(seeded("tar_strict", target("layer_dpkg", DEB, dpkg))),
        repaired(seeded("tar_strict", target("layer_archive", DEB, archive))),
        repaired(target("layer_merge", DEB, merge)),
        target("layer_certificates", PEM, certificates),
        target("layer_ld_cache_elf", ELF, |input| {
            ld_cache("/usr/lib/x86_64-linux-gnu/liba.so.1", input)
        }),
        target(
            "layer_ld_cache_conf",
            &[
                "include /etc/ld.so.conf.d/*.conf\n",
                "/usr/lib\n",
                "hwcap ",
                "include *\n",
                "[a-z]",
                "#",
            ],
            |input| ld_cache("/etc/ld.so.conf", input),
        ),
        target(
            "layer_libraries",
            &[
                "{\"libraries\":{",
                "\"large\":{\"a\":1}",
                "\"links\":{\"lib\":\"usr/lib\"}",
                "\"version\":1",
                "usr/lib/glibc-hwcaps/a/libb.so",
                "\\\\xff",
            ],
            |input| cache_of(&source(input)?).map(drop),
        ),
        target("layer_lists", JSON, lists),
        target(
            "layer_details",
            &[
                "\"packages\":[]",
                "\"version\":1",
                "\"sha256\":",
                "null",
                "\\u0000",
            ],
            details,
        ),
    ]
}

/// The input as a file.
fn file(input: &[u8]) -> Result<PathBuf, String> {
    let path = directory()?.join("input");
    fs::write(&path, input).map_err(|error| format!("cannot write the input: {error}"))?;
    Ok(path)
}

fn source(input: &[u8]) -> Result<PackageSource, String> {
    Ok(PackageSource {
        path: file(input)?,
        shown: "a.deb".to_owned(),
        sha256: None,
        expected: Expected::default(),
    })
}

fn writer(libraries: Option<PathBuf>) -> Result<LayerWriter, String> {
    let directory = directory()?;
    let paths = Paths {
        layer: directory.join("layer"),
        metadata: directory.join("metadata"),
        mtree: directory.join("mtree"),
        details: Some(directory.join("details")),
        libraries,
    };
    let options = Options {
        name: "a".to_owned(),
        created: None,
        created_by: "a".to_owned(),
        compression: Compression::None,
        annotations: Default::default(),
    };
    LayerWriter::create(paths, options).map_err(|error| error.to_string())
}

/// Gives a command a layer, which is finished where the command succeeds.
fn make<T>(command: impl FnOnce(&mut LayerWriter) -> blob::Result<T>) -> Outcome {
    let mut layer = writer(None)?;
    if command(&mut layer).is_ok() {
        let _ = layer.finish();
    }
    Ok(())
}

fn extract(input: &[u8]) -> Outcome {
    let source = source(input)?;
    for merged_usr in [false, true] {
        let choices = Choices {
            merged_usr,
            include: Vec::new(),
            ..Choices::default()
        };
        make(|layer| layer::extract(&source, &choices, layer))?;
    }
    Ok(())
}

/// Commands that search for certain files in a package.
fn packages(input: &[u8]) -> Outcome {
    let source = source(input)?;
    make(|layer| layer::busybox(&source, layer))?;
    make(|layer| {
        layer::cacerts(
            &source,
            &CaBundle {
                mode: 0o644,
                mtime: 0,
                registered: true,
                extra: Vec::new(),
            },
            layer,
        )
    })?;
    make(|layer| {
        layer::ca_directory(
            &source,
            &CaDirectory {
                mode: 0o644,
                extra: Vec::new(),
            },
            layer,
        )
    })?;
    make(|layer| layer::ld_so_cache(std::slice::from_ref(&source), "amd64", layer))
}

fn control_archive(input: &[u8]) -> Outcome {
    let _ = layer::control_archive(&file(input)?, "a.deb", &directory()?.join("control.tar"));
    Ok(())
}

fn dpkg(input: &[u8]) -> Outcome {
    let archive = ControlArchive {
        path: file(input)?,
        shown: "a".to_owned(),
    };
    make(|layer| layer::dpkg_status(std::slice::from_ref(&archive), layer))?;
    let name = "hello"
        .parse()
        .map_err(|error: blob::Error| error.to_string())?;
    make(|layer| layer::dpkg_statusd(&archive, &name, layer))
}

fn archive(input: &[u8]) -> Outcome {
    let files =
        [("hello", "usr/hello"), ("a/b", "usr/b")].map(|(from, to)| ArchiveFile::new(from, to));
    let files = files
        .into_iter()
        .collect::<blob::Result<Vec<_>>>()
        .map_err(|error| error.to_string())?;
    let archive = Archive {
        path: file(input)?,
        shown: "a.tar".to_owned(),
        sha256: None,
        files,
        mode: 0o644,
        mtime: 0,
    };
    make(|layer| layer::archive(&archive, layer))
}

fn merge(input: &[u8]) -> Outcome {
    let path = file(input)?;
    let part = |changes_directories| Part {
        path: path.clone(),
        shown: "a".to_owned(),
        changes_directories,
    };
    make(|layer| layer::merge(&[part(false), part(true)], layer))
}

/// The input as the only file of certificates, in every form that a command writes.
fn certificates(input: &[u8]) -> Outcome {
    let extra = vec![("extra.pem".to_owned(), input.to_vec())];
    let empty = source(
        &Deb::new()
            .control("Package: ca-certificates\nVersion: 1\nArchitecture: all\nDescription: x\n")
            .build(),
    )?;
    make(|layer| {
        layer::cacerts(
            &empty,
            &CaBundle {
                mode: 0o644,
                mtime: 0,
                registered: false,
                extra: extra.clone(),
            },
            layer,
        )
    })?;
    make(|layer| {
        layer::ca_directory(
            &empty,
            &CaDirectory {
                mode: 0o644,
                extra: extra.clone(),
            },
            layer,
        )
    })?;
    for format in [KeyStoreFormat::Jks, KeyStoreFormat::Pkcs12] {
        let directories = Some(Directories {
            mode: 0o755,
            etc_mtime: 0,
        });
        let choices = KeyStore {
            format,
            mode: 0o644,
            mtime: 0,
            extra: extra.clone(),
            directories,
        };
        make(|layer| layer::java_keystore(None, &choices, layer))?;
    }
    Ok(())
}

/// Details that are read are written in the same way.
fn details(input: &[u8]) -> Outcome {
    let Ok(details) = LayerDetails::parse("a", input) else {
        return Ok(());
    };
    let json = details.to_json().map_err(|error| error.to_string())?;
    let again = LayerDetails::parse("a", &json).map_err(|error| error.to_string())?;
    same("details", &again, &details)
}

/// A package of libc with the input at this path.
fn ld_cache(path: &str, input: &[u8]) -> Outcome {
    let conf = Item::file("./etc/ld.so.conf", "include /etc/ld.so.conf.d/*.conf\n");
    let items = [
        conf,
        Item::file(
            "./etc/ld.so.conf.d/a.conf",
            "/usr/lib/x86_64-linux-gnu\n/opt\n",
        ),
        Item::file(format!(".{path}"), input),
    ];
    let source = source(&Deb::new().compression("").items(&items).build())?;
    let from_package = cache_of(&source)?;
    let Some(libraries) = libraries_of(&source)? else {
        return Ok(());
    };
    same("caches", &cache_of(&libraries)?, &from_package)
}

/// The layer with the cache for a package; `None` if it cannot be made.
fn cache_of(source: &PackageSource) -> Result<Option<Vec<u8>>, String> {
    let mut layer = writer(None)?;
    if layer::ld_so_cache(std::slice::from_ref(source), "amd64", &mut layer).is_err() {
        return Ok(None);
    }
    layer.finish().map_err(|error| error.to_string())?;
    let bytes = fs::read(directory()?.join("layer")).map_err(|error| error.to_string())?;
    Ok(Some(bytes))
}

/// The libraries of a package; `None` if it has no layer.
fn libraries_of(source: &PackageSource) -> Result<Option<PackageSource>, String> {
    let path = directory()?.join("libraries");
    let mut layer = writer(Some(path.clone()))?;
    if layer::extract(source, &Choices::default(), &mut layer).is_err() {
        return Ok(None);
    }
    layer.finish().map_err(|error| error.to_string())?;
    Ok(Some(PackageSource {
        path,
        ..source.clone()
    }))
}

fn lists(input: &[u8]) -> Outcome {
    let nowhere = |_: &Path| PathBuf::from("/nonexistent");
    if let Ok(list) = FileList::parse(input) {
        make(|layer| layer::files(&list, &nowhere, layer))?;
    }
    if let Ok(list) = PartList::parse(input) {
        let _ = list.parts(&nowhere);
    }
    let text = text(input);
    let _ = (
        layer::parse_mode(&text),
        text.parse::<layer::Created>(),
        layer_arguments::pair("a", &text, "A=B"),
    );
    Ok(())
}
