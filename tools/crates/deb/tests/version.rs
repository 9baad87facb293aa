//! The order of versions: a table, and properties of all versions.

#![allow(clippy::print_stderr, clippy::unwrap_used)]

use std::cmp::Ordering;
use std::process::{Command, Stdio};

use deb::Version;
use testkit::Noise;

fn version(text: &str) -> Version {
    text.parse().unwrap()
}

/// Each version is less than the next one.
const RISING: &str = "
    0~~
    0~~a
    0~
    0~a
    0
    0a
    0aa
    0+
    0.0~rc1
    0.0
    0.9
    0.10
    1~~bpo1
    1~beta
    1~rc1-1
    1~rc1-2
    1-0.1
    1-1~bpo12+1
    1-1
    1-1+b1
    1-1+deb12u1
    1-1+deb12u9
    1-1+deb12u10
    1-1.1
    1a
    1b
    1+
    1.0-0+1
    1.0+dfsg-1
    1.0+git20200101-1
    1.0.1
    1.00000000000000000000000000000002
    1.99999999999999999999999999999999
    2-a
    2-a.
    2-1-1
    99999999999999999999999999999999999999
    1:0
    1:0.1-1
    1:0.1:1-1
    1:0.1:2-1
    2:0~
    10:0
";

#[test]
fn versions_of_the_table_are_ascending() {
    let table: Vec<_> = RISING.split_whitespace().map(version).collect();
    for (left, lower) in table.iter().enumerate() {
        for (right, higher) in table.iter().enumerate() {
            assert_eq!(lower.cmp(higher), left.cmp(&right), "{lower} {higher}");
        }
    }
}

#[test]
fn equal_versions() {
    for (left, right) in [
        ("1.0", "1.0-0"),
        ("1.0", "0:1.0"),
        ("1.0", "00:1.0"),
        ("1.0", "1.00"),
        ("1.0", "01.0"),
        ("1.", "1.0"),
        ("1-a", "1-a0"),
    ] {
        assert_eq!(version(left), version(right), "{left} {right}");
    }
    assert_eq!(version("00:1.0").to_string(), "00:1.0");
}

#[test]
fn parts_of_a_version() {
    let full = version("2:1.2-3:4-5");
    assert_eq!(
        (full.epoch(), full.upstream(), full.revision()),
        (2, "1.2-3:4", "5")
    );
    let native = version("1.2");
    assert_eq!(
        (native.epoch(), native.upstream(), native.revision()),
        (0, "1.2", "")
    );
}

#[test]
fn invalid_versions() {
    for (text, cause) in [
        ("", "it is empty"),
        ("-1", "it is empty"),
        ("1:", "it is empty"),
        ("1:-1", "it is empty"),
        ("1-", "its revision is empty"),
        (":1", "its epoch is ``"),
        ("a:1", "its epoch is `a`"),
        ("-1:1", "its epoch is `-1`"),
        ("1-2:3", "its epoch is `1-2`"),
        ("+1:1", "its epoch is `+1`"),
        ("2147483648:1", "its epoch is `2147483648`"),
        (
            "1 2",
            "it contains a character that is not allowed in versions",
        ),
        (
            "1_2",
            "it contains a character that is not allowed in versions",
        ),
        (
            "1é",
            "it contains a character that is not allowed in versions",
        ),
        (
            "1:1-2_3",
            "it contains a character that is not allowed in versions",
        ),
    ] {
        let error = text.parse::<Version>().unwrap_err().to_string();
        assert_eq!(error, format!("cannot read version `{text}`: {cause}"));
    }
}

/// Versions of few different characters, so that they often have equal parts.
fn some(noise: &mut Noise) -> Version {
    const PARTS: [&str; 14] = [
        "0", "1", "2", "10", "00", "a", "b", "~", "~~", "+", ".", "-", "-1", "~rc1",
    ];
    loop {
        let count = 1 + noise.below(5);
        let parts: String = (0..count)
            .map(|_| PARTS[noise.below(PARTS.len())])
            .collect();
        let epoch = ["", "", "0:", "1:"][noise.below(4)];
        if let Ok(version) = format!("{epoch}{parts}").parse() {
            return version;
        }
    }
}

