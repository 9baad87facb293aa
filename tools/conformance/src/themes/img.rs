//! The metadata files of layers for rules_img: reads them as strictly as its tool does, and builds an image from them.
//!
//! rules_img 0.3.19 decodes each file into `api.Descriptor` (`img_tool/pkg/api/api.go`) with `DisallowUnknownFields`
//! (`readLayerMetadata` in `img_tool/cmd/manifest/manifest.go`), and takes history and layers of an image only from
//! these files. The tables below are its fields and types. Its program cannot be fetched where the tests run.

use std::fs;
use std::path::PathBuf;

use anyhow::{bail, ensure, Context, Result};
use clap::Args;
use serde_json::{json, Value};

use crate::json;
use crate::report::Report;

/// Reads the metadata of layers like rules_img.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The metadata of a layer; given several times, lowest first.
    #[arg(long, required = true)]
    metadata: Vec<PathBuf>,
    /// Read like rules_img before 0.3.14, which does not accept `history`.
    #[arg(long)]
    without_history: bool,
    /// The configuration of an image with the first layers; these must have its history.
    #[arg(long)]
    base_config: Option<PathBuf>,
    /// The manifest of that image; its layers must be the first layers.
    #[arg(long)]
    base_manifest: Option<PathBuf>,
    /// The file to write with the layers, diff_ids and history of the image.
    #[arg(long)]
    output: Option<PathBuf>,
}

pub(crate) fn test(options: &Options, report: &mut Report) -> Result<()> {
    let mut layers = Vec::new();
    for path in &options.metadata {
        let layer = json::read(path)?;
        let outcome = strictly(&layer, !options.without_history);
        report.check(format_args!("rules_img reads {}", path.display()), outcome);
        layers.push(layer);
    }
    if let Some(manifest) = &options.base_manifest {
        let base = json::read(manifest)?;
        report.check(
            "the first layers are the base's",
            first_layers(&base, &layers),
        );
    }
    if let (Some(config), false) = (&options.base_config, options.without_history) {
        let base = json::read(config)?;
        report.check("their history is the base's", first_history(&base, &layers));
    }
    if let Some(output) = &options.output {
        let history: Vec<_> = layers
            .iter()
            .flat_map(|layer| json::items(&layer["history"]))
            .collect();
        let image = json!({"layers": layers, "history": history});
        fs::write(output, image.to_string())?;
    }
    Ok(())
}

/// Checks that every field is known and has the right type, and that the fields without `omitempty` exist.
fn strictly(layer: &Value, with_history: bool) -> Result<()> {
    let fields = layer.as_object().context("it is no object")?;
    for (field, value) in fields {
        let fits = match field.as_str() {
            "diff_id" | "digest" | "mediaType" => value.is_string(),
            "size" => value.is_i64(),
            "annotations" => value
                .as_object()
                .is_some_and(|map| map.values().all(Value::is_string)),
            "history" if with_history => value.is_array(),
            _ => bail!("json: unknown field {field:?}"),
        };
        ensure!(fits, "json: cannot unmarshal {value} into field {field:?}");
    }
    for field in ["diff_id", "digest", "mediaType", "size"] {
        ensure!(fields.contains_key(field), "no field {field:?}");
    }
    json::items(&layer["history"])
        .iter()
        .try_for_each(history_entry)
}

fn history_entry(entry: &Value) -> Result<()> {
    for (field, value) in entry.as_object().context("a history entry is no object")? {
        let fits = match field.as_str() {
            // Go parses it as RFC 3339: `2026-11-21T02:34:56Z`.
            "created" => value
                .as_str()
                .is_some_and(|time| time.len() >= 20 && time.as_bytes()[10] == b'T'),
            "created_by" | "author" | "comment" => value.is_string(),
            "empty_layer" => value.is_boolean(),
            _ => bail!("json: unknown field {field:?} of a history entry"),
        };
        ensure!(
            fits,
            "json: cannot unmarshal {value} into field {field:?} of a history entry"
        );
    }
    Ok(())
}

fn first_layers(manifest: &Value, layers: &[Value]) -> Result<()> {
    let base = json::items(&manifest["layers"]);
    ensure!(
        base.len() <= layers.len(),
        "{} layers of {}",
        layers.len(),
        base.len()
    );
    for (descriptor, layer) in base.iter().zip(layers) {
        for field in ["digest", "mediaType", "size", "annotations"] {
            ensure!(
                descriptor[field] == layer[field],
                "{descriptor} differs from {layer} in {field:?}"
            );
        }
    }
    Ok(())
}

fn first_history(config: &Value, layers: &[Value]) -> Result<()> {
    let base = json::items(&config["history"]);
    let diff_ids = json::items(&config["rootfs"]["diff_ids"]);
    ensure!(
        diff_ids.len() <= layers.len(),
        "{} layers of {}",
        layers.len(),
        diff_ids.len()
    );
    let first = &layers[..diff_ids.len()];
    let found: Vec<_> = first
        .iter()
        .flat_map(|layer| json::items(&layer["history"]))
        .collect();
    ensure!(
        found == base.iter().collect::<Vec<_>>(),
        "{found:?} in place of {base:?}"
    );
    let found: Vec<_> = first.iter().map(|layer| &layer["diff_id"]).collect();
    ensure!(
        found == diff_ids.iter().collect::<Vec<_>>(),
        "{found:?} in place of {diff_ids:?}"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(layer: Value, with_history: bool) -> String {
        strictly(&layer, with_history).map_or_else(|error| error.to_string(), |()| "ok".to_owned())
    }

    /// The messages of Go's decoder start like this; they were compared with the program of rules_img 0.3.19.
    #[test]
    fn as_strict_as_rules_img() {
        let good =
            json!({"diff_id": "sha256:1", "digest": "sha256:1", "mediaType": "m", "size": 1});
        let with = |field: &str, value: Value| {
            let mut layer = good.clone();
            layer[field] = value;
            layer
        };
        assert_eq!(verdict(good.clone(), true), "ok");
        assert_eq!(
            verdict(with("history", json!([{"created_by": "x"}])), true),
            "ok"
        );
        for (layer, expected) in [
            (with("name", json!("a")), r#"json: unknown field "name""#),
            (with("users", json!([])), r#"json: unknown field "users""#),
            (
                with("size", json!("1")),
                r#"json: cannot unmarshal "1" into field "size""#,
            ),
            (
                with("history", json!({})),
                r#"json: cannot unmarshal {} into field "history""#,
            ),
            (
                with("history", json!([{"name": 1}])),
                r#"json: unknown field "name" of a history entry"#,
            ),
        ] {
            assert_eq!(verdict(layer, true), expected);
        }
        let history = with("history", json!([]));
        assert_eq!(verdict(history, false), r#"json: unknown field "history""#);
    }
}
