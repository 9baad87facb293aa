//! The search paths of loaders, tested with the check `closure`.

#![allow(clippy::panic, clippy::unwrap_used)]

// The seeded faults use the rest of the module.
#[allow(dead_code)]
#[path = "faults/image.rs"]
mod image;

use serde_json::json;
use testkit::{Item, Library, Machine, Workspace};

use crate::image::{program, Image, Layer, LIBRARIES, X86_64};

/// The problems that `closure` finds.
fn problems(image: &Image) -> Vec<String> {
    let workspace = Workspace::new();
    image.write(&workspace.path("image"));
    let program = env!("CARGO_BIN_EXE_image_test");
    let outcome = workspace.run(program, ["--layout=image", "--check=closure"]);
    assert_eq!(outcome.stderr, "");
    let lines = outcome
        .stdout
        .lines()
        .filter(|line| line.starts_with("     "));
    let lines: Vec<_> = lines.map(|line| line.trim().to_owned()).collect();
    assert_eq!(
        outcome.code,
        i32::from(!lines.is_empty()),
        "{}",
        outcome.stdout
    );
    lines
}

const NONE: [&str; 0] = [];

/// The valid image with its library only in `opt/foo/lib`, and this program in `opt/foo/bin`.
fn apart(program: Library) -> Image {
    let mut image = Image::sound();
    image.layers[2].after.clear();
    image.layers[2].files[0].path = "opt/foo/lib/libfoo.so.1".to_owned();
    image.app().files[0].path = "opt/foo/bin/app".to_owned();
    image.set_program(program);
    image
}

const APART: &str =
    "opt/foo/bin/app needs libfoo.so.1, which is in no directory that the loader searches; the image has `opt/foo/lib/libfoo.so.1`";

#[test]
fn directories_of_the_program() {
    assert_eq!(problems(&apart(program())), [APART]);
    for directories in [
        "/opt/foo/lib",
        "$ORIGIN/../lib",
        "/none:${ORIGIN}/../lib:",
        "/opt/foo/$LIB/../../lib",
    ] {
        let found = problems(&apart(program().runpath(directories)));
        if directories.contains("$LIB") {
            // A directory that does not exist, even if `..` follows.
            assert_eq!(found, [APART], "{directories}")
        } else {
            assert_eq!(found, NONE, "{directories}")
        }
        if !directories.contains("$LIB") {
            assert_eq!(
                problems(&apart(program().rpath(directories))),
                NONE,
                "{directories}"
            );
        }
    }
    // Relative directories depend on the working directory of the caller.
    assert_eq!(problems(&apart(program().runpath("opt/foo/lib"))), [APART]);
    // A `DT_RUNPATH` disables the `DT_RPATH`.
    let both = program().rpath("/opt/foo/lib").runpath("/none");
    assert_eq!(problems(&apart(both)), [APART]);
}

#[test]
fn directories_of_the_loading_object() {
    let deep = |library: Library| {
        let mut image = apart(program().rpath("$ORIGIN/../lib"));
        image.layers[2].files[0].content = library.needs("libdeep.so.1").build();
        let deep = Library::new(Machine::Little64, X86_64, "libdeep.so.1").build();
        image.layers[2] = image.layers[2]
            .clone()
            .file("opt/foo/lib/libdeep.so.1", deep, 0o644);
        image
    };
    let library = || Library::new(Machine::Little64, X86_64, "libfoo.so.1");
    assert_eq!(problems(&deep(library())), NONE);
    assert_eq!(
        problems(&deep(library().runpath("/none"))),
        ["opt/foo/lib/libfoo.so.1 needs libdeep.so.1, which is in no directory that the loader searches; the image has `opt/foo/lib/libdeep.so.1`, when `opt/foo/bin/app` loads it"]
    );
}

