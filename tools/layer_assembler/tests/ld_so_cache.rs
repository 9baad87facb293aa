//! The loader's cache.

#![allow(clippy::panic, clippy::unwrap_used)]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use testkit::{tar_of, Deb, Item, LayerTool, Library, Machine, Workspace};
use worker::Request;

const X86_64: u16 = 62;
const S390: u16 = 22;

fn tool() -> LayerTool {
    let words = ["ld-so-cache", "--compression=none"];
    LayerTool::new(env!("CARGO_BIN_EXE_layer_assembler"), &words)
}

/// Makes the layer of packages, and checks that their libraries give the same one.
fn succeed(workspace: &Workspace, options: &[&str]) {
    tool().succeed(workspace, options);
    let from_packages = workspace.read("out.tar");
    tool().succeed(workspace, &words(&with_libraries(workspace, options, &[])));
    assert!(workspace.read("out.tar") == from_packages);
}

/// The options with the file of libraries in the place of each package. `more` are options of deb_extractor.
fn with_libraries(workspace: &Workspace, options: &[&str], more: &[&str]) -> Vec<String> {
    let mut replaced = Vec::new();
    for option in options {
        replaced.push(match option.strip_prefix("--package=") {
            Some(deb) => {
                let file = format!("{}.libraries", replaced.len());
                extract(workspace, deb, &file, more);
                format!("--package={file}")
            }
            None => (*option).to_owned(),
        });
    }
    replaced
}

/// Writes the libraries of a package to a file, and returns them.
fn extract(workspace: &Workspace, deb: &str, file: &str, more: &[&str]) -> String {
    let mut arguments = vec![
        format!("--deb={deb}"),
        "--name=a".to_owned(),
        "--created-by=a".to_owned(),
        "--compression=none".to_owned(),
        "--layer=extracted.tar".to_owned(),
        "--metadata=extracted.json".to_owned(),
        "--mtree=extracted.mtree".to_owned(),
        format!("--libraries={file}"),
    ];
    arguments.extend(more.iter().map(|word| (*word).to_owned()));
    let request = Request::in_directory(arguments, workspace.path("."));
    deb_extractor::run(&request).unwrap();
    String::from_utf8(workspace.read(file)).unwrap()
}

fn words(options: &[String]) -> Vec<&str> {
    options.iter().map(String::as_str).collect()
}

fn package(name: &str, version: &str, architecture: &str) -> Deb {
    let control = format!("Package: {name}\nVersion: {version}\nArchitecture: {architecture}\n");
    Deb::new().control(&control)
}

fn library(path: &str, soname: &str) -> Item {
    Item::file(
        path,
        Library::new(Machine::Little64, X86_64, soname).build(),
    )
}

/// The cache of a layer that has only this file.
fn cache(workspace: &Workspace) -> Vec<u8> {
    let mut archive = tar_entries(&workspace.read("out.tar"));
    assert_eq!(archive.remove(0).0, "etc/");
    let (name, cache) = archive.remove(0);
    assert_eq!(name, "etc/ld.so.cache");
    cache
}

/// Names and contents of a tar archive without long names.
fn tar_entries(tar: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut entries = Vec::new();
    let mut at = 0;
    while tar[at] != 0 {
        let text = |from: usize, length: usize| {
            let field = tar[at + from..at + from + length]
                .split(|byte| *byte == 0)
                .next();
            String::from_utf8(field.unwrap().to_vec()).unwrap()
        };
        let size = usize::from_str_radix(text(124, 12).trim(), 8).unwrap();
        entries.push((text(0, 100), tar[at + 512..at + 512 + size].to_vec()));
        at += 512 + size.next_multiple_of(512);
    }
    entries
}

