use image_contents::Contact;
use serde::Serialize;

use super::license::{self, Evidence, License};
use super::properties::{ours, scanners, Property};
use crate::component::Component;
use crate::inventory::Inventory;
use crate::Creator;

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Part {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(rename = "bom-ref")]
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    supplier: Option<Entity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hashes: Vec<Hash>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    licenses: Vec<License>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cpe: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purl: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    external_references: Vec<Reference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    properties: Vec<Property>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<Evidence>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    components: Vec<Part>,
}

/// An organization.
#[derive(Serialize)]
pub(super) struct Entity {
    name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contact: Vec<Email>,
}

#[derive(Serialize)]
struct Email {
    email: String,
}

#[derive(Serialize)]
struct Hash {
    alg: &'static str,
    content: String,
}

#[derive(Serialize)]
struct Reference {
    #[serde(rename = "type")]
    kind: &'static str,
    url: String,
}

impl Entity {
    pub(super) fn of(contact: &Contact) -> Self {
        let email = contact.email.iter().cloned();
        Self {
            name: contact.name.clone(),
            contact: email.map(|email| Email { email }).collect(),
        }
    }
}

/// A component in version `version` of the format, with its files.
pub(super) fn part(
    inventory: &Inventory<'_>,
    creator: &Creator,
    id: &str,
    component: &Component<'_>,
    version: &str,
) -> Part {
    let supplier = component.supplier(creator);
    let licenses = component.licenses();
    let files = inventory.files(id);
    Part {
        kind: kind(component),
        id: id.to_owned(),
        name: component.name(),
        version: component.version(),
        publisher: match component {
            Component::Package(_) => supplier.as_ref().map(Contact::text),
            _ => None,
        },
        supplier: supplier.as_ref().map(Entity::of),
        hashes: hashes(component),
        licenses: licenses.map_or_else(Vec::new, |licenses| {
            license::declared(inventory, licenses, version)
        }),
        cpe: component.cpe(),
        purl: component.purl(),
        external_references: references(component),
        properties: properties(inventory, component),
        evidence: licenses.and_then(|licenses| license::evidence(inventory, licenses)),
        components: files
            .map(|(id, node)| part(inventory, creator, id, &Component::File(*node), version))
            .collect(),
    }
}

fn kind(component: &Component<'_>) -> &'static str {
    match component {
        Component::Index(_) | Component::Image(_) => "container",
        Component::System(_) => "operating-system",
        Component::Package(_) => "library",
        Component::Runtime(_) => "application",
        Component::Layer(_) | Component::File(_) => "file",
    }
}

fn hashes(component: &Component<'_>) -> Vec<Hash> {
    let sha1 = match component {
        Component::File(node) => node.file.sha1,
        _ => None,
    };
    let sha1 = sha1.map(|sum| ("SHA-1", hex::encode(sum)));
    let sha256 = component.sha256();
    let sha256 = sha256.map(|digest| ("SHA-256", digest.hex()));
    let sums = sha1.into_iter().chain(sha256);
    sums.map(|(alg, content)| Hash { alg, content }).collect()
}

fn references(component: &Component<'_>) -> Vec<Reference> {
    let website = component.homepage().map(|url| ("website", url));
    let distribution = component.download_url().map(|url| ("distribution", url));
    let references = website.into_iter().chain(distribution);
    references
        .map(|(kind, url)| Reference { kind, url })
        .collect()
}

fn properties(inventory: &Inventory<'_>, component: &Component<'_>) -> Vec<Property> {
    let mut properties = match component {
        Component::Package(node) => scanners(node),
        _ => Vec::new(),
    };
    let facts = component.facts().into_iter();
    properties.extend(facts.map(|(name, value)| ours(name, value)));
    let licenses = component.licenses();
    let groups = licenses.map_or_else(Vec::new, |licenses| inventory.texts.groups(licenses));
    let groups = groups.into_iter();
    properties.extend(groups.map(|group| ours("license-group", group)));
    properties
}
