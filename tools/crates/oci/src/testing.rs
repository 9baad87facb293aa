//! Test data.

use crate::{Document, LayerMetadata, Pairs, Platform, Settings};

/// 64 times the same digit.
pub(crate) fn hex(digit: char) -> String {
    digit.to_string().repeat(64)
}

/// A metadata file as the layer tools write it; its digest repeats one digit.
pub(crate) fn metadata(digit: char, size: u64) -> String {
    format!(
        r#"{{"annotations":{{}},"diff_id":"sha256:{}","digest":"sha256:{}","history":{{"created":"2026-01-02T03:04:05Z","created_by":"deb {digit}"}},"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","name":"{digit}","size":{size}}}"#,
        hex('d'),
        hex(digit)
    )
}

pub(crate) fn layer(digit: char, size: u64) -> LayerMetadata {
    LayerMetadata::parse("l.json", metadata(digit, size).as_bytes()).unwrap()
}

pub(crate) fn pairs(values: &[&str]) -> Pairs {
    let values: Vec<_> = values.iter().map(|value| (*value).to_owned()).collect();
    Pairs::parse("--flag", &values).unwrap()
}

pub(crate) fn platform(architecture: &str, variant: Option<&str>) -> Platform {
    Platform::new("linux", architecture, variant).unwrap()
}

/// Settings without values.
pub(crate) fn settings(architecture: &str, variant: Option<&str>) -> Settings {
    Settings {
        is_base: false,
        whole: false,
        platform: platform(architecture, variant),
        created: None,
        env: Pairs::default(),
        entrypoint: Vec::new(),
        cmd: Vec::new(),
        user: None,
        workdir: None,
        labels: Pairs::default(),
        annotations: Pairs::default(),
        base_name: None,
    }
}

pub(crate) fn text(document: &Document) -> &str {
    std::str::from_utf8(document.bytes()).unwrap()
}
