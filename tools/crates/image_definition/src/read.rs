//! Reads a definition.

use blob::{Error, Result};
use yaml::Limits;

use crate::check::{check, fits, Problems};
use crate::definition::Definition;
use crate::description::{Kind, IMAGE, NAME};
use crate::rules;
use crate::values::Base;

/// The largest definition. The largest image of this project has 60 packages.
const LIMITS: Limits = Limits {
    text: MAX_TEXT,
    depth: MAX_DEPTH,
    fields: MAX_ENTRIES,
    items: MAX_ENTRIES,
    weight: MAX_WEIGHT,
    budget: 0,
};

/// Bytes of a definition.
pub const MAX_TEXT: usize = 1 << 20;

/// Nesting of a definition. Its fields have six levels.
const MAX_DEPTH: usize = 16;

/// Fields of a mapping, and items of a list.
const MAX_ENTRIES: usize = 2_000;

/// Bytes after the expansion of aliases.
const MAX_WEIGHT: usize = 4 << 20;

/// The number of problems in a message.
const MAX_PROBLEMS: usize = 50;

/// The whole document.
static DOCUMENT: Kind = Kind::Object(&IMAGE);

/// Reads a definition. `path` is the path of its file, for messages and for the default names; no file is read.
///
/// # Errors
///
/// The text is not YAML, exceeds a limit, or has fields that are unknown, of another kind, repeated, missing or
/// contradictory. The message has all problems, each with field, line and column.
pub fn read(path: &str, text: &str) -> Result<Definition> {
    let fail = |cause: String| Error::cannot("read definition", path, cause);
    let document = yaml::tree(text, &LIMITS).map_err(|problem| fail(problem.to_string()))?;
    let mut problems = Problems::default();
    check(&document, &DOCUMENT, "", &mut problems);
    rules::check(&document, &mut problems);
    let messages = problems.into_messages();
    if !messages.is_empty() {
        return Err(fail(listed(messages)));
    }
    let mut definition: Definition = yaml::read(text).map_err(fail)?;
    add_names(path, &mut definition)?;
    Ok(definition)
}

fn listed(mut messages: Vec<String>) -> String {
    let found = messages.len();
    if found == 1 {
        return messages.remove(0);
    }
    messages.truncate(MAX_PROBLEMS);
    if found > MAX_PROBLEMS {
        messages.push("…".to_owned());
    }
    format!("{found} problems\n  {}", messages.join("\n  "))
}

/// Adds the values that follow from the name of the file.
fn add_names(path: &str, definition: &mut Definition) -> Result<()> {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = match file.rsplit_once('.') {
        Some((stem, "yaml" | "yml" | "json")) => stem,
        _ => file,
    };
    if definition.lock.is_empty() {
        definition.lock = format!("{stem}.lock.json");
    }
    if definition.name.is_empty() {
        let name = stem.to_ascii_lowercase();
        if !fits(&NAME, &name) {
            let cause = format!("`name`: expected a field, because the name of the file, `{stem}`, is no name of an image");
            return Err(Error::cannot("read definition", path, cause));
        }
        definition.name = name;
    }
    if let (None, Some(Base::Registry { name, .. })) = (&definition.base_name, &definition.base) {
        definition.base_name = Some(name.clone());
    }
    Ok(())
}
