//! A distro with a suite and its security suite, and packages with changelogs.

use archive_fixture::{gzip, Archive, Files, Key, Stanza};
use http_fixture::Server;
use testkit::{Deb, Item};

use crate::support::{Run, World};

const MANIFEST: &str = "\
version: 1
sources:
  - channel: bookworm main
    archive: debian
    signed_by: test-keyring
  - channel: bookworm-security main
    archive: debian-security
    signed_by: test-keyring
archs: [amd64, arm64]
resolve: false
packages: [libssl3, netbase, openssl]
";

/// The packages of each image.
pub(crate) const IMAGES: &str = r#"{
  "images": [
    {"name": "static-debian12", "tags": ["latest", "nonroot"], "packages": {"debian12": {"netbase": "amd64 arm64"}}},
    {"name": "base-debian12", "tags": ["latest"], "packages": {"debian12": {"libssl3": "amd64", "netbase": "amd64"}}},
    {"name": "base-debian13", "tags": ["latest"], "packages": {"debian13": {"netbase": "amd64 arm64"}}}
  ],
  "version": 1
}
"#;

/// A server with repositories, and a directory with a manifest.
pub(crate) struct Distro {
    pub(crate) server: Server,
    pub(crate) world: World,
}

/// The versions of the packages.
pub(crate) struct Versions {
    pub(crate) netbase: &'static str,
    pub(crate) openssl: &'static str,
    /// In the security suite.
    pub(crate) security: Option<&'static str>,
    pub(crate) date: &'static str,
}

pub(crate) const OLD: Versions = Versions {
    netbase: "6.4",
    openssl: "3.0.1-1",
    security: None,
    date: "Sat, 11 Jul 2026 10:16:37 UTC",
};

pub(crate) const NEW: Versions = Versions {
    netbase: "6.5",
    openssl: "3.0.1-1",
    security: Some("3.0.1-1+deb12u1"),
    date: "Sun, 12 Jul 2026 10:16:37 UTC",
};

impl Distro {
    /// The lock of the old versions.
    pub(crate) fn new() -> Self {
        let server = Server::new(files(&OLD));
        let mut world = World::new(&server.root("debian"));
        world.set("DEBIAN_SECURITY_MIRROR", &server.root("debian-security"));
        world.write("debian12.yaml", MANIFEST);
        world.write("images.json", IMAGES);
        let distro = Self { server, world };
        let run = distro.update(&[]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        distro
    }

    pub(crate) fn serve(&self, versions: &Versions) {
        self.server.serve(files(versions));
    }

    pub(crate) fn update(&self, options: &[&str]) -> Run {
        let command = [
            "update",
            "debian12.yaml",
            "--cache",
            "cache",
            "--attempts",
            "1",
        ];
        self.world.run(&[&command[..], options].concat())
    }

    pub(crate) fn lock(&self) -> String {
        self.world.read("debian12.lock.json")
    }
}

/// The files of both repositories.
pub(crate) fn files(versions: &Versions) -> Files {
    let key = Key::new(1);
    let stable = Archive::new("bookworm").with("Date", versions.date);
    let stable = stable
        .package("amd64", &netbase(versions.netbase))
        .package("arm64", &netbase(versions.netbase))
        .package("amd64", &openssl("openssl", versions.openssl, "amd64"))
        .package("arm64", &openssl("openssl", versions.openssl, "arm64"))
        .package("amd64", &openssl("libssl3", versions.openssl, "amd64"))
        .package("arm64", &openssl("libssl3", versions.openssl, "arm64"));
    let mut security = Archive::new("bookworm-security").with("Date", versions.date);
    for architecture in ["amd64", "arm64"] {
        security = match versions.security {
            Some(version) => security
                .package(architecture, &openssl("openssl", version, architecture))
                .package(architecture, &openssl("libssl3", version, architecture)),
            None => {
                security.index_mut("main", architecture);
                security
            }
        };
    }
    let mut files = stable.files(&[&key]);
    files.extend(security.files(&[&key]));
    files
}

fn netbase(version: &str) -> Stanza {
    let changelog = "\
netbase (6.5) bookworm; urgency=medium

  * Add `https` to /etc/services. <b>Not</b> CVE-2026-7777.

 -- A <a@example.org>  Sun, 12 Jul 2026 00:00:00 +0000

netbase (6.4) unstable; urgency=medium

  * Older.

 -- A <a@example.org>  Mon, 01 Jan 2024 00:00:00 +0000
";
    let changelog = gzip(changelog.as_bytes());
    let stanza = Stanza::new("netbase", version).architecture("all");
    let deb = deb(
        "netbase",
        version,
        "all",
        Some(("changelog.gz", &changelog)),
    );
    stanza.content(&deb)
}

fn openssl(name: &str, version: &str, architecture: &str) -> Stanza {
    let changelog = "\
openssl (3.0.1-1+deb12u1) bookworm-security; urgency=high

  * Fix CVE-2026-1111 and CVE-2026-2222.

 -- A <a@example.org>  Sun, 12 Jul 2026 00:00:00 +0000

openssl (3.0.1-1) unstable; urgency=medium

  * Older.
";
    let changelog = gzip(changelog.as_bytes());
    // The documents of libssl3 are those of openssl here.
    let file = (name == "openssl").then_some(("changelog.Debian.gz", &changelog[..]));
    let stanza = Stanza::new(name, version).architecture(architecture);
    let stanza = stanza.content(&deb(name, version, architecture, file));
    if name == "openssl" {
        stanza
    } else {
        stanza.with("Source", "openssl")
    }
}

fn deb(name: &str, version: &str, architecture: &str, file: Option<(&str, &[u8])>) -> Vec<u8> {
    let control = format!(
        "Package: {name}\nVersion: {version}\nArchitecture: {architecture}\nDescription: test\n"
    );
    let directory = format!("./usr/share/doc/{name}/");
    let mut items = vec![
        Item::directory("./"),
        Item::directory("./usr/"),
        Item::directory("./usr/share/"),
        Item::directory("./usr/share/doc/"),
        Item::directory(&directory),
    ];
    if let Some((file, content)) = file {
        items.push(Item::file(format!("{directory}{file}"), content));
    }
    Deb::new().control(&control).items(&items).build()
}