/// A cache as text: one line for each entry, then the generator.
fn listing(cache: &[u8]) -> String {
    assert!(cache.starts_with(b"glibc-ld.so.cache1.1"));
    let big_endian = cache[28] == 3;
    let word = |at: usize| {
        let bytes = cache[at..at + 4].try_into().unwrap();
        let number = if big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        };
        number as usize
    };
    let text = |at: usize| {
        cache[at..]
            .split(|byte| *byte == 0)
            .next()
            .unwrap()
            .escape_ascii()
            .to_string()
    };
    let mut lines = String::new();
    for entry in 0..word(20) {
        let at = 48 + 24 * entry;
        let (flags, soname, path) = (word(at), text(word(at + 4)), text(word(at + 8)));
        let (high, low) = if big_endian { (16, 20) } else { (20, 16) };
        let hwcap = (word(at + high), word(at + low));
        writeln!(
            lines,
            "{soname} {flags:#x} {path} {:#x} {:#x}",
            hwcap.0, hwcap.1
        )
        .unwrap();
    }
    let extension = word(32);
    if extension != 0 {
        assert_eq!((extension % 4, word(extension)), (0, 0xeaa4_2174));
        let (start, size) = (word(extension + 16), word(extension + 20));
        lines += std::str::from_utf8(&cache[start..start + size]).unwrap();
        assert_eq!(start + size, cache.len());
    }
    lines
}

const CONF: &str = "include /etc/ld.so.conf.d/*.conf\n";

#[test]
fn an_image_of_debian_13() {
    let workspace = Workspace::new();
    let directory = "./usr/lib/x86_64-linux-gnu";
    let base = package("base-files", "13", "amd64")
        .item(Item::symlink("./lib", "usr/lib"))
        .item(Item::symlink("./lib64", "usr/lib64"));
    let libc = package("libc6", "2.41-12+deb13u4", "amd64")
        .item(Item::file(
            "./etc/ld.so.conf.d/x.conf",
            "/lib/x86_64-linux-gnu\n/usr/lib/x86_64-linux-gnu\n",
        ))
        .item(library(&format!("{directory}/libc.so.6"), "libc.so.6"))
        .item(library(
            &format!("{directory}/ld-linux-x86-64.so.2"),
            "ld-linux-x86-64.so.2",
        ));
    let more = package("libx", "1", "amd64")
        .item(library("./lib/x86_64-linux-gnu/libx.so.1.9", "libx.so.1"))
        .item(library(&format!("{directory}/libx.so.1.10"), "libx.so.1"))
        .item(Item::symlink(
            format!("{directory}/libx.so.1"),
            "libx.so.1.10",
        ))
        .item(Item::symlink(format!("{directory}/libx.so"), "libx.so.1"))
        .item(library(
            &format!("{directory}/glibc-hwcaps/x86-64-v3/libx.so.1.10"),
            "libx.so.1",
        ))
        .item(Item::file(
            format!("{directory}/libscript.so"),
            "GROUP ( libx.so.1 )",
        ))
        .item(Item::symlink(
            format!("{directory}/libgone.so.1"),
            "nowhere",
        ));
    let conf =
        package("libc-bin", "2.41-12+deb13u4", "amd64").item(Item::file("./etc/ld.so.conf", CONF));
    for (name, deb) in [
        ("a.deb", base),
        ("b.deb", libc),
        ("c.deb", more),
        ("d.deb", conf),
    ] {
        workspace.write(name, deb.build());
    }
    let options = [
        "--architecture=amd64",
        "--package=a.deb",
        "--package=b.deb",
        "--package=c.deb",
        "--package=d.deb",
    ];
    succeed(&workspace, &options);
    let from_packages = workspace.read("out.tar");
    let libraries = with_libraries(&workspace, &options, &["--merged-usr"]);
    tool().succeed(&workspace, &words(&libraries));
    assert!(workspace.read("out.tar") == from_packages);
    assert_eq!(
        listing(&cache(&workspace)),
        "\
libx.so.1 0x303 /lib/x86_64-linux-gnu/glibc-hwcaps/x86-64-v3/libx.so.1.10 0x40000000 0x0
libx.so.1 0x303 /lib/x86_64-linux-gnu/libx.so.1 0x0 0x0
libx.so 0x303 /lib/x86_64-linux-gnu/libx.so 0x0 0x0
libc.so.6 0x303 /lib/x86_64-linux-gnu/libc.so.6 0x0 0x0
ld-linux-x86-64.so.2 0x303 /lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 0x0 0x0
ldconfig (Debian GLIBC 2.41-12+deb13u4) stable release version 2.41"
    );
}

