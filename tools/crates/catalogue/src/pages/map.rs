//! The map of the layers of an image: a rectangle for each layer, with the area of its compressed size, divided by the
//! owners of its files.

use figures::{squarify, Rectangle};
use serde::Serialize;

use crate::image_set::{Layer, Platform};

/// The size of the map.
const WIDTH: u32 = 960;
const HEIGHT: u32 = 400;

/// Layers that are smaller than the image divided by this number are one rectangle.
const SMALL: u64 = 600;

/// The width of a character of a label, and the height of its line, with a margin.
const CHARACTER: f64 = 7.4;
const LINE: f64 = 18.0;

/// The map of the layers for one architecture.
#[derive(Serialize)]
pub(crate) struct Map {
    architecture: String,
    width: u32,
    height: u32,
    tiles: Vec<Tile>,
}

/// A rectangle.
#[derive(Serialize)]
struct Tile {
    x: String,
    y: String,
    width: String,
    height: String,
    /// The place of the origin in the legend.
    origin: usize,
    label: String,
    amount: String,
    title: String,
}

/// A layer, or several small layers.
struct Area {
    name: String,
    size: u64,
    origin: usize,
    parts: Vec<(String, u64)>,
}

/// The map. `origins` are the titles of the legend.
pub(crate) fn map(platform: &Platform, origins: &[&str]) -> Map {
    let mut areas = areas(&platform.layers, origins);
    areas.sort_by_key(|area| std::cmp::Reverse(area.size));
    let sizes: Vec<u64> = areas.iter().map(|area| area.size).collect();
    let frame = Rectangle {
        x: 0.0,
        y: 0.0,
        width: WIDTH.into(),
        height: HEIGHT.into(),
    };
    let places = squarify(&sizes, frame).into_iter();
    Map {
        architecture: platform.architecture.clone(),
        width: WIDTH,
        height: HEIGHT,
        tiles: places
            .zip(&areas)
            .flat_map(|(place, area)| tiles(place, area))
            .collect(),
    }
}

fn areas(layers: &[Layer], origins: &[&str]) -> Vec<Area> {
    let least = figures::sum(layers.iter().map(|layer| layer.size)) / SMALL;
    let (small, large): (Vec<&Layer>, Vec<&Layer>) = layers
        .iter()
        .filter(|layer| layer.size > 0)
        .partition(|layer| layer.size < least);
    let origin = |layer: &Layer| {
        origins
            .iter()
            .position(|one| *one == layer.origin)
            .unwrap_or(0)
    };
    let mut areas: Vec<Area> = large
        .into_iter()
        .map(|layer| Area {
            name: name(layer),
            size: layer.size,
            origin: origin(layer),
            parts: layer
                .parts
                .iter()
                .map(|part| (part.name.clone(), part.bytes))
                .collect(),
        })
        .collect();
    if let Some(first) = small.first() {
        areas.push(Area {
            name: figures::count(small.len(), "small layer"),
            size: figures::sum(small.iter().map(|layer| layer.size)),
            origin: origin(first),
            parts: Vec::new(),
        });
    }
    areas
}

/// The package of a layer, or its text in the history.
fn name(layer: &Layer) -> String {
    match &layer.parts[..] {
        [only] if !only.name.is_empty() => only.name.clone(),
        _ => layer.created_by.clone(),
    }
}

/// The rectangles of a layer: one, or one for each owner with at least a fiftieth of the bytes.
fn tiles(place: Rectangle, area: &Area) -> Vec<Tile> {
    let total = figures::sum(area.parts.iter().map(|(_, bytes)| *bytes));
    let shown: Vec<&(String, u64)> = area
        .parts
        .iter()
        .filter(|(_, bytes)| bytes.saturating_mul(50) >= total)
        .collect();
    if shown.len() < 2 {
        let size = figures::bytes(area.size);
        let title = format!("{}: {size}", area.name);
        return vec![tile(place, area.origin, &area.name, &size, title)];
    }
    let sizes: Vec<u64> = shown.iter().map(|(_, bytes)| *bytes).collect();
    let places = squarify(&sizes, place).into_iter();
    places
        .zip(shown)
        .map(|(place, (name, bytes))| {
            let name = if name.is_empty() { "other files" } else { name };
            let title = format!(
                "{name}: {} of files in a layer of {}",
                figures::bytes(*bytes),
                figures::bytes(area.size)
            );
            tile(place, area.origin, name, "", title)
        })
        .collect()
}

fn tile(place: Rectangle, origin: usize, name: &str, amount: &str, title: String) -> Tile {
    let room = (place.width - 10.0).max(0.0) / CHARACTER;
    let has_label = place.height >= LINE && room >= 4.0;
    let label = if has_label {
        shortened(name, room as usize)
    } else {
        String::new()
    };
    let fits = has_label && place.height >= 2.0 * LINE && amount.chars().count() as f64 <= room;
    let number = |value: f64| format!("{value:.2}");
    Tile {
        x: number(place.x),
        y: number(place.y),
        width: number(place.width),
        height: number(place.height),
        origin,
        label,
        amount: if fits {
            amount.to_owned()
        } else {
            String::new()
        },
        title,
    }
}

fn shortened(name: &str, most: usize) -> String {
    if name.chars().count() <= most {
        return name.to_owned();
    }
    // The ellipsis is as wide as two characters.
    let start: String = name.chars().take(most.saturating_sub(2)).collect();
    format!("{start}…")
}
