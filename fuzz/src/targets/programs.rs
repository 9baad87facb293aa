//! Whole programs in this process, each with the input in place of one of its files.

use std::path::Path;

use clap::Parser;
use testkit::{tar, Item};
use worker::Request;

use super::images::write_layout;
use super::{directory, parts, repaired, seeded, target, write, Outcome, Target};

const JSON: &[&str] = &[
    "{}", "[]", "\"\"", "null", "true", "1e9", "\\u0000", "[[[[", "{\"a\":", "*", "**",
];
const ELF: &[&str] = &[
    "\u{7f}ELF",
    "libc.so.6\0",
    "GLIBC_2.34\0",
    "/lib64/ld-linux-x86-64.so.2\0",
    "$ORIGIN/",
];
const LISTS: &[&str] = &[
    "root:x:0:0:",
    ":",
    "\n",
    "4294967296",
    "Package: a\n",
    "d41d8cd98f00b204e9800998ecf8427e  usr/a\n",
    "ID=debian\n",
    "\n---\n",
];

pub(super) fn targets() -> Vec<Target> {
    vec![
        target("test_declared", JSON, |input| {
            with_file("declared", input, &["--check=all"])
        }),
        target("test_libraries", JSON, |input| {
            with_file("index", input, &["--check=closure"])
        }),
        target("test_sbom", JSON, |input| {
            with_file("scanned", input, &["--check=scanner"])
        }),
        seeded(
            "config_structure",
            target(
                "test_structure",
                &[
                    "fileContentTests:\n- ",
                    "path: /etc/passwd\n",
                    "expectedContents: [a]\n",
                ],
                |input| with_file("config.yaml", input, &[]),
            ),
        ),
        target("test_lists", LISTS, lists),
        seeded("layer_ld_cache_elf", target("test_elf", ELF, elf)),
        target("test_loader_cache", ELF, loader_cache),
        repaired(seeded(
            "image_archive",
            target("test_archive", JSON, |input| {
                let path = directory()?.join("image.tar");
                write(&path, input)?;
                test(&path, &["--check=all", "--profile=openshift"]);
                Ok(())
            }),
        )),
        target("index_documents", JSON, index_writer),
        (target(
            "inspector_layers",
            &[
                "./etc/passwd mode=0644 uid=0 gid=0 type=file\n",
                "./usr type=dir mode=0755 uid=0 gid=0\n",
                "\"users\":[\"a\"]",
            ],
            inspector,
        )),
        repaired(seeded(
            "deb_package",
            target(
                "inspector_package",
                &["./postinst", "./triggers", "#!/bin/sh\n"],
                |input| inspect(input, b"{\"name\":\"a\"}", b""),
            ),
        )),
        target("docs_images", JSON, |input| {
            docs("images", "--images", input)
        }),
        target("docs_comparison", JSON, |input| {
            docs("comparison", "--values", input)
        }),
        target("docs_history", JSON, |input| {
            docs("history", "--history", input)
        }),
        target(
            "docs_module",
            &["\u{8}", "\u{12}\u{3}", "\u{1a}", "\u{22}\u{7f}"],
            |input| docs("module", "--module", input),
        ),
    ]
}

/// Runs `image_test` on an image. It may refuse the image.
fn test(layout: &Path, words: &[&str]) {
    let layout = format!("--layout={}", layout.display());
    let words = ["image_test", &layout]
        .into_iter()
        .chain(words.iter().copied());
    if let Ok(arguments) = image_test::Arguments::from_words(words) {
        let _ = image_test::run(&[arguments], &mut Vec::new());
    }
}

