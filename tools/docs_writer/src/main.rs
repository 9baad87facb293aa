//! Writes the page of all images from their manifests and configurations.
//!
//! For development only: no image is made by it. What it reads is the list of images that `docs/images_page.bzl` writes, and
//! the two documents of each. Every figure of the page comes out of those.

mod described;
mod image;
mod page;
mod set;
mod spread;
mod table;
#[cfg(test)]
mod testing;

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use blob::{Outputs, Result, ResultExt};
use clap::Parser;

use crate::set::Catalogue;

/// Writes the page of all images from their manifests and configurations.
#[derive(Parser)]
#[command(name = "docs_writer")]
struct Arguments {
    /// The images: JSON, as `docs/images_page.bzl` writes it.
    #[arg(long, value_name = "FILE")]
    images: PathBuf,
    /// The page, Markdown.
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

fn run(arguments: &Arguments) -> Result<()> {
    let name = arguments.images.display();
    let text = fs::read(&arguments.images).cannot("read", &name)?;
    let catalogue = Catalogue::read(described::parse(name, &text)?)?;
    let mut outputs = Outputs::new();
    outputs.add(&arguments.output, page::page(&catalogue)?.as_bytes())?;
    outputs.commit()
}

fn main() -> ExitCode {
    let (text, code) = match Arguments::try_parse() {
        Ok(arguments) => match run(&arguments) {
            Ok(()) => return ExitCode::SUCCESS,
            Err(error) => (format!("error: {error}\n"), ExitCode::FAILURE),
        },
        Err(help) if !help.use_stderr() => (help.to_string(), ExitCode::SUCCESS),
        Err(error) => (error.to_string(), ExitCode::FAILURE),
    };
    // Where standard error is closed, the exit code says it.
    let _ = io::stderr().write_all(text.as_bytes());
    code
}
