//! Which signatures are accepted, and at which time.

#![allow(clippy::panic, clippy::unwrap_used)]

use apt_archive::{Keyring, SignedRelease};
use archive_fixture::{Archive, Hash, Key, KeyPlan, Kind, Stanza, FOR_EVER, YEAR};
use blob::Result;

fn bookworm() -> Archive {
    Archive::new("bookworm").package("amd64", &Stanza::new("netbase", "6.4"))
}

/// The text of `InRelease`, signed by these keys.
fn in_release(archive: &Archive, signers: &[&Key]) -> String {
    let files = archive.files(signers);
    String::from_utf8(files["dists/bookworm/InRelease"].clone()).unwrap()
}

fn public(keys: &[&Key]) -> String {
    keys.iter().map(|key| key.public()).collect()
}

fn open(in_release: &str, keyring: &str) -> Result<SignedRelease> {
    let keyring = Keyring::parse("test-keyring", keyring.as_bytes())?;
    SignedRelease::open(in_release.as_bytes(), &keyring)
}

fn error(in_release: &str, keyring: &str) -> String {
    open(in_release, keyring).unwrap_err().to_string()
}

/// The error of a Release that `signers` signed, if only `trusted` keys are trusted.
fn refused(signers: &[&Key], trusted: &[&Key]) -> String {
    error(&in_release(&bookworm(), signers), &public(trusted))
}

/// The fingerprints of the keys that signed.
fn accepted(in_release: &str, trusted: &[&Key]) -> Vec<String> {
    open(in_release, &public(trusted)).unwrap().signed_by
}

fn plan() -> KeyPlan {
    KeyPlan::default()
}

#[test]
fn one_good_signature_of_several_is_enough() {
    let (one, two, stranger) = (Key::new(1), Key::new(2), Key::new(3));
    let by_two = in_release(&bookworm(), &[&stranger, &two]);
    assert_eq!(accepted(&by_two, &[&one, &two]), [two.fingerprint()]);
    let by_both = in_release(&bookworm(), &[&one, &two]);
    let mut both = vec![one.fingerprint(), two.fingerprint()];
    both.sort();
    assert_eq!(accepted(&by_both, &[&one, &two]), both);
}

#[test]
fn the_primary_key_may_sign_and_a_keyring_may_be_binary() {
    let key = Key::of(&KeyPlan {
        subkey: None,
        ..plan()
    });
    let text = in_release(&bookworm(), &[&key]);
    assert_eq!(accepted(&text, &[&key]), [key.fingerprint()]);
    let keyring = Keyring::parse("test-keyring", &key.public_bytes()).unwrap();
    let opened = SignedRelease::open(text.as_bytes(), &keyring).unwrap();
    assert_eq!(opened.signed_by, [key.fingerprint()]);
}

#[test]
fn not_signed() {
    let key = Key::new(1);
    assert_eq!(
        error(&bookworm().release(), &key.public()),
        "cannot verify `InRelease`: it is not signed"
    );
    let error = refused(&[], &[&key]);
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
            "cannot verify `InRelease`: no key of keyring `test-keyring` signed it; signed by {}",
            two.signer()
        )
    );
}

#[test]
fn changed_after_signing() {
    let key = Key::new(1);
    let expected = format!(
        "cannot verify `InRelease`: its text is not the text that key {} signed: it was changed after signing",
        key.fingerprint()
    );
    let text = in_release(&bookworm(), &[&key]);
    for (from, to) in [
        ("Origin: Test", "Origin: Fest"),
        ("amd64/Packages\n", "amd64/Packages\n "),
    ] {
        assert!(text.contains(from), "{text}");
        assert_eq!(
            error(&text.replacen(from, to, 1), &key.public()),
            expected,
            "{from}"
        );
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
        let key = Key::of(&plan);
        assert_eq!(
            refused(&[&key], &[&key]),
            format!(
                "cannot verify `InRelease`: key {} (2021-12-31T00:00:00Z) had expired at the Release's date",
                key.fingerprint()
            )
        );
    }
    let key = Key::new(1);
    let mut archive = bookworm();
    archive.lifetime = 60;
    archive.signed -= 3600;
    assert_eq!(
        error(&in_release(&archive, &[&key]), &key.public()),
        format!(
            "cannot verify `InRelease`: the signature of key {} had expired at the Release's date",
            key.fingerprint()
        )
    );
}

#[test]
fn an_old_date_does_not_revive_an_expired_key() {
    let key = Key::of(&KeyPlan {
        lifetime: 2 * YEAR,
        ..plan()
    });
    let archive = bookworm().with("Date", "Wed, 01 Jan 2020 10:00:00 UTC");
    let error = error(&in_release(&archive, &[&key]), &key.public());
    assert!(error.contains("had expired"), "{error}");
}

