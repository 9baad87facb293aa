//! A program as users have it: statically linked and copied onto an image as an additional layer.
//!
//! It looks at the image from inside, reads only files, and prints facts; `tools` compares them with the expected
//! ones. It prints errors to standard error and then exits with code 1.

mod accounts;
mod certificates;
mod directories;
mod zone;

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    match report() {
        Ok(text) => match io::stdout().write_all(text.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Err(problem) => {
            // If standard error is closed, the exit code still reports the failure.
            let _ = writeln!(io::stderr(), "{problem}");
            ExitCode::FAILURE
        }
    }
}

/// One fact on each line, or the first error.
fn report() -> Result<String, String> {
    let passwd = accounts::passwd()?;
    let (uid, gid) = accounts::own_ids()?;
    let name = accounts::name_of(&passwd, uid)?;
    let mut lines = vec![format!("user {uid}:{gid} is {name}")];
    let directory = env::current_dir().map_err(|error| format!("working directory: {error}"))?;
    lines.push(format!("directory {}", directory.display()));
    lines.extend(environment());
    lines.extend(accounts::describe_passwd(
        &passwd,
        &["root", "nobody", "nonroot"],
    )?);
    lines.extend(accounts::describe_groups(&[
        "root", "nobody", "tty", "staff", "nonroot",
    ])?);
    lines.push(certificates::describe()?);
    lines.push(zone::describe("Europe/Berlin")?);
    lines.push(directories::describe_writable("/tmp")?);
    lines.push(directories::describe_writable(accounts::home_of(
        &passwd, uid,
    )?)?);
    lines.push(directories::describe_etc()?);
    lines.push(format!("os-release {}", os_release("VERSION")?));
    lines.push(format!(
        "service https {}",
        word_after("/etc/services", "https")?
    ));
    lines.push(if Path::new("/etc/mime.types").exists() {
        format!("mime type html {}", mime_type("html")?)
    } else {
        "no /etc/mime.types".to_owned()
    });
    lines.push(directories::describe_shells()?);
    Ok(lines.join("\n") + "\n")
}

/// All environment variables except those that a container runtime adds.
fn environment() -> Vec<String> {
    const RUNTIME: [&str; 3] = ["HOME", "HOSTNAME", "TERM"];
    let mut lines: Vec<_> = env::vars_os()
        .filter(|(name, _)| !RUNTIME.iter().any(|known| name == known))
        .map(|(name, value)| format!("env {}={}", name.to_string_lossy(), value.to_string_lossy()))
        .collect();
    lines.sort();
    lines
}

/// Reads a file as text.
fn text(path: impl AsRef<Path>) -> Result<String, String> {
    let path = path.as_ref();
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// A value of os-release. /etc/os-release and /usr/lib/os-release must have the same content.
fn os_release(key: &str) -> Result<String, String> {
    let content = text("/etc/os-release")?;
    if content != text("/usr/lib/os-release")? {
        return Err("/etc/os-release is not /usr/lib/os-release".into());
    }
    let line = content
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix("=\""));
    let value = line.and_then(|value| value.strip_suffix('"'));
    Ok(value
        .ok_or_else(|| format!("os-release has no {key} in double quotes"))?
        .to_owned())
}

/// The second word of the line whose first word is `name`.
fn word_after(path: &str, name: &str) -> Result<String, String> {
    let content = text(path)?;
    let mut lines = content
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>());
    let line = lines.find(|words| words.first() == Some(&name) && words.len() > 1);
    Ok(line.ok_or_else(|| format!("{path} has no {name}"))?[1].to_owned())
}

fn mime_type(extension: &str) -> Result<String, String> {
    let content = text("/etc/mime.types")?;
    let mut lines = content
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_whitespace().collect::<Vec<_>>());
    let line = lines.find(|words| words.iter().skip(1).any(|word| *word == extension));
    Ok(line.ok_or_else(|| format!("/etc/mime.types has no {extension}"))?[0].to_owned())
}
