//! The table of images and distros, with the architectures.

use crate::images::set::Catalogue;
use crate::table::Table;

pub(super) fn section(catalogue: &Catalogue) -> String {
    let distros = catalogue.distros.iter();
    let mut table = Table::new(
        ["image".to_owned()]
            .into_iter()
            .chain(distros.map(|distro| distro.title.clone())),
    );
    for family in &catalogue.families {
        for name in family.names() {
            let cells =
                catalogue
                    .distros
                    .iter()
                    .map(|distro| match catalogue.set(name, &distro.name) {
                        Some(set) => set
                            .plain()
                            .map(|image| image.facts.architecture.as_str())
                            .collect::<Vec<_>>()
                            .join(" "),
                        None => "—".to_owned(),
                    });
            table.row(format!("[{name}](#{name})"), cells);
        }
    }
    "## All images\n\nEach image has the variants below.\n\n".to_owned() + &table.markdown()
}
