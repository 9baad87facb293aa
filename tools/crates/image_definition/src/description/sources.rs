//! Sources of packages: the fields of a manifest.

use super::forms::{DEBIAN_ARCHITECTURE_KIND, PACKAGE, SHA256, TEXT, URL};
use super::kind::{Field, Kind, Object};

pub(super) static SOURCE: Object = Object {
    name: "a source",
    text: "A source of packages, with the fields of a [manifest](manifest.md#sources).",
    markers: &["archive", "url", "folder"],
    exclusive: true,
    fields: &[
        Field::new("channel", Kind::Text(&TEXT), "suite and components")
            .example("\"bookworm main\""),
        Field::new("archive", Kind::Text(&TEXT), "name of a Debian archive").example("\"debian\""),
        Field::new("url", Kind::Text(&URL), "URL of a repository")
            .example("\"https://vendor.example/apt\""),
        Field::new(
            "folder",
            Kind::Text(&TEXT),
            "directory of `.deb` files, relative to the definition",
        )
        .example("\"debs\""),
        Field::new(
            "name",
            Kind::Text(&PACKAGE),
            "key of the source in the lock",
        )
        .default("the suite")
        .example("\"vendor\""),
        Field::new("signed_by", Kind::Text(&TEXT), "keyring")
            .default("Debian's")
            .example("\"vendor\""),
        Field::new(
            "archs",
            Kind::set(&DEBIAN_ARCHITECTURE_KIND, 0),
            "Debian architectures that the source has",
        )
        .default("all")
        .example("[\"amd64\"]"),
        Field::new(
            "may_lack",
            Kind::set(&DEBIAN_ARCHITECTURE_KIND, 0),
            "Debian architectures for which the source may be left out",
        )
        .example("[\"armhf\"]"),
        Field::new(
            "check_valid_until",
            Kind::Truth,
            "whether a Release after its `Valid-Until` is an error",
        )
        .default("`true`")
        .example("false"),
        Field::new(
            "check_date",
            Kind::Truth,
            "whether a Release with a date in the future is an error",
        )
        .default("`true`")
        .example("false"),
        Field::new(
            "release_name",
            Kind::Text(&TEXT),
            "suite or codename that the Release states",
        )
        .default("the suite of `channel`")
        .example("\"stable\""),
    ],
};

pub(super) static SINGLE_DEB: Object = Object {
    name: "a single package",
    text: "A single package by URL.",
    markers: &[],
    exclusive: false,
    fields: &[
        Field::new("url", Kind::Text(&URL), "URL of the file")
            .required()
            .example("\"https://vendor.example/tool_1_amd64.deb\""),
        Field::new("sha256", Kind::Text(&SHA256), "SHA-256 of the file")
            .required()
            .example("\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\""),
    ],
};
