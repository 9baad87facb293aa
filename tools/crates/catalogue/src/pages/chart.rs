//! The chart of the sizes of an image over time: a line for each architecture.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;

use crate::changes::Change;

/// The size of the chart.
pub(crate) const WIDTH: f64 = 720.0;
pub(crate) const HEIGHT: f64 = 240.0;

/// The margins: labels of the axis are left, names of the lines right.
const LEFT: f64 = 70.0;
const RIGHT: f64 = 80.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 34.0;

/// The least distance of two names.
const LINE: f64 = 15.0;

/// The chart.
#[derive(Debug, Serialize)]
pub(crate) struct Chart {
    width: f64,
    height: f64,
    series: Vec<Series>,
    ticks: Vec<Tick>,
    first: String,
    last: String,
    left: String,
    right: String,
    bottom: String,
}

#[derive(Debug, Serialize)]
struct Series {
    architecture: String,
    /// The points of the line: `x,y x,y`.
    line: String,
    points: Vec<Point>,
    /// The place of its name.
    label_y: String,
}

#[derive(Debug, Serialize)]
struct Point {
    x: String,
    y: String,
    title: String,
}

/// A line of the grid.
#[derive(Debug, Serialize)]
struct Tick {
    y: String,
    label: String,
}

/// The chart of changes, newest first; `None` for fewer than two points.
pub(crate) fn chart(changes: &[Change]) -> Option<Chart> {
    let mut records: Vec<(i64, &Change)> = changes
        .iter()
        .filter(|change| !change.sizes.is_empty())
        .filter_map(|change| Some((change.time.parse::<Timestamp>().ok()?.as_second(), change)))
        .collect();
    records.sort_by_key(|(time, _)| *time);
    let (start, end) = (records.first()?.0, records.last()?.0);
    if start == end {
        return None;
    }
    let sizes = || records.iter().flat_map(|(_, change)| change.sizes.values());
    let (least, most) = (*sizes().min()? as f64, *sizes().max()? as f64);
    let margin = ((most - least) * 0.15).max(most * 0.02);
    let (low, high) = ((least - margin).max(0.0), most + margin);
    let x =
        |time: i64| LEFT + (time - start) as f64 / (end - start) as f64 * (WIDTH - LEFT - RIGHT);
    let y = |size: f64| {
        HEIGHT - BOTTOM - (size - low) / (high - low).max(1.0) * (HEIGHT - TOP - BOTTOM)
    };
    let names: BTreeSet<&String> = records
        .iter()
        .flat_map(|(_, one)| one.sizes.keys())
        .collect();
    let mut series: Vec<(f64, Series)> = names
        .into_iter()
        .map(|name| {
            let of_name = records.iter().filter_map(|(time, one)| {
                let size = *one.sizes.get(name)?;
                Some((x(*time), y(size as f64), size, &*one.time))
            });
            line(name, &of_name.collect::<Vec<_>>())
        })
        .collect();
    place_labels(&mut series);
    let steps = (0..=3_u32).map(|step| low + (high - low) * f64::from(step) / 3.0);
    Some(Chart {
        width: WIDTH,
        height: HEIGHT,
        series: series.into_iter().map(|(_, one)| one).collect(),
        ticks: steps
            .map(|size| Tick {
                y: number(y(size)),
                label: format!("{:.2} MB", size / 1e6),
            })
            .collect(),
        first: day(&records.first()?.1.time),
        last: day(&records.last()?.1.time),
        left: number(LEFT),
        right: number(WIDTH - RIGHT),
        bottom: number(HEIGHT - BOTTOM),
    })
}

/// The line of an architecture, and the height of its last point.
fn line(name: &str, points: &[(f64, f64, u64, &str)]) -> (f64, Series) {
    let last = points.last().map_or(0.0, |point| point.1);
    let text = points.iter().map(|(x, y, _, _)| format!("{x:.2},{y:.2}"));
    let series = Series {
        architecture: name.to_owned(),
        line: text.collect::<Vec<_>>().join(" "),
        points: points
            .iter()
            .map(|(x, y, size, time)| Point {
                x: number(*x),
                y: number(*y),
                title: format!("{name}, {}: {}", day(time), figures::bytes(*size)),
            })
            .collect(),
        label_y: String::new(),
    };
    (last, series)
}

/// Places the names next to the ends of the lines, without overlap.
fn place_labels(series: &mut [(f64, Series)]) {
    let mut order: Vec<usize> = (0..series.len()).collect();
    order.sort_by(|left, right| series[*left].0.total_cmp(&series[*right].0));
    let most = HEIGHT - LINE * (series.len() as f64 - 1.0) - 4.0;
    let mut next = f64::MIN;
    for (place, at) in order.into_iter().enumerate() {
        let y = series[at].0.min(most + LINE * place as f64).max(next);
        series[at].1.label_y = number(y);
        next = y + LINE;
    }
}

fn day(time: &str) -> String {
    time.split('T').next().unwrap_or(time).to_owned()
}

fn number(value: f64) -> String {
    format!("{value:.2}")
}
