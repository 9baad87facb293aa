//! The command line and its parameter files.

use std::fs;

use crate::Request;

/// The arguments of this process without its name.
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

/// Replaces each `@FILE` by the lines of FILE, one argument a line, as Bazel's `multiline` format writes them.
/// A line that itself begins with `@` is taken as it is.
pub(crate) fn expand(request: &mut Request) -> Result<(), String> {
    let mut expanded = Vec::with_capacity(request.arguments.len());
    for argument in &request.arguments {
        match argument.strip_prefix('@') {
            Some(file) => {
                let text = fs::read_to_string(request.path(file.as_ref()))
                    .map_err(|error| format!("cannot read parameter file `{file}`: {error}"))?;
                expanded.extend(lines(&text).map(str::to_owned));
            }
            None => expanded.push(argument.clone()),
        }
    }
    request.arguments = expanded;
    Ok(())
}

/// Like `str::lines`, but a carriage return belongs to the argument.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split_terminator('\n')
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    #[test]
    fn a_file_becomes_its_lines() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join("params"),
            "--a\nwith space\n\n@literal\r\n",
        )
        .unwrap();
        let arguments = ["first", "@params", "last"].map(str::to_owned).to_vec();
        let mut request = Request::in_folder(arguments, folder.path().to_owned());
        expand(&mut request).unwrap();
        let expected = ["first", "--a", "with space", "", "@literal\r", "last"];
        assert_eq!(request.arguments, expected);
    }

    #[test]
    fn a_missing_file_is_named() {
        let mut request = Request::in_folder(vec!["@no/params".into()], PathBuf::from("/nowhere"));
        assert_eq!(
            expand(&mut request).unwrap_err(),
            "cannot read parameter file `no/params`: No such file or directory (os error 2)"
        );
    }
}
