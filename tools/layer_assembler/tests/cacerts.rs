//! The CA bundle.

#![allow(clippy::unwrap_used)]

use testkit::{tar_of, Deb, Item, LayerTool, Workspace};

const MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";
const DIRECTORY: &str = "./usr/share/ca-certificates";

fn tool() -> LayerTool {
    let words = ["cacerts", "--deb=in.deb"];
    LayerTool::new(env!("CARGO_BIN_EXE_layer_assembler"), &words)
}

fn package() -> Deb {
    let md5sums = format!(
        "{MD5}  usr/sbin/update-ca-certificates\n{MD5}  usr/share/doc/ca-certificates/copyright\n"
    );
    Deb::new()
        .control("Package: ca-certificates\nVersion: 1\nArchitecture: all\n")
        .control_item(Item::file("./md5sums", md5sums))
        .item(Item::file("./usr/sbin/update-ca-certificates", "script"))
        .item(Item::file(
            "./usr/share/doc/ca-certificates/copyright",
            "(c)",
        ))
}

fn certificate(name: &str, content: &str) -> Item {
    Item::file(format!("{DIRECTORY}/{name}"), content)
}

const SAME: &str = include_str!("certificates/same.pem");
const AGAIN: &str = include_str!("certificates/same_again.pem");
const SETS: &str = include_str!("certificates/sets.pem");
const LATIN: &str = include_str!("certificates/latin.pem");
const WIDE: &str = include_str!("certificates/wide.pem");
const UNICODE: &str = include_str!("certificates/unicode.pem");
const ESCAPED: &str = include_str!("certificates/escaped.pem");

/// The bundle of a package and additional files.
fn bundle(deb: Deb, extra: &[(&str, Vec<u8>)]) -> String {
    let workspace = Workspace::new();
    workspace.write("in.deb", deb.build());
    let mut options = vec!["--compression=none".to_owned()];
    for (name, content) in extra {
        workspace.write(name, content);
        options.push(format!("--extra-pem={name}"));
    }
    let options: Vec<_> = options.iter().map(String::as_str).collect();
    tool().succeed(&workspace, &options);
    let tar = workspace.read("out.tar");
    // The bundle is the first file, after three directories and its own header.
    let (header, content) = tar[3 * 512..].split_at(512);
    let size = std::str::from_utf8(&header[124..135]).unwrap();
    let size = usize::from_str_radix(size, 8).unwrap();
    String::from_utf8(content[..size].to_vec()).unwrap()
}

#[test]
fn the_bundle_with_copyright_and_status() {
    let workspace = Workspace::new();
    let deb = package()
        .item(certificate("z.crt", SAME))
        .item(certificate("mozilla/b.crt", AGAIN))
        .item(Item::directory(format!("{DIRECTORY}/mozilla/")))
        .item(certificate("mozilla/Főtanúsítvány.crt", UNICODE.trim_end()))
        .item(certificate("mozilla/B.crt", SETS))
        .item(certificate("mozilla-x.crt", ESCAPED));
    workspace.write("in.deb", deb.build());
    workspace.write("one.pem", LATIN.trim_end());
    workspace.write("two.pem", WIDE);
    let options = [
        "--compression=none",
        "--mode=0444",
        "--extra-pem=one.pem",
        "--extra-pem=two.pem",
    ];
    tool().succeed(&workspace, &options);
    assert_eq!(
        tar_of(&workspace.read("out.tar")),
        "\
etc/ 5 0755 0:0 0 0
etc/ssl/ 5 0755 0:0 0 0
etc/ssl/certs/ 5 0755 0:0 0 0
etc/ssl/certs/ca-certificates.crt 0 0444 0:0 0 3911
usr/ 5 0755 0:0 0 0
usr/share/ 5 0755 0:0 0 0
usr/share/doc/ 5 0755 0:0 0 0
usr/share/doc/ca-certificates/ 5 0755 0:0 0 0
usr/share/doc/ca-certificates/copyright 0 0444 0:0 0 3
var/ 5 0755 0:0 1000000000 0
var/lib/ 5 0755 0:0 1000000000 0
var/lib/dpkg/ 5 0755 0:0 1000000000 0
var/lib/dpkg/status.d/ 5 0755 0:0 1000000000 0
var/lib/dpkg/status.d/ca-certificates 0 0644 0:0 1000000000 54
var/lib/dpkg/status.d/ca-certificates.md5sums 0 0644 0:0 1000000000 74
"
    );
    let tar = workspace.text("out.tar");
    let expected = [SETS, UNICODE, AGAIN, ESCAPED, SAME, LATIN, WIDE].concat();
    assert!(tar.contains(&format!("\0{expected}\0")));
    assert!(tar.contains(&format!(
        "\0{MD5}  usr/share/doc/ca-certificates/copyright\n\0"
    )));
}

