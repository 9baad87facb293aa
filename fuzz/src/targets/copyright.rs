//! Copyright files of packages.

use copyright::Copyright;

use super::{same, target, text, Outcome, Target};

const WORDS: &[&str] = &[
    "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n",
    "Files: * a/\\*.c\n",
    "Copyright: 2020 a\n",
    "License: GPL-2+\n",
    "License: ",
    " .\n",
    " text\n",
    "\n\n",
    "#x\n",
    " or ",
    " and ",
    ", and ",
    " with Libtool exception",
    "Expat",
    "MIT",
    "public-domain",
    "BSD-3-clause~x",
    "GFDL-NIV-1.3+",
    "/usr/share/common-licenses/GPL",
];

pub(super) fn targets() -> Vec<Target> {
    vec![target("copyright_file", WORDS, copyright_file)]
}

fn copyright_file(input: &[u8]) -> Outcome {
    let text = text(input);
    let Ok(copyright) = Copyright::parse("a", &text) else {
        return Ok(());
    };
    let groups = copyright.groups.iter().map(|group| &group.licence);
    let expressions = groups.chain(&copyright.overall);
    for expression in expressions.chain([&copyright.declared]) {
        for licence in expression.licences() {
            let is_reference = licence.starts_with("LicenseRef-");
            if is_reference != copyright.texts.contains_key(licence) {
                return Err(format!("`{licence}` and its text do not agree"));
            }
        }
    }
    let _ = copyright.group_of("a/b.c");
    same(
        "copyright",
        &Copyright::parse("a", &text).ok(),
        &Some(copyright),
    )
}
