//! Packages with every compression, and hostile packages.

#![allow(clippy::unwrap_used)]

use std::io::Read;

use deb::Package;
use tarball::Kind;
use testkit::{ar, compress, tar, xz_blocks, Choppy, Deb, Failing, Item, Noise};

const ENDINGS: [&str; 6] = ["", ".gz", ".xz", ".zst", ".bz2", ".lzma"];

/// The control data, then one line for each entry.
fn dump(package: impl Read) -> Result<String, String> {
    let mut text = String::new();
    let package = Package::open(package).map_err(|error| error.to_string())?;
    let control = package.control();
    text += &format!(
        "{} {} {}\n",
        control.name, control.version, control.architecture
    );
    let data = package.read_data(&mut |entry, content| {
        let mut bytes = Vec::new();
        let read = content.read_to_end(&mut bytes);
        read.map_err(|cause| blob::Error::cannot("read entry", &entry.path, cause))?;
        let kind = match entry.kind {
            Kind::File { .. } => bytes.escape_ascii().to_string(),
            _ => "-".to_owned(),
        };
        text += &format!("{} {kind}\n", entry.path);
        Ok(())
    });
    data.map_err(|error| error.to_string())?;
    Ok(text)
}

fn sample() -> Deb {
    Deb::new()
        .item(Item::directory("./usr/"))
        .item(Item::file("./usr/hello", "Hello, world!"))
        .item(Item::symlink("./usr/link", "hello"))
}

const SAMPLE: &str = "hello 1.0-1 amd64\n. -\nusr -\nusr/hello Hello, world!\nusr/link -\n";

#[test]
fn every_compression() {
    for ending in ENDINGS {
        let package = sample().compression(ending).build();
        assert_eq!(dump(package.as_slice()).unwrap(), SAMPLE, "{ending}");
        assert_eq!(
            dump(Choppy::new(package.as_slice())).unwrap(),
            SAMPLE,
            "{ending}"
        );
    }
}

#[test]
fn control_and_data_may_have_different_compressions() {
    let control = sample().compression(".gz").control_member();
    let data = sample().compression(".zst").data_member();
    let package = ar(&[
        ("debian-binary/", b"2.1\nmore\n"),
        ("_first", b"odd"),
        ("control.tar.gz/", &control),
        ("_second", b""),
        ("data.tar.zst", &data),
        ("_gpgorigin", b"signature"),
        ("future", b"unknown"),
    ]);
    assert_eq!(dump(package.as_slice()).unwrap(), SAMPLE);
}

#[test]
fn concatenated_streams_are_read() {
    let bytes = tar(&[Item::file("f", "x".repeat(3000))]);
    for ending in [".gz", ".xz", ".zst", ".bz2"] {
        let (first, second) = bytes.split_at(1000);
        let data = [compress(ending, first), compress(ending, second)].concat();
        let control = Deb::new().compression(".gz").control_member();
        let package = ar(&[
            ("debian-binary", b"2.0\n"),
            ("control.tar.gz", &control),
            (&format!("data.tar{ending}"), &data),
        ]);
        assert!(
            dump(package.as_slice()).unwrap().contains("xxxx"),
            "{ending}"
        );
    }
}

#[test]
fn xz_of_several_blocks() {
    let content = Noise::new(5).bytes(700_000);
    let bytes = tar(&[Item::file("f", &content)]);
    for block in [100_000, 300_000, 1_000_000] {
        let data = xz_blocks(&bytes, block);
        let package = with_data("data.tar.xz", &data);
        let expected = format!("hello 1.0-1 amd64\nf {}\n", content.escape_ascii());
        assert!(dump(package.as_slice()).unwrap() == expected, "{block}");
        let mut damaged = data.clone();
        damaged[data.len() / 2] ^= 1;
        let error = dump(with_data("data.tar.xz", &damaged).as_slice()).unwrap_err();
        assert_eq!(
            error, "cannot read entry `f`: its xz data is damaged",
            "{block}"
        );
        let error = dump(with_data("data.tar.xz", &data[..data.len() - 1]).as_slice());
        assert!(
            error.unwrap_err().ends_with("its xz data is truncated"),
            "{block}"
        );
    }
}

fn with_data(name: &str, data: &[u8]) -> Vec<u8> {
    let control = Deb::new().compression(".gz").control_member();
    ar(&[
        ("debian-binary", b"2.0\n"),
        ("control.tar.gz", &control),
        (name, data),
    ])
}

fn with_control(text: &str) -> Vec<u8> {
    sample().control(text).build()
}

