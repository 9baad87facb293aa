//! Parses a whole test file, by version of the format.

use super::cases::{command_test, content, existence, license, metadata, variable};
use super::fields::{text, Case, Fields, Result};
use super::names::{COMMAND_FIRST, COMMAND_SECOND, FIRST, SECOND};
use super::run_options;
use super::tree::{Node, Problem, Value};
use super::{Config, MetadataTest, Schema};

/// Parses a whole file.
pub(super) fn read(name: &str, root: &Node, case: Case) -> Result<Config> {
    let schema = schema(root, case)?;
    let (known, command) = match schema {
        Schema::One => (FIRST, COMMAND_FIRST),
        Schema::Two => (SECOND, COMMAND_SECOND),
    };
    let fields =
        Fields::of(root, "a test file", known, case).map_err(|wrong| later(wrong, root, schema))?;
    let fields = &fields;
    let config = Config {
        name: name.to_owned(),
        schema,
        global_env: fields.list("globalEnvVars", |node| variable(node, case))?,
        commands: fields.list("commandTests", |node| {
            let fields = Fields::of(node, "a command test", command, case)?;
            command_test(&fields, schema)
        })?,
        existence: fields.list("fileExistenceTests", |node| existence(node, case, schema))?,
        contents: fields.list("fileContentTests", |node| content(node, case))?,
        metadata: match fields.get("metadataTest") {
            Some(node) => Some(metadata(node, case)?),
            None => None,
        },
        licenses: fields.list("licenseTests", |node| license(node, case))?,
        run: run_options::read(fields)?,
    };
    if config.is_empty() {
        Err(Problem::document("it has no tests").hint(format_args!(
            "add one to {}",
            known[2..]
                .iter()
                .filter(|field| field.contains("Test"))
                .copied()
                .collect::<Vec<_>>()
                .join(", ")
        )))
    } else {
        Ok(config)
    }
}

/// Reads the version first, because the allowed fields depend on it.
fn schema(root: &Node, case: Case) -> Result<Schema> {
    const HINT: &str = "expected one of 1.0.0, 2.0.0";
    let Value::Map(map) = &root.value else {
        return Err(root.expected("a test file"));
    };
    let version = map.iter().find(|(key, _)| match case {
        Case::Exact => key.text() == Some("schemaVersion"),
        Case::Any => key
            .text()
            .is_some_and(|key| key.eq_ignore_ascii_case("schemaVersion")),
    });
    let Some((_, version)) = version else {
        return Err(root.problem("expected a `schemaVersion`").hint(HINT));
    };
    match text(version)?.as_str() {
        "1.0.0" => Ok(Schema::One),
        "2.0.0" => Ok(Schema::Two),
        other => {
            let other = message::shorten(other);
            Err(version
                .problem(format_args!("unknown `schemaVersion` `{other}`"))
                .hint(HINT))
        }
    }
}

/// Adds a hint to the error for a field that only the newer version has.
fn later(wrong: Problem, root: &Node, schema: Schema) -> Problem {
    let Value::Map(map) = &root.value else {
        return wrong;
    };
    let newer = |name: &str| SECOND.contains(&name) && !FIRST.contains(&name);
    let first = map
        .iter()
        .find(|(key, _)| key.text().is_some_and(|name| !FIRST.contains(&name)));
    match first {
        Some((key, _)) if schema == Schema::One && key.text().is_some_and(newer) => {
            wrong.hint("this field needs schemaVersion 2.0.0")
        }
        _ => wrong,
    }
}

impl Config {
    fn is_empty(&self) -> bool {
        self.commands.is_empty()
            && self.existence.is_empty()
            && self.contents.is_empty()
            && self.metadata.as_ref().is_none_or(MetadataTest::is_empty)
            && self.licenses.is_empty()
    }
}

impl MetadataTest {
    /// Whether the test checks nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.env.is_empty()
            && self.unbound_env.is_empty()
            && self.exposed_ports.is_empty()
            && self.unexposed_ports.is_empty()
            && self.entrypoint.is_none()
            && self.cmd.is_none()
            && self.workdir.is_none()
            && self.volumes.is_empty()
            && self.unmounted_volumes.is_empty()
            && self.labels.is_empty()
            && self.user.is_none()
    }
}
