//! Writes the page section by section.

mod missing;
mod one;
mod overview;
mod variants;

use std::collections::BTreeMap;

use blob::Result;

use crate::images::set::Catalogue;
use crate::number::megabytes;

const HEAD: &str = "# Images

<!-- Written by `./bazelw run //docs:images` from the built images; `//docs:images_test` compares. Do not edit. -->

";

/// The whole page in Markdown.
pub(crate) fn page(catalogue: &Catalogue) -> Result<String> {
    let mut page = HEAD.to_owned();
    page += &totals(catalogue);
    page += &overview::section(catalogue);
    page += &variants::section(catalogue);
    for family in &catalogue.families {
        page += &one::sections(catalogue, family)?;
    }
    page += &missing::section(catalogue);
    Ok(page.trim_end().to_owned() + "\n")
}

/// The number of images, and of their layers and bytes.
fn totals(catalogue: &Catalogue) -> String {
    let images: Vec<_> = catalogue.sets().flat_map(|set| &set.images).collect();
    let layers: BTreeMap<&str, u64> = images
        .iter()
        .flat_map(|image| &image.facts.layers)
        .map(|layer| (layer.digest.as_str(), layer.size))
        .collect();
    format!(
        "There are {} images, each for one architecture. They consist of {} different layers \
         with {} MB together. Sizes are those of the compressed layers, in MB (1,000,000 bytes).\n\n",
        images.len(),
        layers.len(),
        megabytes(layers.values().sum()),
    )
}

#[cfg(test)]
mod tests;