#[test]
fn an_image_of_debian_11_without_configuration() {
    let workspace = Workspace::new();
    let libc = package("libc6", "2.31-13", "amd64")
        .item(library("./lib/x86_64-linux-gnu/libc-2.31.so", "libc.so.6"))
        .item(Item::symlink(
            "./lib/x86_64-linux-gnu/libc.so.6",
            "libc-2.31.so",
        ))
        .item(library("./opt/libnot.so.1", "libnot.so.1"));
    workspace.write("a.deb", libc.build());
    succeed(&workspace, &["--architecture=amd64", "--package=a.deb"]);
    let cache = cache(&workspace);
    assert_eq!(
        listing(&cache),
        "libc.so.6 0x303 /lib/x86_64-linux-gnu/libc.so.6 0x0 0x0\n"
    );
    // The strings are at the end of the file.
    assert!(cache.ends_with(b"\0libc.so.6\0/lib/x86_64-linux-gnu/libc.so.6\0"));
}

#[test]
fn numbers_are_in_the_byte_order_of_the_architecture() {
    let workspace = Workspace::new();
    let library = Library::new(Machine::Big64, S390, "libc.so.6").build();
    let libc = package("libc6", "2.36-9", "s390x")
        .item(Item::file("./lib/s390x-linux-gnu/libc.so.6", library));
    workspace.write("a.deb", libc.build());
    succeed(&workspace, &["--architecture=s390x", "--package=a.deb"]);
    let cache = cache(&workspace);
    assert_eq!(cache[20..24], [0, 0, 0, 1]);
    assert_eq!(
        listing(&cache),
        "libc.so.6 0x403 /lib/s390x-linux-gnu/libc.so.6 0x0 0x0\nldconfig (Debian GLIBC 2.36-9) stable release version 2.36"
    );
}

#[test]
fn links_that_no_package_has_are_made() {
    let workspace = Workspace::new();
    let libc =
        package("libc6", "2.36-9", "amd64").item(library("./usr/lib/libx.so.1.2", "libx.so.1"));
    workspace.write("a.deb", libc.build());
    succeed(&workspace, &["--architecture=amd64", "--package=a.deb"]);
    assert_eq!(
        tar_of(&workspace.read("out.tar")),
        "\
etc/ 5 0755 0:0 0 0
etc/ld.so.cache 0 0644 0:0 0 174
usr/ 5 0755 0:0 0 0
usr/lib/ 5 0755 0:0 0 0
usr/lib/libx.so.1 2 0777 0:0 0 0 -> libx.so.1.2
"
    );
}

/// The files of a directory: links with their targets, and libraries with their SONAMEs.
const ODD: [(&str, &str); 20] = [
    // Two libraries with the same SONAME and a link to the older one; then the same without a link.
    ("libq.so.1.2", "libq.so.1"),
    ("libq.so.1.10", "libq.so.1"),
    ("libq.so.1", "-> libq.so.1.2"),
    ("libv.so.1.2", "libv.so.1"),
    ("libv.so.1.10", "libv.so.1"),
    // The SONAME's link is broken.
    ("libdang.so.1.0", "libdang.so.1"),
    ("libdang.so.1", "-> nowhere"),
    // A broken link without a library.
    ("libgone.so", "-> nowhere"),
    // A link with another name than the SONAME.
    ("libw.so.1.0", "libw.so.2"),
    ("libw.so.1", "-> libw.so.1.0"),
    // A file with another name than its SONAME, and a file at the path of a link.
    ("libreg.so.1", "libreg.so.2"),
    ("libr.so.1.1", "libr.so.1"),
    ("libr.so.1", "libother.so.1"),
    // Correct links: through two links, and with an absolute path.
    ("libz.so.1.3", "libz.so.1"),
    ("libz.so.1", "-> libz.so.1.x"),
    ("libz.so.1.x", "-> libz.so.1.3"),
    ("liby.so.1.3", "liby.so.1"),
    ("liby.so.1", "-> /usr/lib/liby.so.1.3"),
    ("libz.so", "-> libz.so.1"),
    // A SONAME that cannot be a file name.
    ("libslash.so.1", "../libslash.so.1"),
];

fn odd_items() -> Vec<Item> {
    let items = ODD.iter().map(|(name, what)| {
        let path = format!("./usr/lib/{name}");
        match what.strip_prefix("-> ") {
            Some(target) => Item::symlink(path, target),
            None => library(&path, what),
        }
    });
    items.collect()
}

