//! Models that no format allows.

use crate::model;
use image_contents::Image;
use sbom::{render, Creator, Format, Subject};

fn error(image: &Image) -> String {
    let creator = Creator {
        tool: "distroless".to_owned(),
        version: "0.1.0".to_owned(),
        organization: None,
    };
    let error = render(Subject::Image(image), &creator, Format::Spdx2).unwrap_err();
    error.to_string()
}

fn changed(change: impl FnOnce(&mut Image)) -> String {
    let mut image = model::image("amd64");
    change(&mut image);
    let error = error(&image);
    let prefix = "cannot write the SBOM of `static:debian12`: ";
    error.strip_prefix(prefix).unwrap_or(&error).to_owned()
}

#[test]
fn messages() {
    assert_eq!(
        changed(|image| image.created = "2026-11-21".to_owned()),
        "the creation time is `2026-11-21`; expected UTC without a fraction, like `2026-11-21T02:34:56Z`"
    );
    assert_eq!(
        changed(|image| image.layers[0].packages[0].licenses.texts.clear()),
        "`libc6 2.36-9+deb12u10 amd64` has the license `LicenseRef-custom`, whose text is missing"
    );
    assert_eq!(
        changed(|image| image.layers[0].packages[0].entries[0].path = "/a".to_owned()),
        "the path `/a` is not relative"
    );
    assert_eq!(
        changed(|image| image.layers[0]
            .entries
            .push(model::file("usr/lib/libc.so.6"))),
        format!(
            "layer `{}` has `usr/lib/libc.so.6` twice",
            model::image("amd64").layers[0].digest
        )
    );
    assert_eq!(
        changed(|image| image.layers[3].runtimes[0].purl = "nodejs".to_owned()),
        "runtime `nodejs` has the package URL `nodejs`; expected a name and a URL that begins with `pkg:`"
    );
    assert_eq!(
        changed(|image| image.layers[3].runtimes[0].licenses.expression = Some("LicenseRef-a_b".to_owned())),
        "`nodejs` has the license `LicenseRef-a_b`; a reference has letters, digits, `-` and `.` only"
    );
}

#[test]
fn one_message_has_all_problems() {
    let message = changed(|image| {
        image.layers[0].packages[0].id.version.clear();
        image.layers[1].packages[0].licenses.expression = Some(" ".to_owned());
    });
    assert_eq!(
        message,
        "package `libc6  amd64` lacks a name, a version or a source package; \
         `libstdc++6 12.2.0-14 amd64` has an empty license expression"
    );
}

/// The same package, but from another file.
#[test]
fn contradictory_components() {
    let message = changed(|image| {
        let mut layer = image.layers[0].clone();
        layer.digest = blob::Digest::of(b"other");
        layer.packages[0].download = None;
        image.layers.push(layer);
    });
    assert_eq!(
        message,
        "two different components have the identifier `Package-deb-libc6-2.36-9C2Bdeb12u10-amd64`"
    );
}
