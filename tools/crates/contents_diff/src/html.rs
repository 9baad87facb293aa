//! One HTML page without references to other files and without scripts.

mod tiles;

use blob::{Error, Result};
use message::escape;
use minijinja::value::{Serde, Value};
use minijinja::{context, Environment};
use serde_json::Value as Json;

use crate::report::Report;

/// Files that the page lists for each image.
const MAX_FILES: usize = 2000;

/// Symbols that the page lists for each library.
const MAX_SYMBOLS: usize = 500;

/// Writes the page. `summaries` has the rows of the summary of each image.
pub(crate) fn render(
    report: &Report,
    summaries: Vec<Vec<(&'static str, String)>>,
    is_summary: bool,
) -> Result<String> {
    let fail = |cause: &dyn std::fmt::Display| Error::cannot("write", "HTML page", cause);
    let mut environment = Environment::new();
    environment.add_filter("bytes", figures::bytes);
    environment.add_filter("delta", figures::delta);
    let template = environment
        .template_from_named_str("page.html", include_str!("html/page.html"))
        .map_err(|error| fail(&error))?;
    let mut facts = serde_json::to_value(report).map_err(|error| fail(&error))?;
    make_visible(&mut facts);
    let maps: Vec<Vec<tiles::Tile>> = report.images.iter().map(tiles::of).collect();
    let values = context! {
        report => Value::from(Serde(facts)),
        is_equal => report.is_empty(),
        is_summary => is_summary,
        summaries => summaries,
        maps => Value::from(Serde(maps)),
        map_width => tiles::WIDTH,
        map_height => tiles::HEIGHT,
        max_files => MAX_FILES,
        max_symbols => MAX_SYMBOLS,
    };
    template.render(values).map_err(|error| fail(&error))
}

/// Replaces invisible characters in all texts. The template escapes those of HTML.
fn make_visible(value: &mut Json) {
    match value {
        Json::String(text) => {
            let lines: Vec<String> = text.split('\n').map(escape).collect();
            *text = lines.join("\n");
        }
        Json::Array(values) => values.iter_mut().for_each(make_visible),
        Json::Object(values) => values.values_mut().for_each(make_visible),
        _ => {}
    }
}