#[test]
fn invalid_members() {
    let deb = sample().compression("");
    let (control, data) = (deb.control_member(), deb.data_member());
    let format: (&str, &[u8]) = ("debian-binary", b"2.0\n");
    let control: (&str, &[u8]) = ("control.tar", &control);
    let data: (&str, &[u8]) = ("data.tar", &data);
    let known = "expected none or one of .gz .xz .zst .bz2 .lzma";
    for (members, message) in [
        (
            vec![],
            "cannot read `debian-binary`: the package does not have it".to_owned(),
        ),
        (
            vec![control, data],
            "cannot read `debian-binary`: found `control.tar` instead".to_owned(),
        ),
        (
            vec![format],
            "cannot read `control.tar`: the package does not have it".to_owned(),
        ),
        (
            vec![format, data],
            "cannot read `control.tar`: found `data.tar` instead".to_owned(),
        ),
        (
            vec![format, data, control],
            "cannot read `control.tar`: found `data.tar` instead".to_owned(),
        ),
        (
            vec![format, control],
            "cannot read `data.tar`: the package does not have it".to_owned(),
        ),
        (
            vec![format, control, control, data],
            "cannot read `data.tar`: found `control.tar` instead".to_owned(),
        ),
        (
            vec![format, control, data, data],
            "cannot read `data.tar`: the package already has one".to_owned(),
        ),
        (
            vec![format, control, data, control],
            "cannot read `control.tar`: the package already has one".to_owned(),
        ),
        (
            vec![format, control, ("data.tar.foo", b"")],
            format!("cannot read `data.tar.foo`: the compression `.foo` is unknown; {known}"),
        ),
        (
            vec![format, ("control.tar.Z", b"")],
            format!("cannot read `control.tar.Z`: the compression `.Z` is unknown; {known}"),
        ),
        (
            vec![("debian-binary", b"3.0\n"), control, data],
            "cannot read `debian-binary`: format `3.0` is not 2.x".to_owned(),
        ),
        (
            vec![("debian-binary", b"2.0"), control, data],
            "cannot read `debian-binary`: format `2.0` is not 2.x".to_owned(),
        ),
        (
            vec![("debian-binary", b""), control, data],
            "cannot read `debian-binary`: it is empty".to_owned(),
        ),
        (
            vec![format, ("/", b"x")],
            "cannot read `ar header`: `/` is a BSD or GNU extension, which packages do not use"
                .to_owned(),
        ),
        (
            vec![format, ("//", b"x")],
            "cannot read `ar header`: `//` is a BSD or GNU extension, which packages do not use"
                .to_owned(),
        ),
        (
            vec![format, ("#1/20", b"x")],
            "cannot read `ar header`: `#1/20` is a BSD or GNU extension, which packages do not use"
                .to_owned(),
        ),
    ] {
        assert_eq!(dump(ar(&members).as_slice()).unwrap_err(), message);
    }
}

#[test]
fn archives_that_are_damaged() {
    let good = sample().compression("").build();
    let changed = |change: fn(&mut Vec<u8>)| {
        let mut bytes = good.clone();
        change(&mut bytes);
        dump(bytes.as_slice()).unwrap_err()
    };
    for (error, message) in [
        (dump(&b""[..]).unwrap_err(), "cannot read `ar header`: it is not an ar archive"),
        (dump(&b"<html>404</html>"[..]).unwrap_err(), "cannot read `ar header`: it is not an ar archive"),
        (changed(|b| b.truncate(20)), "cannot read `ar header`: the package is truncated"),
        (changed(|b| b[66] = b'x'), "cannot read `ar header`: it is malformed, or garbage follows the last member"),
        (changed(|b| b[56..58].copy_from_slice(b"-1")), "cannot read `ar header`: the size of `debian-binary` is `-1`"),
        (changed(|b| b[8] = 0xff), "cannot read `ar header`: a member has a name that is not ASCII"),
        (
            changed(|b| b.truncate(b.len() - 1)),
            "cannot read `data.tar`: cannot read entry `at byte 2560`: the package is truncated: 1 bytes of `data.tar` are missing",
        ),
        (dump(Failing::after(&good[..4000])).unwrap_err(), "cannot read `data.tar`: cannot read entry `at byte 1024`: Input/output error (os error 5)"),
    ] {
        assert_eq!(error, message);
    }
}

