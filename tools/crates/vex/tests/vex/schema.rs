//! The rules of OpenVEX's JSON schema, 0.2.0: keys, and what each status requires.

use std::collections::BTreeSet;

use crate::fixture::{amd64, assessed, document};
use serde_json::Value;

fn keys(value: &Value) -> BTreeSet<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(|key| &**key)
        .collect()
}

/// Whether an object has all of the required keys, and otherwise only optional ones.
fn assert_keys(value: &Value, required: &[&str], optional: &[&str]) {
    let found = keys(value);
    let known = required.iter().chain(optional).copied().collect();
    assert!(found.is_subset(&known), "{value:#}");
    assert!(required.iter().all(|key| found.contains(key)), "{value:#}");
}

fn assert_statement(statement: &Value) {
    let common = ["vulnerability", "status", "products", "status_notes"];
    let status = statement["status"].as_str().unwrap();
    let of_status: &[&str] = match status {
        "not_affected" => &["justification"],
        "affected" => &["action_statement"],
        "fixed" | "under_investigation" => &[],
        other => unreachable!("{other}"),
    };
    assert_keys(statement, &[&common[..], of_status].concat(), &[]);
    if let Some(justification) = statement.get("justification") {
        let allowed = ["component_not_present", "vulnerable_code_not_present"];
        assert!(allowed.contains(&justification.as_str().unwrap()));
    }
    assert_keys(
        &statement["vulnerability"],
        &["@id", "name"],
        &["description"],
    );
    for product in statement["products"].as_array().unwrap() {
        assert_keys(product, &["@id", "hashes", "subcomponents"], &[]);
        assert_keys(&product["hashes"], &["sha-256"], &[]);
        let subcomponents = product["subcomponents"].as_array().unwrap();
        assert!(!subcomponents.is_empty());
        for subcomponent in subcomponents {
            assert_keys(subcomponent, &["@id"], &[]);
        }
    }
}

#[test]
fn documents_are_valid() {
    for document in [document(&[amd64()]), document(&assessed())] {
        let required = [
            "@context",
            "@id",
            "author",
            "timestamp",
            "version",
            "statements",
        ];
        assert_keys(&document, &required, &["tooling"]);
        assert_eq!(document["@context"], "https://openvex.dev/ns/v0.2.0");
        assert_eq!(document["version"], 1);
        let statements = document["statements"].as_array().unwrap();
        assert!(!statements.is_empty());
        statements.iter().for_each(assert_statement);
        let unique: BTreeSet<String> = statements.iter().map(Value::to_string).collect();
        assert_eq!(unique.len(), statements.len());
    }
}
