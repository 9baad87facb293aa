//! The JSON schema of definitions (draft 2020-12), for editors.

use serde_json::{json, Map, Value};

use crate::description::{architectures, Field, Kind, Object, IMAGE};

/// The JSON schema, with a newline at its end.
pub fn schema() -> String {
    let mut schema = object(&IMAGE);
    if let Value::Object(map) = &mut schema {
        map.insert(
            "$schema".to_owned(),
            json!("https://json-schema.org/draft/2020-12/schema"),
        );
        map.insert("title".to_owned(), json!("image.yaml of distroless"));
    }
    let mut text = format!("{schema:#}");
    text.push('\n');
    text
}

fn object(object: &Object) -> Value {
    let mut properties = Map::new();
    for field in object.fields {
        properties.insert(field.name.to_owned(), of_field(field));
    }
    let required = object.fields.iter().filter(|field| field.required);
    let required: Vec<&str> = required.map(|field| field.name).collect();
    let mut schema = json!({
        "type": "object",
        "description": object.text,
        "properties": properties,
        "additionalProperties": false,
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    if !object.markers.is_empty() {
        let markers = object.markers.iter();
        let markers: Vec<Value> = markers.map(|name| json!({ "required": [name] })).collect();
        let key = if object.exclusive { "oneOf" } else { "anyOf" };
        schema[key] = json!(markers);
    }
    schema
}

fn of_field(field: &Field) -> Value {
    let mut schema = kind(&field.kind);
    let mut text = field.text.to_owned();
    if !field.default.is_empty() {
        text.push_str(&format!(". Default: {}", field.default));
    }
    schema["description"] = json!(text);
    if let Ok(example) = serde_json::from_str::<Value>(field.example) {
        schema["examples"] = json!([example]);
    }
    schema
}

fn kind(kind: &Kind) -> Value {
    match kind {
        Kind::Text(form) => json!({"type": "string", "pattern": form.pattern}),
        Kind::TextOrNumber(form, most) => json!({
            "type": ["string", "integer"],
            "pattern": form.pattern,
            "minimum": 0,
            "maximum": most,
        }),
        Kind::Number(least, most) => {
            json!({"type": "integer", "minimum": least, "maximum": most})
        }
        Kind::Truth => json!({"type": "boolean"}),
        Kind::Choice(values) => json!({ "enum": values }),
        Kind::Architecture => json!({ "enum": architectures() }),
        Kind::List {
            item,
            least,
            unique,
        } => {
            let mut schema = json!({"type": "array", "items": self::kind(item)});
            if *least > 0 {
                schema["minItems"] = json!(least);
            }
            if *unique {
                schema["uniqueItems"] = json!(true);
            }
            schema
        }
        Kind::Map { key, value, least } => {
            let mut schema = json!({
                "type": "object",
                "propertyNames": {"pattern": key.pattern},
                "additionalProperties": self::kind(value),
            });
            if *least > 0 {
                schema["minProperties"] = json!(least);
            }
            schema
        }
        Kind::Object(fields) => object(fields),
        Kind::OneOf(objects) => {
            let objects: Vec<Value> = objects.iter().map(|fields| object(fields)).collect();
            json!({"type": "object", "oneOf": objects})
        }
    }
}
