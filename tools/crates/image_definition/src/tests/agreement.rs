//! A field cannot be in the description and not in the types, or the reverse; and the JSON schema accepts what the reader
//! accepts.

use serde_json::{json, Map, Value};

use super::json_schema::problem;
use super::with;
use crate::description::{Kind, Object, IMAGE};
use crate::{read, schema, Definition};

/// A value with all fields of an object: their examples.
fn complete(object: &Object) -> Value {
    let fields = object.fields.iter().map(|field| {
        let example = serde_json::from_str(field.example);
        let example = example.unwrap_or_else(|error| panic!("{}: {error}", field.name));
        (field.name.to_owned(), example)
    });
    Value::Object(fields.collect::<Map<String, Value>>())
}

/// Without fields that have no value.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let fields = map.iter().filter(|(_, value)| !value.is_null());
            Value::Object(
                fields
                    .map(|(name, value)| (name.clone(), without_nulls(value)))
                    .collect(),
            )
        }
        Value::Array(items) => Value::Array(items.iter().map(without_nulls).collect()),
        value => value.clone(),
    }
}

fn names(object: &Object) -> Vec<&str> {
    let mut names: Vec<&str> = object.fields.iter().map(|field| field.name).collect();
    names.sort_unstable();
    names
}

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

/// The objects of a kind, with the path to an example in the JSON of a definition.
fn objects<'a>(kind: &'a Kind, value: &'a Value, found: &mut Vec<(&'a Object, &'a Value)>) {
    match kind {
        Kind::Object(object) => object_of(object, value, found),
        Kind::List { item, .. } => value
            .as_array()
            .unwrap()
            .iter()
            .for_each(|value| objects(item, value, found)),
        Kind::Map { value: kind, .. } => value
            .as_object()
            .unwrap()
            .values()
            .for_each(|value| objects(kind, value, found)),
        _ => {}
    }
}

fn object_of<'a>(object: &'a Object, value: &'a Value, found: &mut Vec<(&'a Object, &'a Value)>) {
    found.push((object, value));
    for field in object.fields {
        objects(&field.kind, &value[field.name], found);
    }
}

fn layers() -> Vec<&'static Object> {
    let layers = IMAGE
        .fields
        .iter()
        .find(|field| field.name == "layers")
        .unwrap();
    let Kind::List {
        item: Kind::OneOf(layers),
        ..
    } = layers.kind
    else {
        panic!("{:?}", layers.kind)
    };
    layers.to_vec()
}

/// The definition with all fields, once for each kind of layer, as the types read and write it.
fn definitions() -> Vec<(Value, Value)> {
    let definitions = layers().into_iter().map(|layer| {
        let mut definition = complete(&IMAGE);
        definition["layers"] = json!([complete(layer)]);
        let typed: Definition = serde_json::from_value(definition.clone())
            .unwrap_or_else(|error| panic!("{}: {error}", layer.name));
        (definition, serde_json::to_value(typed).unwrap())
    });
    definitions.collect()
}

#[test]
fn the_types_have_exactly_the_described_fields() {
    let definitions = definitions();
    for ((given, typed), layer) in definitions.iter().zip(layers()) {
        let mut found = Vec::new();
        object_of(&IMAGE, typed, &mut found);
        object_of(layer, &typed["layers"][0], &mut found);
        for (object, value) in found {
            assert_eq!(keys(value), names(object), "{} in {given}", object.name);
        }
        // The values are the given ones, so each field has the meaning of its name.
        assert_eq!(*given, without_nulls(typed), "{}", layer.name);
    }
}

#[test]
fn a_field_that_is_not_described_is_refused_by_the_types() {
    for layer in layers() {
        let mut definition = complete(&IMAGE);
        definition["layers"] = json!([complete(layer)]);
        definition["layers"][0]["other"] = json!(1);
        assert!(
            serde_json::from_value::<Definition>(definition).is_err(),
            "{}",
            layer.name
        );
    }
}

/// Definitions that both the reader and the schema accept.
const GOOD: [&str; 8] = [
    "",
    "user: 1000\n",
    "user: app\nusers: {app: 1000}\n",
    "layers: [{package: a}, {busybox: {}}, {cacerts: {}}, {ld_so_cache: {}}, {locale: {}}]\n",
    "layers: [{files: {/a: {content: ''}}, symlinks: {/b: {target: a}}, mtime: 1}]\n",
    "layers: [{passwd: ['root:x:0:0:root:/root:/sbin/nologin']}, {group: ['root:x:0:']}]\n",
    "base: oci:x\nenv: {A: ''}\ncreated: lock\ncompression: none\n",
    "sources: [{channel: a main, archive: debian}]\ndebs: []\nindex_annotations: {a: b}\n",
];

/// Definitions that both refuse.
const BAD: [&str; 16] = [
    "uzer: a\n",
    "user: {}\n",
    "user: -1\n",
    "env: {PORT: 80}\n",
    "env: {'a=b': c}\n",
    "users: {app: '1'}\n",
    "layers: [{}]\n",
    "layers: [{package: a, busybox: {}}]\n",
    "layers: [{busybox: {x: 1}}]\n",
    "layers: [{files: {}}]\n",
    "layers: [{files: {a: {source: b}}}]\n",
    "layers: [{files: {/a: {source: b, content: c}}}]\n",
    "layers: [{passwd: [a]}]\n",
    "sources: [{channel: a main}]\n",
    "cmd: a\n",
    "unchecked: [user, user]\n",
];

fn json_of(text: &str) -> Value {
    yaml::read(text).unwrap()
}

#[test]
fn the_schema_accepts_what_the_reader_accepts() {
    let schema: Value = serde_json::from_str(&schema()).unwrap();
    for more in GOOD {
        let text = with(more);
        read("image.yaml", &text).unwrap();
        assert_eq!(problem(&schema, &json_of(&text)), None, "{more}");
    }
    for more in BAD {
        let text = with(more);
        read("image.yaml", &text).unwrap_err();
        assert!(problem(&schema, &json_of(&text)).is_some(), "{more}");
    }
    for (definition, _) in definitions() {
        // All fields at once contradict each other only where the schema is stricter: a source has one place.
        let mut definition = definition;
        for field in ["url", "folder"] {
            definition["sources"][0]
                .as_object_mut()
                .unwrap()
                .remove(field);
        }
        assert_eq!(problem(&schema, &definition), None, "{definition}");
    }
}