/// The links of our layer.
fn made_links(workspace: &Workspace) -> Vec<String> {
    let listing = tar_of(&workspace.read("out.tar"));
    let links = listing.lines().filter_map(|line| {
        let (path, target) = line.split_once(" 2 0777 0:0 0 0 -> ")?;
        Some(format!("{path} -> {target}"))
    });
    links.collect()
}

#[test]
fn links_are_repointed_and_repaired() {
    let workspace = Workspace::new();
    let mut libc = package("libc6", "2.36-9", "amd64");
    for item in odd_items() {
        libc = libc.item(item);
    }
    workspace.write("a.deb", libc.build());
    succeed(&workspace, &["--architecture=amd64", "--package=a.deb"]);
    assert_eq!(
        made_links(&workspace),
        [
            "usr/lib/libdang.so.1 -> libdang.so.1.0",
            "usr/lib/libq.so.1 -> libq.so.1.10",
            "usr/lib/libother.so.1 -> libr.so.1",
            "usr/lib/libreg.so.2 -> libreg.so.1",
            "usr/lib/libv.so.1 -> libv.so.1.10",
            "usr/lib/libw.so.2 -> libw.so.1.0",
        ]
    );
}

/// Compares with this machine's `ldconfig`, which runs on another root directory, if it is installed and permitted.
#[test]
fn ldconfig_agrees_about_links() {
    let workspace = Workspace::new();
    let script = r#"
        command -v ldconfig >/dev/null || test -x /sbin/ldconfig || exit 3
        PATH=$PATH:/sbin:/usr/sbin
        mkdir -p root/etc root/var/cache/ldconfig && : >root/etc/ld.so.conf
        ldconfig -r root 2>/dev/null || exit 3
        cd root && find usr -type l -printf '%p -> %l\n' | LC_ALL=C sort"#;
    fs::create_dir_all(workspace.path("root/usr/lib")).unwrap();
    // Skips two bugs of ldconfig: if a file is at the path of the link, `-r` reads the file of the machine instead; and
    // a SONAME with a slash leads it out of the directory.
    let is_compared = |name: &str| !name.starts_with("libr.so.1") && !name.starts_with("libslash");
    for (name, what) in ODD.iter().filter(|(name, _)| is_compared(name)) {
        let path = format!("root/usr/lib/{name}");
        match what.strip_prefix("-> ") {
            Some(target) => {
                std::os::unix::fs::symlink(target, workspace.path(&path)).unwrap();
            }
            None => workspace.write(&path, Library::new(Machine::Little64, X86_64, what).build()),
        }
    }
    let outcome = workspace.run("/bin/sh", ["-euc", script]);
    if outcome.code == 3 {
        return;
    }
    assert_eq!(outcome.code, 0, "{outcome:?}");
    let theirs: Vec<&str> = outcome.stdout.lines().collect();
    let mut ours: Vec<String> = ODD
        .iter()
        .filter(|(_, what)| what.starts_with("->"))
        .map(|(name, what)| format!("usr/lib/{name} {what}"))
        .collect();
    let mut libc = package("libc6", "2.36-9", "amd64");
    for (item, (name, _)) in odd_items().into_iter().zip(ODD) {
        if is_compared(name) {
            libc = libc.item(item);
        }
    }
    workspace.write("a.deb", libc.build());
    succeed(&workspace, &["--architecture=amd64", "--package=a.deb"]);
    for link in made_links(&workspace) {
        let (path, _) = link.split_once(" -> ").unwrap();
        ours.retain(|other| !other.starts_with(&format!("{path} ->")));
        ours.push(link);
    }
    ours.sort();
    assert_eq!(ours, theirs);
}

