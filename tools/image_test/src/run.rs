//! Runs all requested tests and checks of one or several images.

use std::io::Write;
use std::path::PathBuf;

use blob::{Error, Outputs, Result, ResultExt};
use rootfs::{Image, ImageExt, Reading, Root, Visitor};

use crate::checks::Checks;
use crate::cli::Arguments;
use crate::commands;
use crate::config::Config;
use crate::outcome::{Outcome, Verdict};
use crate::report;
use crate::structure::Structure;

/// The tests of one image.
struct Test<'a> {
    arguments: &'a Arguments,
    name: String,
    configs: Vec<Config>,
    image: Image,
}

/// The visitors of an image's layers.
struct ImageVisitors<'a> {
    checks: Checks,
    structure: Structure<'a>,
}

/// Tests each image and writes the reports. Returns whether all tests that ran have passed.
///
/// # Errors
///
/// An image or a file cannot be read, or all tests of an image were skipped.
pub fn run(all: &[Arguments], output: &mut dyn Write) -> Result<bool> {
    let tests = all.iter().map(Test::new).collect::<Result<Vec<_>>>()?;
    let outcomes = outcomes(&tests)?;
    let titles: Vec<String> = tests.iter().map(Test::title).collect();
    for (title, outcomes) in titles.iter().zip(&outcomes) {
        let table = report::table(title, outcomes);
        let printed = output
            .write_all(table.as_bytes())
            .and_then(|()| output.flush());
        printed.cannot("write", "standard output")?;
    }
    if let Some(path) = all.iter().find_map(junit) {
        let text = match (&titles[..], &outcomes[..]) {
            ([title], [outcomes]) => report::junit(title, outcomes),
            _ => report::junit(&titles.join(", "), &named(&titles, &outcomes)),
        };
        let mut outputs = Outputs::new();
        outputs.add(&path, text.as_bytes())?;
        outputs.commit()?;
    }
    for (test, outcomes) in tests.iter().zip(&outcomes) {
        if outcomes
            .iter()
            .all(|outcome| matches!(outcome.verdict, Verdict::Skipped(_)))
        {
            return Err(
                Error::cannot("test", &test.name, "all of its tests were skipped")
                    .hint("the table lists the reasons"),
            );
        }
    }
    Ok(!outcomes
        .iter()
        .flatten()
        .any(|outcome| matches!(outcome.verdict, Verdict::Failed(_))))
}

/// Merges the outcomes of several images. Each suite has the image's title in its name.
fn named(titles: &[String], outcomes: &[Vec<Outcome>]) -> Vec<Outcome> {
    let each = titles.iter().zip(outcomes);
    each.flat_map(|(title, outcomes)| {
        outcomes.iter().map(move |outcome| Outcome {
            suite: format!("{title}: {}", outcome.suite),
            ..outcome.clone()
        })
    })
    .collect()
}

