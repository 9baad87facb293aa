//! The command line and its parameter files.

use std::fs;

use crate::Request;

/// The longest parameter file that a program should read which is not a tool of actions, in bytes.
pub const MAX_PARAMETERS: u64 = 64 << 20;

/// The arguments of this process without the program's name.
pub(crate) fn of_process() -> Result<Vec<String>, String> {
    std::env::args_os()
        .skip(1)
        .map(|argument| {
            argument.into_string().map_err(|argument| {
                format!(
                    "cannot read argument `{}`: it is not UTF-8",
                    argument.display()
                )
            })
        })
        .collect()
}

/// Replaces each `@FILE` by the arguments in FILE, and removes the escapes of arguments that came in a request of
/// Bazel.
///
/// The arguments of a file are not expanded again.
pub(crate) fn expand(request: &mut Request) -> Result<(), String> {
    let mut expanded = Vec::with_capacity(request.arguments.len());
    for (position, argument) in request.arguments.iter().enumerate() {
        match argument.strip_prefix('@') {
            Some(file) => {
                let cannot =
                    |cause: String| format!("cannot read parameter file `{file}`: {cause}");
                let text = fs::read_to_string(request.path(file.as_ref()))
                    .map_err(|error| cannot(error.to_string()))?;
                expanded.extend(parameters(&text).map_err(cannot)?);
            }
            None if position < request.plain => expanded.push(argument.clone()),
            None => expanded.push(
                unescape(argument)
                    .map_err(|cause| format!("cannot read argument `{argument}`: {cause}"))?,
            ),
        }
    }
    request.plain = expanded.len();
    request.arguments = expanded;
    Ok(())
}

/// The arguments of a parameter file: one on each line, with the escapes that `rules/private/argument.bzl` writes.
///
/// The escapes are `\\` for a backslash, `\n` for a newline, `\r` for a carriage return and `\@` for an `@`. They are
/// needed because Bazel's format `multiline` has no escapes, and its workers replace a line that starts with `@` by the
/// file of that name: <https://bazel.build/remote/creating>.
///
/// # Errors
///
/// A line contains another escape. The error is only the cause; the caller adds the file's name.
pub fn parameters(text: &str) -> Result<Vec<String>, String> {
    // Like `str::lines`, but an unescaped carriage return is part of the argument.
    let lines = text.split_terminator('\n').enumerate();
    let argument = |(number, line): (usize, &str)| {
        unescape(line).map_err(|cause| format!("at line {}: {cause}", number + 1))
    };
    lines.map(argument).collect()
}

fn unescape(line: &str) -> Result<String, String> {
    let mut argument = String::with_capacity(line.len());
    let mut rest = line.chars();
    while let Some(character) = rest.next() {
        argument.push(match character {
            '\\' => match rest.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some(escaped @ ('\\' | '@')) => escaped,
                Some(other) => return Err(unknown(&format!("\\{other}"))),
                None => return Err(unknown("\\")),
            },
            character => character,
        });
    }
    Ok(argument)
}

fn unknown(found: &str) -> String {
    format!("unknown escape `{found}`: expected `\\\\`, `\\n`, `\\r` or `\\@`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    #[test]
    fn a_file_becomes_its_lines() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(
            directory.path().join("params"),
            "--a\nwith space\n\n@literal\r\n\\@literal\n",
        )
        .unwrap();
        let arguments = ["first", "@params", "last"].map(str::to_owned).to_vec();
        let mut request = Request::in_directory(arguments, directory.path().to_owned());
        expand(&mut request).unwrap();
        let expected = [
            "first",
            "--a",
            "with space",
            "",
            "@literal\r",
            "@literal",
            "last",
        ];
        assert_eq!(request.arguments, expected);
    }

    fn request(arguments: &[&str]) -> Request {
        let arguments = arguments.iter().map(|&argument| argument.to_owned());
        Request::new(arguments.collect())
    }

    /// Bazel's worker strategy reads the parameter file itself and sends its lines.
    #[test]
    fn lines_that_bazel_has_read_are_unescaped_too() {
        let mut request = request(&["--start=\\n", "--cmd=a\\nb", r"\@x"]);
        request.plain = 1;
        expand(&mut request).unwrap();
        assert_eq!(request.arguments, ["--start=\\n", "--cmd=a\nb", "@x"]);
    }

    #[test]
    fn arguments_by_hand_are_plain() {
        let mut request = request(&[r"--cmd=\n", r"\"]);
        expand(&mut request).unwrap();
        assert_eq!(request.arguments, [r"--cmd=\n", r"\"]);
    }

    #[test]
    fn every_string_has_its_escapes() {
        for (line, argument) in [
            (r"--cmd=a\n--user=0", "--cmd=a\n--user=0"),
            (r"\@file", "@file"),
            ("--label=k=@v", "--label=k=@v"),
            (r"\\n\r\\", "\\n\r\\"),
            ("", ""),
            ("-", "-"),
            (r#"'"$(x)` ü\n"#, "'\"$(x)` ü\n"),
        ] {
            let read = parameters(&format!("{line}\nnext\n"));
            assert_eq!(read.unwrap(), [argument, "next"], "{line}");
        }
    }

    #[test]
    fn an_unknown_escape_is_named() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("p"), "--a\n--b=\\t\n").unwrap();
        let mut request = Request::in_directory(vec!["@p".into()], directory.path().to_owned());
        assert_eq!(
            expand(&mut request).unwrap_err(),
            r"cannot read parameter file `p`: at line 2: unknown escape `\t`: expected `\\`, `\n`, `\r` or `\@`"
        );
        assert_eq!(
            parameters("a\\").unwrap_err(),
            r"at line 1: unknown escape `\`: expected `\\`, `\n`, `\r` or `\@`"
        );
    }

    #[test]
    fn a_missing_file_is_named() {
        let mut request =
            Request::in_directory(vec!["@no/params".into()], PathBuf::from("/nowhere"));
        assert_eq!(
            expand(&mut request).unwrap_err(),
            "cannot read parameter file `no/params`: No such file or directory (os error 2)"
        );
    }
}
