//! Parses each kind of test.

use super::fields::{nearest, pattern, text, word, Case, Fields, Result};
use super::names::{CONTENT, EXISTENCE_FIRST, EXISTENCE_SECOND, LICENSE, METADATA, PAIR, WHO};
use super::run_options;
use super::tree::Node;
use super::{
    CommandTest, ContentTest, ExecutableBy, ExistenceTest, Expected, ExpectedValue, LicenseTest,
    MetadataTest, Schema, Variable,
};

pub(super) fn variable(node: &Node, case: Case) -> Result<Variable> {
    let fields = Fields::of(node, "a variable", PAIR, case)?;
    // container-structure-test accepts this field here as well, and ignores it.
    fields.truth("isRegex")?;
    let (key, value) = (fields.required("key")?, fields.required("value")?);
    if key.contains(['=', '\0']) || value.contains('\0') {
        Err(node.problem("expected a key without `=`"))
    } else {
        Ok(Variable { key, value })
    }
}

pub(super) fn command_test(fields: &Fields<'_>, schema: Schema) -> Result<CommandTest> {
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

pub(super) fn existence(node: &Node, case: Case, schema: Schema) -> Result<ExistenceTest> {
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

/// In container-structure-test, -1 means any owner.
fn owner(fields: &Fields<'_>, name: &str) -> Result<Option<u64>> {
    match fields.number(name)? {
        None | Some(-1) => Ok(None),
        Some(number) => u64::try_from(number).map(Some).map_err(|_| {
            let node = fields.get(name).unwrap_or(fields.node());
            node.expected("a number of at least 0")
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
            Err(match nearest(&who, WHO) {
                Some(near) => wrong.hint(format_args!("did you mean `{near}`?")),
                None => wrong,
            })
        }
    }
}

pub(super) fn content(node: &Node, case: Case) -> Result<ContentTest> {
    let fields = Fields::of(node, "a file content test", CONTENT, case)?;
    Ok(ContentTest {
        name: fields.required("name")?,
        path: fields.required("path")?,
        expected: fields.list("expectedContents", pattern)?,
        excluded: fields.list("excludedContents", pattern)?,
    })
}

pub(super) fn metadata(node: &Node, case: Case) -> Result<MetadataTest> {
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

pub(super) fn license(node: &Node, case: Case) -> Result<LicenseTest> {
    let fields = Fields::of(node, "a license test", LICENSE, case)?;
    let debian = fields.truth("debian")?.unwrap_or(false);
    let files = fields.list("files", word)?;
    if debian || !files.is_empty() {
        Ok(LicenseTest { debian, files })
    } else {
        Err(node
            .problem("a license test without files")
            .hint("set `debian: true`, or list `files`"))
    }
}