#[test]
fn packages_that_are_not_a_whole_image() {
    let libc = package("libc6", "2.36-9", "amd64");
    let foreign = libc.clone().item(Item::file(
        "./usr/lib/libx.so.1",
        Library::new(Machine::Little32, 3, "libx.so.1").build(),
    ));
    let old = libc
        .clone()
        .item(library("./lib/tls/libx.so.1", "libx.so.1"));
    let conf = libc
        .clone()
        .item(Item::file("./etc/ld.so.conf", "hwcaps 0 nosegneg\n"));
    let make = "cannot make `etc/ld.so.cache`:";
    for (architecture, debs, message) in [
        ("x86_64", vec![libc.clone()], "cannot use `x86_64`: no architecture has this name\nhint: use amd64, arm64, arm, s390x, ppc64le, riscv64".to_owned()),
        ("arm64", vec![libc.clone()], "cannot extract `0.deb`: cannot use `libc6`: it is for amd64, not for arm64\nhint: give packages of the architecture that `--architecture` names".to_owned()),
        ("amd64", vec![package("libz", "1", "amd64")], format!("{make} cannot find `glibc`: no package is libc6 or libc-bin\nhint: give all packages of the image")),
        ("amd64", vec![libc.clone(), package("libc-bin", "2.36-8", "amd64")], "cannot extract `1.deb`: cannot use `libc-bin`: its version is 2.36-8, but that of libc6 is 2.36-9\nhint: give packages of one lock".to_owned()),
        ("amd64", vec![package("libc6", "2.28-10", "amd64")], format!("{make} cannot use `2.28-10`: caches of glibc before 2.31 have an older format\nhint: use packages of Debian 11 or later")),
        ("amd64", vec![foreign], format!("{make} cannot cache `usr/lib/libx.so.1`: it is for 386 of 32 bits, not for amd64\nhint: leave out packages of other architectures")),
        ("amd64", vec![old], format!("{make} cannot search `lib/tls`: it is a directory for certain processors in the old format\nhint: leave out the package that has it, or use Debian 13")),
        ("amd64", vec![conf], format!("{make} cannot read `etc/ld.so.conf`: the line `hwcaps 0 nosegneg` is neither a directory nor an `include`")),
    ] {
        let workspace = Workspace::new();
        let mut options = vec![format!("--architecture={architecture}")];
        for (number, deb) in debs.iter().enumerate() {
            workspace.write(&format!("{number}.deb"), deb.build());
            options.push(format!("--package={number}.deb"));
        }
        let options: Vec<_> = options.iter().map(String::as_str).collect();
        tool().fail(&workspace, &options, &format!("error: {message}\n"));
        let libraries = with_libraries(&workspace, &options, &[]);
        let message = match message.strip_prefix("cannot extract `0.deb`") {
            Some(rest) => format!("cannot read `1.libraries`{rest}"),
            None => message.replace("cannot extract `1.deb`", "cannot read `2.libraries`"),
        };
        tool().fail(&workspace, &words(&libraries), &format!("error: {message}\n"));
    }
}

/// Hard links, names that are not UTF-8, texts with any byte, and the same path in two packages.
#[test]
fn libraries_of_odd_packages() {
    let workspace = Workspace::new();
    let directory = "./usr/lib/x86_64-linux-gnu";
    let conf = b"# \xff \\xff \\x5c\r\n/opt/\xc3\xa4\n/usr/lib/links\n";
    let libc = package("libc6", "2.36-9", "amd64")
        .item(Item::file("./etc/ld.so.conf", conf))
        .item(library(&format!("{directory}/libx.so.1.2"), "libx.so.1"))
        .item(Item::hardlink(
            format!("{directory}/libagain.so.1"),
            format!("{directory}/libx.so.1.2"),
        ))
        .item(library("./opt/ä/liba.so.1", "liba.so.1"))
        .item(Item::symlink("./usr/lib/links", "/opt/ä/../b"))
        .item(library("./opt/b/libb.so.1", "libb.so.1"))
        .item(library(
            &format!("{directory}/libtext.so.1"),
            "libtext.so.1",
        ))
        .item(Item::file(format!("{directory}/libshort.so"), "\x7fELF"));
    let over = package("over", "1", "all")
        .item(Item::file(format!("{directory}/libtext.so.1"), "text"))
        .item(Item::directory("./opt/b/libb.so.1"))
        .item(Item::directory(format!(
            "{directory}/glibc-hwcaps/x86-64-v2"
        )));
    workspace.write("a.deb", libc.build());
    workspace.write("b.deb", over.build());
    let options = ["--package=a.deb", "--architecture=amd64", "--package=b.deb"];
    succeed(&workspace, &options);
    assert_eq!(
        listing(&cache(&workspace)),
        "\
libx.so.1 0x303 /usr/lib/x86_64-linux-gnu/libx.so.1 0x0 0x0
libb.so.1 0x303 /usr/lib/links/libb.so.1 0x0 0x0
liba.so.1 0x303 /opt/\\xc3\\xa4/liba.so.1 0x0 0x0
ldconfig (Debian GLIBC 2.36-9) stable release version 2.36"
    );
    // Packages and libraries of packages may be mixed.
    let both = [
        "--package=a.deb",
        "--architecture=amd64",
        "--package=2.libraries",
    ];
    let from_libraries = workspace.read("out.tar");
    tool().succeed(&workspace, &both);
    assert!(workspace.read("out.tar") == from_libraries);
}