#[test]
fn revoked_keys() {
    let key = Key::of(&KeyPlan {
        revoked: true,
        ..plan()
    });
    assert_eq!(
        refused(&[&key], &[&key]),
        format!(
            "cannot verify `InRelease`: key {} is revoked",
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
        let key = Key::of(&plan);
        assert_eq!(
            refused(&[&key], &[&key]),
            format!(
                "cannot verify `InRelease`: no valid signature binds key {} to its owner for signing",
                key.fingerprint()
            ),
            "{plan:?}"
        );
    }
}

#[test]
fn weak_digests() {
    let key = Key::of(&KeyPlan {
        kind: Kind::Rsa,
        subkey: None,
        ..plan()
    });
    let mut archive = bookworm();
    archive.hash = Hash::Sha1;
    assert_eq!(
        error(&in_release(&archive, &[&key]), &key.public()),
        format!(
            "cannot verify `InRelease`: it is signed with a digest that can be forged: SHA1 of key {}",
            key.fingerprint()
        )
    );
}

#[test]
fn text_outside_the_signature() {
    let key = Key::new(1);
    let signed = in_release(&bookworm(), &[&key]);
    let end = signed.find("-----BEGIN PGP SIGNATURE").unwrap();
    for (text, cause) in [
        (format!("Origin: Evil\n{signed}"), "it is not signed"),
        (
            format!("{signed}Origin: Evil\n"),
            "text follows its signature",
        ),
        (
            format!("{signed}-----BEGIN PGP SIGNATURE-----\n"),
            "its signature is truncated",
        ),
        (
            format!("{signed}-----BEGIN PGP SIGNATURE----- \n{}", &signed[end..]),
            "text follows its signature",
        ),
        (format!("{signed}{signed}"), "text follows its signature"),
        (signed[..end].to_owned(), "its signature is truncated"),
        (
            signed[..signed.len() - 40].to_owned(),
            "its signature is truncated",
        ),
        (
            signed[..signed.trim_end().len() - 1].to_owned(),
            "its signature is truncated",
        ),
        (
            signed.replacen("Hash: SHA512\n", "Hash: SHA512\nOrigin: Evil\n", 1),
            "expected an empty line before the signed text",
        ),
        (
            signed.replacen("Origin", "\nOrigin", 1),
            &format!(
                "its text is not the text that key {} signed: it was changed after signing",
                key.fingerprint()
            ),
        ),
        (
            signed.replacen("Origin", "-----\nOrigin", 1),
            "a line of its text begins with a dash that is not escaped",
        ),
    ] {
        assert_eq!(
            error(&text, &key.public()),
            format!("cannot verify `InRelease`: {cause}")
        );
    }
}

/// Each key may have signed by itself, and a field may show what a signature begins with.
#[test]
fn blocks_of_signatures() {
    let mark = "\n -----BEGIN PGP SIGNATURE-----";
    let archive = bookworm().with("Description", mark);
    let (known, other) = (Key::new(1), Key::new(2));
    let (first, second) = (
        in_release(&archive, &[&other]),
        in_release(&archive, &[&known]),
    );
    let at = second.find("\n-----BEGIN PGP SIGNATURE-----").unwrap();
    for both in [
        format!("{first}{}", &second[at + 1..]),
        format!("{first}\n{}\n\n", &second[at + 1..]),
    ] {
        assert_eq!(accepted(&both, &[&known]), [known.fingerprint()]);
    }
}

#[test]
fn line_ends_and_dashes_do_not_matter() {
    let archive = bookworm().with("Description", "blanks at the end  \t");
    let key = Key::new(1);
    let text = in_release(&archive, &[&key]);
    let text = text.replacen("\nOrigin", "\n- Origin", 1);
    assert_eq!(accepted(&text, &[&key]).len(), 1, "dashes");
    let text = text.replace('\n', "\r\n");
    assert_eq!(accepted(&text, &[&key]).len(), 1, "CRLF");
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
    assert_eq!(
        error(CURVE_RELEASE, CURVE_KEY),
        "cannot verify `InRelease`: \
         key D4FFEB2D6EDD87F7FBAB3EB7B07AFF89812616AB uses an algorithm that is not supported"
    );
}

#[test]
fn blanks_at_the_ends_of_a_keyring_s_lines_do_not_matter() {
    let key = Key::new(1);
    let keyring = key.public().replace('\n', " \t\r\n");
    assert!(open(&in_release(&bookworm(), &[&key]), &keyring).is_ok());
}

#[test]
fn keyrings_that_are_none() {
    let text = in_release(&bookworm(), &[&Key::new(1)]);
    for (keyring, start) in [
        ("", "cannot read keyring `test-keyring`: it contains no key"),
        ("no key", "cannot read keyring `test-keyring`: "),
        (
            "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n",
            "cannot read keyring `test-keyring`: ",
        ),
        (
            "-----BEGIN PGP PUBLIC KEY BLOCK-----\n  indented\n",
            "cannot read keyring `test-keyring`: ",
        ),
    ] {
        let error = error(&text, keyring);
        assert!(error.starts_with(start), "{error}");
        // No bytes and no stack of the library.
        assert!(error.len() < 200 && !error.contains(['[', '{']), "{error}");
    }
    assert_eq!(FOR_EVER, 0);
}
