//! Archives of packages: their files, manifests, locks, and the choice of packages.

use apt_archive::{DerivedBlocks, Keyring, LocalDeb, Release, SignedRelease, Signers};
use apt_resolver::{Request, Scope, SourceInfo, Universe};
use lock::{ForeignLockV1, ForeignLockV2, ForeignManifest, Lock};
use lock_update::{Manifest, PackageItem};

use super::{repaired, same, seeded, target, text, Outcome, Target};

const RELEASE: &[&str] = &[
    "Origin: Debian\n",
    "Suite: stable\n",
    "Codename: bookworm\n",
    "Date: Sat, 10 Feb 2024 10:00:00 UTC\n",
    "Valid-Until: ",
    "SHA256:\n",
    "SHA512:\n",
    "Acquire-By-Hash: yes\n",
    "NotAutomatic: yes\n",
    "Feb",
    "+0000",
    "GMT",
    "-0430",
    "main/binary-amd64/Packages.xz",
];
const SIGNED: &[&str] = &[
    "-----BEGIN PGP SIGNED MESSAGE-----\n",
    "-----BEGIN PGP SIGNATURE-----\n",
    "-----END PGP SIGNATURE-----\n",
    "Hash: SHA512\n",
    "- ",
    "=AAAA\n",
    "\n\n",
    "-----BEGIN PGP PUBLIC KEY BLOCK-----\n",
    "-----END PGP PUBLIC KEY BLOCK-----\n",
];
const INDEX: &[&str] = &[
    "Package: a\n",
    "Version: 1\n",
    "Architecture: amd64\n",
    "Filename: pool/a.deb\n",
    "Size: 1\n",
    "Depends: a (>= 1) | b:any, c [amd64] <!nocheck>\n",
    "Provides: b (= 2)\n",
    "Conflicts: a\n",
    "Breaks: b (<< 3)\n",
    "Pre-Depends: ",
    "Recommends: ",
    "Essential: yes\n",
    "Multi-Arch: foreign\n",
    "Priority: required\n",
    "Replaces: ",
    " | ",
    ", ",
    "(>=",
    "(=",
    "<<",
    "SHA256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n",
    "\n\n",
];

pub(super) fn targets() -> Vec<Target> {
    vec![
        target("repo_release", RELEASE, |input| {
            if let Ok(release) = Release::parse(&text(input)) {
                let _ = (release.name(), release.is("stable"));
            }
            Ok(())
        }),
        target("repo_in_release", SIGNED, in_release),
        target("repo_detached", SIGNED, detached),
        target("repo_keyring", SIGNED, |input| {
            let _ = Keyring::parse("key.asc", input);
            Ok(())
        }),
        target("repo_index", INDEX, index),
        seeded("repo_index", target("repo_resolver", INDEX, resolver)),
        target("repo_positions", &["index positions1"], positions),
        repaired(seeded(
            "deb_package",
            target(
                "repo_local_deb",
                &["debian-binary", "control.tar", "./control"],
                |input| {
                    let _ = LocalDeb::read("a.deb", input);
                    Ok(())
                },
            ),
        )),
        target(
            "repo_lock",
            &["{}", "[]", "\"\"", "sha256", "null", "\"version\": 1"],
            lock,
        ),
        target(
            "repo_manifest",
            &[
                "version: 1\n",
                "sources:\n",
                "- channel: ",
                "packages:\n",
                "archs:\n",
                "&a",
                "*a",
                "<<: ",
                "!!str",
                "? ",
                "- -",
                "|\n",
                "debs:\n",
            ],
            manifest,
        ),
        target(
            "repo_foreign_lock",
            &["{}", "[]", "\"\"", "null", "_+", "amd64"],
            foreign_lock,
        ),
        target(
            "repo_second_lock",
            &["{}", "[]", "\"\"", "null", "dependency_sets", "sources"],
            second_lock,
        ),
        target(
            "repo_package_item",
            &[" [amd64]", "[!arm64]", "=", "/", "-", ":any", "(>= 1)", "|"],
            package_item,
        ),
    ]
}

/// The key that signed the seeds.
fn keyring() -> Result<Keyring, String> {
    Keyring::parse(
        "key.asc",
        include_bytes!("../../seeds/repo_keyring/key.asc"),
    )
    .map_err(|error| error.to_string())
}

fn in_release(input: &[u8]) -> Outcome {
    let _ = SignedRelease::open(input, &keyring()?);
    let _ = Signers::of_text(input);
    let signers = Signers::of_text(format!("{:040}\n", 1).as_bytes()).ok_or("no signers")?;
    let _ = SignedRelease::open_checked(input, signers);
    Ok(())
}

fn detached(input: &[u8]) -> Outcome {
    let release = include_bytes!("../../seeds/repo_release/release");
    let _ = SignedRelease::open_detached(release, input, &keyring()?);
    Ok(())
}

