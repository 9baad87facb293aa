//! Properties of every text and every version.

use std::cmp::Ordering;

use apt_resolver::{resolve, Request, Scope, Universe};
use deb::Version;
use proptest::prelude::*;

use super::support::{index, source};

fn version() -> impl Strategy<Value = Version> {
    let word = "[0-9a-c.+~]{1,6}";
    let texts = (
        proptest::option::of(0_u8..3),
        word,
        proptest::option::of("[0-9a-c.+~]{1,4}"),
    );
    texts.prop_filter_map("a version", |(epoch, upstream, revision)| {
        let epoch = epoch.map(|epoch| format!("{epoch}:")).unwrap_or_default();
        let revision = revision
            .map(|revision| format!("-{revision}"))
            .unwrap_or_default();
        format!("{epoch}{upstream}{revision}").parse().ok()
    })
}

/// A model of the order of Policy 5.6.12: a version as a list of keys that compare as lists do.
fn model(text: &str) -> Vec<(u8, Vec<i32>, u128)> {
    let mut keys = Vec::new();
    let mut rest = text;
    loop {
        let end = rest
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (word, tail) = rest.split_at(end);
        let weight = |c: char| match c {
            '~' => -1,
            c if c.is_ascii_alphabetic() => c as i32,
            c => c as i32 + 256,
        };
        // The end of a word has weight 0: above `~`, below everything else.
        let word: Vec<i32> = word.chars().map(weight).chain([0]).collect();
        let end = tail
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(tail.len());
        let (number, tail) = tail.split_at(end);
        keys.push((0, word, number.parse().unwrap_or(0)));
        if tail.is_empty() {
            return keys;
        }
        rest = tail;
    }
}

fn model_order(a: &Version, b: &Version) -> Ordering {
    let parts = |a: &str, b: &str| {
        let (mut a, mut b) = (model(a), model(b));
        let length = a.len().max(b.len());
        a.resize(length, (0, vec![0], 0));
        b.resize(length, (0, vec![0], 0));
        a.cmp(&b)
    };
    let epochs = a.epoch().cmp(&b.epoch());
    epochs
        .then_with(|| parts(a.upstream(), b.upstream()))
        .then_with(|| parts(a.revision(), b.revision()))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn versions_are_ordered_as_the_model_says(a in version(), b in version()) {
        prop_assert_eq!(a.cmp(&b), model_order(&a, &b), "{} {}", a, b);
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
        prop_assert_eq!(a == b, a.cmp(&b).is_eq());
    }

    #[test]
    fn the_order_of_versions_is_total(mut versions in proptest::collection::vec(version(), 3)) {
        versions.sort();
        prop_assert!(versions[0] <= versions[1] && versions[1] <= versions[2]);
        prop_assert!(versions[0] <= versions[2]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn any_text_is_read_or_refused(text in "(Package: [a-c]{2}\n|Provides: [a-c, (=:|]{0,9}\n|Depends: .{0,9}\n|[ \t]|\n|\\PC{0,9})*") {
        let mut universe = Universe::new("amd64");
        if universe.add(source("any", 0), text, Scope::Everything).is_ok() {
            let names: Vec<String> = universe.names().into_iter().map(str::to_owned).collect();
            for name in &names {
                let _ = universe.candidate(name);
                let _ = universe.providers(name);
            }
        }
    }

    #[test]
    fn any_value_of_a_relation_is_read_or_refused(value in "[a-c0-9 ,|()<=>:~.\t-]{0,30}", word in "[a-c=/0-9-]{0,8}") {
        let archive = format!("aa\nDepends: {value}\nProvides: {value}\nConflicts: {value}");
        let mut universe = Universe::new("amd64");
        if universe.add(source("any", 0), index(&archive), Scope::Everything).is_ok() {
            let _ = resolve(&universe, &Request::read(["aa"]).unwrap());
        }
        let _ = Request::read([word.as_str()]);
    }

    /// Small repositories with many conflicts: the answer is consistent, and an error is correct. The test tries all
    /// subsets.
    #[test]
    fn an_answer_holds_together_and_a_refusal_is_right(
        depends in proptest::collection::vec(proptest::collection::vec((0_usize..7, 0_usize..7), 0..3), 7),
        conflicts in proptest::collection::vec(proptest::collection::vec(0_usize..7, 0..2), 7),
    ) {
        let mut archive = String::new();
        for number in 0..7 {
            let needs: Vec<String> = depends[number].iter().map(|(a, b)| format!("p{a} | p{b}")).collect();
            let hates: Vec<String> = conflicts[number].iter().map(|a| format!("p{a}")).collect();
            archive += &format!("p{number}\nDepends: {}\nConflicts: {}\n\n", needs.join(", "), hates.join(", "));
        }
        let holds = |set: u32| (0..7).filter(|n| set >> n & 1 == 1).all(|n: usize| {
            depends[n].iter().all(|(a, b)| (set >> a | set >> b) & 1 == 1)
                && conflicts[n].iter().all(|a| *a == n || set >> a & 1 == 0)
        });
        let possible = (0..128_u32).any(|set| set & 3 == 3 && holds(set));
        let mut universe = Universe::new("amd64");
        universe.add(source("any", 0), index(&archive), Scope::Everything).unwrap();
        match resolve(&universe, &Request::read(["p0", "p1"]).unwrap()) {
            Ok(resolution) => {
                let set = resolution.packages.iter().map(|c| 1 << c.name()[1..].parse::<u32>().unwrap()).sum();
                prop_assert!(holds(set) && set & 3 == 3);
            }
            Err(error) => prop_assert!(!possible, "{}", error),
        }
    }
}
