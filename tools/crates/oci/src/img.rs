//! The metadata of layers in the format of rules_img.
//!
//! rules_img's tool decodes these files into a fixed list of fields and refuses unknown ones ([`api.Descriptor`],
//! decoded with `DisallowUnknownFields` in `cmd/manifest`). Our own metadata file has more fields, so this module
//! writes files with exactly the fields and types of rules_img. Checked against the source and the program of 0.3.19
//! (August 2026).
//!
//! [`api.Descriptor`]: https://github.com/bazel-contrib/rules_img/blob/v0.3.19/img_tool/pkg/api/api.go

use std::collections::BTreeMap;

use blob::{Error, Result};
use oci_spec::image::{History, MediaType};
use serde::Serialize;

use crate::{json, read_config, Document, LayerMetadata};

/// One layer, with the fields of rules_img's `api.Descriptor`. Empty values are left out, as with its `omitempty`.
#[derive(Serialize)]
struct ImgLayer<'a> {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: &'a BTreeMap<String, String>,
    diff_id: String,
    digest: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    history: Vec<History>,
    #[serde(rename = "mediaType")]
    media_type: &'a MediaType,
    size: u64,
}

/// The source of the layers' history.
#[derive(Clone, Copy, Debug)]
pub enum ImgHistory<'a> {
    /// The config of the image that has exactly these layers.
    Config(&'a Document),
    /// The metadata of each layer: its own entry.
    Layers,
    /// No history: before 0.3.14, rules_img's tool refuses the field.
    Unknown,
}

/// The metadata files of rules_img for `layers`, lowest first: one JSON document for each.
///
/// rules_img builds the history of an image only from these files and ignores the history in the base's config. So with
/// [`ImgHistory::Config`], every entry of the image's history is assigned to a layer: an entry without a layer to the
/// next layer, or to the last layer if none follows, as in rules_img's `SplitHistoryPerLayer`.
///
/// # Errors
///
/// The config cannot be parsed, or its layers are not `layers`.
pub fn img_layers(history: ImgHistory<'_>, layers: &[LayerMetadata]) -> Result<Vec<Vec<u8>>> {
    let histories = match history {
        ImgHistory::Config(config) => histories_of(config, layers)?,
        ImgHistory::Layers => layers
            .iter()
            .map(|layer| vec![layer.own_history()])
            .collect(),
        ImgHistory::Unknown => vec![Vec::new(); layers.len()],
    };
    let pairs = layers.iter().zip(histories);
    pairs
        .map(|(layer, history)| img_layer(layer, history))
        .collect()
}

fn img_layer(layer: &LayerMetadata, history: Vec<History>) -> Result<Vec<u8>> {
    json::canonical(&ImgLayer {
        annotations: layer.annotations(),
        diff_id: layer.diff_id().to_string(),
        digest: layer.blob().digest.to_string(),
        history,
        media_type: layer.media_type(),
        size: layer.blob().size,
    })
}

