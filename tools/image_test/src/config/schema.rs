//! Which fields there are, by version of the format.

use super::fields::{pattern, text, word, Case, Fields, Result};
use super::run_options;
use super::tree::{Node, Value, Wrong};
use super::{
    CommandTest, Config, ContentTest, ExecutableBy, ExistenceTest, Expected, ExpectedValue,
    LicenseTest, MetadataTest, Schema, Variable,
};

const FIRST: &[&str] = &[
    "schemaVersion",
    "globalEnvVars",
    "commandTests",
    "fileExistenceTests",
    "fileContentTests",
    "licenseTests",
];
const SECOND: &[&str] = &[
    "schemaVersion",
    "globalEnvVars",
    "commandTests",
    "fileExistenceTests",
    "fileContentTests",
    "metadataTest",
    "licenseTests",
    "containerRunOptions",
];
const COMMAND_FIRST: &[&str] = &[
    "name",
    "setup",
    "teardown",
    "envVars",
    "exitCode",
    "command",
    "expectedOutput",
    "excludedOutput",
    "expectedError",
    "excludedError",
];
const COMMAND_SECOND: &[&str] = &[
    "name",
    "setup",
    "teardown",
    "envVars",
    "exitCode",
    "command",
    "args",
    "expectedOutput",
    "excludedOutput",
    "expectedError",
    "excludedError",
];
const EXISTENCE_FIRST: &[&str] = &["name", "path", "shouldExist", "permissions"];
const EXISTENCE_SECOND: &[&str] = &[
    "name",
    "path",
    "shouldExist",
    "permissions",
    "uid",
    "gid",
    "isExecutableBy",
];
const CONTENT: &[&str] = &["name", "path", "expectedContents", "excludedContents"];
const METADATA: &[&str] = &[
    "envVars",
    "unboundEnvVars",
    "exposedPorts",
    "unexposedPorts",
    "entrypoint",
    "cmd",
    "workdir",
    "volumes",
    "unmountedVolumes",
    "labels",
    "user",
];
const LICENSE: &[&str] = &["debian", "files"];
const PAIR: &[&str] = &["key", "value", "isRegex"];
const WHO: &[&str] = &["any", "owner", "group", "other"];

/// Reads a whole file.
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
    match config.is_empty() {
        true => Err(Wrong::file("there is no test in it").hint(format_args!(
            "add one to {}",
            known[2..]
                .iter()
                .filter(|field| field.contains("Test"))
                .copied()
                .collect::<Vec<_>>()
                .join(", ")
        ))),
        false => Ok(config),
    }
}

/// The version decides what else there may be, so it is looked for before all else.
fn schema(root: &Node, case: Case) -> Result<Schema> {
    const HINT: &str = "known are 1.0.0 and 2.0.0";
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
        return Err(root.wrong("expected a `schemaVersion`").hint(HINT));
    };
    match text(version)?.as_str() {
        "1.0.0" => Ok(Schema::One),
        "2.0.0" => Ok(Schema::Two),
        other => {
            let other = message::shorten(other);
            Err(version
                .wrong(format_args!("unknown `schemaVersion` `{other}`"))
                .hint(HINT))
        }
    }
}

