use std::collections::BTreeMap;

use super::element::{
    Agent, DictionaryEntry, Element, Identifier, LicenseExpression, LicensingText, Node,
    Relationship,
};
use crate::identifier::short_hash;
use crate::license_texts::references;

/// The nodes of a document by their identifiers.
pub(super) struct Graph<'n> {
    namespace: &'n str,
    nodes: BTreeMap<String, Node>,
}

impl<'n> Graph<'n> {
    pub(super) fn new(namespace: &'n str) -> Self {
        Self {
            namespace,
            nodes: BTreeMap::new(),
        }
    }

    /// The nodes in the order of their identifiers.
    pub(super) fn into_nodes(self) -> impl Iterator<Item = Node> {
        self.nodes.into_values()
    }

    /// The full identifier of an element.
    pub(super) fn id(&self, name: &str) -> String {
        format!("{}#{name}", self.namespace)
    }

    /// Adds a node, if it is not known, and returns its identifier.
    pub(super) fn add(&mut self, name: &str, node: impl FnOnce(String) -> Node) -> String {
        let id = self.id(name);
        if !self.nodes.contains_key(name) {
            self.nodes.insert(name.to_owned(), node(id.clone()));
        }
        id
    }

    pub(super) fn organization(&mut self, name: &str, email: Option<&str>) -> String {
        let hash = short_hash(&[name, email.unwrap_or_default()]);
        let email = email.map(|email| Identifier::new("email", email.to_owned()));
        self.add(&format!("Organization-{hash}"), |id| {
            Node::Organization(agent(id, name, email.into_iter().collect()))
        })
    }

    pub(super) fn software_agent(&mut self, name: &str) -> String {
        self.add("SoftwareAgent", |id| {
            Node::SoftwareAgent(agent(id, name, Vec::new()))
        })
    }

    pub(super) fn tool(&mut self, name: &str) -> String {
        self.add("Tool", |id| Node::Tool(agent(id, name, Vec::new())))
    }

    /// Adds a relation from a component.
    pub(super) fn relation(&mut self, from: &str, kind: &'static str, to: Vec<String>) {
        let source = self.id(from);
        self.add(&format!("Relationship-{kind}-{from}"), |id| {
            Node::Relationship(Relationship {
                element: Element::new(id),
                from: source,
                relationship_type: kind,
                to,
            })
        });
    }

    /// Adds the texts of license references.
    pub(super) fn texts(&mut self, texts: &BTreeMap<String, &str>) {
        for (name, text) in texts {
            self.add(name, |id| {
                Node::LicensingText(LicensingText {
                    element: Element::named(id, name),
                    text: (*text).to_owned(),
                })
            });
        }
    }

    /// Adds an expression, whose references are in [`Graph::texts`].
    pub(super) fn expression(&mut self, expression: &str) -> String {
        let entries = references(expression)
            .into_iter()
            .map(|name| DictionaryEntry {
                kind: "DictionaryEntry",
                key: name.to_owned(),
                value: self.id(name),
            });
        let entries: Vec<_> = entries.collect();
        self.add(&format!("License-{}", short_hash(&[expression])), |id| {
            Node::LicenseExpression(LicenseExpression {
                element: Element::new(id),
                expression: expression.to_owned(),
                references: entries,
            })
        })
    }
}

fn agent(id: String, name: &str, external_identifier: Vec<Identifier>) -> Agent {
    Agent {
        element: Element::named(id, name),
        external_identifier,
    }
}
