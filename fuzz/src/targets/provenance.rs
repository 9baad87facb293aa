//! Provenance of images, and the chain that `chain_verifier` checks.

use provenance::{rebuild, Statement, ToolsLock};
use worker::Request;

use super::images::write_layout;
use super::{
    directory, fresh_directory, repaired, same, seeded, target, text, write, Outcome, Target,
};

const STATEMENT: &[&str] = &[
    "\"_type\":\"https://in-toto.io/Statement/v1\"",
    "\"predicateType\":\"https://slsa.dev/provenance/v1\"",
    "\"subject\":[{\"digest\":{\"sha256\":",
    "\"buildDefinition\":{",
    "\"annotations\":{\"kind\":\"package\"}",
    "\"externalParameters\":",
    "\"settings\":{}",
    "'",
    "$(",
    "null",
    "[[[[",
];

pub(super) fn targets() -> Vec<Target> {
    vec![
        target("provenance_statement", STATEMENT, statement),
        target(
            "provenance_tools_lock",
            &["\"archives\":{", "\"sha256\":"],
            |input| {
                let _ = ToolsLock::parse("tools", &text(input));
                Ok(())
            },
        ),
        seeded(
            "image_layout",
            target("chain_layout", &["\"diff_ids\":["], layout),
        ),
        repaired(seeded(
            "image_layer",
            target("chain_layer", &["deb a 1 all"], layer),
        )),
        repaired(seeded(
            "deb_package",
            target("chain_deb", &["control.tar"], deb),
        )),
    ]
}

/// A statement that is read is written, and read back unchanged. Its commands have balanced
/// quotes, and no foreign character outside of them.
fn statement(input: &[u8]) -> Outcome {
    let Ok(statement) = Statement::parse("statement", &text(input)) else {
        return Ok(());
    };
    let json = statement.to_json().map_err(|error| error.to_string())?;
    let again = Statement::parse("statement", &json).map_err(|error| error.to_string())?;
    let json_again = again.to_json().map_err(|error| error.to_string())?;
    same("statement", &json_again, &json)?;
    if let Ok(commands) = rebuild(&statement, None, "bazel") {
        if commands.matches('\'').count() % 2 != 0 || commands.contains('`') {
            return Err(format!("unsafe commands: {commands:.200?}"));
        }
        let build = commands
            .lines()
            .filter(|line| line.starts_with("bazel build"));
        let mut outside = build.flat_map(|line| line.split('\'').step_by(2));
        if outside.any(|part| part.contains(['&', ';', '|', '#', '$'])) {
            return Err(format!("unsafe commands: {commands:.200?}"));
        }
    }
    Ok(())
}

/// The documents of a layout, and its layers.
fn layout(input: &[u8]) -> Outcome {
    let layout = fresh_directory()?;
    write_layout(layout.path(), input)?;
    verify(&[format!("--layout={}", layout.path().display())])
}

/// The input as the only layer of a layout.
fn layer(input: &[u8]) -> Outcome {
    let text = include_str!("../../seeds/image_layout/plain");
    let (_, documents) = text.split_once("\n---\n").ok_or("the seed has no parts")?;
    layout(&[input, b"\n---\n", documents.as_bytes()].concat())
}

/// The input as a package.
fn deb(input: &[u8]) -> Outcome {
    let layout = fresh_directory()?;
    write_layout(
        layout.path(),
        include_bytes!("../../seeds/image_layout/plain"),
    )?;
    let path = layout.path().join("chain.deb");
    write(&path, input)?;
    verify(&[
        format!("--layout={}", layout.path().display()),
        format!("--deb={}", path.display()),
    ])
}

fn verify(options: &[String]) -> Outcome {
    let mut arguments = options.to_vec();
    arguments.push(format!("--output={}", directory()?.join("links").display()));
    let _ = chain_verifier::run(&Request::new(arguments));
    Ok(())
}
