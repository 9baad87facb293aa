//! Image configurations.

use blob::{Digest, Error, Result};
use oci_spec::image::{Descriptor, History, ImageConfiguration, ImageManifest, MediaType, RootFs};
use serde_json::{Map, Value};

use crate::document::blob_of;
use crate::inherit::inherited;
use crate::{
    env, json, media, read_config, read_manifest, shape, Created, Document, LayerMetadata, Pairs,
    Platform,
};

/// The properties of an image, except its layers. Empty lists and `None` mean: as in the base image.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The platform.
    pub platform: Platform,
    /// The creation time. The default is the time of the base image, or 1970.
    pub created: Option<Created>,
    /// Environment variables. Those of the base keep their order; existing ones are replaced in place, new ones
    /// appended.
    pub env: Pairs,
    /// The command. Setting it drops the base's `cmd`, which are arguments of the base's entrypoint.
    pub entrypoint: Vec<String>,
    /// Default arguments of the entrypoint.
    pub cmd: Vec<String>,
    /// User, optionally followed by a colon and a group.
    pub user: Option<String>,
    /// Working directory.
    pub workdir: Option<String>,
    /// Labels. They are added to the base's labels, except those that describe only the base
    /// (`org.opencontainers.image.…`).
    pub labels: Pairs,
    /// Annotations of the manifest. They are added to the base's annotations, by the same rule as labels.
    pub annotations: Pairs,
    /// The published name of the base image, for the annotation.
    pub base_name: Option<String>,
    /// Other images will be based on this one. Some tools copy the annotations of a base image's manifest, so
    /// annotations that describe only this image (`org.opencontainers.image.…`) are put into its descriptor instead.
    pub is_base: bool,
    /// The layers are the whole image: layers, history and name of the base image are dropped.
    pub whole: bool,
}

/// The image that another one is built on.
#[derive(Clone, Debug)]
pub struct Base {
    name: String,
    pub(crate) config: ImageConfiguration,
    /// The `config` object, including fields that OCI does not define (`Healthcheck`). Known keys have the case of the
    /// specification, so that a setting replaces them.
    execution: Map<String, Value>,
    pub(crate) manifest: ImageManifest,
    pub(crate) digest: Digest,
    pub(crate) layers: Vec<Descriptor>,
    history: Vec<History>,
}

impl Base {
    /// Parses a base image.
    ///
    /// # Errors
    ///
    /// A document is invalid, the manifest references another config or has media types that are not those of an image,
    /// or manifest and config have different numbers of layers.
    pub fn read(config: &Document, manifest: &Document) -> Result<Self> {
        let parsed = read_manifest(manifest.name(), manifest.bytes())?;
        let named = blob_of(parsed.config())?;
        if named != config.blob() {
            return Err(Error::cannot(
                "use base",
                manifest.name(),
                format!(
                    "its config is `{}` ({} bytes), but `{}` is `{}` ({} bytes)",
                    named.digest,
                    named.size,
                    config.name(),
                    config.blob().digest,
                    config.blob().size
                ),
            ));
        }
        let layers = base_layers(manifest.name(), &parsed)?;
        let parsed_config = read_config(config.name(), config.bytes())?;
        let (mut raw, _) = json::folded(config.name(), config.bytes(), &shape::CONFIG)?;
        let execution = match raw.get_mut("config").map(Value::take) {
            Some(Value::Object(execution)) => execution,
            _ => Map::new(),
        };
        Ok(Self {
            name: config.name().to_owned(),
            history: base_history(config.name(), &parsed_config, layers.len())?,
            config: parsed_config,
            execution,
            manifest: parsed,
            digest: manifest.blob().digest,
            layers,
        })
    }

    /// Refuses a base image for another platform.
    pub(crate) fn check(&self, platform: &Platform) -> Result<()> {
        let base = Platform::of_config(&self.config);
        if base.same(platform) {
            return Ok(());
        }
        let cause = format!("it is for `{base}`, the image for `{platform}`");
        Err(Error::cannot("use base", &self.name, cause))
    }
}

fn base_layers(name: &str, manifest: &ImageManifest) -> Result<Vec<Descriptor>> {
    let refused = |place: String, cause| {
        Err(Error::cannot(
            "use base",
            name,
            format!("at `{place}`: {cause}"),
        ))
    };
    let config_type = media::oci(manifest.config().media_type());
    if config_type != MediaType::ImageConfig {
        return refused(
            "config".into(),
            media::unexpected(&config_type, &[MediaType::ImageConfig]),
        );
    }
    let mut layers = manifest.layers().clone();
    for (position, layer) in layers.iter_mut().enumerate() {
        let layer_type = media::oci(layer.media_type());
        if !media::is_layer(&layer_type) {
            return refused(
                format!("layers[{position}]"),
                media::unexpected_layer(&layer_type),
            );
        }
        layer.set_media_type(layer_type);
    }
    Ok(layers)
}

