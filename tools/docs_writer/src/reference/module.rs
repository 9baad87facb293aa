use std::path::PathBuf;

use blob::{Error, Result, ResultExt};
use clap::Args;
use prost::Message;

use super::module_info::{Attribute, Extension, Function, ModuleInfo, Provider, Rule};
use super::WRITTEN;
use crate::input;
use crate::table::Table;
use crate::write_page;

/// Writes the page of a .bzl file. All symbols of the file must be documented.
#[derive(Args)]
pub(crate) struct Module {
    /// Output of Bazel's `starlark_doc_extract` for the file, binary.
    #[arg(long, value_name = "FILE")]
    module: PathBuf,
    /// Label that users load, `@distroless//rules:image.bzl`.
    #[arg(long, value_name = "LABEL")]
    load: String,
    /// Page to write, Markdown.
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

impl Module {
    pub(crate) fn run(&self) -> Result<()> {
        let name = self.module.display();
        let bytes = input::read(&self.module)?;
        let info = ModuleInfo::decode(bytes.as_slice()).cannot("read", &name)?;
        let bare = undocumented(&info);
        if !bare.is_empty() {
            let cause = format!("no documentation of {}", bare.join(", "));
            return Err(Error::cannot("document", &self.load, cause)
                .hint("give each a `doc` or a docstring"));
        }
        write_page(&self.output, &readable(page(&self.load, &info)))
    }
}

/// The names of definitions without documentation.
fn undocumented(info: &ModuleInfo) -> Vec<String> {
    let rules = info
        .rules
        .iter()
        .chain(info.extensions.iter().flat_map(|extension| &extension.tags));
    let mut documented: Vec<(String, &str)> = Vec::new();
    for rule in rules {
        documented.push((format!("`{}`", rule.name), &rule.doc));
        let attributes = rule.attributes.iter();
        documented.extend(attributes.map(|one| {
            (
                format!("`{}` of `{}`", one.name, rule.name),
                one.doc.as_str(),
            )
        }));
    }
    for extension in &info.extensions {
        documented.push((format!("`{}`", extension.name), &extension.doc));
    }
    for provider in &info.providers {
        documented.push((format!("`{}`", provider.name), &provider.doc));
        let fields = provider.fields.iter();
        documented.extend(fields.map(|one| {
            (
                format!("`{}` of `{}`", one.name, provider.name),
                one.doc.as_str(),
            )
        }));
    }
    for function in &info.functions {
        documented.push((format!("`{}`", function.name), &function.doc));
        let parameters = function.parameters.iter();
        documented.extend(parameters.map(|one| {
            (
                format!("`{}` of `{}`", one.name, function.name),
                one.doc.as_str(),
            )
        }));
    }
    let bare = documented
        .into_iter()
        .filter(|(_, doc)| doc.trim().is_empty());
    bare.map(|(what, _)| what).collect()
}

/// Bazel reads a .bzl file as Latin-1, so each byte of a character that is not ASCII becomes a character in its output. This
/// puts the bytes together again.
fn readable(page: String) -> String {
    let bytes: std::result::Result<Vec<u8>, _> = page.chars().map(u8::try_from).collect();
    let text = bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok());
    text.unwrap_or(page)
}

fn page(load: &str, info: &ModuleInfo) -> String {
    let file = load.rsplit(':').next().unwrap_or(load);
    let mut page = format!("# {file}\n\n{WRITTEN}{}\n\n", info.doc.trim());
    let names = [
        info.rules.iter().map(|one| &one.name).collect::<Vec<_>>(),
        info.extensions.iter().map(|one| &one.name).collect(),
        info.providers.iter().map(|one| &one.name).collect(),
        // A function of a struct is loaded with the struct, not by its own name.
        info.functions
            .iter()
            .filter(|one| !one.name.contains('.'))
            .map(|one| &one.name)
            .collect(),
    ]
    .concat();
    if !names.is_empty() && info.extensions.is_empty() {
        let names: Vec<_> = names.iter().map(|name| format!("\"{name}\"")).collect();
        page += &format!(
            "```starlark\nload(\"{load}\", {})\n```\n\n",
            names.join(", ")
        );
    }
    for extension in &info.extensions {
        page += &of_extension(load, extension);
    }
    for rule in &info.rules {
        page += &of_rule("##", &rule.name, rule);
    }
    for function in &info.functions {
        page += &of_function(function);
    }
    for provider in &info.providers {
        page += &of_provider(provider);
    }
    page.trim_end().to_owned() + "\n"
}

fn of_rule(level: &str, title: &str, rule: &Rule) -> String {
    let mut table = Table::new(["attribute", "type", "default", ""]);
    for attribute in &rule.attributes {
        let default = if attribute.mandatory {
            "required".to_owned()
        } else {
            default(&attribute.default)
        };
        table.row(
            format!("`{}`", attribute.name),
            [
                attribute.kind().to_owned(),
                default,
                cell(said_of(attribute)),
            ],
        );
    }
    format!(
        "{level} {title}\n\n{}\n\n{}",
        rule.doc.trim(),
        table.markdown()
    )
}

