//! The page of the distros: their dates, as a table and as a chart.

use blob::Result;
use jiff::civil::Date;
use serde::Serialize;

use crate::catalogue::Catalogue;
use crate::pages::{Pages, Writer};
use crate::Distro;

/// The width of the chart.
const WIDTH: f64 = 960.0;

/// The place of the first year, right of the names.
const LEFT: f64 = 110.0;

/// The room right of the last year.
const RIGHT: f64 = 24.0;

#[derive(Serialize)]
struct Page<'a> {
    distros: Vec<Row<'a>>,
    years: Vec<Year>,
    height: usize,
    /// The first day of the chart, and the pixels of a day: a script places the line of today.
    start: String,
    left: String,
    scale: String,
}

#[derive(Serialize)]
struct Row<'a> {
    distro: &'a Distro,
    images: Vec<&'a str>,
    bar: Option<Bar>,
}

/// The bar of a distro: support by the security team, then long-term support.
#[derive(Serialize)]
struct Bar {
    x: String,
    security: String,
    long_term_x: String,
    long_term: String,
}

#[derive(Serialize)]
struct Year {
    year: i16,
    x: String,
}

/// The days of the chart.
struct Axis {
    start: Date,
    scale: f64,
}

impl Axis {
    fn of(distros: &[Distro]) -> Option<Self> {
        let days = distros.iter();
        let days: Vec<Date> = days
            .flat_map(|distro| [&distro.released, &distro.end_of_life])
            .filter_map(|day| day.parse().ok())
            .collect();
        let (first, last) = (days.iter().min()?, days.iter().max()?);
        let start = Date::new(first.year(), 1, 1).ok()?;
        let end = Date::new(last.year() + 1, 1, 1).ok()?;
        let scale = (WIDTH - LEFT - RIGHT) / f64::from(days_between(start, end).max(1));
        Some(Self { start, scale })
    }

    fn x(&self, day: Date) -> f64 {
        LEFT + f64::from(days_between(self.start, day)) * self.scale
    }

    fn bar(&self, distro: &Distro) -> Option<Bar> {
        let released = self.x(distro.released.parse().ok()?);
        let security = self.x(distro.end_of_security.parse().ok()?);
        let end = self.x(distro.end_of_life.parse().ok()?);
        Some(Bar {
            x: number(released),
            security: number((security - released).max(0.0)),
            long_term_x: number(security),
            long_term: number((end - security).max(0.0)),
        })
    }
}

fn days_between(start: Date, end: Date) -> i32 {
    (end - start).get_days()
}

fn number(value: f64) -> String {
    format!("{value:.2}")
}

pub(super) fn write(catalogue: &Catalogue, writer: &Writer<'_>, pages: &mut Pages) -> Result<()> {
    let axis = Axis::of(&catalogue.distros);
    let distros = catalogue.distros.iter().map(|distro| Row {
        distro,
        images: catalogue
            .images
            .iter()
            .filter(|set| set.distro == distro.name)
            .map(|set| &*set.title)
            .collect(),
        bar: axis.as_ref().and_then(|axis| axis.bar(distro)),
    });
    let page = Page {
        distros: distros.collect(),
        years: axis.as_ref().map(years).unwrap_or_default(),
        height: 40 + 44 * catalogue.distros.len(),
        start: axis
            .as_ref()
            .map(|axis| axis.start.to_string())
            .unwrap_or_default(),
        left: number(LEFT),
        scale: axis
            .as_ref()
            .map(|axis| format!("{:.6}", axis.scale))
            .unwrap_or_default(),
    };
    let html = writer.render("distros.html", "", &page)?;
    pages.insert("distros.html".to_owned(), html);
    Ok(())
}

fn years(axis: &Axis) -> Vec<Year> {
    let first = axis.start.year();
    let years = (first..first + 100).map_while(|year| {
        let x = axis.x(Date::new(year, 1, 1).ok()?);
        (x < WIDTH).then(|| Year { year, x: number(x) })
    });
    years.collect()
}
