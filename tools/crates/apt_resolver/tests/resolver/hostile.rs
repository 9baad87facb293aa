//! Malformed indexes: each test pins the error or the meaning.

use apt_resolver::{resolve, Scope, Universe};

use super::support::{index, names, request, source, universe_of};

fn add(text: &str) -> Result<Universe, String> {
    let mut universe = Universe::new("amd64");
    match universe.add(source("bookworm", 0), String::from(text), Scope::Everything) {
        Ok(()) => Ok(universe),
        Err(error) => Err(error.to_string()),
    }
}

fn ask(text: &str) -> String {
    let universe = add(text).unwrap();
    match resolve(&universe, &request("aa")) {
        Ok(resolution) => names(&resolution),
        Err(error) => error.to_string(),
    }
}

#[test]
fn paragraphs_that_nobody_can_ask_for_are_passed_over() {
    let good = index("aa\nDepends: bb\n\nbb");
    for bad in [
        "Version: 1\n",
        "Package:  \nArchitecture: all\n",
        " continued\n",
        "no field at all\n",
        "Package: bb\nVersion: 9\n",
        "Package: bb\nVersion: 9\nArchitecture: arm64\n",
    ] {
        assert_eq!(ask(&format!("{bad}\n{good}{bad}")), "aa bb", "{bad}");
    }
    assert_eq!(ask(&good.replace('\n', "\r\n")), "aa bb");
    let twice = good.replace("Package: bb\n", "Package: cc\nPackage: bb\n");
    assert!(ask(&twice).contains("cannot read field `Package`: it occurs twice"));
}

#[test]
fn blank_lines_part_paragraphs_and_the_last_needs_no_newline() {
    let text = index("aa\nDepends: bb\n\nbb");
    let text = format!("\n \t\n{}", text.replace("\n\n", "\n \t \n"));
    assert_eq!(ask(text.trim_end_matches(['\n', ' ', '\t'])), "aa bb");
    assert!(add("").unwrap().names().is_empty());
}

#[test]
fn fields_have_no_case_and_may_be_folded() {
    let text = index("aa\ndEPENDS: bb,\n\nbb").replace("dEPENDS: bb,", "dEPENDS: bb,\n virtual");
    let text = text + &index("cc\nX: y").replace("X: y", "provides:\n other,\n\tvirtual (= 1)");
    assert_eq!(ask(&text), "aa bb cc");
}

#[test]
fn a_bad_paragraph_matters_only_to_those_who_ask_for_it() {
    let good = index("aa");
    for (bad, cause) in [
        (
            "Package: bb\nArchitecture: amd64\n",
            "cannot read `line 9 of its index`: cannot read package `bb`: cannot read field `Version`: it is missing",
        ),
        (
            "Package: bb\nArchitecture: all\nVersion: x y\n",
            "cannot read `line 11 of its index`: cannot read package `bb`: cannot read field `Version`: cannot read version `x y`",
        ),
        (
            "Package: bb\nArchitecture: all\nno colon\n",
            "cannot read `line 3`: expected `Field: value`",
        ),
        (
            "Package: bb\nArchitecture: all\nVersion: 1\nversion: 2\n",
            "cannot read field `Version`: it occurs twice",
        ),
    ] {
        let text = format!("{good}{bad}");
        assert_eq!(ask(&text), "aa", "{bad}");
        let universe = add(&text).unwrap();
        let error = universe.candidate("bb").unwrap_err().to_string();
        assert!(
            error.starts_with("cannot read packages of `bookworm`: "),
            "{error}"
        );
        assert!(error.contains(cause), "{error}");
    }
}

#[test]
fn fields_that_mean_nothing() {
    for (field, cause) in [
        (
            "Depends: bb (~ 1)",
            "cannot read relation `bb (~ 1)`: expected `name (>= version)`",
        ),
        ("Depends: bb [amd64]", "cannot read relation `bb [amd64]`"),
        ("Depends: |", "cannot read relation `|`"),
        ("Conflicts: bb | cc", "cannot read relation `bb | cc`"),
        ("Architecture: arm64", "no source has it for amd64"),
    ] {
        let message = ask(&index(&format!("aa\n{field}")));
        assert!(message.contains(cause), "{field}: {message}");
    }
}

#[test]
fn what_apt_overlooks() {
    for field in [
        "Provides: bb (>= 1), cc",
        "Multi-Arch: maybe",
        "Conflicts: Old_Foo, a/b (2:1)",
        "Recommends: (((",
        "Homepage: x\nHomepage: y",
        "Filename: ../../etc/passwd",
        "Size: -1",
        "SHA256: 00",
    ] {
        assert_eq!(ask(&index(&format!("aa\n{field}"))), "aa", "{field}");
    }
}

#[test]
fn an_exact_duplicate_counts_once() {
    let one = index("aa\nDepends: bb\n\nbb");
    assert_eq!(ask(&format!("{one}{one}")), "aa bb");
    let universe = add(&format!("{one}{one}")).unwrap();
    assert_eq!(universe.versions("aa").unwrap().len(), 1);
}

#[test]
fn two_files_of_one_version_are_refused() {
    let universe = universe_of(&[("bookworm", 500, "aa 1"), ("other", 500, "aa 1\nSize: 2")]);
    let error = resolve(&universe, &request("aa")).unwrap_err().to_string();
    assert!(
        error.contains("cannot choose package `aa`: amd64 has two different files of version 1: "),
        "{error}"
    );
}

#[test]
fn hostile_names_are_made_harmless_in_messages() {
    let text = format!(
        "Package: \u{1b}[31m{}\nVersion: 1\nArchitecture: all\n",
        "x".repeat(200)
    );
    let universe = add(&text).unwrap();
    let name = text["Package: ".len()..].lines().next().unwrap();
    let error = universe.candidate(name).unwrap_err().to_string();
    assert!(!error.contains('\u{1b}'), "{error:?}");
}