/// An image of these files. No machine runs commands of its architecture.
fn image(items: &[Item], user: &str) -> Result<std::path::PathBuf, String> {
    const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
    let path = directory()?.join("image");
    if path.exists() {
        std::fs::remove_dir_all(&path)
            .map_err(|error| format!("cannot empty a directory: {error}"))?;
    }
    let user = serde_json::Value::from(user);
    let documents = format!(
        r#"
---
{{"architecture":"none","os":"linux","config":{{"User":{user}}},"rootfs":{{"type":"layers","diff_ids":["@A@"]}},"history":[{{"created_by":"x"}}]}}
---
{{"schemaVersion":2,"config":{{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"@B@","size":@B.size@}},"layers":[{{"mediaType":"{LAYER}","digest":"@A@","size":@A.size@}}]}}
---
{{"schemaVersion":2,"manifests":[{{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"@C@","size":@C.size@}}]}}"#
    );
    // A separator in the layer would make it two.
    write_layout(
        &path,
        &[tar(items).as_slice(), documents.as_bytes()].concat(),
    )?;
    Ok(path)
}

/// Tests a small image, with the input in the file of a flag.
fn with_file(flag: &str, input: &[u8], words: &[&str]) -> Outcome {
    let items = [
        Item::directory("etc"),
        Item::file("etc/passwd", "root:x:0:0:root:/root:/sbin/nologin\n"),
        Item::file("etc/shadow", "x").mode(0o666),
        Item::symlink("bin", "usr/bin"),
        Item::file(
            "var/lib/dpkg/status.d/a",
            "Package: a\nVersion: 1\nArchitecture: amd64\n",
        ),
        Item::file("usr/lib/a", testkit::elf(testkit::Machine::Little64, &[])),
    ];
    let image = image(&items, "root")?;
    let file = directory()?.join(flag);
    write(&file, input)?;
    let flag = flag.split('.').next().unwrap_or(flag);
    let flag = format!("--{flag}={}", file.display());
    test(&image, &[words, &[flag.as_str()]].concat());
    Ok(())
}

/// The parts are the user of an image, its users and groups, a package of it and the list of its files, and os-release.
fn lists(input: &[u8]) -> Outcome {
    let mut parts = parts(input).into_iter();
    let user = super::text(&parts.next().unwrap_or_default());
    let paths = [
        "etc/passwd",
        "etc/group",
        "var/lib/dpkg/status.d/a",
        "var/lib/dpkg/status.d/a.md5sums",
        "usr/lib/os-release",
        "usr/share/doc/a/copyright",
    ];
    let files = paths.iter().zip(parts);
    let mut items: Vec<Item> = files.map(|(path, bytes)| Item::file(path, bytes)).collect();
    items.push(Item::symlink("etc/os-release", "../usr/lib/os-release"));
    let image = image(&items, &user)?;
    test(&image, &["--check=user,ownership"]);
    Ok(())
}

/// The input as a program, a library and a loader.
fn elf(input: &[u8]) -> Outcome {
    let paths = [
        "usr/bin/a",
        "lib64/ld-linux-x86-64.so.2",
        "usr/lib/x86_64-linux-gnu/libc.so.6",
    ];
    let mut items: Vec<Item> = paths
        .iter()
        .map(|path| Item::file(path, input).mode(0o755))
        .collect();
    items.push(Item::file("etc/ld.so.conf", input));
    let image = image(&items, "")?;
    test(&image, &["--check=closure,programs,modes,secrets"]);
    Ok(())
}

fn loader_cache(input: &[u8]) -> Outcome {
    let program = testkit::elf(testkit::Machine::Little64, &[]);
    let items = [
        Item::file("etc/ld.so.cache", input),
        Item::file("usr/bin/a", program),
    ];
    test(&image(&items, "")?, &["--check=closure"]);
    Ok(())
}

/// Runs a tool of the build on files of a directory.
fn tool(run: fn(&Request) -> Result<(), String>, words: &[&str]) -> Result<bool, String> {
    let words = words.iter().map(|word| (*word).to_owned()).collect();
    Ok(run(&Request::in_directory(words, directory()?.to_owned())).is_ok())
}

