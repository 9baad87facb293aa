//! Checks the manifest and the configuration of an image.

use oci_spec::image::{Arch, MediaType, Os};
use rootfs::Image;

use crate::checks::{verdict, CheckResult};
use crate::outcome::Verdict;

const LAYERS: [MediaType; 3] = [
    MediaType::ImageLayer,
    MediaType::ImageLayerGzip,
    MediaType::ImageLayerZstd,
];

pub(crate) fn evaluate(image: &Image) -> Vec<CheckResult> {
    let config = image.config();
    vec![
        verdict("the history describes each layer", history(image)),
        (
            "media types follow the specification".to_owned(),
            media_types(image),
        ),
        verdict("the configuration is for Linux and lists layers", {
            let mut problems = Vec::new();
            if *config.os() != Os::Linux {
                problems.push(format!(
                    "the configuration is for the operating system `{}`",
                    config.os()
                ));
            }
            if let Arch::Other(name) = config.architecture() {
                problems.push(format!(
                    "the configuration is for the architecture `{name}`, which no runtime knows"
                ));
            }
            if config.rootfs().typ() != "layers" {
                problems.push(format!(
                    "the type of `rootfs` is `{}`, not `layers`",
                    config.rootfs().typ()
                ));
            }
            problems
        }),
        verdict(
            "engines accept the working directory, the command and the environment",
            process(image),
        ),
        verdict("the index has the platform of the configuration", {
            let listed = image.mislisted().map(|listed| {
                let (os, architecture) = (config.os(), config.architecture());
                format!("the index lists it for `{listed}`, but its configuration is for `{os}/{architecture}`")
            });
            listed.into_iter().collect::<Vec<_>>()
        }),
    ]
}

fn history(image: &Image) -> Vec<String> {
    let history = image.config().history().iter().flatten();
    let described = history
        .filter(|entry| entry.empty_layer() != Some(true))
        .count();
    let layers = image.layers().len();
    if described == layers {
        Vec::new()
    } else {
        vec![format!(
            "the history describes {described} layers, but the image has {layers}"
        )]
    }
}

/// With what of the config no engine starts a process.
fn process(image: &Image) -> Vec<String> {
    let Some(config) = image.config().config() else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    let directory = config.working_dir().as_deref().unwrap_or_default();
    if !directory.is_empty() && !directory.starts_with('/') {
        problems.push(format!(
            "`WorkingDir` is `{directory}`, not an absolute path"
        ));
    }
    let env = config.env().iter().flatten();
    if let Some(set) = env.clone().find(|set| set.starts_with('=')) {
        problems.push(format!("`Env` has `{set}`, which has no name"));
    }
    let words = config
        .entrypoint()
        .iter()
        .chain(config.cmd().iter())
        .flatten();
    if env.chain(words).any(|text| text.contains('\0')) {
        problems.push("`Env`, `Entrypoint` or `Cmd` has a NUL byte".to_owned());
    }
    problems
}

fn media_types(image: &Image) -> Verdict {
    let Some(manifest) = image.manifest() else {
        return Verdict::Skipped(
            "an archive of `docker save` has no manifest with media types".to_owned(),
        );
    };
    let mut problems = Vec::new();
    let mut expect = |what: &str, found: &MediaType, expected: &[MediaType]| {
        if !expected.contains(found) {
            problems.push(format!("{what} has the media type `{found}`"));
        }
    };
    match manifest.media_type() {
        Some(found) => expect("the manifest", found, &[MediaType::ImageManifest]),
        None => expect(
            "the manifest",
            &MediaType::Other("none".to_owned()),
            &[MediaType::ImageManifest],
        ),
    }
    expect(
        "the config",
        manifest.config().media_type(),
        &[MediaType::ImageConfig],
    );
    for (at, layer) in manifest.layers().iter().enumerate() {
        expect(&format!("layer {at}"), layer.media_type(), &LAYERS);
    }
    Verdict::of(problems)
}
