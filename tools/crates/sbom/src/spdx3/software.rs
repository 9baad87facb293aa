use image_contents::Licenses;

use super::element::{Element, File, Hash, Identifier, Node, Package};
use super::graph::Graph;
use crate::component::{Component, FileNode};
use crate::inventory::Inventory;
use crate::Creator;

/// Adds the element of a component, its supplier and its license.
pub(super) fn add(
    graph: &mut Graph<'_>,
    inventory: &Inventory<'_>,
    creator: &Creator,
    name: &str,
    component: &Component<'_>,
) {
    let Some(purpose) = purpose(component) else {
        graph.add(name, |id| {
            Node::File(File {
                element: element(id, inventory, component),
                kind: "file",
            })
        });
        return;
    };
    let supplier = component.supplier(creator);
    let supplier =
        supplier.map(|contact| graph.organization(&contact.name, contact.email.as_deref()));
    let cpe = component.cpe().map(|cpe| Identifier::new("cpe23", cpe));
    graph.add(name, |id| {
        Node::Package(Box::new(Package {
            element: element(id, inventory, component),
            supplier,
            version: component.version(),
            purl: component.purl(),
            external_identifier: cpe.into_iter().collect(),
            purpose,
            homepage: component.homepage(),
            download: component.download_url(),
            source_info: component.source_info(),
            copyright: component.licenses().and_then(Licenses::copyright),
        }))
    });
    let licenses = component.licenses();
    if let Some(expression) = licenses.and_then(|licenses| inventory.texts.declared(licenses)) {
        let license = graph.expression(&expression);
        graph.relation(name, "hasDeclaredLicense", vec![license]);
    }
}

/// The purpose of a package; `None` for a file.
fn purpose(component: &Component<'_>) -> Option<&'static str> {
    match component {
        Component::Index(_) | Component::Image(_) => Some("container"),
        Component::System(_) => Some("operatingSystem"),
        Component::Layer(_) => Some("archive"),
        Component::Package(_) => Some("install"),
        Component::Runtime(_) => Some("application"),
        Component::File(_) => None,
    }
}

/// The fields that all elements have. The format has no field for the licenses of groups of source files.
fn element(id: String, inventory: &Inventory<'_>, component: &Component<'_>) -> Element {
    let sha1 = match component {
        Component::File(FileNode { file, .. }) => file.sha1,
        _ => None,
    };
    let sha1 = sha1.map(|sum| Hash::new("sha1", hex::encode(sum)));
    let sha256 = component.sha256();
    let sha256 = sha256.map(|digest| Hash::new("sha256", digest.hex()));
    let licenses = component.licenses();
    let groups = licenses.map_or_else(Vec::new, |licenses| inventory.texts.groups(licenses));
    let groups = groups.iter().map(|group| format!("license of {group}"));
    let lines: Vec<_> = component.comment().into_iter().chain(groups).collect();
    let mut element = Element::named(id, &component.name());
    element.comment = (!lines.is_empty()).then(|| lines.join("\n"));
    element.hashes = sha1.into_iter().chain(sha256).collect();
    element
}