/// The base's history, with exactly one entry for each layer, plus the entries that made no layer.
///
/// Engines run images whose history has a wrong number of entries, so such a base is accepted and repaired as BuildKit
/// does it: layers without an entry get empty entries at the end; if there are too many entries, the first ones are
/// marked as having made no layer (`normalizeLayersAndHistory` in
/// <https://github.com/moby/buildkit/blob/master/exporter/containerimage/writer.go>).
fn base_history(name: &str, config: &ImageConfiguration, layers: usize) -> Result<Vec<History>> {
    let diff_ids = config.rootfs().diff_ids().len();
    if diff_ids != layers {
        let cause = format!("the manifest has {layers} layers, and the config {diff_ids} diff_ids");
        return Err(Error::cannot("use base", name, cause));
    }
    let mut history = config.history().clone().unwrap_or_default();
    let has_layer = |entry: &&mut History| entry.empty_layer() != Some(true);
    let entries = history.iter_mut().filter(has_layer).count();
    for entry in history
        .iter_mut()
        .filter(has_layer)
        .take(entries.saturating_sub(layers))
    {
        entry.set_empty_layer(Some(true));
    }
    let missing = layers.saturating_sub(entries);
    history.extend(std::iter::repeat_n(History::default(), missing));
    Ok(history)
}

/// The config of an image.
pub(crate) fn config(
    settings: &Settings,
    base: Option<&Base>,
    layers: &[LayerMetadata],
) -> Result<Document> {
    let mut config = ImageConfiguration::default();
    let mut history = Vec::new();
    let mut diff_ids = Vec::new();
    if let Some(base) = base {
        base.check(&settings.platform)?;
        config.set_author(base.config.author().clone());
        if !settings.whole {
            history.clone_from(&base.history);
            diff_ids.clone_from(base.config.rootfs().diff_ids());
        }
    }
    let created = created(settings, base)?;
    for layer in layers {
        history.push(layer.history(&created)?);
        diff_ids.push(layer.diff_id().to_string());
    }
    let mut rootfs = RootFs::default();
    rootfs.set_diff_ids(diff_ids);
    config
        .set_architecture(settings.platform.architecture())
        .set_os(settings.platform.os())
        .set_variant(settings.platform.variant().cloned())
        .set_created(Some(created.text().to_owned()))
        .set_history(Some(history))
        .set_rootfs(rootfs);
    with_execution(&config, execution(settings, base)?)
}

fn created(settings: &Settings, base: Option<&Base>) -> Result<Created> {
    let base = base.and_then(|base| Some((base, base.config.created().as_deref()?)));
    match (&settings.created, base) {
        (Some(created), _) => Ok(created.clone()),
        (None, None) => Ok(Created::epoch()),
        (None, Some((base, text))) => {
            Created::parse_foreign(text).map_err(|error| error.within("use base", &base.name))
        }
    }
}

/// The `config` object: how a container of the image is started.
fn execution(settings: &Settings, base: Option<&Base>) -> Result<Map<String, Value>> {
    let mut execution = base.map(|base| base.execution.clone()).unwrap_or_default();
    let old = base.and_then(|base| base.config.config().as_ref());
    let old_env = old.and_then(|old| old.env().as_deref()).unwrap_or_default();
    let old_labels = inherited(old.and_then(|old| old.labels().as_ref()));

    set_list(&mut execution, "Env", env::merge(old_env, &settings.env));
    if !settings.entrypoint.is_empty() {
        execution.remove("Cmd");
    }
    set_list(&mut execution, "Entrypoint", settings.entrypoint.clone());
    set_list(&mut execution, "Cmd", settings.cmd.clone());
    for (key, value) in [("User", &settings.user), ("WorkingDir", &settings.workdir)] {
        if let Some(value) = value {
            execution.insert(key.into(), value.as_str().into());
        }
    }
    execution.remove("Labels");
    if let Some(labels) = settings.labels.over(old_labels) {
        let labels = labels
            .into_iter()
            .map(|(key, value)| (key, value.into()))
            .collect();
        execution.insert("Labels".into(), Value::Object(labels));
    }
    Ok(execution)
}

fn set_list(execution: &mut Map<String, Value>, key: &str, values: Vec<String>) {
    if !values.is_empty() {
        execution.insert(key.into(), values.into());
    }
}

/// Puts `config` into the document as JSON, because the type of `oci-spec` does not have all its fields.
fn with_execution(config: &ImageConfiguration, execution: Map<String, Value>) -> Result<Document> {
    let mut value =
        serde_json::to_value(config).map_err(|error| Error::cannot("write", "config", error))?;
    value["config"] = execution.into();
    Document::of("config", &value)
}

#[cfg(test)]
mod tests;
