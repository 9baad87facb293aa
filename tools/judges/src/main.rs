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
mod judge;
mod layout;
mod listing;
mod platform;
mod process;
mod registry;
mod report;
mod script;
mod themes;
mod tree;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::judge::Judges;
use crate::report::Report;

/// Runs conformance tests: tools that are not ours check images.
#[derive(Debug, Parser)]
#[command(name = "judges")]
struct Arguments {
    #[command(subcommand)]
    theme: Theme,
}

#[derive(Debug, Subcommand)]
enum Theme {
    Artifact(themes::artifact::Options),
    Dockerfiles(themes::dockerfiles::Options),
    Layout(themes::layout::Options),
    Contents(themes::contents::Options),
    Packages(themes::packages::Options),
    Programs(themes::programs::Options),
    Variants(themes::variants::Options),
    Runc(themes::runc::Options),
    Engine(themes::engine::Options),
    Emulated(themes::emulated::Options),
    Append(themes::append::Options),
    Join(themes::join::Options),
    Consumed(themes::consumed::Options),
    Img(themes::img::Options),
    Tested(themes::tested::Options),
}

fn main() -> ExitCode {
    let theme = Arguments::parse().theme;
    let mut report = Report::default();
    // These themes unpack many images, so they use memory. An engine keeps its data on disk.
    let judges = match &theme {
        Theme::Layout(_)
        | Theme::Contents(_)
        | Theme::Programs(_)
        | Theme::Runc(_)
        | Theme::Tested(_) => Judges::in_memory(),
        _ => Judges::new(),
    };
    let judged = judges.and_then(|judges| match &theme {
        Theme::Artifact(options) => themes::artifact::judge(options, &judges, &mut report),
        Theme::Dockerfiles(options) => themes::dockerfiles::judge(options, &judges, &mut report),
        Theme::Layout(options) => themes::layout::judge(options, &judges, &mut report),
        Theme::Contents(options) => themes::contents::judge(options, &judges, &mut report),
        Theme::Packages(options) => themes::packages::judge(options, &judges, &mut report),
        Theme::Programs(options) => themes::programs::judge(options, &judges, &mut report),
        Theme::Variants(options) => themes::variants::judge(options, &mut report),
        Theme::Runc(options) => themes::runc::judge(options, &judges, &mut report),
        Theme::Engine(options) => themes::engine::judge(options, &judges, &mut report),
        Theme::Emulated(options) => themes::emulated::judge(options, &judges, &mut report),
        Theme::Append(options) => themes::append::judge(options, &judges, &mut report),
        Theme::Join(options) => themes::join::judge(options, &judges, &mut report),
        Theme::Img(options) => themes::img::judge(options, &mut report),
        Theme::Consumed(options) => themes::consumed::judge(options, &judges, &mut report),
        Theme::Tested(options) => themes::tested::judge(options, &judges, &mut report),
    });
    report.check("the test came to its end", judged);
    report.finish()
}