#[test]
fn versions_have_a_total_order() {
    let mut noise = Noise::new(3);
    for _ in 0..50_000 {
        let (a, b, c) = (some(&mut noise), some(&mut noise), some(&mut noise));
        assert_eq!(a.cmp(&b), b.cmp(&a).reverse(), "{a} {b}");
        assert_eq!(a.cmp(&a), Ordering::Equal, "{a}");
        if a.cmp(&b).is_le() && b.cmp(&c).is_le() {
            assert!(a.cmp(&c).is_le(), "{a} {b} {c}");
        }
    }
}

/// Pairs like those in the tests of dpkg (`t-version.c`) and apt (`compareversion_test.cc`); the results are those of
/// dpkg 1.21.
const PAIRS: &str = "
    8.2p1-4 > 8.2-0
    1.0.9-3 > 1.0-1
    2.7 > 2.6.9-2
    0-pre < 0-pree
    1.4.2r2-2 > 1.4.2r-1
    2.6b2-1 > 2.6b-2
    97.4p5-1 < 97.4-pre2-b6-2
    1:3.0.5-2 < 1:3.0.5.1
    1:0.4 > 10.3
    0:1.18.36 = 1.18.36
    9:1.18.36:5.4-20 < 10:0.5.1-22
    9:1.18.36:5.4-20 < 9:1.18.36:5.5-1
    1.18.36-0.17.35-18 > 1.18.36-19
    1:1.2.13-3 < 1:1.2.13-3.1
    2.0.7pre1-4 < 2.0.7r-1
    0:0-0-0 > 0-0
    0 = 00
    3.0~rc1-1 < 3.0-1
    1.0 < 1.0-0+b1
    1.0 > 1.0-0~
    009ab5 = 9ab5
    1:2ab:5 = 1:2ab:5
    57:1.2.3abYZ+~-4-5 = 57:1.2.3abYZ+~-4-5
    1.3.2a > 1.3.2
    0.5.0~git < 0.5.0~git2
    2a < 21
    1.3.2a < 1.3.2b
    1:1.2.3 > 1.2.4
    1.2a+~bCd3 < 1.2a++
    1.2a+~bCd3 > 1.2a+~
    304-2 < 304-10
    1-2-3 > 1-2
    1.0+ < 1.0.0
    1.0~~ < 1.0~
    1.A < 1.a
    1.0. > 1.0+
    5.000 = 5.0
    1~0 = 1~
";

fn pairs() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    PAIRS.lines().skip(1).map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        (words[0], words[1], words[2])
    })
}

#[test]
fn pairs_compare_as_dpkg_says() {
    for (left, sign, right) in pairs() {
        let order = match sign {
            "<" => Ordering::Less,
            "=" => Ordering::Equal,
            _ => Ordering::Greater,
        };
        assert_eq!(version(left).cmp(&version(right)), order, "{left} {right}");
        assert_eq!(version(right).cmp(&version(left)), order.reverse());
        let lenient = |text| Version::in_relation(text).unwrap();
        assert_eq!(lenient(left).cmp(&lenient(right)), order, "{left} {right}");
    }
}

#[test]
fn relations_may_name_versions_that_no_package_has() {
    for text in [
        "1.0_beta",
        "${source:Version}",
        "1.0-1_x",
        "1/2",
        "1:1.0_x-1",
    ] {
        assert_eq!(Version::in_relation(text).unwrap().as_str(), text);
        assert!(text.parse::<Version>().is_err(), "{text}");
    }
    for text in ["", "1 2", "1\n", "é", "1-", "(1)"] {
        assert!(Version::in_relation(text).is_err(), "{text}");
    }
}

/// Compares with dpkg. It starts a process for each pair.
#[test]
fn dpkg_agrees() {
    if Command::new("dpkg").arg("--version").output().is_err() {
        eprintln!("SKIPPED: there is no dpkg");
        return;
    }
    let mut noise = Noise::new(4);
    let some = (0..1_500).map(|_| (some(&mut noise), some(&mut noise)));
    let pairs = pairs().map(|(left, _, right)| (version(left), version(right)));
    for (a, b) in pairs.chain(some) {
        let operator = match a.cmp(&b) {
            Ordering::Less => "lt",
            Ordering::Equal => "eq",
            Ordering::Greater => "gt",
        };
        let words = ["--compare-versions", "--", a.as_str(), operator, b.as_str()];
        let mut dpkg = Command::new("dpkg");
        // dpkg warns about versions that do not begin with a digit.
        let status = dpkg.args(words).stderr(Stdio::null()).status().unwrap();
        assert!(status.success(), "{a} {operator} {b}");
    }
}
