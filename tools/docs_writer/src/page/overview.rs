//! The matrix: image by distro, with the architectures.

use crate::set::Catalogue;
use crate::table::{code, Table};

pub(super) fn section(catalogue: &Catalogue) -> String {
    let distros = catalogue.distros.iter();
    let mut table = Table::new(
        ["image".to_owned()]
            .into_iter()
            .chain(distros.map(|distro| distro.title.clone()))
            .chain(["only on request".to_owned()]),
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
                            .map(|image| image.architecture.as_str())
                            .collect::<Vec<_>>()
                            .join(" "),
                        None => "—".to_owned(),
                    });
            let requested = family
                .sets
                .iter()
                .find(|set| set.described.published == name)
                .map(|set| code(&set.described.on_request));
            table.row(format!("[{name}](#{name})"), cells.chain(requested));
        }
    }
    "## Which there are\n\n\
     Each in the variants below. What is there only on request is made when it is named (`manual`), because it is large.\n\n"
        .to_owned()
        + &table.markdown()
}
