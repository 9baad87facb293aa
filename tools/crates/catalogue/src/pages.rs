//! The pages of the site: templates, styles and scripts are in `templates/` and `assets/`.

mod changes;
mod chart;
mod distros;
mod image;
mod index;
mod licences;
mod map;
mod packages;
mod text;
mod usage;

use std::collections::BTreeMap;

use blob::{Error, Result};
use minijinja::value::{Serde, Value};
use minijinja::{context, Environment};
use serde::Serialize;

use crate::catalogue::Catalogue;

/// Path in the site to content.
pub(crate) type Pages = BTreeMap<String, Vec<u8>>;

const TEMPLATES: [(&str, &str); 8] = [
    ("changes.html", include_str!("pages/templates/changes.html")),
    ("distros.html", include_str!("pages/templates/distros.html")),
    ("image.html", include_str!("pages/templates/image.html")),
    ("index.html", include_str!("pages/templates/index.html")),
    ("layout.html", include_str!("pages/templates/layout.html")),
    (
        "licences.html",
        include_str!("pages/templates/licences.html"),
    ),
    ("macros.html", include_str!("pages/templates/macros.html")),
    (
        "packages.html",
        include_str!("pages/templates/packages.html"),
    ),
];

const ASSETS: [(&str, &str); 4] = [
    ("assets/icon.svg", include_str!("pages/assets/icon.svg")),
    ("assets/site.css", include_str!("pages/assets/site.css")),
    ("assets/site.js", include_str!("pages/assets/site.js")),
    ("assets/theme.js", include_str!("pages/assets/theme.js")),
];

/// Renders the site: path in the site to content.
///
/// # Errors
///
/// A template fails, which is an error of this crate.
pub fn pages(catalogue: &Catalogue) -> Result<BTreeMap<String, Vec<u8>>> {
    let writer = Writer::new(catalogue)?;
    let mut pages = Pages::new();
    for (path, text) in ASSETS {
        pages.insert(path.to_owned(), text.as_bytes().to_vec());
    }
    pages.insert("catalogue.json".to_owned(), catalogue.to_json()?);
    index::write(catalogue, &writer, &mut pages)?;
    image::write(catalogue, &writer, &mut pages)?;
    packages::write(catalogue, &writer, &mut pages)?;
    licences::write(catalogue, &writer, &mut pages)?;
    distros::write(catalogue, &writer, &mut pages)?;
    changes::write(catalogue, &writer, &mut pages)?;
    Ok(pages)
}

/// Renders templates.
pub(crate) struct Writer<'a> {
    environment: Environment<'a>,
    site: Value,
}

/// The facts that all pages show.
#[derive(Serialize)]
struct Site<'a> {
    title: &'a str,
    source: &'a str,
    vendor: &'a str,
    tracker: Option<&'a str>,
    has_history: bool,
}

impl Writer<'_> {
    fn new(catalogue: &Catalogue) -> Result<Self> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
        environment.add_filter("bytes", figures::bytes);
        environment.add_filter("counted", figures::count);
        environment.add_filter("delta", figures::delta);
        environment.add_filter("megabytes", text::megabytes);
        environment.add_filter("fragment", text::fragment);
        environment.add_filter("licence", text::licence);
        environment.add_filter("share", text::share);
        environment.add_filter("breakable", text::breakable);
        for (name, template) in TEMPLATES {
            let added = environment.add_template(name, template);
            added.map_err(|error| fail(name, &error))?;
        }
        let site = Site {
            title: &catalogue.title,
            source: text::web_page(&catalogue.source),
            vendor: &catalogue.vendor,
            tracker: catalogue.tracker.as_deref(),
            has_history: catalogue.has_history,
        };
        Ok(Self {
            environment,
            site: value(&site)?,
        })
    }

    /// Renders a template to a page. `root` is the relative path from the page to the site: empty, or `../`.
    fn render(&self, template: &str, root: &str, page: &impl Serialize) -> Result<Vec<u8>> {
        let found = self.environment.get_template(template);
        let found = found.map_err(|error| fail(template, &error))?;
        let values = context! { site => self.site.clone(), root => root, page => value(page)? };
        let text = found.render(values);
        Ok(text.map_err(|error| fail(template, &error))?.into_bytes())
    }
}

/// Through JSON, so that values own their texts.
fn value(facts: &impl Serialize) -> Result<Value> {
    let json = serde_json::to_value(facts).map_err(|error| fail("site", &error))?;
    Ok(Value::from(Serde(json)))
}

fn fail(page: &str, cause: &dyn std::fmt::Display) -> Error {
    Error::cannot("write", page, format!("{cause:#}"))
}
