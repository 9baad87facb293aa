use blob::Digest;
use image_contents::{Download, Licenses};
use serde::Serialize;

use super::file::verification_code;
use super::values::{element, Checksum, NO_ASSERTION};
use crate::component::Component;
use crate::inventory::Inventory;
use crate::Creator;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Package {
    #[serde(rename = "SPDXID")]
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_info: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    package_file_name: Option<String>,
    supplier: String,
    download_location: String,
    files_analyzed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    package_verification_code: Option<VerificationCode>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    checksums: Vec<Checksum>,
    #[serde(skip_serializing_if = "Option::is_none")]
    homepage: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_info: Option<String>,
    license_concluded: &'static str,
    license_declared: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    license_comments: Option<String>,
    copyright_text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    external_refs: Vec<ExternalRef>,
    primary_package_purpose: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct VerificationCode {
    package_verification_code_value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExternalRef {
    reference_category: &'static str,
    reference_type: &'static str,
    reference_locator: String,
}

/// The package of a component; `None` for a file.
pub(super) fn package(
    inventory: &Inventory<'_>,
    creator: &Creator,
    id: &str,
    component: &Component<'_>,
) -> Option<Package> {
    let purpose = purpose(component)?;
    let no_assertion = || NO_ASSERTION.to_owned();
    let code = verification_code(inventory.files(id).map(|(_, node)| node));
    let licenses = component.licenses();
    let groups = licenses.map_or_else(Vec::new, |licenses| inventory.texts.groups(licenses));
    let declared = licenses.and_then(|licenses| inventory.texts.declared(licenses));
    let copyright = licenses.and_then(Licenses::copyright);
    let supplier = component.supplier(creator);
    Some(Package {
        id: element(id),
        name: component.name(),
        version_info: component.version(),
        package_file_name: component
            .download()
            .and_then(Download::file_name)
            .map(str::to_owned),
        supplier: supplier.map_or_else(no_assertion, |supplier| supplier.actor()),
        download_location: component.download_url().unwrap_or_else(no_assertion),
        files_analyzed: code.is_some(),
        package_verification_code: code.map(|code| VerificationCode {
            package_verification_code_value: code,
        }),
        checksums: component.sha256().into_iter().map(sha256).collect(),
        homepage: component.homepage(),
        source_info: component.source_info(),
        license_concluded: NO_ASSERTION,
        license_declared: declared.unwrap_or_else(no_assertion),
        license_comments: (!groups.is_empty()).then(|| groups.join("\n")),
        copyright_text: copyright.unwrap_or_else(no_assertion),
        comment: component.comment(),
        external_refs: references(component),
        primary_package_purpose: purpose,
    })
}

fn purpose(component: &Component<'_>) -> Option<&'static str> {
    match component {
        Component::Index(_) | Component::Image(_) => Some("CONTAINER"),
        Component::System(_) => Some("OPERATING-SYSTEM"),
        Component::Layer(_) => Some("ARCHIVE"),
        Component::Package(_) => Some("INSTALL"),
        Component::Runtime(_) => Some("APPLICATION"),
        Component::File(_) => None,
    }
}

fn sha256(digest: Digest) -> Checksum {
    Checksum::new("SHA256", digest.hex())
}

fn references(component: &Component<'_>) -> Vec<ExternalRef> {
    let reference = |reference_category, reference_type, reference_locator| ExternalRef {
        reference_category,
        reference_type,
        reference_locator,
    };
    let purl = component.purl();
    let purl = purl.map(|purl| reference("PACKAGE-MANAGER", "purl", purl));
    let cpe = component.cpe();
    let cpe = cpe.map(|cpe| reference("SECURITY", "cpe23Type", cpe));
    purl.into_iter().chain(cpe).collect()
}
