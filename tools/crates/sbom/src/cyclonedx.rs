//! CycloneDX 1.6 and 1.7 in JSON (<https://cyclonedx.org/docs/1.6/json/>).

mod component;
mod license;
mod properties;

use serde::Serialize;

use crate::component::Component;
use crate::inventory::Inventory;
use crate::Creator;
use component::{Entity, Part};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Document {
    bom_format: &'static str,
    spec_version: &'static str,
    serial_number: String,
    version: u32,
    metadata: Metadata,
    components: Vec<Part>,
    dependencies: Vec<Dependency>,
}

#[derive(Serialize)]
struct Metadata {
    timestamp: String,
    tools: Tools,
    component: Part,
    #[serde(skip_serializing_if = "Option::is_none")]
    supplier: Option<Entity>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author>,
}

#[derive(Serialize)]
struct Tools {
    components: Vec<Tool>,
}

#[derive(Serialize)]
struct Tool {
    #[serde(rename = "type")]
    kind: &'static str,
    name: String,
    version: String,
}

#[derive(Serialize)]
struct Author {
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Dependency {
    #[serde(rename = "ref")]
    of: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    depends_on: Vec<String>,
}

pub(crate) fn document(
    inventory: &Inventory<'_>,
    creator: &Creator,
    uuid: &str,
    version: &'static str,
) -> Document {
    let render = |id: &String, component: &Component<'_>| {
        component::part(inventory, creator, id, component, version)
    };
    // Files are inside their owners.
    let components = inventory.components.iter();
    let listed = components.filter(|(_, component)| !matches!(component, Component::File(_)));
    let (root, others): (Vec<_>, Vec<_>) = listed.partition(|(id, _)| **id == inventory.root);
    let organization = creator.organization.as_ref();
    let supplier = root
        .first()
        .and_then(|(_, component)| component.supplier(creator));
    let root = root.first().map(|(id, component)| render(id, component));
    Document {
        bom_format: "CycloneDX",
        spec_version: version,
        serial_number: format!("urn:uuid:{uuid}"),
        version: 1,
        metadata: Metadata {
            timestamp: inventory.created.to_owned(),
            tools: Tools {
                components: vec![Tool {
                    kind: "application",
                    name: creator.tool.clone(),
                    version: creator.version.clone(),
                }],
            },
            component: root.unwrap_or_default(),
            supplier: supplier.as_ref().map(Entity::of),
            authors: organization
                .map(|name| Author { name: name.clone() })
                .into_iter()
                .collect(),
        },
        components: others
            .iter()
            .map(|(id, component)| render(id, component))
            .collect(),
        dependencies: dependencies(inventory),
    }
}

/// The relations index, image, layer, package. The format has no other relation between components that may have
/// several owners.
fn dependencies(inventory: &Inventory<'_>) -> Vec<Dependency> {
    let is_file = |id: &str| matches!(inventory.components.get(id), Some(Component::File(_)));
    let owners = inventory.components.keys().filter(|id| !is_file(id));
    owners
        .map(|id| Dependency {
            of: id.clone(),
            depends_on: inventory
                .parts(id)
                .filter(|part| !is_file(part))
                .map(str::to_owned)
                .collect(),
        })
        .collect()
}