/// A field that only the newer version has deserves another hint.
fn later(wrong: Wrong, root: &Node, schema: Schema) -> Wrong {
    let Value::Map(map) = &root.value else {
        return wrong;
    };
    let newer = |name: &str| SECOND.contains(&name) && !FIRST.contains(&name);
    let first = map
        .iter()
        .find(|(key, _)| key.text().is_some_and(|name| !FIRST.contains(&name)));
    match first {
        Some((key, _)) if schema == Schema::One && key.text().is_some_and(newer) => {
            wrong.hint("it belongs to schemaVersion 2.0.0")
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
    /// Whether it looks at nothing at all.
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

fn variable(node: &Node, case: Case) -> Result<Variable> {
    let fields = Fields::of(node, "a variable", PAIR, case)?;
    // container-structure-test takes it here too, and looks at it nowhere.
    fields.truth("isRegex")?;
    let (key, value) = (fields.required("key")?, fields.required("value")?);
    match key.contains(['=', '\0']) || value.contains('\0') {
        true => Err(node.wrong("expected a key without `=`")),
        false => Ok(Variable { key, value }),
    }
}

fn command_test(fields: &Fields<'_>, schema: Schema) -> Result<CommandTest> {
    let mut command = match schema {
        Schema::One => fields.list("command", text)?,
        Schema::Two => vec![fields.required("command")?],
    };
    if command.first().is_none_or(String::is_empty) {
        return Err(fields.missing("command"));
    }
    if schema == Schema::Two {
        command.extend(fields.list("args", text)?);
    }
    let case = fields.case();
    let commands = |name| fields.get(name).map(run_options::commands).transpose();
    let exit_code = fields.number("exitCode")?.unwrap_or(0);
    if !(0..=255).contains(&exit_code) {
        let node = fields.get("exitCode").unwrap_or(fields.node());
        return Err(node.expected("an exit code from 0 to 255"));
    }
    Ok(CommandTest {
        name: fields.required("name")?,
        setup: commands("setup")?.unwrap_or_default(),
        teardown: commands("teardown")?.unwrap_or_default(),
        env: fields.list("envVars", |node| variable(node, case))?,
        exit_code,
        command,
        expected_output: fields.list("expectedOutput", pattern)?,
        excluded_output: fields.list("excludedOutput", pattern)?,
        expected_error: fields.list("expectedError", pattern)?,
        excluded_error: fields.list("excludedError", pattern)?,
    })
}

fn existence(node: &Node, case: Case, schema: Schema) -> Result<ExistenceTest> {
    let known = match schema {
        Schema::One => EXISTENCE_FIRST,
        Schema::Two => EXISTENCE_SECOND,
    };
    let fields = Fields::of(node, "a file existence test", known, case)?;
    Ok(ExistenceTest {
        name: fields.required("name")?,
        path: fields.required("path")?,
        should_exist: fields.truth("shouldExist")?.unwrap_or(true),
        permissions: fields.text("permissions")?,
        uid: owner(&fields, "uid")?,
        gid: owner(&fields, "gid")?,
        executable_by: fields
            .get("isExecutableBy")
            .map(executable_by)
            .transpose()?,
    })
}

/// -1 is container-structure-test's way to say that it does not matter.
fn owner(fields: &Fields<'_>, name: &str) -> Result<Option<u64>> {
    match fields.number(name)? {
        None | Some(-1) => Ok(None),
        Some(number) => u64::try_from(number).map(Some).map_err(|_| {
            let node = fields.get(name).unwrap_or(fields.node());
            node.expected("a number from 0")
        }),
    }
}

fn executable_by(node: &Node) -> Result<ExecutableBy> {
    let who = text(node)?;
    match who.as_str() {
        "any" => Ok(ExecutableBy::Any),
        "owner" => Ok(ExecutableBy::Owner),
        "group" => Ok(ExecutableBy::Group),
        "other" => Ok(ExecutableBy::Other),
        _ => {
            let wrong = node.expected("one of any, owner, group, other");
            Err(match super::fields::nearest(&who, WHO) {
                Some(near) => wrong.hint(format_args!("did you mean `{near}`?")),
                None => wrong,
            })
        }
    }
}

fn content(node: &Node, case: Case) -> Result<ContentTest> {
    let fields = Fields::of(node, "a file content test", CONTENT, case)?;
    Ok(ContentTest {
        name: fields.required("name")?,
        path: fields.required("path")?,
        expected: fields.list("expectedContents", pattern)?,
        excluded: fields.list("excludedContents", pattern)?,
    })
}

fn metadata(node: &Node, case: Case) -> Result<MetadataTest> {
    let fields = Fields::of(node, "a metadata test", METADATA, case)?;
    let words = |name| match fields.get(name) {
        Some(_) => fields.list(name, text).map(Some),
        None => Ok(None),
    };
    Ok(MetadataTest {
        env: fields.list("envVars", |node| expected(node, case))?,
        unbound_env: fields.list("unboundEnvVars", |node| {
            let fields = Fields::of(node, "a variable", PAIR, case)?;
            fields.text("value")?;
            fields.truth("isRegex")?;
            fields.required("key")
        })?,
        exposed_ports: fields.list("exposedPorts", word)?,
        unexposed_ports: fields.list("unexposedPorts", word)?,
        entrypoint: words("entrypoint")?,
        cmd: words("cmd")?,
        workdir: fields.text("workdir")?,
        volumes: fields.list("volumes", word)?,
        unmounted_volumes: fields.list("unmountedVolumes", word)?,
        labels: fields.list("labels", |node| expected(node, case))?,
        user: fields.text("user")?,
    })
}

fn expected(node: &Node, case: Case) -> Result<Expected> {
    let fields = Fields::of(node, "a key and a value", PAIR, case)?;
    let value = match (fields.truth("isRegex")?, fields.get("value")) {
        (Some(true), Some(node)) => ExpectedValue::Matches(pattern(node)?),
        (Some(true), None) => return Err(fields.missing("value")),
        _ => ExpectedValue::Is(fields.text("value")?.unwrap_or_default()),
    };
    let key = fields.required("key")?;
    Ok(Expected { key, value })
}

fn license(node: &Node, case: Case) -> Result<LicenseTest> {
    let fields = Fields::of(node, "a license test", LICENSE, case)?;
    let debian = fields.truth("debian")?.unwrap_or(false);
    let files = fields.list("files", word)?;
    match debian || !files.is_empty() {
        true => Ok(LicenseTest { debian, files }),
        false => Err(node
            .wrong("a license test that looks at nothing")
            .hint("set `debian: true`, or name `files`")),
    }
}