#[test]
fn data_that_is_damaged() {
    let plain = sample().compression("").data_member();
    for (ending, name) in [
        (".gz", "gzip"),
        (".xz", "xz"),
        (".zst", "zstd"),
        (".bz2", "bzip2"),
        (".lzma", "lzma"),
    ] {
        let member = format!("data.tar{ending}");
        let good = compress(ending, &plain);
        // Like dpkg, it ignores bytes that do not begin like another stream.
        for after in [&b"garbage after the end"[..], b"\n", &[0; 9], &[0; 512]] {
            let garbage = [good.as_slice(), after].concat();
            let read = dump(with_data(&member, &garbage).as_slice());
            assert_eq!(read.as_deref(), Ok(SAMPLE), "{name} {after:?}");
        }
        let mut broken = good.clone();
        broken[good.len() / 2..].fill(0xff);
        let error = dump(with_data(&member, &broken).as_slice()).unwrap_err();
        assert!(
            error.starts_with(&format!("cannot read `{member}`: ")),
            "{error}"
        );
        assert!(
            error.ends_with(&format!("its {name} data is damaged")),
            "{error}"
        );
        let error = dump(with_data(&member, &good[..good.len() - 1]).as_slice()).unwrap_err();
        assert!(
            error.ends_with(&format!("its {name} data is truncated")),
            "{error}"
        );
        let error = dump(with_data(&member, b"").as_slice()).unwrap_err();
        assert!(
            error.starts_with(&format!("cannot read `{member}`: ")),
            "{error}"
        );
    }
}

/// zlib passes data that is not gzip on unchanged, so dpkg accepts it.
#[test]
fn data_that_is_not_gzip() {
    let plain = sample().compression("").data_member();
    let package = with_data("data.tar.gz", &plain);
    assert_eq!(dump(package.as_slice()).unwrap(), SAMPLE);
    let error = dump(with_data("data.tar.gz", b"<html>404</html>").as_slice()).unwrap_err();
    let cause = "the archive is truncated";
    assert_eq!(
        error,
        format!("cannot read `data.tar.gz`: cannot read entry `at byte 0`: {cause}")
    );
}

/// dpkg reads `control.tar` with tar, which accepts hard links and headers for the whole archive.
#[test]
fn control_archives_as_tar_reads_them() {
    let control = "Package: hello\nVersion : 1.0-1\nArchitecture\t: amd64\n";
    let items = [
        Item::new(b'g', "pax_global_header"),
        Item::directory("/"),
        Item::file("/control", control),
        Item::file("./postinst", "exit 0\n").mode(0o755).mtime(7),
        Item::hardlink("./prerm", "./postinst"),
    ];
    let member = tar(&items);
    let data = sample().compression("").data_member();
    let package = ar(&[
        ("debian-binary", b"2.0\n"),
        ("control.tar", &member),
        ("data.tar", &data),
    ]);
    assert_eq!(dump(package.as_slice()).unwrap(), SAMPLE);
    let mut package = Package::open(package.as_slice()).unwrap();
    let files = package.take_control_files();
    assert_eq!(files["prerm"], files["postinst"]);
    assert_eq!((files["prerm"].mode, files["prerm"].mtime), (0o755, 7));
}

/// Long names end at a NUL, and the last of several is used.
#[test]
fn long_names_as_dpkg_reads_them() {
    let long = |name: &str| Item::file("././@LongLink", name).kind(b'L');
    let package = Deb::new()
        .item(long("first"))
        .item(long("usr/second\0\0junk"))
        .item(Item::file("f", "content"))
        .build();
    assert!(dump(package.as_slice())
        .unwrap()
        .contains("usr/second content"));
}

/// The header states a dictionary of 1 GiB.
#[test]
fn memory_is_limited() {
    let mut data = compress(".lzma", &tar(&[Item::file("f", "x")]));
    data[1..5].copy_from_slice(&(1u32 << 30).to_le_bytes());
    let error = dump(with_data("data.tar.lzma", &data).as_slice()).unwrap_err();
    assert!(
        error.ends_with("its lzma data needs more than 128 MiB of memory"),
        "{error}"
    );
}

#[test]
fn control_data_that_is_wrong() {
    let head = "cannot read `control`: ";
    for (text, message) in [
        ("", "cannot read field `Package`: it is missing"),
        (
            "Package: hello\n",
            "cannot read field `Version`: it is missing",
        ),
        (
            "Package: hello\nVersion: 1\n",
            "cannot read field `Architecture`: it is missing",
        ),
        (
            "Package: ../x\nVersion: 1\nArchitecture: all\n",
            "cannot read package name `../x`: expected letters, digits, `+`, `-`, `.` and `_`",
        ),
        (
            "Package: hello\nVersion: 1/2\nArchitecture: all\n",
            "cannot read version `1/2`: it contains a character that is not allowed in versions",
        ),
        (
            "Package: hello\nVersion: 1\nArchitecture: x y\n",
            "cannot read architecture `x y`: expected lower-case letters, digits and `-`",
        ),
        (
            "Package: hello\n\nPackage: hello\n",
            "cannot read field `Package`: there is a second paragraph",
        ),
        ("hello\n", "cannot read `line 1`: expected `Field: value`"),
    ] {
        let error = dump(with_control(text).as_slice()).unwrap_err();
        assert_eq!(error, format!("{head}{message}"));
    }
}