fn universe(index: &[u8]) -> Option<Universe> {
    let source = SourceInfo {
        name: "stable".to_owned(),
        rank: 0,
        priority: 500,
    };
    let mut universe = Universe::new("amd64");
    universe
        .add(source, deb::control_text(index.to_vec()), Scope::Everything)
        .ok()?;
    Some(universe)
}

fn index(input: &[u8]) -> Outcome {
    let Some(universe) = universe(input) else {
        return Ok(());
    };
    for name in universe.names() {
        let _ = (
            universe.candidate(name),
            universe.versions(name),
            universe.providers(name),
        );
    }
    let _ = universe.essential();
    Ok(())
}

/// A text in blocks.
struct TextBlocks(&'static str);

/// The size of a block in bytes: less than a paragraph.
const BLOCK: usize = 64;

impl DerivedBlocks for TextBlocks {
    fn block_size(&self) -> usize {
        BLOCK
    }

    fn block(&self, number: usize) -> Option<Vec<u8>> {
        let mut blocks = self.0.as_bytes().chunks(BLOCK);
        blocks.nth(number).map(<[u8]>::to_vec)
    }
}

/// The input as positions, and as changes of good positions: each three bytes are a place and a value.
fn positions(input: &[u8]) -> Outcome {
    const TEXT: &str = include_str!("../../seeds/repo_index/a");
    let source = || SourceInfo {
        name: "stable".to_owned(),
        rank: 0,
        priority: 500,
    };
    let mut good = Universe::new("amd64");
    let scope = Scope::Everything;
    let table = good.add_index_to_store(source(), "Packages", TEXT.to_owned(), scope, BLOCK);
    let mut table = table.ok().flatten().ok_or("no positions in the text")?;
    for change in input.chunks_exact(3) {
        let place = usize::from(change[0]) << 8 | usize::from(change[1]);
        let place = place % table.len();
        table[place] = change[2];
    }
    for table in [table, input.to_vec()] {
        let mut universe = Universe::new("amd64");
        if !universe.add_stored(source(), "Packages", table, Box::new(TextBlocks(TEXT))) {
            continue;
        }
        for name in good.names() {
            let _ = (
                universe.candidate(name),
                universe.providers(name),
                universe.mentions(name),
                universe.check_not_malformed(name),
            );
        }
        let _ = (
            universe.essential(),
            universe.names().len(),
            universe.is_intact(),
        );
    }
    Ok(())
}

fn resolver(input: &[u8]) -> Outcome {
    let Some(universe) = universe(input) else {
        return Ok(());
    };
    let names = universe.names();
    for requested in [
        names.iter().copied().take(1).collect::<Vec<_>>(),
        names.iter().copied().take(50).collect(),
    ] {
        let Ok(request) = Request::read(requested) else {
            continue;
        };
        if let Ok(resolution) = apt_resolver::resolve(&universe, &request) {
            for name in &names {
                let _ = resolution.why(name);
            }
        }
    }
    Ok(())
}

fn lock(input: &[u8]) -> Outcome {
    let Ok(lock) = Lock::parse("a.lock.json", &text(input)) else {
        return Ok(());
    };
    let again =
        Lock::parse("a.lock.json", &lock.to_json()).map_err(|error| format!("lock: {error}"))?;
    let _ = lock::why(&lock, "a", None);
    same("differences", &lock::difference(&lock, &again), &Vec::new())
}

fn manifest(input: &[u8]) -> Outcome {
    let text = text(input);
    if let Ok(manifest) = yaml::read::<Manifest>(&text) {
        let _ = (manifest.check(), manifest.package_items());
    }
    if let Ok(foreign) = yaml::read::<ForeignManifest>(&text) {
        let _ = lock::import_manifest(&foreign);
    }
    Ok(())
}

fn foreign_lock(input: &[u8]) -> Outcome {
    let manifest = "version: 1\nsources:\n- channel: bookworm main\n  url: https://snapshot.example/archive/debian/20240210T000000Z\narchs: [amd64]\npackages: [a]\n";
    let manifest = yaml::read::<ForeignManifest>(manifest)?;
    if let Ok(lock) = serde_json::from_slice::<ForeignLockV1>(input) {
        let _ = lock::import_lock_v1("a", &manifest, &lock);
    }
    Ok(())
}

fn second_lock(input: &[u8]) -> Outcome {
    if let Ok(lock) = serde_json::from_slice::<ForeignLockV2>(input) {
        let _ = (
            lock::import_lock_v2("a", &lock, None),
            lock::import_lock_v2("a", &lock, Some("a")),
        );
    }
    Ok(())
}

fn package_item(input: &[u8]) -> Outcome {
    let text = text(input);
    let _ = (
        text.parse::<PackageItem>().map(|item| item.name().len()),
        Request::read(text.lines()),
    );
    Ok(())
}