/// Replaces Bazel's description of the attribute `name`, which every rule has.
fn said_of(attribute: &Attribute) -> &str {
    match attribute.doc.as_str() {
        "A unique name for this target." => "The target's name.",
        doc => doc,
    }
}

fn of_extension(load: &str, extension: &Extension) -> String {
    let name = &extension.name;
    let mut text = format!(
        "## {name}\n\n{}\n\n```starlark\n{name} = use_extension(\"{load}\", \"{name}\")\n```\n\n",
        extension.doc.trim()
    );
    for tag in &extension.tags {
        text += &of_rule("###", &format!("{name}.{}", tag.name), tag);
    }
    text
}

fn of_function(function: &Function) -> String {
    let mut table = Table::new(["parameter", "default", ""]);
    for parameter in &function.parameters {
        let stars = match parameter.role {
            4 => "*",
            5 => "**",
            _ => "",
        };
        let default = if parameter.mandatory {
            "required".to_owned()
        } else {
            default(&parameter.default)
        };
        table.row(
            format!("`{stars}{}`", parameter.name),
            [default, cell(&parameter.doc)],
        );
    }
    let returned = function.returned.as_ref();
    let returned = returned.map_or(String::new(), |returned| {
        format!("Returns: {}\n\n", returned.doc.trim())
    });
    format!(
        "## {}\n\n{}\n\n{}{returned}",
        function.name,
        function.doc.trim(),
        table.markdown()
    )
}

fn of_provider(provider: &Provider) -> String {
    let mut table = Table::new(["field", ""]);
    for field in &provider.fields {
        table.row(format!("`{}`", field.name), [cell(&field.doc)]);
    }
    format!(
        "## {}\n\n{}\n\n{}",
        provider.name,
        provider.doc.trim(),
        table.markdown()
    )
}

fn default(value: &str) -> String {
    match value {
        "" => String::new(),
        value => format!("`{value}`"),
    }
}

/// Joins a text to one line.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::module_info::{Field, Parameter, Returned};
    use super::*;

    fn rule(name: &str) -> Rule {
        Rule {
            name: name.into(),
            doc: "Makes\nthings.\n".into(),
            attributes: vec![
                Attribute {
                    name: "name".into(),
                    doc: "A unique name for this target.".into(),
                    kind: 1,
                    mandatory: true,
                    ..Attribute::default()
                },
                Attribute {
                    name: "mode".into(),
                    doc: "Mode,\n  `0644|0755`.".into(),
                    kind: 4,
                    default: "\"0644\"".into(),
                    ..Attribute::default()
                },
            ],
        }
    }

    #[test]
    fn characters_that_bazel_splits() {
        for (given, expected) in [
            ("image_\u{e2}\u{80}\u{a6}_test", "image_…_test"),
            ("caf\u{e9}", "café"),
            ("…", "…"),
            ("a", "a"),
        ] {
            assert_eq!(readable(given.to_owned()), expected);
        }
    }

    #[test]
    fn a_page_of_everything() {
        let info = ModuleInfo {
            doc: "Things.".into(),
            rules: vec![rule("thing")],
            providers: vec![Provider {
                name: "ThingInfo".into(),
                doc: "A thing.".into(),
                fields: vec![Field {
                    name: "file".into(),
                    doc: "File: it.".into(),
                }],
            }],
            functions: vec![Function {
                name: "things.of".into(),
                doc: "All of them.".into(),
                parameters: vec![Parameter {
                    name: "more".into(),
                    doc: "what else.".into(),
                    role: 5,
                    ..Parameter::default()
                }],
                returned: Some(Returned {
                    doc: "a list.".into(),
                }),
            }],
            extensions: vec![],
        };
        assert!(undocumented(&info).is_empty());
        assert_eq!(
            page("@m//rules:thing.bzl", &info),
            include_str!("module/expected.md")
        );
        let extension = Extension {
            name: "things".into(),
            doc: "Many.".into(),
            tags: vec![rule("install")],
        };
        let info = ModuleInfo {
            doc: "Extensions.".into(),
            extensions: vec![extension],
            ..ModuleInfo::default()
        };
        assert_eq!(
            page("@m//rules:thing.bzl", &info),
            include_str!("module/expected_extension.md")
        );
    }

    #[test]
    fn missing_documentation() {
        let mut rule = rule("thing");
        rule.attributes[1].doc = " ".into();
        let info = ModuleInfo {
            rules: vec![rule],
            ..ModuleInfo::default()
        };
        assert_eq!(undocumented(&info), ["`mode` of `thing`"]);
    }
}
