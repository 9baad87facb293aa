//! Which signatures are accepted, and at which time.

use archive_fixture::{Files, Hash, Key, KeyPlan, Kind, FOR_EVER, YEAR};

use crate::support::{bookworm, manifest, suite, World};

const RELEASE: &str = "dists/bookworm/InRelease";

fn good(plan: &KeyPlan) -> Key {
    Key::of(plan)
}

/// The error of a repository that `signers` signed, if only `trusted` keys are trusted.
fn refused(signers: &[&Key], trusted: &[&Key]) -> String {
    let mut world = World {
        keys: trusted.iter().map(|key| key.public()).collect(),
        ..World::default()
    };
    world.add("debian", bookworm().files(signers));
    world.error(&manifest(&["amd64"], &["netbase"]))
}

fn accepted(files: Files, trusted: &[&Key]) -> Vec<String> {
    let mut world = World {
        keys: trusted.iter().map(|key| key.public()).collect(),
        ..World::default()
    };
    world.add("debian", files);
    let lock = world.update(&manifest(&["amd64"], &["netbase"])).unwrap();
    suite(&lock, "bookworm").signed_by.clone()
}

fn plan() -> KeyPlan {
    KeyPlan::default()
}

#[test]
fn one_good_signature_of_several_is_enough() {
    let (one, two, stranger) = (Key::new(1), Key::new(2), Key::new(3));
    let files = bookworm().files(&[&stranger, &two]);
    assert_eq!(accepted(files, &[&one, &two]), [two.fingerprint()]);
    let files = bookworm().files(&[&one, &two]);
    let mut both = vec![one.fingerprint(), two.fingerprint()];
    both.sort();
    assert_eq!(accepted(files, &[&one, &two]), both);
}

#[test]
fn the_primary_key_may_sign_and_a_keyring_may_be_binary() {
    let key = good(&KeyPlan {
        subkey: None,
        ..plan()
    });
    assert_eq!(
        accepted(bookworm().files(&[&key]), &[&key]),
        [key.fingerprint()]
    );
    let keyring = apt_archive::Keyring::parse("test-keyring", &key.public_bytes()).unwrap();
    let in_release = &bookworm().files(&[&key])[RELEASE];
    let opened = apt_archive::SignedRelease::open(in_release, &keyring).unwrap();
    assert_eq!(opened.signed_by, [key.fingerprint()]);
}

#[test]
fn not_signed() {
    let mut world = World::of(&[bookworm()]);
    *world.file(RELEASE) = bookworm().release().into_bytes();
    let manifest = manifest(&["amd64"], &["netbase"]);
    assert_eq!(
        world.error(&manifest),
        "cannot use source `bookworm`: cannot verify `InRelease`: it is not signed"
    );
    let signed = bookworm().files(&[]);
    world.add("debian", signed);
    let error = world.error(&manifest);
    assert!(
        error.contains("cannot read signatures of `InRelease`")
            || error.ends_with("it is not signed"),
        "{error}"
    );
}

#[test]
fn by_a_key_that_is_not_trusted() {
    let (one, two) = (Key::new(1), Key::new(2));
    assert_eq!(
        refused(&[&two], &[&one]),
        format!(
            "cannot use source `bookworm`: cannot verify `InRelease`: no key of keyring `test-keyring` signed it; signed by {}",
            two.signer()
        )
    );
}

#[test]
fn changed_after_signing() {
    let manifest = manifest(&["amd64"], &["netbase"]);
    let expected = format!(
        "cannot use source `bookworm`: cannot verify `InRelease`: its text is not what key {} signed; it was changed on the way",
        Key::new(1).fingerprint()
    );
    for (from, to) in [
        ("Origin: Test", "Origin: Fest"),
        ("amd64/Packages\n", "amd64/Packages\n "),
    ] {
        let mut world = World::of(&[bookworm()]);
        let text = String::from_utf8(world.file(RELEASE).clone()).unwrap();
        assert!(text.contains(from), "{text}");
        *world.file(RELEASE) = text.replacen(from, to, 1).into_bytes();
        assert_eq!(world.error(&manifest), expected, "{from}");
    }
}

#[test]
fn expired_keys_and_signatures() {
    let dead = KeyPlan {
        lifetime: 2 * YEAR,
        ..plan()
    };
    let dead_subkey = KeyPlan {
        subkey: Some(2 * YEAR),
        ..plan()
    };
    for plan in [dead, dead_subkey] {
        let key = good(&plan);
        assert_eq!(
            refused(&[&key], &[&key]),
            format!(
                "cannot use source `bookworm`: cannot verify `InRelease`: key {} (2021-12-31T00:00:00Z) had expired at the Release's date",
                key.fingerprint()
            )
        );
    }
    let key = Key::new(1);
    let mut archive = bookworm();
    archive.lifetime = 60;
    archive.signed -= 3600;
    let mut world = World::of(&[]);
    world.add("debian", archive.files(&[&key]));
    assert_eq!(
        world.error(&manifest(&["amd64"], &["netbase"])),
        format!(
            "cannot use source `bookworm`: cannot verify `InRelease`: the signature of key {} had expired at the Release's date",
            key.fingerprint()
        )
    );
}

