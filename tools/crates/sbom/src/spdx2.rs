//! SPDX 2.3 in JSON (<https://spdx.github.io/spdx-spec/v2.3/>).

mod file;
mod package;
mod values;

use serde::Serialize;

use crate::component::Component;
use crate::inventory::Inventory;
use crate::Creator;
use file::File;
use package::Package;
use values::element;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Document {
    #[serde(rename = "SPDXID")]
    id: &'static str,
    spdx_version: &'static str,
    data_license: &'static str,
    name: String,
    document_namespace: String,
    creation_info: CreationInfo,
    packages: Vec<Package>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<File>,
    relationships: Vec<Relationship>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    has_extracted_licensing_infos: Vec<ExtractedLicense>,
}

#[derive(Serialize)]
struct CreationInfo {
    created: String,
    creators: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Relationship {
    spdx_element_id: String,
    relationship_type: &'static str,
    related_spdx_element: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExtractedLicense {
    license_id: String,
    name: String,
    extracted_text: String,
}

pub(crate) fn document(
    inventory: &Inventory<'_>,
    creator: &Creator,
    namespace: String,
) -> Document {
    let components = inventory.components.iter();
    let packages = components
        .clone()
        .filter_map(|(id, component)| package::package(inventory, creator, id, component));
    let files = components.filter_map(|(id, component)| file::file(id, component));
    let texts = inventory.texts.all().into_iter();
    Document {
        id: "SPDXRef-DOCUMENT",
        spdx_version: "SPDX-2.3",
        data_license: "CC0-1.0",
        name: inventory.name.to_owned(),
        document_namespace: namespace,
        creation_info: CreationInfo {
            created: inventory.created.to_owned(),
            creators: creators(creator),
        },
        packages: packages.collect(),
        files: files.collect(),
        relationships: relationships(inventory),
        has_extracted_licensing_infos: texts
            .map(|(id, text)| ExtractedLicense {
                name: id.trim_start_matches("LicenseRef-").to_owned(),
                license_id: id,
                extracted_text: text.to_owned(),
            })
            .collect(),
    }
}

fn creators(creator: &Creator) -> Vec<String> {
    let organization = creator.organization.iter();
    let tool = format!("Tool: {}-{}", creator.tool, creator.version);
    let organization = organization.map(|name| format!("Organization: {name}"));
    std::iter::once(tool).chain(organization).collect()
}

fn relationships(inventory: &Inventory<'_>) -> Vec<Relationship> {
    let relation = |from: &str, relationship_type, to: &str| Relationship {
        spdx_element_id: element(from),
        relationship_type,
        related_spdx_element: element(to),
    };
    let mut all = vec![relation("DOCUMENT", "DESCRIBES", &inventory.root)];
    for (owner, parts) in &inventory.parts {
        for part in parts {
            match inventory.components.get(part) {
                Some(Component::Image(_)) => all.push(relation(part, "VARIANT_OF", owner)),
                Some(Component::File(node)) if node.file.sha1.is_none() => continue,
                _ => {}
            }
            all.push(relation(owner, "CONTAINS", part));
        }
    }
    all
}
