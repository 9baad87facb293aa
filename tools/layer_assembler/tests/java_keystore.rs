//! Key stores for Java.

#![allow(clippy::unwrap_used)]

use std::process::Command;

use sha2::{Digest, Sha256};
use testkit::{tar_of, Deb, Item, LayerTool, Workspace};

const DIRECTORY: &str = "./usr/share/ca-certificates/mozilla";

/// Certificates with unusual subjects: characters that need escapes, sets with several attributes, letters that
/// decompose, a duplicate subject, and strings in Latin-1 and UTF-16.
const CERTIFICATES: [(&str, &str); 7] = [
    ("a.crt", include_str!("certificates/escaped.pem")),
    ("b.crt", include_str!("certificates/sets.pem")),
    ("c.crt", include_str!("certificates/unicode.pem")),
    ("d.crt", include_str!("certificates/same.pem")),
    ("e.crt", include_str!("certificates/same_again.pem")),
    ("f.crt", include_str!("certificates/latin.pem")),
    ("g.crt", include_str!("certificates/wide.pem")),
];

fn tool(format: &str) -> LayerTool {
    let format = format!("--format={format}");
    let words = [
        "java-keystore",
        "--deb=in.deb",
        "--compression=none",
        &format,
    ];
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

/// The store of a layer that has only this file: four directories, a header, and the content.
fn store(workspace: &Workspace) -> Vec<u8> {
    let tar = workspace.read("out.tar");
    let (header, content) = tar[4 * 512..].split_at(512);
    let size = std::str::from_utf8(&header[124..135]).unwrap();
    content[..usize::from_str_radix(size, 8).unwrap()].to_vec()
}

/// The aliases and dates of a JKS store, parsed without the code under test.
fn aliases(store: &[u8]) -> Vec<(String, u64)> {
    let number = |at: usize| u32::from_be_bytes(store[at..at + 4].try_into().unwrap()) as usize;
    assert_eq!((number(0), number(4)), (0xfeed_feed, 2));
    let mut at = 12;
    let mut aliases = Vec::new();
    for _ in 0..number(8) {
        assert_eq!(number(at), 2);
        let length = usize::from(u16::from_be_bytes([store[at + 4], store[at + 5]]));
        at += 6;
        let alias = String::from_utf8_lossy(&store[at..at + length]).into_owned();
        at += length;
        let date = u64::from_be_bytes(store[at..at + 8].try_into().unwrap());
        assert_eq!(&store[at + 8..at + 15], b"\0\x05X.509");
        at += 19 + number(at + 15);
        aliases.push((alias, date));
    }
    assert_eq!(at + 20, store.len());
    aliases
}

#[test]
fn the_file_and_its_directories() {
    let workspace = workspace(&CERTIFICATES[3..4]);
    tool("jks").succeed(&workspace, &["--mode=0555"]);
    assert_eq!(
        tar_of(&workspace.read("out.tar")),
        "\
etc/ 5 0755 0:0 0 0
etc/ssl/ 5 0755 0:0 0 0
etc/ssl/certs/ 5 0755 0:0 0 0
etc/ssl/certs/java/ 5 0755 0:0 0 0
etc/ssl/certs/java/cacerts 0 0555 0:0 0 348
"
    );
}

/// The names are results of Java's `X500Principal.getName("CANONICAL")` in JDK 17.
#[test]
fn each_certificate_has_its_subject_for_a_name() {
    let workspace = workspace(&CERTIFICATES);
    workspace.write("extra.pem", CERTIFICATES[3].1);
    tool("jks").succeed(&workspace, &["--extra-pem=extra.pem"]);
    let store = store(&workspace);
    let names: Vec<_> = aliases(&store)
        .into_iter()
        .map(|(alias, _)| alias)
        .collect();
    assert_eq!(names, [
            "cn=\\#x,ou=lead,o=a b c,c=de",
            "l=loc,2.5.4.12=#0c024472,st=st,street=s,uid=foo,dc=#16024578,cn=zed+ou=alpha+1.2.840.113549.1.9.1=#1603514071+2.5.4.5=#13023132,c=xx",
            "o=σας,cn=strasse i\u{307}stanbul fi viii ας o\u{30b} e\u{301} ������",
            "cn=same",
            "cn=same (2)",
            "o=plain,cn=#140853747261df6520e9",
            "o=plain,cn=#1e14fb0100200151002000dc006e00ef002000200042",
            "cn=same (3)"
        ]);
    assert_eq!(aliases(&store)[3].1, 1_795_256_976_000);
    assert_eq!(
        hex(&store),
        "eaa4fdda6ae4f959d2ce91781c406c9b4d0ed092fbb6a6d27fc053a1109b9295"
    );
}

#[test]
fn without_a_package_and_with_the_store_as_a_separate_file() {
    let workspace = Workspace::new();
    workspace.write("one.pem", CERTIFICATES[3].1);
    let words = ["java-keystore", "--compression=none", "--mtime=7"];
    let alone = LayerTool::new(env!("CARGO_BIN_EXE_layer_assembler"), &words);
    alone.succeed(&workspace, &["--extra-pem=one.pem", "--store=out.jks"]);
    let listing = tar_of(&workspace.read("out.tar"));
    assert!(listing.contains("etc/ssl/certs/java/cacerts 0 0644 0:0 7 "));
    assert_eq!(workspace.read("out.jks"), store(&workspace));
    assert_eq!(aliases(&store(&workspace))[0].0, "cn=same");
    let message = "error: cannot make `etc/ssl/certs/java/cacerts`: no certificate is given\nhint: give a ca-certificates package, or files of certificates\n";
    alone.fail(&workspace, &[], message);
}

#[test]
fn pkcs12_is_the_same_each_time() {
    let workspace = workspace(&CERTIFICATES);
    tool("pkcs12").succeed(&workspace, &[]);
    let store = store(&workspace);
    assert_eq!(
        hex(&store),
        "609afaabd420fc8b7d43a39707f04e57febfbbec65940bcebb51d1782dc495d9"
    );
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[test]
fn files_without_a_certificate() {
    let good = CERTIFICATES[3].1;
    let lines: Vec<_> = good.lines().collect();
    let truncated = lines[..4].join("\n");
    let short = format!("{}\n{}\n{}\n", lines[0], lines[1], lines[lines.len() - 1]);
    let garbage = format!("{good}-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n");
    let number = "-----BEGIN CERTIFICATE-----\nAgEB\n-----END CERTIFICATE-----\n";
    let path = "cannot extract `in.deb`: cannot read `usr/share/ca-certificates/mozilla/a.crt`:";
    for (text, message) in [
        ("", format!("{path} it contains no PEM certificate")),
        (
            &truncated,
            format!("{path} its certificate 1, at line 1, has no `-----END CERTIFICATE-----`"),
        ),
        (
            &garbage,
            format!("{path} its certificate 2, at line 9, is not base64: `%` at line 10"),
        ),
        (
            &short,
            format!("{path} its certificate 1, at line 1, is no X.509 certificate"),
        ),
        (
            number,
            format!("{path} its certificate 1, at line 1, is no X.509 certificate"),
        ),
    ] {
        for format in ["jks", "pkcs12"] {
            tool(format).fail(
                &workspace(&[("a.crt", text)]),
                &[],
                &format!("error: {message}\n"),
            );
        }
    }
}

/// Java 17 and 25 do not load these certificates; one of them makes the whole store unreadable.
const REFUSED: [(&str, &str); 8] = [
    (
        include_str!("certificates/extension_twice.pem"),
        "has an extension twice",
    ),
    (
        include_str!("certificates/empty_issuer.pem"),
        "has an empty issuer",
    ),
    (
        include_str!("certificates/empty_subject.pem"),
        "has an empty subject",
    ),
    (
        include_str!("certificates/version_1.pem"),
        "has extensions, and is of version 1",
    ),
    (
        include_str!("certificates/curve_without_name.pem"),
        "has a key of a curve without a name",
    ),
    (
        include_str!("certificates/bad_time.pem"),
        "has a damaged validity",
    ),
    (
        include_str!("certificates/two_algorithms.pem"),
        "names two signature algorithms",
    ),
    (
        include_str!("certificates/damaged_extension.pem"),
        "has a damaged extension that is critical",
    ),
];

#[test]
fn certificates_that_java_cannot_load_are_refused() {
    for (pem, fault) in REFUSED {
        let workspace = workspace(&CERTIFICATES[..1]);
        workspace.write("two.pem", format!("{}{pem}", CERTIFICATES[3].1));
        let message = format!("error: cannot read `two.pem`: its certificate 2, at line 9, {fault}: Java could not load a store with it\nhint: leave it out of the key store\n");
        for format in ["jks", "pkcs12"] {
            tool(format).fail(&workspace, &["--extra-pem=two.pem"], &message);
        }
    }
    // Other programs load them.
    let workspace = workspace(&CERTIFICATES[..1]);
    workspace.write("two.pem", REFUSED[0].0);
    let directory = LayerTool::new(
        env!("CARGO_BIN_EXE_layer_assembler"),
        &["ca-directory", "--deb=in.deb", "--compression=none"],
    );
    directory.succeed(&workspace, &["--extra-pem=two.pem"]);
}

/// Compares with `keytool`, if it is installed.
#[test]
fn keytool_agrees() {
    let keytool = |workspace: &Workspace, words: &[&str]| {
        let words = [&["-J-Duser.language=en"], words].concat();
        workspace.run("keytool", words)
    };
    if Command::new("keytool").arg("-help").output().is_err() {
        return;
    }
    for (pem, fault) in REFUSED {
        let workspace = Workspace::new();
        workspace.write("one.pem", pem);
        let outcome = keytool(&workspace, &["-printcert", "-file", "one.pem"]);
        assert_ne!(outcome.code, 0, "{fault}: {outcome:?}");
    }
    let old = include_str!("certificates/old_time.pem");
    for format in ["jks", "pkcs12"] {
        let workspace = workspace(&CERTIFICATES);
        workspace.write("old.pem", old);
        tool(format).succeed(&workspace, &["--extra-pem=old.pem"]);
        workspace.write("store", store(&workspace));
        let words = ["-list", "-keystore", "store", "-storepass", "changeit"];
        let outcome = keytool(&workspace, &words);
        let entries = outcome.stdout.matches("trustedCertEntry").count();
        assert_eq!((outcome.code, entries), (0, 8), "{outcome:?}");
    }
}

#[test]
fn invalid_options_and_packages() {
    let workspace = workspace(&CERTIFICATES[..1]);
    workspace.write("empty.pem", "nothing here");
    for (format, option, message) in [
        (
            "jceks",
            "--mode=0644",
            "cannot use format `jceks`: expected `jks` or `pkcs12`",
        ),
        (
            "jks",
            "--mode=rw",
            "cannot make `key store`: its mode is `rw`, expected octal such as `0644`",
        ),
        (
            "jks",
            "--extra-pem=empty.pem",
            "cannot extract `in.deb`: cannot read `empty.pem`: it contains no PEM certificate",
        ),
    ] {
        tool(format).fail(&workspace, &[option], &format!("error: {message}\n"));
    }
    workspace.write("in.deb", Deb::new().build());
    let message = "cannot extract `in.deb`: cannot make `etc/ssl/certs/java/cacerts`: the package has no `usr/share/ca-certificates`\nhint: give a ca-certificates package";
    tool("jks").fail(&workspace, &[], &format!("error: {message}\n"));
}

/// Compares real packages with a JDK and OpenSSL. Ignored by default; needs the directory of
/// `tests/fetch_real_packages.sh`: `REAL_PACKAGES=DIRECTORY cargo test -p layer_assembler --test java_keystore --
/// --ignored`. `KeyStoreCheck.java` compares each certificate, its alias with Java's own name, and its date.
#[test]
#[ignore = "needs a JDK, openssl, tar and a directory of packages, REAL_PACKAGES"]
fn a_jdk_reads_every_certificate() {
    let script = r#"
        layers="--compression=none --name=x --created-by=x --layer=out.tar --metadata=out.json --mtree=out.mtree"
        "$1" cacerts --deb="$2" $layers && tar -xOf out.tar etc/ssl/certs/ca-certificates.crt >bundle.pem
        for format in jks pkcs12; do
            "$1" java-keystore --deb="$2" --format=$format $layers
            tar -xOf out.tar etc/ssl/certs/java/cacerts >store.$format
            java "$3" $format store.$format bundle.pem
            test "$(keytool -list -keystore store.$format -storepass changeit | grep -c trustedCertEntry)" = "$(grep -c BEGIN bundle.pem)"
        done
        test "$(openssl pkcs12 -in store.pkcs12 -nokeys -passin pass:changeit | grep -c BEGIN)" = "$(grep -c BEGIN bundle.pem)""#;
    let tool = std::fs::canonicalize(env!("CARGO_BIN_EXE_layer_assembler")).unwrap();
    for distro in std::fs::read_dir(std::env::var("REAL_PACKAGES").unwrap()).unwrap() {
        let deb = distro.unwrap().path().join("amd64/ca-certificates.deb");
        let workspace = Workspace::new();
        workspace.write(
            "KeyStoreCheck.java",
            include_str!("certificates/KeyStoreCheck.java"),
        );
        let mut command = Command::new("/bin/sh");
        command
            .args(["-euc", script, "sh"])
            .arg(&tool)
            .arg(&deb)
            .arg("KeyStoreCheck.java");
        let status = command.current_dir(workspace.path("")).status().unwrap();
        assert!(status.success(), "{}", deb.display());
    }
}

/// The result of rules_distroless with `mode = "0750"`: the mode applies to the directories, and `/etc` has a time of
/// the year 2000.
#[test]
fn directories_with_given_modes() {
    let workspace = workspace(&CERTIFICATES[..1]);
    let words = [
        "java-keystore",
        "--deb=in.deb",
        "--compression=none",
        "--mode=0555",
        "--mtime=5",
        "--directory-mode=0750",
        "--etc-mtime=946684800",
    ];
    let tool = LayerTool::new(env!("CARGO_BIN_EXE_layer_assembler"), &words);
    tool.succeed(&workspace, &[]);
    let listed = workspace.text("out.mtree");
    let facts: Vec<_> = listed
        .lines()
        .map(|line| line.split(" size=").next().unwrap())
        .collect();
    assert_eq!(
        facts,
        [
            "./etc type=dir mode=0750 uid=0 gid=0 time=946684800.0",
            "./etc/ssl type=dir mode=0750 uid=0 gid=0 time=5.0",
            "./etc/ssl/certs type=dir mode=0750 uid=0 gid=0 time=5.0",
            "./etc/ssl/certs/java type=dir mode=0750 uid=0 gid=0 time=5.0",
            "./etc/ssl/certs/java/cacerts type=file mode=0555 uid=0 gid=0 time=5.0",
        ]
    );
}