/// The entries of the config's history for each layer.
fn histories_of(config: &Document, layers: &[LayerMetadata]) -> Result<Vec<Vec<History>>> {
    let parsed = read_config(config.name(), config.bytes())?;
    let known = layers.iter().map(|layer| layer.diff_id().to_string());
    if !known.eq(parsed.rootfs().diff_ids().iter().cloned()) {
        let cause =
            "at `rootfs.diff_ids`: expected the diff_ids of the given layers, in their order";
        return Err(Error::cannot("use config", config.name(), cause));
    }
    let mut histories = Vec::with_capacity(layers.len());
    let mut waiting = Vec::new();
    for entry in parsed.history().iter().flatten() {
        let has_layer = entry.empty_layer() != Some(true);
        waiting.push(entry.clone());
        if has_layer && histories.len() < layers.len() {
            histories.push(std::mem::take(&mut waiting));
        }
    }
    if histories.is_empty() && !layers.is_empty() {
        histories.push(Vec::new());
    }
    if let Some(last) = histories.last_mut() {
        last.append(&mut waiting);
    }
    histories.resize_with(layers.len(), Vec::new);
    Ok(histories)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{hex, layer, metadata, settings};
    use crate::{image, Created};

    fn texts(history: ImgHistory<'_>, layers: &[LayerMetadata]) -> Vec<String> {
        let files = img_layers(history, layers).unwrap();
        files
            .into_iter()
            .map(|file| String::from_utf8(file).unwrap())
            .collect()
    }

    /// Compares the whole file, because rules_img's tool refuses unknown fields and a `history` that is not a list.
    #[test]
    fn the_exact_form() {
        let text = metadata('a', 7).replace(
            r#""name":"a""#,
            r#""groups":["root"],"name":"a","users":["root"]"#,
        );
        let ours = LayerMetadata::parse("l.json", text.as_bytes()).unwrap();
        let expected = format!(
            r#"{{"diff_id":"sha256:{}","digest":"sha256:{}","history":[{{"created":"2026-01-02T03:04:05Z","created_by":"deb a"}}],"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","size":7}}"#,
            hex('d'),
            hex('a')
        );
        assert_eq!(texts(ImgHistory::Layers, &[ours]), [expected]);
    }

    #[test]
    fn the_exact_form_before_0_3_14() {
        let expected = format!(
            r#"{{"diff_id":"sha256:{}","digest":"sha256:{}","mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","size":7}}"#,
            hex('d'),
            hex('a')
        );
        assert_eq!(texts(ImgHistory::Unknown, &[layer('a', 7)]), [expected]);
    }

    #[test]
    fn annotations_stay() {
        let text =
            metadata('a', 7).replace(r#""annotations":{}"#, r#""annotations":{"b":"1","a":"2"}"#);
        let ours = LayerMetadata::parse("l.json", text.as_bytes()).unwrap();
        let made = texts(ImgHistory::Layers, &[ours]).remove(0);
        assert!(
            made.starts_with(r#"{"annotations":{"a":"2","b":"1"},"diff_id":"#),
            "{made}"
        );
    }

    /// Times that are limited in the image's history are limited in these files too.
    #[test]
    fn history_is_that_of_the_image() {
        let layers = [layer('a', 7), layer('b', 8)];
        let mut settings = settings("amd64", None);
        settings.created = Some(Created::parse("2025-01-01T00:00:00Z").unwrap());
        let config = image(&settings, None, &layers).unwrap().config;
        for (text, name) in texts(ImgHistory::Config(&config), &layers)
            .iter()
            .zip(["a", "b"])
        {
            let entry = format!(
                r#""history":[{{"created":"2025-01-01T00:00:00Z","created_by":"deb {name}"}}],"#
            );
            assert!(text.contains(&entry), "{text}");
        }
    }

    /// The comments of the config's history and of the history of the two layers; `-` marks an entry without a layer.
    #[test]
    fn entries_without_a_layer_go_to_a_layer() {
        for (config, first, second) in [
            ("-a b -c d", "-a b", "-c d"),
            ("a b -c", "a", "b -c"),
            ("a", "a", ""),
            ("-a", "-a", ""),
            ("", "", ""),
        ] {
            let made = texts(
                ImgHistory::Config(&config_of(config)),
                &[layer('a', 7), layer('b', 8)],
            );
            let histories: Vec<_> = made.iter().map(|text| comments(text)).collect();
            assert_eq!(histories, [first, second], "{config}");
        }
    }

    /// A config with two layers and this history.
    fn config_of(history: &str) -> Document {
        let entries = history
            .split_whitespace()
            .map(|comment| match comment.strip_prefix('-') {
                Some(comment) => format!(r#"{{"comment":"{comment}","empty_layer":true}}"#),
                None => format!(r#"{{"comment":"{comment}"}}"#),
            });
        let history = entries.collect::<Vec<_>>().join(",");
        let diff_id = format!("sha256:{}", hex('d'));
        let text = format!(
            r#"{{"architecture":"amd64","history":[{history}],"os":"linux","rootfs":{{"diff_ids":["{diff_id}","{diff_id}"],"type":"layers"}}}}"#
        );
        Document::new("c.json", text.into_bytes())
    }

    fn comments(metadata: &str) -> String {
        let metadata: serde_json::Value = serde_json::from_str(metadata).unwrap();
        let entries = metadata["history"].as_array().cloned().unwrap_or_default();
        let comments = entries.iter().map(|entry| {
            let mark = if entry["empty_layer"] == true {
                "-"
            } else {
                ""
            };
            format!("{mark}{}", entry["comment"].as_str().unwrap())
        });
        comments.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_config_of_another_image_is_refused() {
        let config = image(&settings("amd64", None), None, &[layer('a', 7)])
            .unwrap()
            .config;
        assert_eq!(
            img_layers(ImgHistory::Config(&config), &[]).unwrap_err().to_string(),
            "cannot use config `config`: at `rootfs.diff_ids`: expected the diff_ids of the given layers, in their order"
        );
    }
}
