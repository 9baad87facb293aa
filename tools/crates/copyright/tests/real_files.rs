//! The figures of real copyright files, by hand: they are texts of others, so none is committed.
//!
//! `COPYRIGHT_FILES=DIRECTORY cargo test -p copyright --test real_files -- --ignored --nocapture` reads each
//! `…/usr/share/doc/PACKAGE/copyright` below the directory. `EXPRESSIONS=FILE` gets all expressions, one a line, for
//! other tools to validate.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use copyright::{Copyright, Format};

#[test]
#[ignore = "reads files of packages that are not in the repository"]
fn figures() {
    let directory = std::env::var_os("COPYRIGHT_FILES").expect("COPYRIGHT_FILES is a directory");
    let mut files = Vec::new();
    find(Path::new(&directory), &mut files);
    let mut figures = Figures::default();
    for (package, text) in files {
        let copyright = Copyright::parse(&package, &text).unwrap();
        figures.add(&package, &copyright);
    }
    let mut shown = String::new();
    figures.write(&mut shown).unwrap();
    println!("{shown}");
    if let Some(file) = std::env::var_os("EXPRESSIONS") {
        let lines: Vec<_> = figures.expressions.iter().map(String::as_str).collect();
        fs::write(file, lines.join("\n") + "\n").unwrap();
    }
}

/// The packages and texts below a directory.
fn find(directory: &Path, files: &mut Vec<(String, String)>) {
    let entries = fs::read_dir(directory).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() && !path.is_symlink() {
            find(&path, files);
        } else if path.is_file() && path.ends_with("copyright") {
            let bytes = fs::read(&path).unwrap();
            let package = path.parent().and_then(Path::file_name).unwrap();
            files.push((
                package.to_string_lossy().into_owned(),
                String::from_utf8_lossy(&bytes).into_owned(),
            ));
        }
    }
}

#[derive(Default)]
struct Figures {
    files: usize,
    machine_readable: usize,
    /// Names in the expressions of groups: identifiers, references with a text, references without.
    names: [usize; 3],
    /// Names without a text, with the packages.
    without: BTreeMap<String, BTreeSet<String>>,
    /// The references of each name in lower case: a name with several has several texts.
    references: BTreeMap<String, BTreeSet<String>>,
    /// The places of each.
    problems: BTreeMap<String, Vec<String>>,
    expressions: BTreeSet<String>,
}

impl Figures {
    fn add(&mut self, package: &str, copyright: &Copyright) {
        self.files += 1;
        self.expressions.insert(copyright.declared.to_string());
        for problem in &copyright.problems {
            let places = self.problems.entry(problem.cause.clone()).or_default();
            places.push(format!("{package}:{}", problem.line));
        }
        if copyright.format == Format::NotMachineReadable {
            return;
        }
        self.machine_readable += 1;
        for group in &copyright.groups {
            self.expressions.insert(group.licence.to_string());
            for licence in group.licence.licences() {
                let Some(text) = copyright.texts.get(licence) else {
                    self.names[0] += 1;
                    continue;
                };
                let name = text.name.to_lowercase();
                if text.text.is_some() {
                    self.names[1] += 1;
                    let references = self.references.entry(name).or_default();
                    references.insert(licence.to_owned());
                } else {
                    self.names[2] += 1;
                    self.without
                        .entry(name)
                        .or_default()
                        .insert(package.to_owned());
                }
            }
        }
    }

    fn write(&self, shown: &mut String) -> std::fmt::Result {
        let [identifiers, texts, missing] = self.names;
        let all = identifiers + texts + missing;
        writeln!(
            shown,
            "{} files, {} machine-readable",
            self.files, self.machine_readable
        )?;
        writeln!(
            shown,
            "{all} names: {identifiers} identifiers, {texts} texts, {missing} without a text"
        )?;
        let covered = (identifiers + texts) as f64 / all as f64;
        writeln!(shown, "{:.2} % identifiers or texts", 100.0 * covered)?;
        let several = self.references.values().filter(|each| each.len() > 1);
        writeln!(shown, "{} names with several texts", several.count())?;
        for (cause, places) in &self.problems {
            let first = places.iter().take(5).map(String::as_str);
            let first: Vec<_> = first.collect();
            writeln!(
                shown,
                "problem: {} × {cause}: {}",
                places.len(),
                first.join(" ")
            )?;
        }
        for (name, packages) in &self.without {
            writeln!(shown, "without a text: {name}: {packages:?}")?;
        }
        for (name, references) in &self.references {
            writeln!(shown, "text: {name}: {}", references.len())?;
        }
        Ok(())
    }
}
