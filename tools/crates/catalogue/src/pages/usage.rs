//! Examples of files and commands that use an image.

use serde::Serialize;

use crate::catalogue::Catalogue;
use crate::image_set::{ImageSet, Tag, PLAIN};

/// The registry in examples if the publisher is unknown.
const REPOSITORY: &str = "registry.example/team";

/// An example.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Example {
    pub(crate) title: &'static str,
    /// The name of the file, if it is not the title.
    pub(crate) file: &'static str,
    pub(crate) text: String,
}

/// The program of a user, as examples name it.
struct Program {
    file: &'static str,
    /// Whether the image starts it by its entrypoint.
    is_argument: bool,
}

/// The variant that examples use: without root if there is one.
pub(crate) fn preferred(set: &ImageSet) -> Option<&Tag> {
    set.tag("nonroot").or_else(|| set.plain())
}

/// The examples of an image.
pub(crate) fn examples(catalogue: &Catalogue, set: &ImageSet) -> Vec<Example> {
    let Some(tag) = preferred(set) else {
        return Vec::new();
    };
    let repository = if catalogue.repository.is_empty() {
        REPOSITORY
    } else {
        &catalogue.repository
    };
    let name = format!("{repository}/{}", set.title);
    let reference = match &tag.digest {
        Some(digest) => format!("{name}:{}@{digest}", tag.name),
        None => format!("{name}:{}", tag.name),
    };
    let program = program(set);
    let mut examples = vec![
        Example {
            title: "Dockerfile",
            file: "",
            text: dockerfile(&reference, &program),
        },
        Example {
            title: "Bazel, rules of distroless",
            file: "BUILD.bazel",
            text: distroless_rules(tag, &program),
        },
    ];
    if let Some(digest) = &tag.digest {
        examples.push(Example {
            title: "Bazel, rules_oci",
            file: "MODULE.bazel",
            text: rules_oci(set, tag, &name, digest),
        });
        examples.push(Example {
            title: "Bazel, rules_img",
            file: "MODULE.bazel",
            text: rules_img(set, &name, digest),
        });
    }
    examples.push(Example {
        title: "Command line, without Bazel",
        file: "image.yaml",
        text: definition(tag, &reference, &program),
    });
    examples
}

fn program(set: &ImageSet) -> Program {
    let entrypoint = set.settings.entrypoint.first();
    let entrypoint = entrypoint.map_or("", |program| program);
    let file = if entrypoint.contains("java") {
        "app.jar"
    } else if entrypoint.contains("python") {
        "main.py"
    } else if entrypoint.contains("node") {
        "server.js"
    } else {
        "server"
    };
    Program {
        file,
        is_argument: !entrypoint.is_empty(),
    }
}

fn dockerfile(reference: &str, program: &Program) -> String {
    let file = program.file;
    let instruction = if program.is_argument {
        "CMD"
    } else {
        "ENTRYPOINT"
    };
    format!("FROM {reference}\nCOPY {file} /{file}\n{instruction} [\"/{file}\"]\n")
}

fn distroless_rules(tag: &Tag, program: &Program) -> String {
    let file = program.file;
    let attribute = if program.is_argument {
        "cmd"
    } else {
        "entrypoint"
    };
    let base = if tag.target.starts_with("//") {
        format!("@distroless{}", tag.target)
    } else {
        tag.target.clone()
    };
    format!(
        "load(\"@distroless//rules:image.bzl\", \"image\")\n\
         load(\"@distroless//rules:layer.bzl\", \"layer\")\n\n\
         layer(\n    name = \"files\",\n    files = {{\":{file}\": \"/{file}\"}},\n    mode = \"0755\",\n)\n\n\
         image(\n    name = \"app\",\n    base = \"{base}\",\n    {attribute} = [\"/{file}\"],\n    layers = [\":files\"],\n)\n"
    )
}

fn identifier(set: &ImageSet) -> String {
    set.title.replace(['-', '.'], "_")
}

fn rules_oci(set: &ImageSet, tag: &Tag, name: &str, digest: &str) -> String {
    let id = identifier(set);
    let platforms: Vec<String> = tag
        .images
        .iter()
        .map(|image| format!("        \"{}\",\n", image.platform))
        .collect();
    format!(
        "oci = use_extension(\"@rules_oci//oci:extensions.bzl\", \"oci\")\n\
         oci.pull(\n    name = \"{id}\",\n    digest = \"{digest}\",\n    image = \"{name}\",\n    platforms = [\n{}    ],\n)\n\
         use_repo(oci, \"{id}\")\n",
        platforms.concat()
    )
}

fn rules_img(set: &ImageSet, name: &str, digest: &str) -> String {
    let id = identifier(set);
    let (registry, repository) = name.split_once('/').unwrap_or(("", name));
    format!(
        "pull = use_repo_rule(\"@rules_img//img:pull.bzl\", \"pull\")\n\
         pull(\n    name = \"{id}\",\n    digest = \"{digest}\",\n    registry = \"{registry}\",\n    repository = \"{repository}\",\n)\n"
    )
}

fn definition(tag: &Tag, reference: &str, program: &Program) -> String {
    let file = program.file;
    let field = if program.is_argument {
        "cmd"
    } else {
        "entrypoint"
    };
    let architectures: Vec<&str> = tag
        .images
        .iter()
        .map(|image| &*image.architecture)
        .collect();
    format!(
        "# distroless build image.yaml\nversion: 1\nbase: {reference}\narchitectures: [{}]\n\
         layers:\n  - files: {{/{file}: {{source: {file}, mode: \"0755\"}}}}\n{field}: [/{file}]\n",
        architectures.join(", ")
    )
}

/// The name of the image with its tag, as engines know it.
pub(crate) fn published(catalogue: &Catalogue, set: &ImageSet) -> String {
    let repository = &catalogue.repository;
    let title = &set.title;
    if repository.is_empty() {
        format!("{title}:{PLAIN}")
    } else {
        format!("{repository}/{title}:{PLAIN}")
    }
}
