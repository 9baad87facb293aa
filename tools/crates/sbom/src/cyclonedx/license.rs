use image_contents::Licenses;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::inventory::Inventory;

/// A license choice: one expression, or licenses with texts.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum License {
    #[serde(rename_all = "camelCase")]
    Expression {
        expression: String,
        acknowledgement: &'static str,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        expression_details: Vec<Detail>,
    },
    Text {
        license: Named,
    },
}

/// The text of a license in an expression (only version 1.7).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Detail {
    license_identifier: String,
    text: Text,
}

#[derive(Serialize)]
pub(super) struct Named {
    name: String,
    text: Text,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Text {
    content_type: &'static str,
    content: String,
}

/// Licenses and copyright notices that were found in a package.
#[derive(Serialize)]
pub(super) struct Evidence {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    licenses: Vec<License>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    copyright: Vec<Copyright>,
}

#[derive(Serialize)]
struct Copyright {
    text: String,
}

/// The declared license of a package.
pub(super) fn declared(
    inventory: &Inventory<'_>,
    licenses: &Licenses,
    version: &str,
) -> Vec<License> {
    let Some(expression) = inventory.texts.declared(licenses) else {
        return Vec::new();
    };
    let used = crate::license_texts::references(&expression);
    let mut texts = inventory.texts.of_package(licenses);
    texts.retain(|name, _| used.contains(&**name) && version == "1.7");
    let details = texts
        .into_iter()
        .map(|(license_identifier, content)| Detail {
            license_identifier,
            text: text(content),
        });
    vec![License::Expression {
        expression_details: details.collect(),
        expression,
        acknowledgement: "declared",
    }]
}

/// The texts of license references and the copyright notices. Version 1.6 has no other field for texts next to an
/// expression.
pub(super) fn evidence(inventory: &Inventory<'_>, licenses: &Licenses) -> Option<Evidence> {
    let texts: BTreeMap<_, _> = inventory.texts.of_package(licenses);
    let named = texts.into_iter().map(|(name, content)| License::Text {
        license: Named {
            name,
            text: text(content),
        },
    });
    let licenses_found: Vec<_> = named.collect();
    let copyright: Vec<_> = licenses
        .copyright()
        .map(|text| Copyright { text })
        .into_iter()
        .collect();
    (!licenses_found.is_empty() || !copyright.is_empty()).then_some(Evidence {
        licenses: licenses_found,
        copyright,
    })
}

fn text(content: &str) -> Text {
    Text {
        content_type: "text/plain",
        content: content.to_owned(),
    }
}
