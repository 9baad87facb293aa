//! A validator of the part of JSON Schema (draft 2020-12) that our schema uses.

use regex::Regex;
use serde_json::Value;

/// The keywords that the validator knows. Others would be ignored, so they are an error.
const KNOWN: [&str; 20] = [
    "$schema",
    "title",
    "description",
    "examples",
    "type",
    "properties",
    "required",
    "additionalProperties",
    "propertyNames",
    "minProperties",
    "items",
    "minItems",
    "uniqueItems",
    "pattern",
    "enum",
    "minimum",
    "maximum",
    "oneOf",
    "anyOf",
    "const",
];

/// The first problem of a value, or `None` if it fits the schema.
pub(super) fn problem(schema: &Value, value: &Value) -> Option<String> {
    let keywords = schema.as_object().unwrap();
    for keyword in keywords.keys() {
        assert!(KNOWN.contains(&keyword.as_str()), "{keyword}");
    }
    keywords.iter().find_map(|(keyword, rule)| {
        let wrong = broken(keyword, rule, schema, value)?;
        Some(format!("{keyword}: {wrong}"))
    })
}

fn broken(keyword: &str, rule: &Value, schema: &Value, value: &Value) -> Option<String> {
    let wrong = |is_wrong: bool| is_wrong.then(|| value.to_string());
    let fits = |schema: &&Value| problem(schema, value).is_none();
    match (keyword, value) {
        ("type", _) => wrong(!types(rule).contains(&type_of(value))),
        ("enum", _) => wrong(!rule.as_array().unwrap().contains(value)),
        ("oneOf", _) => wrong(rule.as_array().unwrap().iter().filter(fits).count() != 1),
        ("anyOf", _) => wrong(!rule.as_array().unwrap().iter().any(|schema| fits(&schema))),
        ("pattern", Value::String(text)) => {
            wrong(!Regex::new(rule.as_str().unwrap()).unwrap().is_match(text))
        }
        ("minimum", Value::Number(number)) => wrong(number.as_i64() < rule.as_i64()),
        ("maximum", Value::Number(number)) => wrong(number.as_i64() > rule.as_i64()),
        ("minItems", Value::Array(items)) => wrong((items.len() as u64) < rule.as_u64().unwrap()),
        ("uniqueItems", Value::Array(items)) => {
            wrong((1..items.len()).any(|end| items[..end].contains(&items[end])))
        }
        ("items", Value::Array(items)) => items.iter().find_map(|item| problem(rule, item)),
        ("minProperties", Value::Object(map)) => wrong((map.len() as u64) < rule.as_u64().unwrap()),
        ("required", Value::Object(map)) => {
            let required = rule.as_array().unwrap().iter();
            wrong(
                required
                    .clone()
                    .any(|name| !map.contains_key(name.as_str().unwrap())),
            )
        }
        ("properties", Value::Object(map)) => {
            let rules = rule.as_object().unwrap();
            map.iter()
                .find_map(|(name, value)| problem(rules.get(name)?, value))
        }
        ("propertyNames", Value::Object(map)) => {
            let mut names = map.keys();
            names.find_map(|name| problem(rule, &Value::String(name.clone())))
        }
        ("additionalProperties", Value::Object(map)) => {
            let known = schema["properties"].as_object();
            let is_known = |name: &str| known.is_some_and(|known| known.contains_key(name));
            let mut others = map.iter().filter(|(name, _)| !is_known(name));
            match rule {
                Value::Bool(false) => others.next().map(|(name, _)| name.clone()),
                rule => others.find_map(|(_, value)| problem(rule, value)),
            }
        }
        _ => None,
    }
}

fn types(rule: &Value) -> Vec<&str> {
    match rule {
        Value::Array(types) => types.iter().map(|name| name.as_str().unwrap()).collect(),
        name => vec![name.as_str().unwrap()],
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
