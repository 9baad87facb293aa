//! Merges layers as the layering says.

use std::collections::BTreeSet;

use image_definition::{Compression, Layering};

use super::layer::{self, Layer};
use super::step::{Part, Step, Tool, Written};
use super::steps::Steps;

/// The assumed size of layers of unknown size: they contain files of the definition, which are small.
const LIGHT: u64 = 4096;

/// Merges the layers that an image adds to a base of `below` layers. `name` is the name of the image.
pub(crate) fn lay_out(
    steps: &mut Steps,
    layers: Vec<Layer>,
    layering: Layering,
    below: usize,
    name: &str,
    compression: Compression,
) -> Vec<Layer> {
    match layering {
        Layering::Package => layers,
        Layering::Single => merge(steps, layers, &format!("{name}.all"), compression),
        Layering::Origin(most) => {
            let most = most.saturating_sub(below).max(1);
            let items = layers.iter().map(|layer| Item {
                origin: &layer.origin,
                size: if layer.size == 0 { LIGHT } else { layer.size },
            });
            let pieces = pieces(&items.collect::<Vec<_>>(), most);
            let mut layers = layers.into_iter();
            let mut merged = Vec::new();
            for (number, (start, end)) in pieces.into_iter().enumerate() {
                let piece = layers.by_ref().take(end - start).collect();
                let stem = format!("{name}.{number}");
                merged.extend(merge(steps, piece, &stem, compression));
            }
            merged
        }
    }
}

/// Merges all layers into one. A single layer is not changed.
fn merge(
    steps: &mut Steps,
    layers: Vec<Layer>,
    name: &str,
    compression: Compression,
) -> Vec<Layer> {
    if layers.len() < 2 {
        return layers;
    }
    let plain = |layer: Layer| Layer {
        step: steps.plain(layer.step),
        ..layer
    };
    let layers: Vec<Layer> = layers.into_iter().map(plain).collect();
    let part = |layer: &Layer| Part {
        name: layer.name.clone(),
        blob: layer.blob(),
        metadata: layer.metadata(),
        mtree: layer.mtree(),
    };
    let mut step = Step::new(Tool::LayerAssembler, "merge");
    step.written(
        "--inputs",
        Written::Parts(layers.iter().map(part).collect()),
    );
    step.switch("--history-of-inputs");
    let id = layer::add(steps, step, name, "merge", compression, false);
    let mut packages = Vec::new();
    for package in layers.iter().flat_map(|layer| &layer.packages) {
        if !packages.contains(package) {
            packages.push(*package);
        }
    }
    let of_packages = layers.iter().filter(|layer| !layer.packages.is_empty());
    vec![Layer {
        packages,
        whole: of_packages.clone().all(|layer| layer.whole),
        merged: layers,
        ..Layer::of_files(id, name)
    }]
}

/// A layer to merge or not.
struct Item<'a> {
    origin: &'a str,
    size: u64,
}

/// Neighbouring items of one origin.
struct Run<'a> {
    origin: &'a str,
    size: u64,
    start: usize,
}

/// Joins neighbours of one origin, because an update changes all of them or none.
fn runs<'a>(items: &[Item<'a>]) -> Vec<Run<'a>> {
    let mut runs: Vec<Run<'a>> = Vec::new();
    for (start, item) in items.iter().enumerate() {
        match runs.last_mut() {
            Some(last) if last.origin == item.origin => last.size += item.size,
            _ => runs.push(Run {
                origin: item.origin,
                size: item.size,
                start,
            }),
        }
    }
    runs
}

/// `costs[first][last - first]`: the size of a layer of runs `first` to `last` times the number of origins that may change.
fn costs(runs: &[Run<'_>]) -> Vec<Vec<u128>> {
    let row = |first: usize| {
        let mut size = 0_u128;
        let mut origins = BTreeSet::new();
        let cost = |run: &Run<'_>| {
            size += u128::from(run.size);
            origins.insert(run.origin.to_owned());
            size * origins.len() as u128
        };
        runs[first..].iter().map(cost).collect()
    };
    (0..runs.len()).map(row).collect()
}

/// Cuts a list of layers into at most `most` pieces, each of which becomes one layer: start and end of each, with the
/// end excluded. `rules/private/image/layer_plan.bzl` has the same function and describes it.
fn pieces(items: &[Item<'_>], most: usize) -> Vec<(usize, usize)> {
    let runs = runs(items);
    let Some(end) = runs.len().checked_sub(1) else {
        return Vec::new();
    };
    let costs = costs(&runs);
    let cost = |first: usize, last: usize| costs[first][last - first];
    // best[count][last]: the cost of putting runs 0 to last into count + 1 layers, and the start of the last layer.
    let mut best: Vec<Vec<Option<(u128, usize)>>> = vec![(0..runs.len())
        .map(|last| Some((cost(0, last), 0)))
        .collect()];
    for count in 1..most.min(runs.len()) {
        let above = &best[count - 1];
        let row = (0..runs.len()).map(|last| {
            let start = |start: usize| {
                let before = above[start.checked_sub(1)?]?;
                Some((before.0 + cost(start, last), start))
            };
            (count..=last).filter_map(start).min()
        });
        let row = row.collect();
        best.push(row);
    }
    let fewest = best
        .iter()
        .enumerate()
        .filter_map(|(count, row)| Some((row[end]?.0, count)));
    let Some((_, count)) = fewest.min() else {
        return Vec::new();
    };
    cuts(&best[..=count], &runs, items.len())
}

/// The pieces of the best plan, from the last to the first.
fn cuts(
    best: &[Vec<Option<(u128, usize)>>],
    runs: &[Run<'_>],
    items: usize,
) -> Vec<(usize, usize)> {
    let mut pieces = Vec::new();
    let (mut end, mut until) = (runs.len() - 1, items);
    for row in best.iter().rev() {
        let start = row[end].map_or(0, |(_, start)| start);
        pieces.push((runs[start].start, until));
        until = runs[start].start;
        end = start.saturating_sub(1);
    }
    pieces.reverse();
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces of layers such as `a9 b1`: the origin and the size of each layer.
    fn plan(text: &str, most: usize) -> String {
        let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
        let items = words.iter().map(|word| Item {
            origin: &word[..1],
            size: word[1..].parse().unwrap(),
        });
        let pieces = pieces(&items.collect::<Vec<_>>(), most);
        let pieces = pieces
            .into_iter()
            .map(|(start, end)| words[start..end].join(" "));
        pieces.collect::<Vec<_>>().join("|")
    }

    /// The cases of `rules/tests/layer_plan_test.bzl`.
    #[test]
    fn pieces_are_those_of_the_rules() {
        for (layers, most, expected) in [
            ("", 3, ""),
            ("a5", 1, "a5"),
            ("a5 b1", 1, "a5 b1"),
            ("a5 a1 b1", 9, "a5 a1|b1"),
            ("a1 b1 c90 d1", 3, "a1 b1|c90|d1"),
            ("a1 b1 c1 d90", 2, "a1 b1 c1|d90"),
            ("a90 b80 c1 d1", 3, "a90|b80|c1 d1"),
            ("a4 b1 a4 c4", 2, "a4 b1 a4|c4"),
            ("a1 b1 c1 d1", 2, "a1 b1|c1 d1"),
            ("a1 b1 c1 d1", 4, "a1|b1|c1|d1"),
            ("a1 b1 c1 d1", 99, "a1|b1|c1|d1"),
        ] {
            assert_eq!(plan(layers, most), expected, "{layers} in {most}");
        }
    }
}
