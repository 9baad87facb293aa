//! The forms of a report.

mod json;
mod lines;
mod markdown;
mod summary;
mod text;

use std::str::FromStr;

use blob::{Error, Result};

use crate::html;
use crate::report::{ImageReport, Report};

/// A form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain text for terminals.
    Text,
    /// [GitHub Flavored Markdown](https://github.github.com/gfm/), for the description of a pull request.
    Markdown,
    /// JSON with all facts.
    Json,
    /// One HTML page without references to other files.
    Html,
}

impl Format {
    /// All forms.
    pub const ALL: [Self; 4] = [Self::Text, Self::Markdown, Self::Json, Self::Html];

    /// The name on command lines.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Json => "json",
            Self::Html => "html",
        }
    }
}

impl FromStr for Format {
    type Err = Error;

    /// # Errors
    ///
    /// No form has this name.
    fn from_str(name: &str) -> Result<Self> {
        let mut forms = Self::ALL.into_iter();
        forms.find(|form| form.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            Error::cannot("use format", name, format!("expected one of {names}"))
        })
    }
}

/// Writes a report. `is_summary` leaves out the lists of files, layers, symbols and changelog entries, except in JSON.
///
/// # Errors
///
/// Only those of the writers of JSON and HTML.
pub fn render(report: &Report, format: Format, is_summary: bool) -> Result<Vec<u8>> {
    let text = match format {
        Format::Text => text::render(report, is_summary),
        Format::Markdown => markdown::render(report, is_summary),
        Format::Json => json::render(report)?,
        Format::Html => {
            let summaries = report.images.iter().map(summary::rows).collect();
            html::render(report, summaries, is_summary)?
        }
    };
    Ok(text.into_bytes())
}

/// Texts about images; images with the same text are together, with the names of their platforms.
fn grouped(report: &Report, body: impl Fn(&ImageReport) -> String) -> Vec<(String, String)> {
    let mut groups: Vec<(Vec<&str>, String)> = Vec::new();
    for image in report.images.iter().filter(|image| !image.is_empty()) {
        let text = body(image);
        match groups.iter_mut().find(|(_, other)| *other == text) {
            Some((platforms, _)) => platforms.push(&image.platform),
            None => groups.push((vec![&image.platform], text)),
        }
    }
    let groups = groups.into_iter();
    groups
        .map(|(platforms, text)| (platforms.join(", "), text))
        .collect()
}