#[test]
fn the_environment_and_the_cache() {
    let mut image = apart(program());
    image.edit_config =
        |config| config["config"]["Env"] = json!(["LD_LIBRARY_PATH=/none:/opt/foo/lib"]);
    assert_eq!(problems(&image), NONE);

    let mut image = apart(program());
    image.layers[3] =
        image.layers[3]
            .clone()
            .file("etc/ld.so.cache", cache("/opt/foo/lib/libfoo.so.1"), 0o644);
    assert_eq!(problems(&image), NONE);

    let mut image = Image::sound();
    image.layers[3] = image.layers[3]
        .clone()
        .file("etc/ld.so.cache", cache("/lib/gone.so"), 0o644);
    assert_eq!(
        problems(&image),
        ["`etc/ld.so.cache` names `/lib/gone.so`, which is not a library of the image"]
    );
}

/// A cache with `libfoo.so.1` at a path (`sysdeps/generic/dl-cache.h`).
fn cache(path: &str) -> Vec<u8> {
    let words = |words: &[u32]| {
        words
            .iter()
            .flat_map(|word| word.to_le_bytes())
            .collect::<Vec<_>>()
    };
    let strings = 48 + 24;
    [
        b"glibc-ld.so.cache1.1".to_vec(),
        words(&[1, 0, 2, 0, 0, 0, 0]),
        words(&[0x303, strings, strings + 12, 0, 0, 0]),
        format!("libfoo.so.1\0{path}\0").into_bytes(),
    ]
    .concat()
}

#[test]
fn musl() {
    let musl = |library: &str| {
        let mut image = Image::sound();
        let loader = Library::new(Machine::Little64, X86_64, "libc.musl-x86_64.so.1").build();
        let own =
            Library::new(Machine::Little64, X86_64, "libfoo.so.1").needs("libc.musl-x86_64.so.1");
        let program = Library::new(Machine::Little64, X86_64, "app")
            .interpreter("/lib/ld-musl-x86_64.so.1")
            .needs("libfoo.so.1")
            .needs("libc.musl-x86_64.so.1");
        image.layers.truncate(1);
        image.layers.push(
            Layer::package("musl")
                .file("lib/ld-musl-x86_64.so.1", loader, 0o755)
                .file(library, own.build(), 0o644)
                .file("usr/bin/app", program.build(), 0o755),
        );
        image
    };
    assert_eq!(problems(&musl("usr/local/lib/libfoo.so.1")), NONE);
    let elsewhere = musl(&format!("{LIBRARIES}/libfoo.so.1"));
    assert_eq!(
        problems(&elsewhere),
        [format!("usr/bin/app needs libfoo.so.1, which is in no directory that the loader searches; the image has `{LIBRARIES}/libfoo.so.1`")]
    );
    let mut told = elsewhere;
    let directories = format!("/lib\n/{LIBRARIES}\n");
    told.layers[1] = told.layers[1]
        .clone()
        .file("etc/ld-musl-x86_64.path", directories, 0o644);
    assert_eq!(problems(&told), NONE);
}

#[test]
fn other_machines_and_static_programs() {
    // A library for another machine is ignored, even if it is found first.
    let mut image = Image::sound();
    let foreign = Library::new(Machine::Little32, 3, "libfoo.so.1").build();
    image.layers[2].files[0].content = foreign;
    assert_eq!(
        problems(&image),
        [
            format!("{LIBRARIES}/libfoo.so.1.0 is for 386, but the image is for amd64"),
            format!("usr/bin/app needs libfoo.so.1, which exists only for 386: `{LIBRARIES}/libfoo.so.1.0`"),
        ]
    );
    // A static program, and one that needs a library by its path.
    let mut image = Image::sound();
    image.set_program(Library::new(Machine::Little64, X86_64, "app"));
    assert_eq!(problems(&image), NONE);
    let path = format!("/{LIBRARIES}/libfoo.so.1");
    image.set_program(program().needs(&path).needs("/opt/gone.so"));
    assert_eq!(
        problems(&image),
        ["usr/bin/app needs /opt/gone.so, which does not exist"]
    );
    // A library without versions satisfies every need.
    image.set_program(program().needs_version("libfoo.so.1", "FOO_1"));
    assert_eq!(problems(&image), NONE);
}