#[test]
fn of_another_time_and_without_status() {
    let workspace = Workspace::new();
    let deb = package().item(certificate("a.crt", SAME));
    workspace.write("in.deb", deb.build());
    let options = ["--compression=none", "--mtime=7", "--unregistered"];
    tool().succeed(&workspace, &options);
    assert_eq!(
        tar_of(&workspace.read("out.tar")),
        "\
etc/ 5 0755 0:0 7 0
etc/ssl/ 5 0755 0:0 7 0
etc/ssl/certs/ 5 0755 0:0 7 0
etc/ssl/certs/ca-certificates.crt 0 0644 0:0 7 440
usr/ 5 0755 0:0 7 0
usr/share/ 5 0755 0:0 7 0
usr/share/doc/ 5 0755 0:0 7 0
usr/share/doc/ca-certificates/ 5 0755 0:0 7 0
usr/share/doc/ca-certificates/copyright 0 0644 0:0 7 3
"
    );
}

#[test]
fn packages_without_usable_certificates() {
    let hint = "hint: give a ca-certificates package\n";
    let extract = "error: cannot extract `in.deb`: ";
    let bundle = "cannot make `etc/ssl/certs/ca-certificates.crt`: the package has no";
    let link = Item::symlink(format!("{DIRECTORY}/a.crt"), "/etc/passwd");
    let large = certificate("a.crt", &"x".repeat(1024 * 1024 + 1));
    for (deb, message) in [
        (package(), format!("{extract}{bundle} `usr/share/ca-certificates`\n{hint}")),
        (Deb::new().item(certificate("a.crt", SAME)), format!("{extract}{bundle} `usr/share/doc/ca-certificates/copyright`\n{hint}")),
        (package().item(link), format!("{extract}cannot read entry `usr/share/ca-certificates/a.crt`: it is not a regular file\n")),
        (package().item(large), format!("{extract}cannot read entry `usr/share/ca-certificates/a.crt`: it has 1048577 bytes, more than 1 MiB\n")),
    ] {
        let workspace = Workspace::new();
        workspace.write("in.deb", deb.build());
        tool().fail(&workspace, &[], &message);
    }
}

#[test]
fn invalid_options() {
    let workspace = Workspace::new();
    workspace.write("in.deb", package().item(certificate("a.crt", SAME)).build());
    workspace.write("empty.pem", "nothing here");
    for (option, message) in [
        (
            "--mode=rw",
            "cannot make `CA bundle`: its mode is `rw`, expected octal such as `0644`",
        ),
        (
            "--extra-pem=none.pem",
            "cannot read `none.pem`: No such file or directory (os error 2)",
        ),
        (
            "--extra-pem=empty.pem",
            "cannot extract `in.deb`: cannot read `empty.pem`: it contains no PEM certificate",
        ),
    ] {
        tool().fail(&workspace, &[option], &format!("error: {message}\n"));
    }
}

