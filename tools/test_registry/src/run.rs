//! Runs the registry.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use registry_fixture::{Registry, CA, CLIENT_CERTIFICATE, CLIENT_KEY};

use crate::options::Options;

/// The pause between two looks at the requests.
const PAUSE: Duration = Duration::from_millis(50);

/// Runs the registry until the command ends, whose exit code it returns.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    if let Some(directory) = &options.certificates {
        write_certificates(directory)?;
    }
    let rules = options.rules()?;
    let mut log = match &options.log {
        Some(file) => Some(File::create(file).with_context(|| cannot_write(file))?),
        None => None,
    };
    let registry = Registry::on_port(options.port(), options.settings()?);
    for rule in rules {
        registry.fail(rule);
    }
    if let Some(file) = &options.port_file {
        write_at_once(file, &format!("{}\n", registry.port()))?;
    }
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        let logging = scope.spawn(|| write_log(&registry, log.as_mut(), &ended));
        let code = command(&registry, &options.command);
        ended.store(true, Ordering::SeqCst);
        let logged = logging.join().unwrap_or(Ok(()));
        logged.and(code)
    })
}

/// The exit code of the command. Without a command, this function does not end.
fn command(registry: &Registry, command: &[String]) -> Result<ExitCode> {
    let Some((program, arguments)) = command.split_first() else {
        loop {
            thread::park();
        }
    };
    let status = Command::new(program)
        .args(arguments)
        .env("TEST_REGISTRY", registry.address())
        .status()
        .with_context(|| format!("cannot run `{program}`"))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Writes the requests until the command has ended.
fn write_log(registry: &Registry, mut log: Option<&mut File>, ended: &AtomicBool) -> Result<()> {
    loop {
        let last = ended.load(Ordering::SeqCst);
        for record in registry.take_requests() {
            if let Some(log) = &mut log {
                writeln!(log, "{record}").context("cannot write the log")?;
            }
        }
        if last {
            return Ok(());
        }
        thread::sleep(PAUSE);
    }
}

fn write_certificates(directory: &Path) -> Result<()> {
    fs::create_dir_all(directory).with_context(|| cannot_write(directory))?;
    let files = [
        ("ca.pem", CA),
        ("client.pem", CLIENT_CERTIFICATE),
        ("client.key", CLIENT_KEY),
    ];
    for (name, text) in files {
        let file = directory.join(name);
        fs::write(&file, text).with_context(|| cannot_write(&file))?;
    }
    Ok(())
}

/// So that a reader never sees a part of the file.
fn write_at_once(file: &Path, text: &str) -> Result<()> {
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let part = Path::new(&part);
    fs::write(part, text).with_context(|| cannot_write(file))?;
    fs::rename(part, file).with_context(|| cannot_write(file))
}

fn cannot_write(file: &Path) -> String {
    format!("cannot write `{}`", file.display())
}