#[test]
fn control_archives_that_are_wrong() {
    let control = |items: &[Item]| {
        let member = tar(items);
        let members: [(&str, &[u8]); 2] = [("debian-binary", b"2.0\n"), ("control.tar", &member)];
        dump(ar(&members).as_slice()).unwrap_err()
    };
    for (items, message) in [
        (vec![], "cannot read `control`: the package does not have it"),
        (
            vec![Item::file("control", b"\xff")],
            "cannot read `control`: cannot read `line 1`: expected `Field: value`",
        ),
        (
            vec![Item::file("a", ""), Item::file("./a", "")],
            "cannot read `control.tar`: cannot read entry `a`: it occurs twice",
        ),
        (
            vec![Item::hardlink("control", "/etc/passwd")],
            "cannot read `control.tar`: cannot read entry `control`: it is a hard link to no file before it",
        ),
        (
            vec![
                Item::file("a", "x".repeat(20 << 20)),
                Item::hardlink("b", "a"),
            ],
            "cannot read `control.tar`: cannot read entry `b`: there are more than 32 MiB",
        ),
        (
            vec![Item::symlink("control", "/etc/passwd")],
            "cannot read `control.tar`: cannot read entry `control`: it is not a file",
        ),
        (
            vec![Item::directory("d")],
            "cannot read `control.tar`: cannot read entry `d`: it is not a file",
        ),
        (
            vec![Item::file(b"\xff", "")],
            "cannot read `control.tar`: cannot read entry `\u{fffd}`: its name is not UTF-8",
        ),
        (
            vec![Item::file("control", "").claiming(1 << 30)],
            "cannot read `control.tar`: cannot read entry `control`: there are more than 32 MiB",
        ),
    ] {
        assert_eq!(control(&items), message);
    }
}

#[test]
fn every_truncation_is_an_error() {
    for ending in ENDINGS {
        let package = sample().compression(ending).build();
        // At the end of the archive, the newline after a member of an odd size may be missing.
        let whole = package.len() - usize::from(package.ends_with(b"\n"));
        for end in 0..whole {
            assert!(dump(&package[..end]).is_err(), "{ending} {end}");
        }
    }
}

/// dpkg stops reading after `data.tar`, and in its tar at the first block of zeros.
#[test]
fn ends_of_archives_that_dpkg_accepts() {
    let good = sample().compression("").build();
    for after in [
        &b"\n"[..],
        b"\n\n",
        &[b'x'; 60],
        &[0; 10240],
        &good,
        b"data.tar        ",
    ] {
        let bytes = [&good, after].concat();
        assert_eq!(dump(bytes.as_slice()).unwrap(), SAMPLE, "{after:?}");
    }
    // A truncated signature, and padding with any bytes.
    let (control, data) = (
        sample().compression(".gz").control_member(),
        sample().compression("").data_member(),
    );
    let whole = ar(&[
        ("debian-binary", b"2.0\n"),
        ("_odd", b"1"),
        ("control.tar.gz", &control),
        ("data.tar", &data),
        ("_gpgorigin", &[b's'; 100]),
    ]);
    assert_eq!(dump(&whole[..whole.len() - 50]).unwrap(), SAMPLE);
    let mut padded = whole.clone();
    padded[8 + 60 + 4 + 60 + 1] = 0;
    assert_eq!(dump(padded.as_slice()).unwrap(), SAMPLE);
    // The end of the tar.
    let end = data.len() - data.iter().rev().take_while(|byte| **byte == 0).count();
    let end = end.next_multiple_of(512);
    let hidden = tar(&[Item::file("hidden", "never unpacked")]);
    for after in [
        &b""[..],
        &[0; 512],
        &[0; 1024],
        &[0; 700],
        &[&[0; 512], &hidden[..]].concat(),
        &[&[0; 1024], &hidden[..]].concat(),
    ] {
        for ending in ["", ".gz", ".zst"] {
            let data = compress(ending, &[&data[..end], after].concat());
            let package = with_data(&format!("data.tar{ending}"), &data);
            assert_eq!(
                dump(package.as_slice()).unwrap(),
                SAMPLE,
                "{} {ending}",
                after.len()
            );
        }
    }
    for (after, message) in [
        (&b"x"[..], "the archive is truncated"),
        (&[0; 100], "the archive is truncated"),
        (&[b'x'; 512], "its header checksum is wrong"),
    ] {
        let package = with_data("data.tar", &[&data[..end], after].concat());
        let error = dump(package.as_slice()).unwrap_err();
        assert_eq!(
            error,
            format!("cannot read `data.tar`: cannot read entry `at byte {end}`: {message}")
        );
    }
}