/// The bundle has the certificates in standard form, independent of the form in the file.
#[test]
fn certificate_files_in_common_forms() {
    let plain = SAME.to_owned();
    let der = der(SAME);
    let one = |text: String| (text.into_bytes(), SAME.to_owned());
    for (content, expected) in [
        one(plain.trim_end().to_owned()),
        one(plain.replace('\n', "\r\n")),
        one(plain.replace('\n', "\r")),
        one(plain.replace('\n', "\n    ")),
        one(plain.replace('\n', "  \n")),
        one(format!("\u{feff}{plain}")),
        one(format!("subject=same\n{plain}text behind")),
        one(plain.replace("CERTIFICATE", "X509 CERTIFICATE")),
        one(include_str!("certificates/trusted.pem").to_owned()),
        (der, SAME.to_owned()),
        (
            format!("{}{}", SAME.trim_end(), AGAIN).into_bytes(),
            format!("{SAME}{AGAIN}"),
        ),
        (
            format!("{SAME}\u{feff}{AGAIN}\u{feff}{SAME}").into_bytes(),
            format!("{SAME}{AGAIN}{SAME}"),
        ),
    ] {
        let deb = package().item(certificate("a.crt", SETS));
        let made = bundle(
            deb,
            &[("one.pem", content.clone()), ("two.pem", WIDE.into())],
        );
        assert_eq!(
            made,
            format!("{SETS}{expected}{WIDE}"),
            "{}",
            String::from_utf8_lossy(&content)
        );
        // The same certificate in the package.
        let deb = package().item(Item::file(format!("{DIRECTORY}/a.crt"), content));
        assert_eq!(bundle(deb, &[]), expected);
    }
}

/// Converts a valid PEM certificate to DER.
fn der(pem: &str) -> Vec<u8> {
    let lines = pem.lines().filter(|line| !line.starts_with('-'));
    let text: String = lines.collect();
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let mut der = Vec::new();
    for group in text.as_bytes().chunks(4) {
        let kept = group.iter().filter(|byte| **byte != b'=').count();
        let mut bits = 0_u32;
        for byte in group {
            bits = bits << 6 | u32::from(digit(*byte) & if *byte == b'=' { 0 } else { 63 });
        }
        der.extend_from_slice(&bits.to_be_bytes()[1..kept]);
    }
    der
}

#[test]
fn no_certificate_is_skipped_silently() {
    let at = SAME.len() / 2;
    let damaged = format!("{}!{}", &SAME[..at], &SAME[at + 1..]);
    let shorter = SAME.replacen("MIIB", "MIIC", 1);
    let cannot = "cannot read `one.pem`:";
    for (content, message) in [
        (damaged, format!("{cannot} its certificate 1, at line 1, is not base64: `!` at line 4")),
        (format!("{AGAIN}{}", &SAME[..200]), format!("{cannot} its certificate 2, at line 9, has no `-----END CERTIFICATE-----`")),
        (shorter, format!("{cannot} its certificate 1, at line 1, is no X.509 certificate")),
        (SAME[1..].to_owned(), format!("{cannot} the mark of a certificate is misspelled at line 1")),
        (SAME.replace("CERTIFICATE", "PKCS7"), format!("{cannot} at line 1 it contains a block `PKCS7`, expected `CERTIFICATE`")),
        (include_str!("certificates/rejected.pem").to_owned(), format!("{cannot} its certificate 1, at line 1, is not trusted for servers, by its own trust settings\nhint: leave it out, or drop the settings: `openssl x509 -in FILE`")),
        (include_str!("certificates/trusted_for_mail.pem").to_owned(), format!("{cannot} its certificate 1, at line 1, is not trusted for servers, by its own trust settings\nhint: leave it out, or drop the settings: `openssl x509 -in FILE`")),
    ] {
        let workspace = Workspace::new();
        workspace.write("in.deb", package().item(certificate("a.crt", SAME)).build());
        workspace.write("one.pem", content);
        let message = format!("error: cannot extract `in.deb`: {message}\n");
        tool().fail(&workspace, &["--extra-pem=one.pem"], &message);
    }
    let workspace = Workspace::new();
    workspace.write("in.deb", package().item(certificate("a.crt", SAME)).build());
    let wide: Vec<u8> = SAME.encode_utf16().flat_map(u16::to_le_bytes).collect();
    workspace.write("one.pem", [b"\xff\xfe".to_vec(), wide].concat());
    let message =
        format!("error: cannot extract `in.deb`: {cannot} it is UTF-16\nhint: save it as UTF-8\n");
    tool().fail(&workspace, &["--extra-pem=one.pem"], &message);
}
