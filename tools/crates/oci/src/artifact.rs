//! Artifacts: manifests of files that are not layers ("Guidelines for Artifact Usage" in `manifest.md`).

use std::collections::HashMap;

use blob::{Blob, Error, Result};
use oci_spec::image::{Descriptor, ImageManifestBuilder, MediaType, SCHEMA_VERSION};
use serde_json::json;

use crate::document::describe;
use crate::{Created, Document, Pairs};

/// The media type of WebAssembly's configuration ("Wasm OCI Artifact layout" of CNCF's TAG Runtime).
const WASM_CONFIG: &str = "application/vnd.wasm.config.v0+json";

/// The media type of WebAssembly's layers.
const WASM_LAYER: &str = "application/wasm";

/// The operating systems of WebAssembly artifacts: modules and components.
const WASM_SYSTEMS: [&str; 2] = ["wasip1", "wasip2"];

/// A file of an artifact.
#[derive(Clone, Debug)]
pub struct ArtifactFile {
    /// The media type.
    pub media_type: String,
    /// Its digest and size.
    pub blob: Blob,
    /// The annotation `org.opencontainers.image.title`, which tools use as the file name; may be empty.
    pub title: String,
}

/// The configuration of an artifact.
#[derive(Debug)]
pub enum ArtifactConfig {
    /// No configuration: the empty object with its own media type.
    Empty,
    /// A given document and its media type.
    Given(Document, String),
    /// WebAssembly's configuration for an operating system, `wasip1` or `wasip2`, and its creation time.
    Wasm(String, Created),
}

/// A finished artifact.
#[derive(Clone, Debug)]
pub struct Artifact {
    /// The configuration.
    pub config: Document,
    /// The manifest.
    pub manifest: Document,
    /// The descriptor of the manifest.
    pub descriptor: Descriptor,
}

/// Makes an artifact from files in the given order. `kind` is the artifact type; it is required if there is no
/// configuration.
///
/// # Errors
///
/// There is no file, the artifact type is missing, or a value of WebAssembly's configuration is invalid.
pub fn artifact(
    kind: Option<&str>,
    config: &ArtifactConfig,
    files: &[ArtifactFile],
    annotations: &Pairs,
) -> Result<Artifact> {
    if files.is_empty() {
        return Err(Error::cannot(
            "write",
            "manifest",
            "an artifact has at least one file",
        ));
    }
    let (config, config_type) = match config {
        ArtifactConfig::Empty => {
            if kind.is_none() {
                let cause = "an artifact without a configuration needs an artifact type";
                return Err(Error::cannot("write", "manifest", cause));
            }
            (Document::of("config", &json!({}))?, MediaType::EmptyJSON)
        }
        ArtifactConfig::Given(document, media_type) => {
            (document.clone(), media_type.as_str().into())
        }
        ArtifactConfig::Wasm(system, created) => {
            (wasm(system, created, files)?, WASM_CONFIG.into())
        }
    };
    let layers: Vec<Descriptor> = files.iter().map(descriptor).collect::<Result<_>>()?;
    let mut manifest = ImageManifestBuilder::default()
        .schema_version(SCHEMA_VERSION)
        .media_type(MediaType::ImageManifest)
        .config(config.descriptor(config_type)?)
        .layers(layers)
        .build()
        .map_err(|error| Error::cannot("write", "manifest", error))?;
    manifest.set_artifact_type(kind.map(Into::into));
    manifest.set_annotations(annotations.over(HashMap::new()));
    let manifest = Document::of("manifest", &manifest)?;
    let mut descriptor = manifest.descriptor(MediaType::ImageManifest)?;
    descriptor.set_artifact_type(kind.map(Into::into));
    Ok(Artifact {
        config,
        manifest,
        descriptor,
    })
}

fn descriptor(file: &ArtifactFile) -> Result<Descriptor> {
    let mut descriptor = describe(file.media_type.as_str().into(), file.blob)?;
    if !file.title.is_empty() {
        let title = (
            "org.opencontainers.image.title".to_owned(),
            file.title.clone(),
        );
        descriptor.set_annotations(Some(HashMap::from([title])));
    }
    Ok(descriptor)
}