#[test]
fn architectures_of_both_byte_orders() {
    for (name, machine, number, triplet) in [
        ("s390x", Machine::Big64, 22, "s390x-linux-gnu"),
        ("arm", Machine::Little32, 40, "arm-linux-gnueabihf"),
    ] {
        let library = |soname: &str| Library::new(machine, number, soname);
        let app = library("app")
            .interpreter("/lib/ld.so.1")
            .needs("libc.so.6")
            .needs_version("libc.so.6", "GLIBC_2.4")
            .needs_version("libc.so.6", "GLIBC_2.99");
        let libc = library("libc.so.6")
            .defines("GLIBC_2.4")
            .defines("GLIBC_2.36");
        let mut image = Image::sound();
        image.layers.truncate(1);
        image.layers.push(
            Layer::package("libc6")
                .file("lib/ld.so.1", library("ld.so.1").build(), 0o755)
                .file(
                    &format!("usr/lib/{triplet}/libc.so.6.0"),
                    libc.build(),
                    0o755,
                )
                .file("usr/bin/app", app.build(), 0o755)
                .then(Item::symlink(
                    format!("usr/lib/{triplet}/libc.so.6"),
                    "libc.so.6.0",
                ))
                .then(Item::hardlink("usr/bin/again", "usr/bin/app")),
        );
        image.edit_config = match name {
            "arm" => |config| config["architecture"] = json!("arm"),
            _ => |config| config["architecture"] = json!("s390x"),
        };
        let problem = |program| {
            format!("usr/bin/{program} needs GLIBC_2.99 of libc.so.6, but the image's library has versions up to GLIBC_2.36")
        };
        assert_eq!(
            problems(&image),
            [problem("again"), problem("app")],
            "{name}"
        );
    }
}

#[test]
fn libraries_for_some_processors() {
    let v3 = format!("{LIBRARIES}/glibc-hwcaps/x86-64-v3");
    // A library that only some processors find is missing on the others.
    let mut image = Image::sound();
    image.layers[2].after.clear();
    image.layers[2].files[0].path = format!("{v3}/libfoo.so.1");
    assert_eq!(
        problems(&image),
        [format!("usr/bin/app needs libfoo.so.1, which exists for some processors only: `{v3}/libfoo.so.1`")]
    );
    // If there are two libraries, some processors load the special one, so its needs are checked as well.
    let library = Library::new(Machine::Little64, X86_64, "libfoo.so.1").needs("libgone.so");
    let mut image = Image::sound();
    image.layers[2] =
        image.layers[2]
            .clone()
            .file(&format!("{v3}/libfoo.so.1"), library.build(), 0o644);
    assert_eq!(
        problems(&image),
        [format!("{v3}/libfoo.so.1 needs libgone.so, which is in no directory that the loader searches, when `usr/bin/app` loads it, on processors with x86-64-v3")]
    );
}

/// The error of a run on an image that exceeds a limit.
fn refusal(image: &Image) -> String {
    let workspace = Workspace::new();
    image.write(&workspace.path("image"));
    let program = env!("CARGO_BIN_EXE_image_test");
    let outcome = workspace.run(program, ["--layout=image", "--check=closure"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (1, ""));
    outcome.stderr
}

#[test]
fn names_and_lookups_have_a_limit() {
    // One name of 4 kB, 20,000 times: the file contains it once.
    let long = "x".repeat(4000);
    let many = (0..20_000).fold(program(), |program, _| program.needs(&long));
    let mut image = Image::sound();
    image.set_program(many);
    assert_eq!(
        refusal(&image),
        "error: cannot read `usr/bin/app`: the names in the ELF files of the image need more than 64 MiB\n"
    );
    // Many directories for many names that do not exist.
    let directories = "/usr/lib:".repeat(4000);
    let many = (0..4000).fold(program().runpath(&directories), |program, number| {
        program.needs(&format!("lib{number}.so"))
    });
    let mut image = Image::sound();
    image.set_program(many);
    assert_eq!(
        refusal(&image),
        "error: cannot check `closure`: its programs need more than 5,000,000 lookups of libraries\n"
    );
}
