//! Statements that are written and read back, documents that are refused, and the commands that make an image again.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use blob::Digest;
use provenance::{
    rebuild, Module, Parameters, Predicate, Resource, ResourceKind, Statement, Subject, BUILD_TYPE,
    MAX_STATEMENT, UNSTATED_BUILDER,
};

fn statement() -> Statement {
    let package = |name: &str| {
        Resource::new(ResourceKind::Package, name, Digest::of(name.as_bytes()))
            .uri("pkg:deb/debian/netbase@6.4?arch=all&distro=debian-12")
            .annotation("filename", "pool/main/n/netbase/netbase_6.4_all.deb")
    };
    let lock = "debian12.lock.json";
    let mut lock = Resource::new(ResourceKind::Lock, lock, Digest::of(b"lock"));
    lock.annotations.insert("distro".into(), "debian12".into());
    let module = Module {
        name: "distroless".to_owned(),
        version: "0.1.0".to_owned(),
    };
    let subject = |name: &str| Subject {
        name: name.to_owned(),
        digest: Digest::of(name.as_bytes()),
    };
    Statement {
        subjects: vec![subject("static"), subject("static linux/arm64")],
        predicate: Predicate {
            parameters: Parameters {
                module: Some(module.clone()),
                platform: None,
                rules: module,
                settings: BTreeMap::from([(
                    "@distroless//rules/settings:compression".to_owned(),
                    "gzip".to_owned(),
                )]),
                target: "//static:debian12".to_owned(),
            },
            dependencies: vec![package("netbase 6.4 all"), lock],
            builder: UNSTATED_BUILDER.to_owned(),
            layers: vec![Resource::new(
                ResourceKind::Layer,
                "netbase",
                Digest::of(b"l"),
            )],
        },
    }
}

#[test]
fn a_statement_is_read_back() {
    let mut statement = statement();
    let text = statement.to_json().unwrap();
    let found = Statement::parse("p.json", &text).unwrap();
    statement.predicate.dependencies.sort();
    assert_eq!(found, statement);
    assert_eq!(found.to_json().unwrap(), text);
    assert!(text.contains(&statement.predicate_json().unwrap().trim_end().to_owned()));
}

#[test]
fn the_form_is_that_of_slsa() {
    let value: serde_json::Value = serde_json::from_str(&statement().to_json().unwrap()).unwrap();
    assert_eq!(value["_type"], "https://in-toto.io/Statement/v1");
    assert_eq!(value["predicateType"], "https://slsa.dev/provenance/v1");
    let definition = &value["predicate"]["buildDefinition"];
    assert_eq!(definition["buildType"], BUILD_TYPE);
    assert_eq!(
        definition["externalParameters"]["target"],
        "//static:debian12"
    );
    let package = &definition["resolvedDependencies"][1];
    assert_eq!(package["annotations"]["kind"], "package");
    assert_eq!(
        package["digest"]["sha256"],
        Digest::of(b"netbase 6.4 all").hex()
    );
    assert_eq!(
        value["predicate"]["runDetails"]["builder"]["id"],
        UNSTATED_BUILDER
    );
}

