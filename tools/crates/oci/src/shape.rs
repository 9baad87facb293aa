//! The documents of an image as Go's types define them.
//!
//! Engines, registries and builders are written in Go, so the meaning of a document is what Go's `encoding/json` makes
//! of it. That differs from the specification of JSON. The rules, from <https://pkg.go.dev/encoding/json#Unmarshal>:
//!
//! - Known keys match in any case. Go uses Unicode's simple folding, so `ſ` (U+017F) is an `s` and the Kelvin sign
//!   (U+212A) a `k`.
//! - If a key occurs twice, in the same or in different case, the last one wins; the exact case has no priority. Later
//!   objects are merged into earlier ones key by key, later lists item by item.
//! - `null` is no value: the field keeps its value, or becomes empty if its Go type permits that (a list, a map, a
//!   pointer).
//! - The keys of labels, annotations, ports and volumes are data: their case matters.

use serde_json::{Map, Value};

use crate::tree::Tree;

/// The Go type of a value.
#[derive(Debug)]
pub(crate) enum Shape {
    Text,
    Number,
    Flag,
    List(&'static Shape),
    /// An object whose keys are data.
    Map(&'static Shape),
    /// An object with known keys. Unknown keys are kept unchanged.
    Object(&'static [Field]),
    /// An optional value: `null` removes it.
    Pointer(&'static Shape),
}

/// A known key and its type.
#[derive(Debug)]
pub(crate) struct Field {
    name: &'static str,
    shape: Shape,
    is_needed: bool,
}

/// An optional field.
const fn field(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        is_needed: false,
    }
}

/// A field that `oci-spec` requires, and that is empty in Go if it is missing.
const fn filled(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        is_needed: true,
    }
}

use Shape::{Flag, List, Number, Object, Pointer, Text};

const TEXTS: Shape = List(&Text);
const PAIRS: Shape = Shape::Map(&Text);
/// Keys without values: Go's `map[string]struct{}`.
const NAMES: Shape = Shape::Map(&Object(&[]));

/// The platform of an index entry: <https://github.com/opencontainers/image-spec/blob/main/image-index.md>.
const PLATFORM: Shape = Object(&[
    filled("architecture", Text),
    filled("os", Text),
    field("os.version", Text),
    field("os.features", TEXTS),
    field("variant", Text),
    field("features", TEXTS),
]);

/// <https://github.com/opencontainers/image-spec/blob/main/descriptor.md>
pub(crate) const DESCRIPTOR: Shape = Object(&[
    filled("mediaType", Text),
    field("digest", Text),
    field("size", Number),
    field("urls", TEXTS),
    field("annotations", PAIRS),
    field("data", Text),
    field("platform", Pointer(&PLATFORM)),
    field("artifactType", Text),
]);

/// <https://github.com/opencontainers/image-spec/blob/main/manifest.md>
pub(crate) const MANIFEST: Shape = Object(&[
    field("schemaVersion", Number),
    field("mediaType", Text),
    field("artifactType", Text),
    field("config", DESCRIPTOR),
    filled("layers", List(&DESCRIPTOR)),
    field("subject", Pointer(&DESCRIPTOR)),
    field("annotations", PAIRS),
]);

/// <https://github.com/opencontainers/image-spec/blob/main/image-index.md>
pub(crate) const INDEX: Shape = Object(&[
    field("schemaVersion", Number),
    field("mediaType", Text),
    field("artifactType", Text),
    filled("manifests", List(&DESCRIPTOR)),
    field("subject", Pointer(&DESCRIPTOR)),
    field("annotations", PAIRS),
]);

/// The `index.json` of a layout, whose `schemaVersion` may be missing.
pub(crate) const LAYOUT_INDEX: Shape = Object(&[
    filled("schemaVersion", Number),
    field("mediaType", Text),
    field("artifactType", Text),
    filled("manifests", List(&DESCRIPTOR)),
    field("subject", Pointer(&DESCRIPTOR)),
    field("annotations", PAIRS),
]);

/// <https://github.com/opencontainers/image-spec/blob/main/image-layout.md#oci-layout-file>
pub(crate) const LAYOUT: Shape = Object(&[field("imageLayoutVersion", Text)]);

/// `manifest.json` of `docker save`: <https://github.com/moby/docker-image-spec/blob/main/v1.2.md>.
pub(crate) const SAVED: Shape = List(&Object(&[
    field("Config", Text),
    field("RepoTags", TEXTS),
    filled("Layers", TEXTS),
    field("Parent", Text),
]));

const HISTORY: Shape = Object(&[
    field("created", Pointer(&Text)),
    field("created_by", Text),
    field("author", Text),
    field("comment", Text),
    field("empty_layer", Flag),
]);

/// The health check of Docker and Podman.
const HEALTHCHECK: Shape = Object(&[
    field("Test", TEXTS),
    field("Interval", Number),
    field("Timeout", Number),
    field("StartPeriod", Number),
    field("StartInterval", Number),
    field("Retries", Number),
]);

/// The `config` object: the fields of the specification, and additional ones of Docker's engine
/// (<https://github.com/moby/docker-image-spec/blob/main/specs-go/v1/image.go> and the engine's API).
pub(crate) const EXECUTION: Shape = Object(&[
    field("User", Text),
    field("ExposedPorts", NAMES),
    field("Env", TEXTS),
    field("Entrypoint", TEXTS),
    field("Cmd", TEXTS),
    field("Volumes", NAMES),
    field("WorkingDir", Text),
    field("Labels", PAIRS),
    field("StopSignal", Text),
    field("ArgsEscaped", Flag),
    field("Memory", Number),
    field("MemorySwap", Number),
    field("CpuShares", Number),
    field("Healthcheck", Pointer(&HEALTHCHECK)),
    field("OnBuild", TEXTS),
    field("Shell", TEXTS),
    field("StopTimeout", Pointer(&Number)),
    field("Hostname", Text),
    field("Domainname", Text),
    field("Image", Text),
    field("AttachStdin", Flag),
    field("AttachStdout", Flag),
    field("AttachStderr", Flag),
    field("Tty", Flag),
    field("OpenStdin", Flag),
    field("StdinOnce", Flag),
    field("NetworkDisabled", Flag),
    field("MacAddress", Text),
]);

const ROOTFS: Shape = Object(&[filled("type", Text), filled("diff_ids", TEXTS)]);

/// <https://github.com/opencontainers/image-spec/blob/main/config.md>
pub(crate) const CONFIG: Shape = Object(&[
    field("created", Pointer(&Text)),
    field("author", Text),
    filled("architecture", Text),
    field("variant", Text),
    filled("os", Text),
    field("os.version", Text),
    field("os.features", TEXTS),
    field("config", EXECUTION),
    filled("rootfs", ROOTFS),
    field("history", List(&HISTORY)),
]);

/// Converts a tree to the value that Go would have. Known keys get the case of the specification. Sets `changed` if the
/// result differs from the document.
pub(crate) fn folded(tree: Tree, shape: &Shape, changed: &mut bool) -> Value {
    let mut value = None;
    put(&mut value, tree, Some(shape), changed);
    value.unwrap_or_default()
}

/// Stores a value, or merges it into an existing one. Without a shape, the value is data.
fn put(slot: &mut Option<Value>, tree: Tree, shape: Option<&Shape>, changed: &mut bool) {
    *changed |= slot.is_some();
    let inner = match shape {
        Some(Pointer(inner)) => Some(*inner),
        shape => shape,
    };
    match (tree, inner) {
        (Tree::Scalar(Value::Null), Some(Text | Number | Flag | Object(_)))
            if slot.is_some() && !matches!(shape, Some(Pointer(_))) => {}
        (Tree::Scalar(value), _) => *slot = Some(value),
        (Tree::List(items), Some(List(item))) => put_items(slot, items, item, changed),
        (Tree::List(items), _) => {
            let items = items.into_iter().map(|item| data(item, changed));
            *slot = Some(Value::Array(items.collect()));
        }
        (Tree::Object(members), Some(Object(fields))) => {
            put_members(slot, changed, |map, changed| {
                for (key, tree) in members {
                    let field = fields.iter().find(|field| is_same(&key, field.name));
                    let name = field.map_or(key.as_str(), |field| field.name);
                    *changed |= name != key;
                    put_member(map, name, tree, field.map(|field| &field.shape), changed);
                }
            })
        }
        (Tree::Object(members), Some(Shape::Map(shape))) => {
            put_members(slot, changed, |map, changed| {
                for (key, tree) in members {
                    // Go starts with an empty value for each key of a map.
                    *changed |= map.remove(&key).is_some();
                    put_member(map, &key, tree, Some(shape), changed);
                }
            })
        }
        (Tree::Object(members), _) => {
            *slot = None;
            put_members(slot, changed, |map, changed| {
                for (key, tree) in members {
                    *changed |= map.insert(key, data(tree, changed)).is_some();
                }
            });
        }
    }
}

fn put_items(slot: &mut Option<Value>, items: Vec<Tree>, shape: &Shape, changed: &mut bool) {
    let mut old = match slot.take() {
        Some(Value::Array(old)) => old,
        _ => Vec::new(),
    }
    .into_iter();
    let item = |tree| {
        let mut slot = old.next();
        put(&mut slot, tree, Some(shape), changed);
        slot.unwrap_or_default()
    };
    *slot = Some(Value::Array(items.into_iter().map(item).collect()));
}

fn put_members(
    slot: &mut Option<Value>,
    changed: &mut bool,
    fill: impl FnOnce(&mut Map<String, Value>, &mut bool),
) {
    let mut map = match slot.take() {
        Some(Value::Object(old)) => old,
        _ => Map::new(),
    };
    fill(&mut map, changed);
    *slot = Some(Value::Object(map));
}

fn put_member(
    map: &mut Map<String, Value>,
    name: &str,
    tree: Tree,
    shape: Option<&Shape>,
    changed: &mut bool,
) {
    let mut slot = map.remove(name);
    put(&mut slot, tree, shape, changed);
    map.extend(slot.map(|value| (name.to_owned(), value)));
}

fn data(tree: Tree, changed: &mut bool) -> Value {
    let mut value = None;
    put(&mut value, tree, None, changed);
    value.unwrap_or_default()
}

/// Adds Go's default values: an empty text, list or object for a required field that is missing or `null`; removes
/// other fields that are `null`. Sets `changed` if it changed the value.
pub(crate) fn fill_in(value: &mut Value, shape: &Shape, changed: &mut bool) {
    match (value, shape) {
        (value, Pointer(shape)) => fill_in(value, shape, changed),
        (Value::Object(map), Object(fields)) => {
            for field in *fields {
                if map.get(field.name).is_some_and(Value::is_null) {
                    map.remove(field.name);
                    *changed = true;
                }
                if field.is_needed && !map.contains_key(field.name) {
                    map.insert(field.name.to_owned(), empty(&field.shape));
                    *changed = true;
                }
                if let Some(value) = map.get_mut(field.name) {
                    fill_in(value, &field.shape, changed);
                }
            }
        }
        (Value::Object(map), Shape::Map(shape)) => {
            map.values_mut()
                .for_each(|value| fill_item(value, shape, changed));
        }
        (Value::Array(items), List(shape)) => {
            items
                .iter_mut()
                .for_each(|value| fill_item(value, shape, changed));
        }
        _ => {}
    }
}

fn fill_item(value: &mut Value, shape: &Shape, changed: &mut bool) {
    if value.is_null() {
        *value = empty(shape);
        *changed = true;
    }
    fill_in(value, shape, changed);
}

fn empty(shape: &Shape) -> Value {
    match shape {
        Text => "".into(),
        Number => 0.into(),
        Flag => false.into(),
        List(_) => Value::Array(Vec::new()),
        Shape::Map(_) | Object(_) => Value::Object(Map::new()),
        Pointer(_) => Value::Null,
    }
}

/// Whether Go's decoder matches a key with a field name, which is ASCII.
fn is_same(key: &str, name: &str) -> bool {
    let folded = key.chars().map(|character| match character {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        character => character.to_ascii_lowercase(),
    });
    folded.eq(name.chars().map(|character| character.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests;
