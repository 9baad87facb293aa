//! Compares the output of a command with the expected one.

use container_run::{CommandResult, Output, Process};

use crate::config::{CommandTest, Pattern};

/// Bytes of an output in a message.
const SHOWN: usize = 600;

/// The problems of a whole test: its setup, its command and its teardown.
pub(super) fn problems(
    test: &CommandTest,
    commands: &[Process],
    results: &[CommandResult],
    output: &Output,
) -> Vec<String> {
    let main = test.setup.len();
    let broken = commands.iter().zip(results).find_map(|(process, result)| {
        let problem = result.problem.as_ref()?;
        Some(cannot_run(&process.args, problem))
    });
    let mut all = Vec::new();
    match &broken {
        Some(broken) => all.push(broken.clone()),
        None if results.len() < commands.len() => {
            all.push("not all of its commands ran".to_owned())
        }
        None => {}
    }
    match results.get(main) {
        Some(CommandResult { problem: None, .. }) => all.extend(differences(test, output)),
        // The output of a killed command may explain the reason.
        Some(_) if !output.stdout.is_empty() || !output.stderr.is_empty() => {
            all.extend(shown(output));
        }
        _ => {}
    }
    if all.is_empty() {
        return all;
    }
    // A failed setup command is not a failure, as in container-structure-test, but it may explain one.
    let failed = commands[..main]
        .iter()
        .zip(results)
        .filter(|(_, result)| result.code > 0 && result.problem.is_none());
    all.extend(failed.map(|(process, result)| {
        let words = message::shorten(&process.args.join(" "));
        format!("its setup `{words}` ended with exit code {}", result.code)
    }));
    all.extend(
        results
            .iter()
            .filter_map(|result| result.reached_limit.clone()),
    );
    if results.iter().any(|result| result.emulated_alone) {
        let why = "qemu ran each command without the programs that it starts: this kernel has no binfmt_misc for namespaces (Linux 6.7)";
        all.push(why.to_owned());
    }
    all
}

pub(super) fn cannot_run(args: &[String], cause: &str) -> String {
    format!(
        "cannot run `{}`: {cause}",
        message::shorten(&args.join(" "))
    )
}

/// The problems of the command, one line each.
fn differences(test: &CommandTest, output: &Output) -> Vec<String> {
    let mut problems = Vec::new();
    if i64::from(output.code) != test.exit_code {
        problems.push(format!(
            "expected exit code {}, found {}",
            test.exit_code, output.code
        ));
    }
    let streams = [
        (
            "standard output",
            &output.stdout,
            &test.expected_output,
            &test.excluded_output,
        ),
        (
            "standard error",
            &output.stderr,
            &test.expected_error,
            &test.excluded_error,
        ),
    ];
    for (stream, bytes, expected, excluded) in streams {
        let missing = expected.iter().filter(|pattern| !pattern.is_in(bytes));
        problems.extend(missing.map(|pattern| format!("{stream} has no `{}`", source(pattern))));
        let found = excluded.iter().filter(|pattern| pattern.is_in(bytes));
        problems.extend(found.map(|pattern| format!("{stream} has `{}`", source(pattern))));
    }
    if !problems.is_empty() {
        problems.extend(shown(output));
    }
    problems
}

/// Both outputs, a line each.
fn shown(output: &Output) -> [String; 2] {
    let streams = [
        ("standard output", &output.stdout),
        ("standard error", &output.stderr),
    ];
    streams.map(|(stream, bytes)| {
        if bytes.is_empty() {
            format!("{stream} is empty")
        } else {
            format!("{stream} is: {}", readable(bytes))
        }
    })
}

fn source(pattern: &Pattern) -> String {
    message::shorten(pattern.source())
}

/// The beginning of an output on one line: control characters are escaped, and bytes that are not UTF-8 are written as
/// `\xff`.
fn readable(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes[..bytes.len().min(SHOWN)].utf8_chunks() {
        text.extend(chunk.valid().chars().flat_map(|c| match c {
            '"' | '\'' | '\\' => vec![c],
            c => c.escape_debug().collect(),
        }));
        text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    if bytes.len() > SHOWN {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(list: &[&str]) -> Vec<Pattern> {
        list.iter().map(|p| Pattern::new(p).unwrap()).collect()
    }

    #[test]
    fn each_expectation_is_a_separate_problem() {
        let test = CommandTest {
            exit_code: 3,
            expected_output: patterns(&["a+", "z"]),
            excluded_output: patterns(&["aa"]),
            expected_error: patterns(&["bad"]),
            excluded_error: patterns(&["^$"]),
            ..CommandTest::default()
        };
        let mut output = Output {
            code: 0,
            stdout: b"it's aa\n\xff".to_vec(),
            stderr: Vec::new(),
        };
        assert_eq!(
            differences(&test, &output),
            [
                "expected exit code 3, found 0",
                "standard output has no `z`",
                "standard output has `aa`",
                "standard error has no `bad`",
                "standard error has `^$`",
                "standard output is: it's aa\\n\\xff",
                "standard error is empty",
            ]
        );
        (output.code, output.stdout, output.stderr) = (3, b"a z".to_vec(), b"bad".to_vec());
        assert!(differences(&test, &output).is_empty());
    }

    #[test]
    fn long_outputs_are_cut() {
        let long = readable(&[b'a'; 1000]);
        assert_eq!((long.len(), long.ends_with('…')), (SHOWN + 3, true));
    }
}
