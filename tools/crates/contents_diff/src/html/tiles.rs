//! The tiles of the map of sizes: a package or runtime each, with the area of the bytes of its files on the larger side.

use figures::{squarify, sum, Rectangle};
use message::escape;
use serde::Serialize;

use crate::report::{ImageReport, Size};

/// The width of the map, in pixels at its natural size.
pub(super) const WIDTH: u32 = 1120;

/// The height of the map.
pub(super) const HEIGHT: u32 = 420;

/// Tiles of single packages. The others are one tile.
const MAX_TILES: usize = 150;

/// The width of a character of a label, and the height of its line, with a margin.
const CHARACTER: f64 = 7.2;
const LINE: f64 = 18.0;

/// A tile.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Tile {
    x: String,
    y: String,
    width: String,
    height: String,
    /// The class of its colour: `same`, `added`, `removed` or `changed`.
    class: &'static str,
    /// The text in the tile; empty if there is no room.
    label: String,
    /// The second line: the size.
    amount: String,
    /// The text that a pointer shows.
    title: String,
}

/// The tiles of an image; none if the sizes are unknown.
pub(super) fn of(image: &ImageReport) -> Vec<Tile> {
    let changed: Vec<&str> = image
        .packages
        .iter()
        .chain(&image.runtimes)
        .map(|change| &*change.name)
        .collect();
    let mut sizes: Vec<Size> = image.sizes.clone();
    sizes.sort_by_key(|size| std::cmp::Reverse(larger(size)));
    let mut named: Vec<(String, Size)> = Vec::new();
    let others = sizes.split_off(sizes.len().min(MAX_TILES));
    for size in sizes {
        let name = size
            .name
            .as_deref()
            .map_or("other files".to_owned(), escape);
        named.push((name, size));
    }
    if !others.is_empty() {
        let rest = Size {
            name: None,
            old: sum(others.iter().map(|size| size.old)),
            new: sum(others.iter().map(|size| size.new)),
        };
        named.push((format!("{} smaller packages", others.len()), rest));
        named.sort_by_key(|(_, size)| std::cmp::Reverse(larger(size)));
    }
    let areas: Vec<u64> = named.iter().map(|(_, size)| larger(size)).collect();
    let frame = Rectangle {
        x: 0.0,
        y: 0.0,
        width: WIDTH.into(),
        height: HEIGHT.into(),
    };
    let placed = squarify(&areas, frame).into_iter();
    let tiles = placed
        .zip(named)
        .map(|(place, (name, size))| tile(place, name, &size, &changed));
    tiles.collect()
}

fn larger(size: &Size) -> u64 {
    size.old.max(size.new)
}

fn tile(place: Rectangle, name: String, size: &Size, changed: &[&str]) -> Tile {
    let (old, new) = (figures::bytes(size.old), figures::bytes(size.new));
    let is_changed = size
        .name
        .as_deref()
        .is_some_and(|name| changed.contains(&name));
    let (class, amount, words) = match (size.old, size.new) {
        (0, _) => ("added", new.clone(), format!("added, {new}")),
        (_, 0) => ("removed", old.clone(), format!("removed, {old}")),
        (before, after) if before != after => ("changed", new.clone(), format!("{old} → {new}")),
        _ if is_changed => ("changed", new.clone(), format!("changed, {new}")),
        _ => ("same", new.clone(), format!("no change, {new}")),
    };
    let room = (place.width - 10.0).max(0.0) / CHARACTER;
    let fits = |text: &str| text.chars().count() as f64 <= room;
    let (has_label, has_amount) = (place.height >= LINE, place.height >= 2.0 * LINE);
    let label = if has_label && room >= 4.0 {
        shortened(&name, room as usize)
    } else {
        String::new()
    };
    let amount = if has_amount && !label.is_empty() && fits(&amount) {
        amount.clone()
    } else {
        String::new()
    };
    let number = |value: f64| format!("{value:.2}");
    Tile {
        x: number(place.x),
        y: number(place.y),
        width: number(place.width),
        height: number(place.height),
        class,
        label,
        amount,
        title: format!("{name}: {words}"),
    }
}

fn shortened(name: &str, most: usize) -> String {
    if name.chars().count() <= most {
        return name.to_owned();
    }
    let start: String = name.chars().take(most.saturating_sub(1)).collect();
    format!("{start}…")
}
