//! Compares the output of a command with the expected one.

use super::job::{Ended, Run};
use crate::config::{CommandTest, Pattern};

/// Bytes of an output in a message.
const SHOWN: usize = 600;

/// The exit code and the output of a command.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) code: i32,
    pub(super) out: Vec<u8>,
    pub(super) err: Vec<u8>,
}

/// The problems of a whole test: its setup, its command and its teardown.
pub(super) fn judge(
    test: &CommandTest,
    commands: &[Run],
    ended: &[Ended],
    said: &Said,
) -> Vec<String> {
    let main = test.setup.len();
    let broken = commands.iter().zip(ended).find_map(|(run, ended)| {
        let problem = ended.problem.as_ref()?;
        Some(cannot_run(&run.words, problem))
    });
    let mut all = Vec::new();
    match &broken {
        Some(broken) => all.push(broken.clone()),
        None if ended.len() < commands.len() => all.push("not all of its commands ran".to_owned()),
        None => {}
    }
    match ended.get(main) {
        Some(Ended { problem: None, .. }) => all.extend(problems(test, said)),
        // The output of a killed command may explain the reason.
        Some(_) if !said.out.is_empty() || !said.err.is_empty() => {
            all.extend(shown(said));
        }
        _ => {}
    }
    if all.is_empty() {
        return all;
    }
    // A failed setup command is not a failure, as in container-structure-test, but it may explain one.
    let failed = commands[..main]
        .iter()
        .zip(ended)
        .filter(|(_, ended)| ended.code > 0 && ended.problem.is_none());
    all.extend(failed.map(|(run, ended)| {
        let words = message::shorten(&run.words.join(" "));
        format!("its setup `{words}` ended with exit code {}", ended.code)
    }));
    all.extend(ended.iter().filter_map(|ended| ended.ran_over.clone()));
    if ended.iter().any(|ended| ended.alone) {
        let why = "qemu ran each command alone, without what it starts: this kernel has no table of emulators for namespaces (Linux 6.7)";
        all.push(why.to_owned());
    }
    all
}

pub(super) fn cannot_run(words: &[String], cause: &str) -> String {
    format!(
        "cannot run `{}`: {cause}",
        message::shorten(&words.join(" "))
    )
}

/// The problems of the command, one line each.
fn problems(test: &CommandTest, said: &Said) -> Vec<String> {
    let mut problems = Vec::new();
    if i64::from(said.code) != test.exit_code {
        problems.push(format!(
            "expected exit code {}, found {}",
            test.exit_code, said.code
        ));
    }
    let streams = [
        (
            "standard output",
            &said.out,
            &test.expected_output,
            &test.excluded_output,
        ),
        (
            "standard error",
            &said.err,
            &test.expected_error,
            &test.excluded_error,
        ),
    ];
    for (stream, bytes, expected, excluded) in streams {
        let missing = expected.iter().filter(|pattern| !pattern.is_in(bytes));
        problems.extend(missing.map(|pattern| format!("{stream} has no `{}`", source(pattern))));
        let there = excluded.iter().filter(|pattern| pattern.is_in(bytes));
        problems.extend(there.map(|pattern| format!("{stream} has `{}`", source(pattern))));
    }
    if !problems.is_empty() {
        problems.extend(shown(said));
    }
    problems
}

/// Both outputs, a line each.
fn shown(said: &Said) -> [String; 2] {
    let streams = [
        ("standard output", &said.out),
        ("standard error", &said.err),
    ];
    streams.map(|(stream, bytes)| match bytes.is_empty() {
        true => format!("{stream} is empty"),
        false => format!("{stream} is: {}", readable(bytes)),
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
    fn each_expectation_is_a_problem_of_its_own() {
        let test = CommandTest {
            exit_code: 3,
            expected_output: patterns(&["a+", "z"]),
            excluded_output: patterns(&["aa"]),
            expected_error: patterns(&["bad"]),
            excluded_error: patterns(&["^$"]),
            ..CommandTest::default()
        };
        let mut said = Said {
            code: 0,
            out: b"it's aa\n\xff".to_vec(),
            err: Vec::new(),
        };
        assert_eq!(
            problems(&test, &said),
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
        (said.code, said.out, said.err) = (3, b"a z".to_vec(), b"bad".to_vec());
        assert!(problems(&test, &said).is_empty());
    }

    #[test]
    fn long_outputs_are_cut() {
        let long = readable(&[b'a'; 1000]);
        assert_eq!((long.len(), long.ends_with('…')), (SHOWN + 3, true));
    }
}
