use blob::{Error, Result};
use image_contents::purl;
use oci::canonical_json;
use serde::Serialize;

use crate::identifier::uuid;
use crate::inventory::Inventory;
use crate::{cyclonedx, spdx2, spdx3, Creator, Subject};

/// The format of an SBOM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// [SPDX 2.3](https://spdx.github.io/spdx-spec/v2.3/) in JSON.
    Spdx2,
    /// [SPDX 3.0.1](https://spdx.github.io/spdx-spec/v3.0.1/) in JSON-LD.
    Spdx3,
    /// [CycloneDX 1.6](https://cyclonedx.org/docs/1.6/json/) in JSON.
    CycloneDx16,
    /// [CycloneDX 1.7](https://cyclonedx.org/docs/1.7/json/) in JSON: in addition, texts of licenses in expressions.
    CycloneDx17,
}

/// Writes an SBOM: compact JSON with sorted keys. Equal models give equal bytes.
///
/// # Errors
///
/// The model has values that the formats do not allow: an incomplete package, a license reference without its text, a
/// creation time of another form, or a path that occurs twice in a layer. The message has all problems.
pub fn render(subject: Subject<'_>, creator: &Creator, format: Format) -> Result<Vec<u8>> {
    let inventory = Inventory::of(subject)?;
    let inventory = &inventory;
    match format {
        Format::Spdx2 => identified(|id| {
            let namespace = namespace(inventory.name, id);
            spdx2::document(inventory, creator, namespace)
        }),
        Format::Spdx3 => identified(|id| {
            let namespace = namespace(inventory.name, id);
            spdx3::document(inventory, creator, &namespace)
        }),
        Format::CycloneDx16 => identified(|id| cyclonedx::document(inventory, creator, id, "1.6")),
        Format::CycloneDx17 => identified(|id| cyclonedx::document(inventory, creator, id, "1.7")),
    }
}

/// The form that the SPDX specification recommends.
fn namespace(name: &str, id: &str) -> String {
    format!("https://spdx.org/spdxdocs/{}-{id}", purl::escape(name))
}

/// Writes a document with a UUID that follows from its other content. So documents of different content never share an
/// identifier, also if they describe the same image.
fn identified<D: Serialize>(document: impl Fn(&str) -> D) -> Result<Vec<u8>> {
    let draft = serde_json::to_vec(&document(""));
    let draft = draft.map_err(|error| Error::cannot("write", "SBOM", error))?;
    canonical_json(&document(&uuid(&draft)))
}
