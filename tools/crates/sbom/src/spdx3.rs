//! SPDX 3.0.1 in JSON-LD (<https://spdx.github.io/spdx-spec/v3.0.1/>).

mod element;
mod graph;
mod software;

use serde::Serialize;

use crate::component::Component;
use crate::inventory::Inventory;
use crate::Creator;
use element::{CreationInfo, Element, Node, Sbom, SpdxDocument};
use graph::Graph;

#[derive(Serialize)]
pub(crate) struct Document {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@graph")]
    graph: Vec<Node>,
}

pub(crate) fn document(inventory: &Inventory<'_>, creator: &Creator, namespace: &str) -> Document {
    let mut graph = Graph::new(namespace);
    let tool = graph.tool(&format!("{}-{}", creator.tool, creator.version));
    let author = match &creator.organization {
        Some(name) => graph.organization(name, None),
        None => graph.software_agent(&creator.tool),
    };
    graph.texts(&inventory.texts.all());
    for (id, component) in &inventory.components {
        software::add(&mut graph, inventory, creator, id, component);
    }
    contains(&mut graph, inventory);
    let root = graph.id(&inventory.root);
    let data_license = graph.expression("CC0-1.0");
    let sbom = graph.add("Sbom", |id| {
        Node::Sbom(Sbom {
            element: Element::new(id),
            root_element: vec![root],
            sbom_type: ["build"],
        })
    });
    graph.add("Document", |id| {
        Node::SpdxDocument(SpdxDocument {
            element: Element::named(id, inventory.name),
            data_license,
            root_element: vec![sbom],
            profile_conformance: ["core", "software", "simpleLicensing"],
        })
    });
    let mut nodes = vec![Node::CreationInfo(CreationInfo {
        id: element::CREATION,
        spec_version: "3.0.1",
        created: inventory.created.to_owned(),
        created_by: vec![author],
        created_using: vec![tool],
    })];
    nodes.extend(graph.into_nodes());
    Document {
        context: "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
        graph: nodes,
    }
}

/// Relations from each component to its parts, and from an index to its variants.
fn contains(graph: &mut Graph<'_>, inventory: &Inventory<'_>) {
    for (owner, parts) in &inventory.parts {
        let is_image =
            |part: &&String| matches!(inventory.components.get(*part), Some(Component::Image(_)));
        let variants: Vec<_> = parts
            .iter()
            .filter(is_image)
            .map(|id| graph.id(id))
            .collect();
        if !variants.is_empty() {
            graph.relation(owner, "hasVariant", variants);
        }
        let parts = parts.iter().map(|id| graph.id(id)).collect();
        graph.relation(owner, "contains", parts);
    }
}