/// The parts are a file, its metadata as a layer, a configuration, a manifest and a descriptor. The tool
/// must be able to read its output.
fn index_writer(input: &[u8]) -> Outcome {
    let directory = directory()?;
    let parts = parts(input);
    for (name, part) in ["file", "layer", "config", "manifest", "root"]
        .iter()
        .zip(&parts)
    {
        write(&directory.join(name), part)?;
    }
    let run = index_writer::run;
    let outputs = ["--config=c", "--manifest=m", "--descriptor=d", "--digest=h"];
    let image = [
        "image",
        "--os=linux",
        "--architecture=amd64",
        "--layer=layer",
    ];
    for base in [
        &[][..],
        &[
            "--base-config=config",
            "--base-manifest=manifest",
            "--is-base",
        ],
    ] {
        if tool(run, &[&image, base, &outputs].concat())? {
            let index = [
                "index",
                "--image=d",
                "--index=i",
                "--descriptor=e",
                "--digest=h",
            ];
            if !tool(run, &index)? {
                return Err("its own descriptor is refused".to_owned());
            }
        }
    }
    let content = [
        "--root=root",
        "--document=config",
        "--document=manifest",
        "--layer=layer=file",
    ];
    for (command, output) in [("layout", "--output=l"), ("archive", "--output=a")] {
        tool(run, &[&[command, output], &content[..]].concat())?;
    }
    tool(
        run,
        &[
            "index",
            "--image=root",
            "--index=i",
            "--descriptor=e",
            "--digest=h",
        ],
    )?;
    tool(
        run,
        &[
            "img-layers",
            "--config=config",
            "--layer=layer",
            "--output=o",
        ],
    )?;
    tool(
        run,
        &[
            &[
                "artifact",
                "--file=a=file",
                "--config-file=config",
                "--config-type=t",
            ],
            &["--config=c", "--manifest=m", "--descriptor=d", "--digest=h"][..],
        ]
        .concat(),
    )?;
    Ok(())
}

/// The parts are the metadata of a layer, a configuration and the list of the layer's files.
fn inspector(input: &[u8]) -> Outcome {
    let parts = parts(input);
    let part = |at: usize| parts.get(at).map(Vec::as_slice).unwrap_or_default();
    write(&directory()?.join("image.config"), part(1))?;
    inspect(b"", part(0), part(2))
}

fn inspect(package: &[u8], metadata: &[u8], listing: &[u8]) -> Outcome {
    let directory = directory()?;
    for (name, bytes) in [
        ("a.deb", package),
        ("metadata", metadata),
        ("mtree", listing),
    ] {
        write(&directory.join(name), bytes)?;
    }
    let layer = [
        "--image=a",
        "--metadata=metadata",
        "--mtree=mtree",
        "--output=o",
    ];
    let run = image_inspector::run;
    tool(
        run,
        &[&["check", "--config=image.config"], &layer[..]].concat(),
    )?;
    tool(
        run,
        &[
            &[
                "report",
                "--platform=linux/amd64",
                "--deb=a.deb",
                "--part=a.deb",
            ],
            &layer[..],
        ]
        .concat(),
    )?;
    Ok(())
}

/// Reference pages and the page of images are written from files of ours; no link of theirs is followed here.
fn docs(command: &str, flag: &str, input: &[u8]) -> Outcome {
    let file = directory()?.join("described");
    write(&file, input)?;
    let (file, output) = (
        file.display().to_string(),
        directory()?.join("page").display().to_string(),
    );
    let mut words = ["docs_writer", command, flag, &file, "--output", &output]
        .map(str::to_owned)
        .to_vec();
    if command == "module" {
        words.extend(["--load", "//a:b.bzl"].map(str::to_owned));
    }
    if command == "history" {
        // An empty list: the record of this history has no images.
        let list = directory()?.join("list");
        write(&list, br#"{"distros": [], "families": []}"#)?;
        words.extend(["--images".to_owned(), list.display().to_string()]);
    }
    if let Ok(arguments) = docs_writer::Arguments::try_parse_from(words) {
        let _ = docs_writer::run(&arguments);
    }
    Ok(())
}
