//! Pairs of images that have the expected relation, and pairs that do not.

use serde_json::json;
use testkit::Item;

use crate::image::{Image, Layer};

/// A pair: the image, and the one that it is compared with.
pub(crate) struct Pair {
    pub(crate) name: &'static str,
    pub(crate) relation: &'static str,
    pub(crate) image: fn() -> Image,
    pub(crate) other: fn() -> Image,
}

const fn pair(
    name: &'static str,
    relation: &'static str,
    image: fn() -> Image,
    other: fn() -> Image,
) -> Pair {
    Pair {
        name,
        relation,
        image,
        other,
    }
}

/// Pairs without a fault.
pub(crate) const SOUND: [Pair; 6] = [
    pair("nonroot", "nonroot", nonroot, Image::sound),
    pair("debug", "debug", debug, Image::sound),
    pair("subset", "subset", without_library, Image::sound),
    pair("packages", "packages", Image::sound, Image::sound),
    pair("same", "same", Image::sound, Image::sound),
    pair("the same files in more layers", "files", in_two, in_one),
];

pub(crate) const FAULTS: [Pair; 11] = [
    pair(
        "nonroot with another layer",
        "nonroot",
        || with_layer(nonroot()),
        Image::sound,
    ),
    pair(
        "nonroot that is root",
        "nonroot",
        Image::sound,
        Image::sound,
    ),
    pair(
        "nonroot with another environment",
        "nonroot",
        || Image {
            edit_config: |config| {
                config["config"]["User"] = json!("65532");
                config["config"]["Env"] = json!(["PATH=/bin"]);
            },
            ..Image::sound()
        },
        Image::sound,
    ),
    pair(
        "debug with a layer that is not declared",
        "debug",
        || with_layer(debug()),
        Image::sound,
    ),
    pair(
        "debug without a layer of its base",
        "debug",
        || Image {
            layers: debug().layers.split_off(1),
            ..debug()
        },
        Image::sound,
    ),
    pair(
        "debug with another user",
        "debug",
        nonroot_debug,
        Image::sound,
    ),
    pair(
        "a subset with more",
        "subset",
        Image::sound,
        without_library,
    ),
    pair(
        "a package that the other lacks",
        "packages",
        without_library,
        Image::sound,
    ),
    pair(
        "not the same: a file that tells its day, and others of other names",
        "same",
        || rebuilt("2026-11-21", &["a", "b"]),
        || rebuilt("2026-11-22", &["a", "c"]),
    ),
    pair(
        "other files: one of another day, and others of other names",
        "files",
        in_two,
        || rebuilt("2026-11-21", &["b"]),
    ),
    pair(
        "not the same: another environment",
        "same",
        || Image {
            edit_config: |config| config["config"]["Env"] = json!(["PATH=/bin"]),
            ..Image::sound()
        },
        Image::sound,
    ),
];

/// Two files, one of which a higher layer replaces.
fn in_two() -> Image {
    let mut image = rebuilt("2026-11-21", &["a"]);
    image
        .layers
        .push(Layer::new("above").file("day", "2026-11-22", 0o644));
    image
}

fn in_one() -> Image {
    rebuilt("2026-11-22", &["a"])
}

/// An image with a layer of files, one of which contains the build date.
fn rebuilt(day: &str, names: &[&str]) -> Image {
    let mut image = Image::sound();
    let mut layer = Layer::new("rebuilt").file("day", day, 0o644);
    for name in names {
        layer = layer.file(name, "x", 0o644);
    }
    image.layers.push(layer);
    image
}

fn nonroot() -> Image {
    Image {
        edit_config: |config| {
            config["config"]["User"] = json!("65532");
            config["config"]["WorkingDir"] = json!("/home/nonroot");
        },
        ..Image::sound()
    }
}

/// An image with a declared shell in a middle layer.
fn debug() -> Image {
    let mut image = Image::sound();
    image
        .layers
        .insert(3, Layer::new("busybox").file("busybox/busybox", "x", 0o755));
    image.edit_config = |config| config["config"]["Entrypoint"] = json!(["/busybox/sh"]);
    image
}

fn nonroot_debug() -> Image {
    Image {
        edit_config: |config| {
            config["config"]["Entrypoint"] = json!(["/busybox/sh"]);
            config["config"]["User"] = json!("65532");
        },
        ..debug()
    }
}

fn with_layer(mut image: Image) -> Image {
    image
        .layers
        .push(Layer::new("more").then(Item::directory("more")));
    image
}

fn without_library() -> Image {
    let mut image = Image::sound();
    image.layers.remove(2);
    image
}
