//! A short form of repositories.

use std::fmt::Write as _;

use apt_resolver::{resolve, Request, Resolution, Scope, SourceInfo, Universe};

/// Makes the paragraphs of an index from a short form: each begins with `NAME VERSION`, and its fields follow, one on
/// each line. `Architecture: amd64`, `Filename`, `Size` and `SHA256` are added if they are missing.
pub(crate) fn index(short: &str) -> String {
    let mut text = String::new();
    for paragraph in short.split("\n\n") {
        let mut lines = paragraph
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty());
        let Some(head) = lines.next() else { continue };
        let (name, version) = head.split_once(' ').unwrap_or((head, "1"));
        let fields: Vec<&str> = lines.collect();
        writeln!(text, "Package: {name}\nVersion: {version}").unwrap();
        let file = format!("pool/{name}_{}.deb", version.replace(':', "%3a"));
        let sha256 = blob::Digest::of(file.as_bytes());
        for (field, value) in [
            ("Architecture", "amd64"),
            ("Priority", "optional"),
            ("Filename", file.as_str()),
            ("Size", "1"),
            ("SHA256", sha256.hex().as_str()),
        ] {
            if !fields
                .iter()
                .any(|line| line.starts_with(&format!("{field}:")))
            {
                writeln!(text, "{field}: {value}").unwrap();
            }
        }
        for field in fields {
            writeln!(text, "{field}").unwrap();
        }
        text.push('\n');
    }
    text
}

pub(crate) fn source(name: &str, rank: usize) -> SourceInfo {
    SourceInfo {
        name: name.to_owned(),
        rank,
        priority: 500,
    }
}

/// A universe of amd64 with one source, `bookworm`.
pub(crate) fn universe(short: &str) -> Universe {
    universe_of(&[("bookworm", 500, short)])
}

/// A universe of amd64: name, priority and short form of each source.
pub(crate) fn universe_of(sources: &[(&str, i16, &str)]) -> Universe {
    let mut universe = Universe::new("amd64");
    for (rank, (name, priority, short)) in sources.iter().enumerate() {
        let source = SourceInfo {
            priority: *priority,
            ..source(name, rank)
        };
        universe
            .add(source, index(short), Scope::Everything)
            .unwrap();
    }
    universe
}

pub(crate) fn request(words: &str) -> Request {
    Request::read(words.split_whitespace()).unwrap()
}

/// The chosen names, in their order.
pub(crate) fn names(resolution: &Resolution<'_>) -> String {
    let names = resolution.packages.iter().map(|chosen| chosen.name());
    names.collect::<Vec<_>>().join(" ")
}

/// The names in the answer to a request.
pub(crate) fn chosen(short: &str, words: &str) -> String {
    let universe = universe(short);
    match resolve(&universe, &request(words)) {
        Ok(resolution) => names(&resolution),
        Err(error) => format!("{error}"),
    }
}

/// The error message for a request.
pub(crate) fn refusal(short: &str, words: &str) -> String {
    let universe = universe(short);
    match resolve(&universe, &request(words)) {
        Ok(resolution) => format!("it can: {}", names(&resolution)),
        Err(error) => error.to_string(),
    }
}