/// base-passwd defines the numbers of these names on every Debian system; other names keep the numbers of the archive.
#[test]
fn owners_by_name() {
    let named = |user: &str, group: &str| {
        let mut item = Item::file("f", "").owner(1000, 1001);
        item = item.record("uname", user).record("gname", group);
        let mut found = None;
        let package = Deb::new().item(item).build();
        let package = Package::open(package.as_slice()).unwrap();
        let read = package.read_data(&mut |entry, _| {
            found = Some((entry.uid, entry.gid));
            Ok(())
        });
        read.unwrap();
        found.unwrap()
    };
    assert_eq!(named("root", "root"), (0, 0));
    assert_eq!(named("root", "mail"), (0, 8));
    assert_eq!(named("builder", "shadow"), (1000, 42));
    assert_eq!(named("builder", "builder"), (1000, 1001));
}

#[test]
fn entries_that_dpkg_does_not_unpack() {
    let capable = Item::file("bin/ping", "").record("SCHILY.xattr.security.capability", "\x01");
    for (item, message) in [
        (Item::file(".", ""), "cannot read entry `.`: the root directory is a file"),
        (Item::file("./", ""), "cannot read entry `./`: it is a file whose name ends with a slash"),
        (Item::symlink("./.", "/tmp"), "cannot read entry `./.`: the root directory is a symbolic link"),
        (Item::hardlink(".", "a"), "cannot read entry `.`: the root directory is a hard link"),
        (
            capable.clone(),
            "cannot read entry `bin/ping`: it has the extended attribute `security.capability`, which dpkg does not unpack",
        ),
        (
            Item::file("a", "").record("LIBARCHIVE.xattr.user.x", "eA=="),
            "cannot read entry `a`: it has the extended attribute `user.x`, which dpkg does not unpack",
        ),
        (
            Item::directory("a").record("SCHILY.acl.default", "user::rwx"),
            "cannot read entry `a`: it has the extended attribute `system.posix_acl_default`, which dpkg does not unpack",
        ),
    ] {
        let package = Deb::new().compression("").item(item).build();
        let error = dump(package.as_slice()).unwrap_err();
        let hint = "\nhint: build the package without extended attributes; Debian's set them in maintainer scripts";
        let error = error.strip_suffix(hint).unwrap_or(&error);
        assert_eq!(error, format!("cannot read `data.tar`: {message}"));
    }
}

#[test]
fn decompression_bombs_are_refused() {
    let zeros = vec![0; 1 << 20];
    let mut packed = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
    let header = tar(&[Item::file("f", "").claiming(1 << 33)]);
    std::io::Write::write_all(&mut packed, &header[..512]).unwrap();
    for _ in 0..600 {
        std::io::Write::write_all(&mut packed, &zeros).unwrap();
    }
    let data = packed.finish().unwrap();
    let package = with_data("data.tar.zst", &data);
    let package = Package::open(package.as_slice()).unwrap();
    let error = package.read_data(&mut |_, content| {
        std::io::copy(content, &mut std::io::sink())
            .map(drop)
            .map_err(|cause| blob::Error::cannot("read entry", "f", cause))
    });
    let expected = format!(
        "cannot read entry `f`: it unpacks to more than 512 MiB, far more than its {} bytes can hold",
        data.len()
    );
    assert_eq!(error.unwrap_err().to_string(), expected);
    let many = (0..1001).map(|number| Item::file(number.to_string(), ""));
    let mut deb = Deb::new();
    for item in many {
        deb = deb.control_item(item);
    }
    let error = dump(deb.build().as_slice()).unwrap_err();
    assert!(error.ends_with("there are more than 1000 files"), "{error}");
}

#[test]
fn damaged_input_never_panics() {
    let mut noise = Noise::new(11);
    for ending in ENDINGS {
        let package = sample().compression(ending).build();
        for at in 0..package.len() {
            let mut bytes = package.clone();
            bytes[at] ^= 1 << noise.below(8);
            let _ = dump(bytes.as_slice());
        }
    }
}
