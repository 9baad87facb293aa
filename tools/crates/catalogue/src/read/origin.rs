//! The image in the chain of base images that a layer comes from.

use std::collections::BTreeMap;

use crate::image_set::ImageSet;

/// The longest chain of base images. A cycle ends here.
const MAX_CHAIN: usize = 16;

/// States the origin of all layers and packages: the title of the lowest image of the chain that has the layer.
pub(super) fn state(sets: &mut [ImageSet]) {
    let bases: BTreeMap<String, String> = sets
        .iter()
        .map(|set| (set.title.clone(), set.base.clone()))
        .collect();
    let layers: BTreeMap<String, Vec<String>> = sets
        .iter()
        .map(|set| {
            let layers = set.platforms.iter().flat_map(|platform| &platform.layers);
            let digests = layers.map(|layer| layer.digest.clone()).collect();
            (set.title.clone(), digests)
        })
        .collect();
    for set in sets {
        let chain = chain(&set.title, &bases);
        let origins = origins(&chain, &layers);
        let origin = |digest: &str| {
            let origin = origins.get(digest).map(|title| (*title).to_owned());
            origin.unwrap_or_else(|| set.title.clone())
        };
        for layer in set.platforms.iter_mut().flat_map(|one| &mut one.layers) {
            layer.origin = origin(&layer.digest);
        }
        for package in set.packages.iter_mut().chain(&mut set.debug_packages) {
            package.origin = origin(&package.origin);
        }
    }
}

/// The image and its bases, the lowest first.
fn chain(title: &str, bases: &BTreeMap<String, String>) -> Vec<String> {
    let mut chain = vec![title.to_owned()];
    while let Some(base) = chain.last().and_then(|title| bases.get(title)) {
        if base.is_empty() || chain.len() == MAX_CHAIN {
            break;
        }
        chain.push(base.clone());
    }
    chain.reverse();
    chain
}

fn origins<'a>(
    chain: &'a [String],
    layers: &'a BTreeMap<String, Vec<String>>,
) -> BTreeMap<&'a str, &'a str> {
    let mut origins = BTreeMap::new();
    for title in chain {
        for digest in layers.get(title).into_iter().flatten() {
            origins.entry(&**digest).or_insert(&**title);
        }
    }
    origins
}