#[test]
fn a_key_that_expired_since_the_release_still_counts() {
    let key = good(&KeyPlan {
        lifetime: 7 * YEAR,
        ..plan()
    });
    let files = bookworm().files(&[&key]);
    let mut world = World {
        keys: key.public(),
        now: Some("2040-01-01T00:00:00Z"),
        ..World::default()
    };
    world.add("debian", files);
    assert!(world.update(&manifest(&["amd64"], &["netbase"])).is_ok());
}

#[test]
fn an_old_date_does_not_revive_an_expired_key() {
    let key = good(&KeyPlan {
        lifetime: 2 * YEAR,
        ..plan()
    });
    let archive = bookworm().with("Date", "Wed, 01 Jan 2020 10:00:00 UTC");
    let mut world = World {
        keys: key.public(),
        ..World::default()
    };
    world.add("debian", archive.files(&[&key]));
    let error = world.error(&manifest(&["amd64"], &["netbase"]));
    assert!(error.contains("had expired"), "{error}");
}

#[test]
fn revoked_keys() {
    let key = good(&KeyPlan {
        revoked: true,
        ..plan()
    });
    assert_eq!(
        refused(&[&key], &[&key]),
        format!(
            "cannot use source `bookworm`: cannot verify `InRelease`: key {} is revoked",
            key.fingerprint()
        )
    );
}

#[test]
fn keys_bound_by_nothing_that_can_be_checked() {
    let not_certified = KeyPlan {
        certified: false,
        ..plan()
    };
    let no_back_signature = KeyPlan {
        back_signature: false,
        ..plan()
    };
    let weakly = KeyPlan {
        kind: Kind::Rsa,
        subkey: None,
        hash: Hash::Sha1,
        ..plan()
    };
    let only_certifies = KeyPlan {
        signs: false,
        subkey: None,
        ..plan()
    };
    let subkey_does_not_sign = KeyPlan {
        signs: false,
        ..plan()
    };
    for plan in [
        not_certified,
        no_back_signature,
        weakly,
        only_certifies,
        subkey_does_not_sign,
    ] {
        let key = good(&plan);
        assert_eq!(
            refused(&[&key], &[&key]),
            format!(
                "cannot use source `bookworm`: cannot verify `InRelease`: key {} is not bound to its owner, for signing, by a valid signature",
                key.fingerprint()
            ),
            "{plan:?}"
        );
    }
}

#[test]
fn weak_digests() {
    let key = good(&KeyPlan {
        kind: Kind::Rsa,
        subkey: None,
        ..plan()
    });
    let mut archive = bookworm();
    archive.hash = Hash::Sha1;
    let mut world = World::of(&[]);
    world.keys = key.public();
    world.add("debian", archive.files(&[&key]));
    assert_eq!(
        world.error(&manifest(&["amd64"], &["netbase"])),
        format!(
            "cannot use source `bookworm`: cannot verify `InRelease`: it is signed with a digest that can be forged: SHA1 of key {}",
            key.fingerprint()
        )
    );
}

#[test]
fn text_outside_the_signature() {
    let manifest = manifest(&["amd64"], &["netbase"]);
    let signed = String::from_utf8(World::of(&[bookworm()]).file(RELEASE).clone()).unwrap();
    let end = signed.find("-----BEGIN PGP SIGNATURE").unwrap();
    for (text, cause) in [
        (format!("Origin: Evil\n{signed}"), "it is not signed"),
        (
            format!("{signed}Origin: Evil\n"),
            "text follows its signature",
        ),
        (
            format!("{signed}-----BEGIN PGP SIGNATURE-----\n"),
            "its signature is cut off",
        ),
        (
            format!("{signed}-----BEGIN PGP SIGNATURE----- \n{}", &signed[end..]),
            "text follows its signature",
        ),
        (format!("{signed}{signed}"), "text follows its signature"),
        (signed[..end].to_owned(), "its signature is cut off"),
        (
            signed[..signed.len() - 40].to_owned(),
            "its signature is cut off",
        ),
        (
            signed[..signed.trim_end().len() - 1].to_owned(),
            "its signature is cut off",
        ),
        (
            signed.replacen("Hash: SHA512\n", "Hash: SHA512\nOrigin: Evil\n", 1),
            "expected an empty line before the signed text",
        ),
        (
            signed.replacen("Origin", "\nOrigin", 1),
            &format!(
                "its text is not what key {} signed; it was changed on the way",
                Key::new(1).fingerprint()
            ),
        ),
        (
            signed.replacen("Origin", "-----\nOrigin", 1),
            "a line of its text begins with a dash that is not escaped",
        ),
    ] {
        let mut world = World::of(&[bookworm()]);
        *world.file(RELEASE) = text.into_bytes();
        assert_eq!(
            world.error(&manifest),
            format!("cannot use source `bookworm`: cannot verify `InRelease`: {cause}")
        );
    }
}

