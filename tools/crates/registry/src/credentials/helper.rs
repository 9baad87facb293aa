//! Helper programs: <https://github.com/docker/docker-credential-helpers#development>.

use std::io::{ErrorKind, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use blob::{Error, Result};
use serde::Deserialize;

use super::login::{Kind, Login};
use crate::secret::Secret;

/// How long a helper may run. It may ask the user.
const MAX_TIME: Duration = Duration::from_secs(120);

/// The longest answer that is read.
const MAX_ANSWER: u64 = 1 << 20;

/// The interval in which a helper is asked whether it has ended.
const POLL: Duration = Duration::from_millis(10);

/// The user name of an identity token.
const TOKEN_USER: &str = "<token>";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    username: String,
    secret: String,
}

/// Runs `docker-credential-NAME get`. Returns `None` if it has no login for the server. Its output may have secrets, so no
/// message shows it.
pub(super) fn get(name: &str, server: &str) -> Result<Option<Login>> {
    let program = format!("docker-credential-{name}");
    run(&program, server, MAX_TIME).map_err(|(cause, hint)| {
        let shown = message::shorten(&program);
        Error::cannot("run credential helper", shown, cause).hint(hint)
    })
}

/// A result with a cause and a hint.
type Outcome<T> = std::result::Result<T, (String, String)>;

fn run(program: &str, server: &str, time: Duration) -> Outcome<Option<Login>> {
    // A path would start a program that is not on the search path.
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if !program.bytes().all(good) {
        return Err((
            "its name has characters other than letters, digits, `.`, `_` and `-`".to_owned(),
            "correct `credHelpers` or `credsStore` in the configuration of docker or podman"
                .to_owned(),
        ));
    }
    let (success, output) = output(program, server, time)?;
    let asked = format!("run `echo {server} | {program} get` to see its output");
    if !success {
        // The only error that the protocol names; it is on standard output.
        let text = String::from_utf8_lossy(&output);
        if text.contains("credentials not found") {
            return Ok(None);
        }
        return Err(("it failed".to_owned(), asked));
    }
    let unexpected = |_| ("its answer has another format".to_owned(), asked);
    let answer: Answer = serde_json::from_slice(&output).map_err(unexpected)?;
    Ok(match (answer.username.as_str(), answer.secret.as_str()) {
        ("", "") => None,
        (TOKEN_USER, token) => Some(Login::new(Kind::IdentityToken(Secret::new(token)), program)),
        (user, password) => Some(Login::password(user, password, program)),
    })
}

/// Whether the program succeeded, and its standard output.
fn output(program: &str, server: &str, time: Duration) -> Outcome<(bool, Vec<u8>)> {
    let failed = |error: std::io::Error| {
        let hint = if error.kind() == ErrorKind::NotFound {
            "install it, or log in without it: `podman login`"
        } else {
            "check that you may run it"
        };
        (error.to_string(), hint.to_owned())
    };
    let mut child = Command::new(program)
        .arg("get")
        // The password of a key that signs.
        .env_remove("COSIGN_PASSWORD")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    // A program that ends without reading closes the pipe.
    let _ = child
        .stdin
        .take()
        .map(|mut input| writeln!(input, "{server}"));
    let (sender, receiver) = mpsc::channel();
    let reader = child.stdout.take();
    // Not joined: a process that the helper left behind may hold the pipe open.
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = reader.map(|reader| reader.take(MAX_ANSWER + 1).read_to_end(&mut bytes));
        let _ = sender.send(read.and_then(std::result::Result::ok).map(|_| bytes));
    });
    let end = Instant::now() + time;
    let bytes = receiver.recv_timeout(time).ok().flatten();
    let hint = || format!("run `echo {server} | {program} get`");
    let Some(bytes) = bytes else {
        stop(&mut child);
        let seconds = time.as_secs();
        return Err((format!("no answer in {seconds} s"), hint()));
    };
    if bytes.len() as u64 > MAX_ANSWER {
        stop(&mut child);
        return Err(("its answer has more than 1 MiB".to_owned(), hint()));
    }
    loop {
        match child.try_wait().map_err(failed)? {
            Some(status) => return Ok((status.success(), bytes)),
            None if Instant::now() > end => {
                stop(&mut child);
                return Err((format!("it runs longer than {} s", time.as_secs()), hint()));
            }
            None => thread::sleep(POLL),
        }
    }
}

fn stop(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_outside_of_the_search_path_are_refused() {
        for name in ["../x", "/bin/sh", "a b", "é"] {
            let error = get(name, "r.example").unwrap_err().to_string();
            assert!(error.contains("its name has characters"), "{error}");
        }
        let error = get("no-such-helper", "r.example").unwrap_err().to_string();
        assert!(
            error.starts_with("cannot run credential helper `docker-credential-no-such-helper`: "),
            "{error}"
        );
        assert!(error.ends_with("hint: install it, or log in without it: `podman login`"));
    }
}
