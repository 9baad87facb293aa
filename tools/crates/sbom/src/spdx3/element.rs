//! The classes of the model that our documents use.

use serde::Serialize;

/// The identifier of the one `CreationInfo`, which all elements refer to.
pub(super) const CREATION: &str = "_:creation";

/// A node of the graph.
#[derive(Serialize)]
#[serde(tag = "type")]
pub(super) enum Node {
    CreationInfo(CreationInfo),
    Organization(Agent),
    SoftwareAgent(Agent),
    Tool(Agent),
    SpdxDocument(SpdxDocument),
    Relationship(Relationship),
    #[serde(rename = "software_Sbom")]
    Sbom(Sbom),
    #[serde(rename = "software_Package")]
    Package(Box<Package>),
    #[serde(rename = "software_File")]
    File(File),
    #[serde(rename = "simplelicensing_LicenseExpression")]
    LicenseExpression(LicenseExpression),
    #[serde(rename = "simplelicensing_SimpleLicensingText")]
    LicensingText(LicensingText),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreationInfo {
    #[serde(rename = "@id")]
    pub(super) id: &'static str,
    pub(super) spec_version: &'static str,
    pub(super) created: String,
    pub(super) created_by: Vec<String>,
    pub(super) created_using: Vec<String>,
}

/// The fields of every element.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Element {
    spdx_id: String,
    creation_info: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comment: Option<String>,
    #[serde(rename = "verifiedUsing", skip_serializing_if = "Vec::is_empty")]
    pub(super) hashes: Vec<Hash>,
}

impl Element {
    pub(super) fn new(spdx_id: String) -> Self {
        Self {
            spdx_id,
            creation_info: CREATION,
            name: None,
            comment: None,
            hashes: Vec::new(),
        }
    }

    pub(super) fn named(spdx_id: String, name: &str) -> Self {
        Self {
            name: Some(name.to_owned()),
            ..Self::new(spdx_id)
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Hash {
    #[serde(rename = "type")]
    kind: &'static str,
    algorithm: &'static str,
    hash_value: String,
}

impl Hash {
    pub(super) fn new(algorithm: &'static str, hash_value: String) -> Self {
        Self {
            kind: "Hash",
            algorithm,
            hash_value,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Identifier {
    #[serde(rename = "type")]
    kind: &'static str,
    external_identifier_type: &'static str,
    identifier: String,
}

impl Identifier {
    pub(super) fn new(external_identifier_type: &'static str, identifier: String) -> Self {
        Self {
            kind: "ExternalIdentifier",
            external_identifier_type,
            identifier,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Agent {
    #[serde(flatten)]
    pub(super) element: Element,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) external_identifier: Vec<Identifier>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SpdxDocument {
    #[serde(flatten)]
    pub(super) element: Element,
    pub(super) data_license: String,
    pub(super) root_element: Vec<String>,
    pub(super) profile_conformance: [&'static str; 3],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Sbom {
    #[serde(flatten)]
    pub(super) element: Element,
    pub(super) root_element: Vec<String>,
    #[serde(rename = "software_sbomType")]
    pub(super) sbom_type: [&'static str; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Relationship {
    #[serde(flatten)]
    pub(super) element: Element,
    pub(super) from: String,
    pub(super) relationship_type: &'static str,
    pub(super) to: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct Package {
    #[serde(flatten)]
    pub(super) element: Element,
    #[serde(rename = "suppliedBy", skip_serializing_if = "Option::is_none")]
    pub(super) supplier: Option<String>,
    #[serde(
        rename = "software_packageVersion",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) version: Option<String>,
    #[serde(
        rename = "software_packageUrl",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) purl: Option<String>,
    #[serde(rename = "externalIdentifier", skip_serializing_if = "Vec::is_empty")]
    pub(super) external_identifier: Vec<Identifier>,
    #[serde(rename = "software_primaryPurpose")]
    pub(super) purpose: &'static str,
    #[serde(rename = "software_homePage", skip_serializing_if = "Option::is_none")]
    pub(super) homepage: Option<String>,
    #[serde(
        rename = "software_downloadLocation",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) download: Option<String>,
    #[serde(
        rename = "software_sourceInfo",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) source_info: Option<String>,
    #[serde(
        rename = "software_copyrightText",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) copyright: Option<String>,
}

#[derive(Serialize)]
pub(super) struct File {
    #[serde(flatten)]
    pub(super) element: Element,
    #[serde(rename = "software_fileKind")]
    pub(super) kind: &'static str,
}

#[derive(Serialize)]
pub(super) struct LicenseExpression {
    #[serde(flatten)]
    pub(super) element: Element,
    #[serde(rename = "simplelicensing_licenseExpression")]
    pub(super) expression: String,
    #[serde(
        rename = "simplelicensing_customIdToUri",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub(super) references: Vec<DictionaryEntry>,
}

/// The element of a license reference.
#[derive(Serialize)]
pub(super) struct DictionaryEntry {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) key: String,
    pub(super) value: String,
}

#[derive(Serialize)]
pub(super) struct LicensingText {
    #[serde(flatten)]
    pub(super) element: Element,
    #[serde(rename = "simplelicensing_licenseText")]
    pub(super) text: String,
}