/// The configuration that WebAssembly runtimes read.
fn wasm(system: &str, created: &Created, files: &[ArtifactFile]) -> Result<Document> {
    if !WASM_SYSTEMS.contains(&system) {
        let cause = "unknown WebAssembly system, expected one of `wasip1`, `wasip2`";
        return Err(Error::cannot("make an artifact for", system, cause));
    }
    if let Some(file) = files.iter().find(|file| file.media_type != WASM_LAYER) {
        let cause = format!(
            "media type: expected `{WASM_LAYER}`, found `{}`",
            file.media_type
        );
        return Err(Error::cannot("make an artifact of", &file.title, cause));
    }
    let digests: Vec<String> = files
        .iter()
        .map(|file| file.blob.digest.to_string())
        .collect();
    let config = json!({
        "architecture": "wasm",
        "created": created.text(),
        "layerDigests": digests,
        "os": system,
    });
    Document::of("config", &config)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{pairs, text};

    fn file(media_type: &str) -> ArtifactFile {
        ArtifactFile {
            media_type: media_type.to_owned(),
            blob: Blob::of(b"\0asm"),
            title: "a.wasm".to_owned(),
        }
    }

    fn for_system(system: &str) -> ArtifactConfig {
        ArtifactConfig::Wasm(system.to_owned(), Created::epoch())
    }

    fn refused(kind: Option<&str>, config: &ArtifactConfig, files: &[ArtifactFile]) -> String {
        artifact(kind, config, files, &Pairs::default())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn webassembly_has_the_media_types_that_runtimes_expect() {
        let files = [file(WASM_LAYER)];
        let made = artifact(None, &for_system("wasip1"), &files, &pairs(&["a=b"])).unwrap();
        let digest = Blob::of(b"\0asm").digest;
        assert_eq!(
            text(&made.config),
            format!(
                r#"{{"architecture":"wasm","created":"1970-01-01T00:00:00Z","layerDigests":["{digest}"],"os":"wasip1"}}"#
            )
        );
        let config = made.config.blob();
        assert_eq!(
            text(&made.manifest),
            format!(
                r#"{{"annotations":{{"a":"b"}},"config":{{"digest":"{}","mediaType":"application/vnd.wasm.config.v0+json","size":{}}},"layers":[{{"annotations":{{"org.opencontainers.image.title":"a.wasm"}},"digest":"{digest}","mediaType":"application/wasm","size":4}}],"mediaType":"application/vnd.oci.image.manifest.v1+json","schemaVersion":2}}"#,
                config.digest, config.size
            )
        );
    }

    #[test]
    fn other_artifacts_state_their_type() {
        let files = [file("text/plain")];
        let made = artifact(
            Some("application/x"),
            &ArtifactConfig::Empty,
            &files,
            &Pairs::default(),
        )
        .unwrap();
        let manifest = text(&made.manifest);
        assert_eq!(text(&made.config), "{}");
        assert!(
            manifest.starts_with(r#"{"artifactType":"application/x","config":{"#),
            "{manifest}"
        );
        assert!(
            manifest.contains(r#""mediaType":"application/vnd.oci.empty.v1+json","size":2}"#),
            "{manifest}"
        );
    }

    #[test]
    fn a_configuration_is_not_changed() {
        let given = Document::new("c.json", b"{ \"b\": 1 }".to_vec());
        let config = ArtifactConfig::Given(given.clone(), "application/x+json".to_owned());
        let made = artifact(None, &config, &[file("text/plain")], &Pairs::default()).unwrap();
        assert_eq!(made.config, given);
        let descriptor = format!(
            r#""config":{{"digest":"{}","mediaType":"application/x+json","size":10}}"#,
            given.blob().digest
        );
        assert!(text(&made.manifest).contains(&descriptor));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(
            refused(None, &ArtifactConfig::Empty, &[file("text/plain")]),
            "cannot write `manifest`: an artifact without a configuration needs an artifact type"
        );
        assert_eq!(
            refused(Some("a/b"), &ArtifactConfig::Empty, &[]),
            "cannot write `manifest`: an artifact has at least one file"
        );
        assert_eq!(
            refused(None, &for_system("linux"), &[file(WASM_LAYER)]),
            "cannot make an artifact for `linux`: unknown WebAssembly system, expected one of `wasip1`, `wasip2`"
        );
        assert_eq!(
            refused(None, &for_system("wasip1"), &[file("text/plain")]),
            "cannot make an artifact of `a.wasm`: media type: expected `application/wasm`, found `text/plain`"
        );
    }
}