/// Each key may have signed by itself, and a field may show what a signature begins with.
#[test]
fn blocks_of_signatures() {
    let mark = "\n -----BEGIN PGP SIGNATURE-----";
    let archive = bookworm().with("Description", mark);
    let (known, other) = (Key::new(1), Key::new(2));
    let of = |key: &Key| {
        let files = archive.files(&[key]);
        String::from_utf8(files[RELEASE].clone()).unwrap()
    };
    let (first, second) = (of(&other), of(&known));
    let at = second.find("\n-----BEGIN PGP SIGNATURE-----").unwrap();
    let mut files = archive.files(&[&known]);
    for both in [
        format!("{first}{}", &second[at + 1..]),
        format!("{first}\n{}\n\n", &second[at + 1..]),
    ] {
        files.insert(RELEASE.to_owned(), both.into_bytes());
        assert_eq!(accepted(files.clone(), &[&known]), [known.fingerprint()]);
    }
}

#[test]
fn line_ends_and_dashes_do_not_matter() {
    let archive = bookworm().with("Description", "blanks at the end  \t");
    let key = Key::new(1);
    let mut files = archive.files(&[&key]);
    let text = String::from_utf8(files[RELEASE].clone()).unwrap();
    let text = text.replacen("\nOrigin", "\n- Origin", 1);
    files.insert(RELEASE.to_owned(), text.clone().into_bytes());
    assert_eq!(accepted(files.clone(), &[&key]).len(), 1, "dashes");
    let body = text.replace('\n', "\r\n");
    files.insert(RELEASE.to_owned(), body.into_bytes());
    assert_eq!(accepted(files, &[&key]).len(), 1, "CRLF");
}

/// A key on the curve brainpoolP256r1, which gpg makes, and what it signed.
const CURVE_KEY: &str = "-----BEGIN PGP PUBLIC KEY BLOCK-----

mFMEawmXxBMJKyQDAwIIAQEHAgMEEsfzqYwtBZ5EzRdf1uG3G9IfVGw8Nsfw5Rxj
0wNHinJP9mAiU07qzkhwuZxad4Hz+MhwfRJp0nvnqwy8sggpuLQEdGVzdIiQBBMT
CAA4FiEE1P/rLW7dh/f7qz63sHr/iYEmFqsFAmsJl8QCGwMFCwkIBwIGFQoJCAsC
BBYCAwECHgECF4AACgkQsHr/iYEmFqsuqAD9EQAbDKyb4IJrpt9myRjSMMkSwkN1
nwImjna9IcY8e24BAJwx6vxwmRzKavm/aB0g3AipUCT73tb9Y0vM8v3dOC92
=YoXA
-----END PGP PUBLIC KEY BLOCK-----
";
const CURVE_RELEASE: &str = "-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA256

Suite: bookworm
-----BEGIN PGP SIGNATURE-----

iHUEARMIAB0WIQTU/+stbt2H9/urPrewev+JgSYWqwUCawmXxAAKCRCwev+JgSYW
qwIGAQCHtwh7o0Bz2HmusCTbFo0y0kTIRobeY78Gj8n3y0SEbgD9H8r3txOLNNks
6w94gpTfT0V7NcrsY3iQoFT9z46WWDc=
=ZkSF
-----END PGP SIGNATURE-----
";

#[test]
fn an_algorithm_that_is_not_known_is_said_to_be_so() {
    let mut world = World::of(&[bookworm()]);
    world.keys = CURVE_KEY.to_owned();
    *world.file(RELEASE) = CURVE_RELEASE.as_bytes().to_vec();
    assert_eq!(
        world.error(&manifest(&["amd64"], &["netbase"])),
        "cannot use source `bookworm`: cannot verify `InRelease`: \
         key D4FFEB2D6EDD87F7FBAB3EB7B07AFF89812616AB signs by an algorithm that is not supported"
    );
}

#[test]
fn blanks_at_the_ends_of_a_keyring_s_lines_do_not_matter() {
    let mut world = World::of(&[bookworm()]);
    world.keys = world.keys.replace('\n', " \t\r\n");
    assert!(world.update(&manifest(&["amd64"], &["netbase"])).is_ok());
}

#[test]
fn keyrings_that_are_none() {
    let manifest = manifest(&["amd64"], &["netbase"]);
    for (keys, start) in [
        (
            "",
            "cannot use source `bookworm`: cannot read keyring `test-keyring`: it holds no key",
        ),
        (
            "no key",
            "cannot use source `bookworm`: cannot read keyring `test-keyring`: ",
        ),
        (
            "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n",
            "cannot use source `bookworm`: cannot read keyring `test-keyring`: ",
        ),
        (
            "-----BEGIN PGP PUBLIC KEY BLOCK-----\n  indented\n",
            "cannot use source `bookworm`: cannot read keyring `test-keyring`: ",
        ),
    ] {
        let mut world = World::of(&[bookworm()]);
        world.keys = keys.to_owned();
        let error = world.error(&manifest);
        assert!(error.starts_with(start), "{error}");
        // No bytes and no stack of the library.
        assert!(error.len() < 200 && !error.contains(['[', '{']), "{error}");
    }
    assert_eq!(FOR_EVER, 0);
}
