//! Packages in the format deb(5), and their files.

use std::io::{self, Read};

use deb::{Architecture, Package, PackageName, Paragraphs, Version};
use tarball::EntryPath;

use super::{repaired, same, seeded, target, text, Outcome, Target};

const WORDS: &[&str] = &[
    "!<arch>\n",
    "debian-binary",
    "control.tar",
    "data.tar",
    "`\n",
    "2.0\n",
    ".xz",
    ".gz",
    "./",
    "control",
    "md5sums",
    "conffiles",
];
const FIELDS: &[&str] = &[
    "Package: a\n",
    "Version: 1\n",
    "Architecture: amd64\n",
    "Description: x\n y\n .\n",
    "\n\n",
    "#x\n",
    "Depends: b\n",
    "-----BEGIN PGP SIGNED MESSAGE-----\n",
];

pub(super) fn targets() -> Vec<Target> {
    vec![
        repaired(target("deb_package", WORDS, package)),
        repaired(seeded(
            "deb_package",
            target("deb_control_archive", WORDS, |input| {
                let _ = deb::control_archive(input);
                Ok(())
            }),
        )),
        repaired(seeded(
            "tar_strict",
            target("deb_control_files", WORDS, |input| {
                let _ = deb::read_control_archive(input, input.len() as u64);
                Ok(())
            }),
        )),
        target(
            "deb_decompressed",
            &["\u{1f}", "BZh9", "7zXZ"],
            decompressed,
        ),
        target("deb_paragraphs", FIELDS, |input| {
            paragraphs(deb::paragraphs(&text(input)))
        }),
        seeded(
            "deb_paragraphs",
            target("deb_index_paragraphs", FIELDS, |input| {
                paragraphs(deb::index_paragraphs(&deb::control_text(input.to_vec())))
            }),
        ),
        target(
            "deb_version",
            &["1:", "~", "-1", "+b1", "a", "0", "."],
            version,
        ),
        target(
            "deb_names",
            &["all", "any", "linux-any", "lib", "++", ":any"],
            names,
        ),
        target(
            "deb_md5sums",
            &[
                "d41d8cd98f00b204e9800998ecf8427e",
                "  ",
                " *",
                "usr/",
                "./",
                "../",
                "\\",
            ],
            md5sums,
        ),
    ]
}

fn package(input: &[u8]) -> Outcome {
    let Ok(mut package) = Package::open(input) else {
        return Ok(());
    };
    let _ = package.take_control_files();
    let _ = package.read_data(&mut |entry, content| {
        let _ = deb::merge_entry(entry);
        io::copy(content, &mut io::sink())
            .map(drop)
            .map_err(|error| blob::Error::cannot("read", &entry.path, error))
    });
    Ok(())
}

fn decompressed(input: &[u8]) -> Outcome {
    if let Ok(mut reader) = deb::decompressed(input, input.len() as u64) {
        let _ = io::copy(&mut reader, &mut io::sink());
        let _ = reader.read(&mut [0; 10]);
    }
    Ok(())
}

fn paragraphs(paragraphs: Paragraphs<'_>) -> Outcome {
    for paragraph in paragraphs {
        let Ok(paragraph) = paragraph else {
            return Ok(());
        };
        for (name, value) in paragraph.iter() {
            if paragraph.get(name).is_none() {
                return Err(format!("field `{name}` of value `{value}` is not found"));
            }
            let _ = paragraph.only(name);
        }
        let _ = paragraph.require_only("Package");
    }
    Ok(())
}

fn version(input: &[u8]) -> Outcome {
    let text = text(input);
    let _ = Version::in_relation(&text);
    let Ok(version) = text.parse::<Version>() else {
        return Ok(());
    };
    let again = version
        .to_string()
        .parse::<Version>()
        .map_err(|error| format!("spelling: {error}"))?;
    let _ = (version.epoch(), version.upstream(), version.revision());
    same("version", &version, &again)
}

fn names(input: &[u8]) -> Outcome {
    let text = text(input);
    let _ = PackageName::in_relation(&text);
    if let Ok(name) = text.parse::<PackageName>() {
        same("name", &name.as_str(), &text.as_str())?;
    }
    if let Ok(architecture) = text.parse::<Architecture>() {
        same("architecture", &architecture.as_str(), &text.as_str())?;
    }
    Ok(())
}

fn md5sums(input: &[u8]) -> Outcome {
    let listed = deb::md5sums(input).count();
    let _ = deb::rewrite_md5sums(input, |path| Ok(Some(deb::merge_path(path)?)));
    let kept = deb::rewrite_md5sums(input, |path: &EntryPath| Ok(Some(path.clone())));
    match kept {
        Ok(kept) if deb::md5sums(&kept).count() > listed => Err("rewriting adds lines".to_owned()),
        _ => Ok(()),
    }
}