/// The file form, which only a change of names, links, libraries or configuration of the loader may change.
#[test]
fn libraries_of_a_package() {
    let workspace = Workspace::new();
    let make = |name: &str, version: &str, text: &str| {
        let deb = package(name, version, "amd64")
            .item(Item::file(
                "./usr/lib/libx.so.1.2",
                Library::new(Machine::Little64, X86_64, "libx.so.1")
                    .needs("libc.so.6")
                    .build(),
            ))
            .item(Item::symlink("./usr/lib/libx.so.1", "libx.so.1.2"))
            .item(Item::directory("./usr/share/empty"))
            .item(Item::file("./usr/share/doc/x/copyright", text))
            .item(Item::file("./etc/ld.so.conf.d/x.conf", "/opt\n"));
        workspace.write("a.deb", deb.build());
        extract(&workspace, "a.deb", "a.libraries", &[])
    };
    let libraries = make("libx", "1", "old");
    assert_eq!(
        libraries,
        concat!(
            r#"{"libraries":{"architecture":"amd64","directories":["usr/share/empty"],"#,
            r#""files":["usr/share/doc/x/copyright","var/lib/dpkg/status.d/libx"],"#,
            r#""libraries":{"usr/lib/libx.so.1.2":{"bits":64,"flags":0,"isa_level":0,"kernel":0,"machine":62,"plain_flags":3,"soname":"libx.so.1"}},"#,
            r#""links":{"usr/lib/libx.so.1":"libx.so.1.2"},"package":"libx","#,
            r#""texts":{"etc/ld.so.conf.d/x.conf":"/opt\n"}},"version":1}"#
        )
    );
    assert_eq!(make("libx", "2", "a new text"), libraries);
    let glibc = make("libc-bin", "2.36-9", "old");
    assert!(glibc.contains(r#""glibc":"2.36-9","#), "{glibc}");
    assert_ne!(make("libc-bin", "2.36-10", "old"), glibc);
}

#[test]
fn files_that_are_no_libraries_of_a_package() {
    let sound = r#"{"libraries":{"architecture":"amd64","directories":[],"files":[],"glibc":"2.36-9","libraries":{},"links":{},"package":"libc6","texts":{}},"version":1}"#;
    for (text, message) in [
        ("", "cannot extract `a`: cannot read `ar header`: it is not an ar archive"),
        ("{", "cannot read libraries `a`: at `?`: EOF while parsing an object at line 1 column 1"),
        (&sound.replace(":1}", ":2}"), "cannot read libraries `a`: at `version`: expected 1, found 2"),
        (&sound.replace("\"files\":[]", "\"files\":[1]"), "cannot read libraries `a`: at `libraries.files[0]`: invalid type: integer `1`, expected a string at line 1 column 64"),
        (&sound.replace("2.36-9", "-"), "cannot read `a`: cannot read version `-`: its revision is empty"),
        (&sound.replace("\"links\"", "\"large\":{\"etc/ld.so.conf\":65537},\"links\""), "cannot read `a`: cannot read entry `etc/ld.so.conf`: it has 65537 bytes, more than 65536 in one package"),
    ] {
        let workspace = Workspace::new();
        workspace.write("a", text);
        tool().fail(&workspace, &["--architecture=amd64", "--package=a"], &format!("error: {message}\n"));
    }
    let workspace = Workspace::new();
    workspace.write("a", sound);
    tool().succeed(&workspace, &["--architecture=amd64", "--package=a"]);
}

/// Configuration that is too large for the cache is no error for an image without one.
#[test]
fn a_large_configuration_of_the_loader() {
    let workspace = Workspace::new();
    let half = "#".repeat(40_000);
    let libc = package("libc6", "2.36-9", "amd64")
        .item(Item::file("./etc/ld.so.conf.d/a.conf", half.as_str()))
        .item(Item::file("./etc/ld.so.conf.d/b.conf", half.as_str()));
    workspace.write("a.deb", libc.build());
    let options = ["--architecture=amd64", "--package=a.deb"];
    let cause = "cannot read entry `etc/ld.so.conf.d/b.conf`: it has 40000 bytes, more than 65536 in one package";
    tool().fail(
        &workspace,
        &options,
        &format!("error: cannot extract `a.deb`: {cause}\n"),
    );
    let libraries = with_libraries(&workspace, &options, &[]);
    tool().fail(
        &workspace,
        &words(&libraries),
        &format!("error: cannot read `1.libraries`: {cause}\n"),
    );
}

/// Compares real packages with the ldconfig of their release. Ignored by default; needs root and the directory of
/// `tests/fetch_real_packages.sh DIRECTORY`: `REAL_PACKAGES=DIRECTORY cargo test -p layer_assembler --test ld_so_cache --
/// --ignored`. The directory has `DISTRO/DEBARCH/NAME.deb`, always with libc-bin; other architectures run under
/// `qemu-*-static`.
#[test]
#[ignore = "needs root, dpkg-deb, tar, chroot, qemu-user-static and a directory of packages, REAL_PACKAGES"]
fn the_bytes_that_ldconfig_writes() {
    let directory = std::env::var("REAL_PACKAGES").unwrap();
    let mut compared = 0;
    for distro in list(Path::new(&directory)) {
        for architecture in list(&distro) {
            let all = list(&architecture);
            // The image of Debian 12 does not have libc-bin, and so no `ld.so.conf`.
            let without = all.iter().filter(|deb| !deb.ends_with("libc-bin.deb"));
            let without = without.cloned().collect();
            for debs in [all, without] {
                let (ours, theirs) = both(&architecture, &debs);
                assert!(
                    ours == theirs,
                    "{}: {}\n{}",
                    architecture.display(),
                    listing(&ours),
                    listing(&theirs)
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 0);
}

fn list(directory: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
}

/// Our cache for these packages, and the cache of ldconfig from this architecture's libc-bin.
fn both(architecture: &Path, debs: &[PathBuf]) -> (Vec<u8>, Vec<u8>) {
    let (oci, emulator) = match architecture.file_name().unwrap().to_str().unwrap() {
        "armhf" => ("arm", "qemu-arm-static"),
        "arm64" => ("arm64", "qemu-aarch64-static"),
        "ppc64el" => ("ppc64le", "qemu-ppc64le-static"),
        "riscv64" => ("riscv64", "qemu-riscv64-static"),
        "s390x" => ("s390x", "qemu-s390x-static"),
        "amd64" => ("amd64", "qemu-x86_64-static"),
        other => panic!("{other} is no architecture of ours"),
    };
    let workspace = Workspace::new();
    let mut options = vec![format!("--architecture={oci}")];
    options.extend(
        debs.iter()
            .map(|deb| format!("--package={}", deb.display())),
    );
    let options: Vec<_> = options.iter().map(String::as_str).collect();
    succeed(&workspace, &options);

    let shell = |script: &str, words: &[&Path]| {
        let status = Command::new("/bin/sh")
            .args(["-euc", script, "sh"])
            .args(words)
            .status();
        assert!(status.unwrap().success(), "{script}");
    };
    let (root, other) = (workspace.path("root"), workspace.path("other"));
    fs::create_dir(&root).unwrap();
    let unpack = "dpkg-deb --fsys-tarfile \"$1\" | tar -x -C \"$2\" --keep-directory-symlink";
    for deb in debs {
        shell(unpack, &[deb, &root]);
    }
    shell(
        "dpkg-deb -x \"$1\" \"$2\"",
        &[&architecture.join("libc-bin.deb"), &other],
    );
    // Also uses the emulator if the kernel can run the binary, which makes no difference.
    let run = "cp \"$2\"/sbin/ldconfig \"$1\"/.ldconfig 2>/dev/null || cp \"$2\"/usr/sbin/ldconfig \"$1\"/.ldconfig
        cp \"$(command -v \"$3\")\" \"$1\"/.emulator
        mkdir -p \"$1\"/var/cache/ldconfig \"$1\"/etc
        chroot \"$1\" /.emulator /.ldconfig";
    shell(run, &[&root, &other, Path::new(emulator)]);
    (
        cache(&workspace),
        fs::read(root.join("etc/ld.so.cache")).unwrap(),
    )
}
