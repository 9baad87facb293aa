//! The directory of certificates with hash links.

#![allow(clippy::unwrap_used)]

use testkit::{tar_of, Deb, Item, LayerTool, Workspace};

const DIRECTORY: &str = "./usr/share/ca-certificates/mozilla";
const SAME: &str = include_str!("certificates/same.pem");

fn tool() -> LayerTool {
    let words = ["ca-directory", "--deb=in.deb", "--compression=none"];
    LayerTool::new(env!("CARGO_BIN_EXE_layer_assembler"), &words)
}

fn workspace(certificates: &[(&str, &str)]) -> Workspace {
    let mut deb = Deb::new().control("Package: ca-certificates\nVersion: 1\nArchitecture: all\n");
    for (name, text) in certificates {
        deb = deb.item(Item::file(format!("{DIRECTORY}/{name}"), text));
    }
    let workspace = Workspace::new();
    workspace.write("in.deb", deb.build());
    workspace
}

/// The links are results of `openssl rehash` 3.0 for these files.
#[test]
fn a_file_and_a_link_for_each_certificate() {
    let workspace = workspace(&[
        ("Same_(1),_Főtanúsítvány.crt", SAME),
        ("escaped.crt", include_str!("certificates/escaped.pem")),
        ("sets.crt", include_str!("certificates/sets.pem")),
        ("unicode.crt", include_str!("certificates/unicode.pem")),
        (
            "same again.crt",
            include_str!("certificates/same_again.pem"),
        ),
        ("latin.crt", include_str!("certificates/latin.pem")),
        ("wide.crt", include_str!("certificates/wide.pem")),
    ]);
    workspace.write("zero.pem", SAME);
    tool().succeed(&workspace, &["--mode=0444", "--extra-pem=zero.pem"]);
    assert_eq!(
        tar_of(&workspace.read("out.tar")),
        "\
etc/ 5 0755 0:0 0 0
etc/ssl/ 5 0755 0:0 0 0
etc/ssl/certs/ 5 0755 0:0 0 0
etc/ssl/certs/Same_=1=__F\\xc5\\x91tan\\xc3\\xbas\\xc3\\xadtv\\xc3\\xa1ny.pem 0 0444 0:0 0 440
etc/ssl/certs/escaped.pem 0 0444 0:0 0 570
etc/ssl/certs/latin.pem 0 0444 0:0 0 497
etc/ssl/certs/same_again.pem 0 0444 0:0 0 444
etc/ssl/certs/sets.pem 0 0444 0:0 0 847
etc/ssl/certs/unicode.pem 0 0444 0:0 0 587
etc/ssl/certs/wide.pem 0 0444 0:0 0 526
etc/ssl/certs/zero.pem 0 0444 0:0 0 440
etc/ssl/certs/1d702e80.0 2 0777 0:0 0 0 -> sets.pem
etc/ssl/certs/48289679.0 2 0777 0:0 0 0 -> escaped.pem
etc/ssl/certs/5358af87.0 2 0777 0:0 0 0 -> unicode.pem
etc/ssl/certs/8f911d2f.0 2 0777 0:0 0 0 -> Same_=1=__F\\xc5\\x91tan\\xc3\\xbas\\xc3\\xadtv\\xc3\\xa1ny.pem
etc/ssl/certs/8f911d2f.1 2 0777 0:0 0 0 -> same_again.pem
etc/ssl/certs/a746a896.0 2 0777 0:0 0 0 -> wide.pem
etc/ssl/certs/dc319be4.0 2 0777 0:0 0 0 -> latin.pem
"
    );
}

#[test]
fn files_that_do_not_fit_a_directory() {
    let two = format!("{SAME}{SAME}");
    let prefix = "usr/share/ca-certificates/mozilla";
    for (files, message) in [
        (vec![("a.crt", two.as_str())], format!("cannot add `{prefix}/a.crt`: it contains 2 certificates, expected one\nhint: put each certificate into a separate file")),
        (vec![("a b.crt", SAME), ("a,b.crt", SAME)], format!("cannot add `{prefix}/a,b.crt`: {prefix}/a b.crt has the same name in the directory: `a_b.pem`\nhint: give it another name")),
        (vec![("a.crt", "text")], format!("cannot extract `in.deb`: cannot read `{prefix}/a.crt`: it contains no PEM certificate")),
        (vec![], "cannot extract `in.deb`: cannot make `etc/ssl/certs`: the package has no `usr/share/ca-certificates`\nhint: give a ca-certificates package".to_owned()),
    ] {
        tool().fail(&workspace(&files), &[], &format!("error: {message}\n"));
    }
}

/// Compares real packages with OpenSSL. Ignored by default; needs the directory of `tests/fetch_real_packages.sh`:
/// `REAL_PACKAGES=DIRECTORY cargo test -p layer_assembler --test ca_directory -- --ignored`.
#[test]
#[ignore = "needs openssl, tar and a directory of packages, REAL_PACKAGES"]
fn the_links_that_openssl_makes() {
    let script = r#"
        links() { (cd out/etc/ssl/certs && find . -type l -printf '%p -> %l\n' | LC_ALL=C sort) }
        mkdir out && tar -xf out.tar -C out
        links >ours
        find out -type l -delete
        openssl rehash out/etc/ssl/certs
        links >theirs
        test -s ours
        cmp ours theirs"#;
    for distro in std::fs::read_dir(std::env::var("REAL_PACKAGES").unwrap()).unwrap() {
        let deb = distro.unwrap().path().join("amd64/ca-certificates.deb");
        let workspace = Workspace::new();
        std::fs::copy(&deb, workspace.path("in.deb")).unwrap();
        tool().succeed(&workspace, &[]);
        let outcome = workspace.run("/bin/sh", ["-euc", script]);
        assert_eq!(outcome.code, 0, "{}: {outcome:?}", deb.display());
    }
}
