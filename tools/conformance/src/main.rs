//! Conformance tests: external tools check images. There is one command for each theme of tests; `append` and `join` do
//! the work of rules_oci.
//!
//! This program uses none of our format crates: digests come from `sha256sum` and `gzip`, file lists from GNU tar,
//! `find` and `dpkg-deb`, verdicts from skopeo, umoci, crane, runc, a Docker engine and qemu. `defs.bzl` declares the
//! tests. A line that starts with `SKIPPED:` names a tool that is unavailable.

mod bundle;
mod emulator;
mod engine;
mod golden;
mod json;
mod layout;
mod listing;
mod platform;
mod process;
mod reference_tools;
mod registry;
mod report;
mod script;
mod themes;
mod tree;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::reference_tools::ReferenceTools;
use crate::report::Report;

/// Runs conformance tests: tools that are not ours check images.
#[derive(Debug, Parser)]
#[command(name = "conformance")]
struct Arguments {
    #[command(subcommand)]
    theme: Theme,
}

#[derive(Debug, Subcommand)]
enum Theme {
    Artifact(themes::artifact::Options),
    Distribution(themes::distribution::Options),
    Dockerfiles(themes::dockerfiles::Options),
    Layout(themes::layout::Options),
    Contents(themes::contents::Options),
    Packages(themes::packages::Options),
    Programs(themes::programs::Options),
    Publisher(themes::publisher::Options),
    Variants(themes::variants::Options),
    Runc(themes::runc::Options),
    Engine(themes::engine::Options),
    Emulated(themes::emulated::Options),
    Append(themes::append::Options),
    Join(themes::join::Options),
    Consumed(themes::consumed::Options),
    Img(themes::img::Options),
    Sboms(themes::sboms::Options),
    Scanned(themes::scanned::Options),
    Tested(themes::tested::Options),
}

fn main() -> ExitCode {
    let theme = Arguments::parse().theme;
    let mut report = Report::default();
    // These themes unpack many images, so they use memory. An engine keeps its data on disk.
    let tools = match &theme {
        Theme::Layout(_)
        | Theme::Contents(_)
        | Theme::Programs(_)
        | Theme::Runc(_)
        | Theme::Sboms(_)
        | Theme::Scanned(_)
        | Theme::Tested(_) => ReferenceTools::in_memory(),
        _ => ReferenceTools::new(),
    };
    let tested = tools.and_then(|tools| match &theme {
        Theme::Artifact(options) => themes::artifact::test(options, &tools, &mut report),
        Theme::Distribution(options) => themes::distribution::test(options, &tools, &mut report),
        Theme::Dockerfiles(options) => themes::dockerfiles::test(options, &tools, &mut report),
        Theme::Layout(options) => themes::layout::test(options, &tools, &mut report),
        Theme::Contents(options) => themes::contents::test(options, &tools, &mut report),
        Theme::Packages(options) => themes::packages::test(options, &tools, &mut report),
        Theme::Programs(options) => themes::programs::test(options, &tools, &mut report),
        Theme::Publisher(options) => themes::publisher::test(options, &mut report),
        Theme::Variants(options) => themes::variants::test(options, &mut report),
        Theme::Runc(options) => themes::runc::test(options, &tools, &mut report),
        Theme::Engine(options) => themes::engine::test(options, &tools, &mut report),
        Theme::Emulated(options) => themes::emulated::test(options, &tools, &mut report),
        Theme::Append(options) => themes::append::test(options, &tools, &mut report),
        Theme::Join(options) => themes::join::test(options, &tools, &mut report),
        Theme::Img(options) => themes::img::test(options, &mut report),
        Theme::Consumed(options) => themes::consumed::test(options, &tools, &mut report),
        Theme::Sboms(options) => themes::sboms::test(options, &tools, &mut report),
        Theme::Scanned(options) => themes::scanned::test(options, &tools, &mut report),
        Theme::Tested(options) => themes::tested::test(options, &tools, &mut report),
    });
    report.check("the test came to its end", tested);
    report.finish()
}