#[test]
fn other_documents_are_refused() {
    let text = statement().to_json().unwrap();
    let predicate = statement().predicate_json().unwrap();
    let v02 = text.replace("provenance/v1\"", "provenance/v0.2\"");
    let cases = [
        (
            "{",
            "cannot read provenance `p`: cannot read `statement`: EOF while parsing an object at line 1 column 1",
        ),
        (
            &predicate,
            "cannot read provenance `p`: cannot use `document`: it has no field `_type`\nhint: this is the predicate alone: give the statement, which has the subject",
        ),
        (
            &v02,
            "cannot read provenance `p`: cannot use field `predicateType`: expected `https://slsa.dev/provenance/v1`, found `https://slsa.dev/provenance/v0.2`",
        ),
        (
            &text.replace("\"kind\":\"lock\"", "\"kind\":\"key\""),
            "cannot read provenance `p`: cannot read resource `debian12.lock.json`: cannot use annotation `kind`: unknown variant `key`, expected one of `lock`, `release`, `package`, `runtime`, `runtime-lock`, `base-image`, `tool`, `layer`",
        ),
        (
            &text.replace("\"id\":", "\"it\":"),
            "cannot read provenance `p`: cannot read field `predicate.runDetails.builder`: missing field `id` at line 1 column ",
        ),
    ];
    for (text, message) in cases {
        let error = Statement::parse("p", text).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }
    let other = text.replace(BUILD_TYPE, "https://example.com/build");
    let error = Statement::parse("p", &other).unwrap_err().to_string();
    assert!(
        error.contains("another program wrote this provenance"),
        "{error}"
    );
    let large = " ".repeat(MAX_STATEMENT as usize + 1);
    let error = Statement::parse("p", &large).unwrap_err().to_string();
    assert!(error.contains("at most 16777216 are read"), "{error}");
}

#[test]
fn commands_that_make_an_image_again() {
    let statement = statement();
    let image = statement.subjects[1].digest;
    let (index, lock) = (statement.subjects[0].digest, Digest::of(b"lock").hex());
    assert_eq!(
        rebuild(&statement, Some(image), "bazel").unwrap(),
        format!(
            "# static linux/arm64 = {image}
# module distroless 0.1.0
set -e
find . -name 'debian12.lock.json' -exec sha256sum {{}} + | grep {lock} || echo 'note: no debian12.lock.json here has sha256:{lock}; it may be in another module, such as distroless' >&2
bazel build --output_groups=+digest '--@distroless//rules/settings:compression=gzip' '//static:debian12'
test \"$(cat 'bazel-bin/static/debian12.digest')\" = {index} || {{ echo \"error: the build made another image: $(cat 'bazel-bin/static/debian12.digest')\" >&2; exit 1; }}
echo 'made again: {image}'
"
        )
    );
}

#[test]
fn no_commands_for_another_image_or_hostile_values() {
    let mut statement = statement();
    let other = Digest::of(b"other");
    let error = rebuild(&statement, Some(other), "bazel").unwrap_err();
    assert!(error.to_string().starts_with(&format!(
        "cannot rebuild `{other}`: the provenance is about sha256:"
    )));
    statement.predicate.parameters.target = "//a:b'; rm -rf ~; '".to_owned();
    assert_eq!(
        rebuild(&statement, None, "bazel").unwrap_err().to_string(),
        "cannot use field `target`: `//a:b\\'; rm -rf ~; \\'` has characters that are not safe in a command"
    );
    statement.predicate.parameters.target = "--script_path=x".to_owned();
    assert!(rebuild(&statement, None, "bazel").is_err());
    statement.predicate.parameters.target = "clean".to_owned();
    assert_eq!(
        rebuild(&statement, None, "bazel").unwrap_err().to_string(),
        "cannot use field `target`: `clean` is not a label"
    );
    statement.predicate.parameters.target = "//a:b".to_owned();
    statement.predicate.parameters.settings = BTreeMap::from([(
        "workspace_status_command".to_owned(),
        "touch stolen".to_owned(),
    )]);
    assert_eq!(
        rebuild(&statement, None, "bazel").unwrap_err().to_string(),
        "cannot use field `setting`: `workspace_status_command` is not a label"
    );
}

/// A shell runs what is behind `&` outside of quotes.
#[test]
fn all_values_are_in_quotes() {
    let mut statement = statement();
    statement.predicate.parameters.platform = Some("linux & touch stolen #".to_owned());
    let commands = rebuild(&statement, None, "bazel").unwrap();
    let platform = " '--platforms=@distroless//rules/platforms:linux & touch stolen #' ";
    assert!(commands.contains(platform), "{commands}");
}