/// Reads the layers once for all tests and checks of all images. If this fails, reads each image alone, so that the
/// error names the right one.
fn outcomes(tests: &[Test<'_>]) -> Result<Vec<Vec<Outcome>>> {
    if let [test] = tests {
        return Ok(vec![test.outcomes()?]);
    }
    let mut visitors = tests
        .iter()
        .map(Test::visitors)
        .collect::<Result<Vec<_>>>()?;
    let sources = sources(tests, &visitors);
    let Some(roots) = read_together(tests, &mut visitors, &sources) else {
        let each = tests.iter();
        return each
            .map(|test| {
                let outcomes = test.outcomes();
                outcomes.map_err(|error| error.within("test", &test.name))
            })
            .collect();
    };
    let (mut checks, structures): (Vec<_>, Vec<_>) = visitors
        .into_iter()
        .map(|visitors| (visitors.checks, visitors.structure))
        .unzip();
    let mut outcomes = Vec::new();
    for (at, ((test, structure), root)) in tests.iter().zip(structures).zip(roots).enumerate() {
        let (before, rest) = checks.split_at_mut(at);
        if let Some(source) = sources[at] {
            rest[0].take_seen(&mut before[source]);
        }
        outcomes.push(test.evaluate(&rest[0], structure, Ok(root))?);
    }
    Ok(outcomes)
}

/// For each test, the last earlier one whose checks collect the same data from the same layers: a nonroot image has the
/// same layers as the image that runs as root.
fn sources(tests: &[Test<'_>], visitors: &[ImageVisitors<'_>]) -> Vec<Option<usize>> {
    let source = |at: usize| {
        (0..at).rev().find(|before| {
            visitors[at].checks.sees_as(&visitors[*before].checks)
                && tests[at].image.shares_layers(&tests[*before].image)
        })
    };
    (0..tests.len()).map(source).collect()
}

/// The roots of all images; `None` if one cannot be read.
fn read_together(
    tests: &[Test<'_>],
    visitors: &mut [ImageVisitors<'_>],
    sources: &[Option<usize>],
) -> Option<Vec<Root>> {
    let mut images = Vec::new();
    for ((test, visitors), source) in tests.iter().zip(visitors).zip(sources) {
        if !test.is_read(visitors) {
            return None;
        }
        let needed: Vec<&mut dyn Visitor> = match source {
            Some(_) => vec![&mut visitors.structure],
            None => visitors.all(),
        };
        images.push((&test.image, needed));
    }
    let mut readings: Vec<_> = images
        .iter_mut()
        .map(|(image, visitors)| Reading { image, visitors })
        .collect();
    rootfs::read_together(&mut readings).ok()
}

impl<'a> Test<'a> {
    /// Opens the image and reads the test files.
    fn new(arguments: &'a Arguments) -> Result<Self> {
        let name = match &arguments.options.name {
            Some(name) => name.clone(),
            None => arguments.layout.display().to_string(),
        };
        if arguments.options.config.is_empty() && arguments.options.checks.check.is_empty() {
            return Err(Error::cannot("test", name, "it tests nothing")
                .hint("add tests with `--config` or checks with `--check`"));
        }
        let configs = arguments
            .options
            .config
            .iter()
            .map(|path| Config::read(path));
        let configs = configs.collect::<Result<Vec<_>>>()?;
        let image = Image::open(&arguments.layout, arguments.options.platform.as_deref())?;
        Ok(Self {
            arguments,
            name,
            configs,
            image,
        })
    }

    fn visitors(&self) -> Result<ImageVisitors<'_>> {
        Ok(ImageVisitors {
            checks: Checks::new(&self.arguments.options.checks, &self.arguments.layout)?,
            structure: Structure::new(&self.image, &self.configs),
        })
    }

    /// Whether its layers must be read.
    fn is_read(&self, visitors: &ImageVisitors<'_>) -> bool {
        let is_requested =
            !visitors.structure.is_idle() || !self.arguments.options.checks.check.is_empty();
        is_requested && (visitors.checks.need_layers() || !self.configs.is_empty())
    }

    fn outcomes(&self) -> Result<Vec<Outcome>> {
        let mut visitors = self.visitors()?;
        if visitors.structure.is_idle() && self.arguments.options.checks.check.is_empty() {
            return self.commands(None);
        }
        let root = if self.is_read(&visitors) {
            self.image.read(&mut visitors.all())
        } else {
            Ok(Root::default())
        };
        self.evaluate(&visitors.checks, visitors.structure, root)
    }

    /// Evaluates the tests and checks after the layers were read. If they cannot be read, the check `layers` fails;
    /// without this check, the error is returned.
    fn evaluate(
        &self,
        checks: &Checks,
        structure: Structure<'_>,
        root: Result<Root>,
    ) -> Result<Vec<Outcome>> {
        let mut outcomes = match &root {
            Ok(root) => {
                let mut outcomes = self.commands(Some(root))?;
                outcomes.extend(structure.outcomes(root)?);
                outcomes
            }
            Err(_) => self.configs.iter().map(unread).collect(),
        };
        outcomes.extend(checks.evaluate(&self.image, root)?);
        Ok(outcomes)
    }

    fn commands(&self, root: Option<&Root>) -> Result<Vec<Outcome>> {
        let options = commands::Options {
            seconds: self.arguments.options.timeout,
            memory: self.arguments.options.memory,
            emulator: self.arguments.options.emulator.as_deref(),
        };
        commands::run(&self.image, root, &self.configs, &options)
    }

    /// The title of the image in reports: its name and platform.
    fn title(&self) -> String {
        let config = self.image.config();
        let variant = config
            .variant()
            .as_ref()
            .map(|variant| format!("/{variant}"));
        let variant = variant.unwrap_or_default();
        if config.os().to_string().is_empty() && config.architecture().to_string().is_empty() {
            return format!("{} (unnamed platform)", self.name);
        }
        format!(
            "{} ({}/{}{variant})",
            self.name,
            config.os(),
            config.architecture()
        )
    }
}

impl ImageVisitors<'_> {
    fn all(&mut self) -> Vec<&mut dyn Visitor> {
        let mut visitors = self.checks.visitors();
        visitors.push(&mut self.structure);
        visitors
    }
}

fn unread(config: &Config) -> Outcome {
    Outcome {
        suite: config.name.clone(),
        name: "all".to_owned(),
        verdict: Verdict::Skipped("the layers cannot be read".to_owned()),
        seconds: 0.0,
    }
}

fn junit(arguments: &Arguments) -> Option<PathBuf> {
    let given = arguments.options.junit.clone();
    given.or_else(|| std::env::var_os("XML_OUTPUT_FILE").map(PathBuf::from))
}
