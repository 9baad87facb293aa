//! Dockerfiles on our images: a Docker engine builds them and runs the results.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{ensure, Context, Result};
use clap::Args;
use serde_json::Value;

use crate::emulator;
use crate::engine::{self, Engine};
use crate::json;
use crate::platform::Platform;
use crate::process::Outcome;
use crate::reference_tools::ReferenceTools;
use crate::report::Report;
use crate::script;

/// Builds Dockerfiles with a Docker engine, and runs the images.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// A JSON list of objects with these fields: `dockerfile`; `bases` (build argument: archive of an image); `context`
    /// (path in the context: file) and `directories` (empty directories in the context); `arguments` of the container, and
    /// `prints`, the expected output. With `asks`, a command, that command runs in the container while the container
    /// runs. With `emulated`, a platform, qemu runs `program`. With `holds` (path in the image: file), the container is
    /// not run: files are copied out and compared, because no engine of this machine can run the image.
    #[arg(long)]
    cases: PathBuf,
}

pub(crate) fn test(options: &Options, tools: &ReferenceTools, report: &mut Report) -> Result<()> {
    let what = "what a Docker engine makes of the Dockerfiles";
    let Some((dockerd, docker)) = engine::find(tools, report, what)? else {
        return Ok(());
    };
    let engine = Engine::start(&dockerd, &docker, tools)?;
    for case in json::items(&json::read(&options.cases)?) {
        let dockerfile = json::text(case, "dockerfile")?;
        let Some(image) = build(&engine, tools, case, dockerfile, report)? else {
            continue;
        };
        if let Some(files) = case["holds"].as_object() {
            for (path, file) in files {
                let what = format!("docker cp: {path} of {dockerfile}");
                report.check(what, holds(&engine, tools, &image, path, file));
            }
            continue;
        }
        let Some(found) = run(&engine, tools, case, &image, report)? else {
            continue;
        };
        report.equal(
            format_args!("docker run: {dockerfile}"),
            json::text(case, "prints")?,
            &script::printed(&found),
        );
    }
    Ok(())
}

/// Builds an image; returns its ID.
fn build(
    engine: &Engine<'_>,
    tools: &ReferenceTools,
    case: &Value,
    dockerfile: &str,
    report: &mut Report,
) -> Result<Option<String>> {
    let mut arguments = Vec::new();
    for (argument, archive) in case["bases"].as_object().into_iter().flatten() {
        let archive = archive.as_str().context("`bases` has paths")?;
        arguments.push((argument.as_str(), engine.load(Path::new(archive))?));
    }
    let context = context(tools, case)?;
    let built = engine.build(Path::new(dockerfile), &context, &arguments);
    let image = built.as_ref().ok().cloned();
    report.check(format_args!("docker build: {dockerfile}"), built.map(drop));
    Ok(image)
}

/// A directory with the files that the Dockerfile copies, with the modes that Bazel gave them.
fn context(tools: &ReferenceTools, case: &Value) -> Result<PathBuf> {
    let directory = tools.fresh_directory("context")?;
    for (name, file) in case["context"].as_object().into_iter().flatten() {
        let file = file.as_str().context("`context` has paths")?;
        let copy = directory.join(name);
        fs::create_dir_all(copy.parent().context("a file is in a directory")?)?;
        fs::copy(file, copy).with_context(|| format!("cannot copy `{file}`"))?;
    }
    for name in json::strings(&case["directories"]) {
        fs::create_dir(directory.join(name))?;
    }
    Ok(directory)
}

fn holds(
    engine: &Engine<'_>,
    tools: &ReferenceTools,
    image: &str,
    path: &str,
    file: &Value,
) -> Result<()> {
    let expected = file.as_str().context("`holds` has paths")?;
    let copy = tools.fresh_directory("copied")?.join("file");
    engine.copy(image, path, &copy)?;
    ensure!(fs::read(&copy)? == fs::read(expected)?, "another file");
    Ok(())
}

fn run(
    engine: &Engine<'_>,
    tools: &ReferenceTools,
    case: &Value,
    image: &str,
    report: &mut Report,
) -> Result<Option<Outcome>> {
    let arguments = json::strings(&case["arguments"]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if case.get("asks").is_some() {
        let asks = json::strings(&case["asks"]);
        let asks: Vec<&str> = asks.iter().map(String::as_str).collect();
        return engine.ask(image, &arguments, &asks).map(Some);
    }
    if case.get("emulated").is_none() {
        return engine.run(&[], image, &arguments).map(Some);
    }
    let platform: Platform = json::text(case, "emulated")?.parse()?;
    let program = json::text(case, "program")?;
    let known = engine.inspect(image)?;
    ensure!(
        known["Architecture"] == platform.architecture.as_str(),
        "the image is for {}",
        known["Architecture"]
    );
    if emulator::is_native(&platform) {
        return engine.run(&[], image, &arguments).map(Some);
    }
    let what = format!("a program for {platform} in a container");
    let Some(qemu) = emulator::qemu(tools, report, &platform, &what)? else {
        return Ok(None);
    };
    // A statically linked emulator runs in any container on this machine.
    let mounted = format!("--volume={}:/qemu:ro", qemu.binary()?.display());
    let meant = format!("--platform={platform}");
    let words: Vec<&str> = [program].into_iter().chain(arguments).collect();
    engine
        .run(&[&mounted, &meant, "--entrypoint=/qemu"], image, &words)
        .map(Some)
}
