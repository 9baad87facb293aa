//! A step of a build: one command of a tool.

use std::path::PathBuf;

use blob::Digest;
use serde_json::{json, Value};

/// The tools, each a library in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Tool {
    DebExtractor,
    LayerAssembler,
    IndexWriter,
    ImageInspector,
    /// Lists the files of a base image, for the checks.
    BaseLister,
}

impl Tool {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::DebExtractor => "deb_extractor",
            Self::LayerAssembler => "layer_assembler",
            Self::IndexWriter => "index_writer",
            Self::ImageInspector => "image_inspector",
            Self::BaseLister => "base_lister",
        }
    }
}

/// The number of a step in its plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct StepId(pub(crate) usize);

/// A file that a step reads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum File {
    /// A package, by its number in the plan.
    Package(usize),
    /// A file of the user, relative to the directory of the definition.
    User(String),
    /// A file of this digest, such as a blob of a base image.
    Blob(PathBuf, Digest),
    /// An output of another step.
    Output(StepId, &'static str),
}

/// A part of an argument.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Piece {
    Text(String),
    /// The path of a file.
    Input(File),
    /// The path of an output of the step itself.
    Output(&'static str),
    /// The path of a file with this content, by its number in the step.
    Written(usize),
}

/// A small file that the planner writes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Written {
    /// Entries of a layer (`docs/tool_contract.md`, "files").
    Entries(Vec<Entry>),
    /// Layers to merge (`docs/tool_contract.md`, "merge").
    Parts(Vec<Part>),
}

/// An entry of a layer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Entry {
    pub(crate) path: String,
    pub(crate) content: Content,
    pub(crate) mode: String,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) mtime: u64,
}

/// The kind and content of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Content {
    Text(String),
    Source(File),
    Directory,
    Symlink(String),
}

/// A layer to merge.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) blob: File,
    pub(crate) metadata: File,
    pub(crate) mtree: File,
}

/// One command.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Step {
    pub(crate) tool: Tool,
    /// Arguments, each of several parts.
    pub(crate) arguments: Vec<Vec<Piece>>,
    pub(crate) written: Vec<Written>,
    /// The names of the outputs.
    pub(crate) outputs: Vec<&'static str>,
}

impl Step {
    /// A command without arguments.
    pub(crate) fn new(tool: Tool, command: &str) -> Self {
        let mut step = Self {
            tool,
            arguments: Vec::new(),
            written: Vec::new(),
            outputs: Vec::new(),
        };
        if !command.is_empty() {
            step.switch(command);
        }
        step
    }

    /// An argument without a value.
    pub(crate) fn switch(&mut self, text: &str) {
        self.arguments.push(vec![Piece::Text(text.to_owned())]);
    }

    /// `--option=VALUE`.
    pub(crate) fn option(&mut self, option: &str, value: impl std::fmt::Display) {
        self.switch(&format!("{option}={value}"));
    }

    /// `--option=VALUE` for each value.
    pub(crate) fn options<T: std::fmt::Display>(
        &mut self,
        option: &str,
        values: impl IntoIterator<Item = T>,
    ) {
        for value in values {
            self.option(option, value);
        }
    }

    /// `--option=PATH` of a file to read.
    pub(crate) fn input(&mut self, option: &str, file: File) {
        self.arguments.push(vec![text(option), Piece::Input(file)]);
    }

    /// `--option=PATH` of each file.
    pub(crate) fn inputs(&mut self, option: &str, files: impl IntoIterator<Item = File>) {
        for file in files {
            self.input(option, file);
        }
    }

    /// `--option=PATH` of an output.
    pub(crate) fn output(&mut self, option: &str, name: &'static str) {
        self.arguments.push(vec![text(option), Piece::Output(name)]);
        self.outputs.push(name);
    }

    /// `--option=PATH` of a small file with this content.
    pub(crate) fn written(&mut self, option: &str, content: Written) {
        let piece = Piece::Written(self.written.len());
        self.written.push(content);
        self.arguments.push(vec![text(option), piece]);
    }

    /// All files that the step reads.
    pub(crate) fn files(&self) -> Vec<&File> {
        let pieces = self.arguments.iter().flatten();
        let mut files: Vec<&File> = pieces
            .filter_map(|piece| match piece {
                Piece::Input(file) => Some(file),
                _ => None,
            })
            .collect();
        for written in &self.written {
            files.extend(written.files());
        }
        files
    }
}

fn text(option: &str) -> Piece {
    Piece::Text(format!("{option}="))
}

impl Written {
    fn files(&self) -> Vec<&File> {
        match self {
            Self::Entries(entries) => entries
                .iter()
                .filter_map(|entry| match &entry.content {
                    Content::Source(file) => Some(file),
                    _ => None,
                })
                .collect(),
            Self::Parts(parts) => parts
                .iter()
                .flat_map(|part| [&part.blob, &part.metadata, &part.mtree])
                .collect(),
        }
    }

    /// The content, with a text for each file.
    pub(crate) fn render(&self, path: &dyn Fn(&File) -> String) -> String {
        match self {
            Self::Entries(entries) => {
                let entries: Vec<Value> = entries.iter().map(|entry| entry.json(path)).collect();
                Value::Array(entries).to_string()
            }
            Self::Parts(parts) => {
                let part = |part: &Part| {
                    json!({
                        "file": path(&part.blob),
                        "metadata": path(&part.metadata),
                        "mtree": path(&part.mtree),
                        "name": part.name,
                    })
                };
                Value::Array(parts.iter().map(part).collect()).to_string()
            }
        }
    }
}

impl Entry {
    fn json(&self, path: &dyn Fn(&File) -> String) -> Value {
        let kind = match self.content {
            Content::Text(_) | Content::Source(_) => "file",
            Content::Directory => "dir",
            Content::Symlink(_) => "symlink",
        };
        let mut entry = json!({
            "gid": self.gid,
            "mode": self.mode,
            "mtime": self.mtime,
            "path": self.path,
            "type": kind,
            "uid": self.uid,
        });
        match &self.content {
            Content::Text(text) => entry["content"] = json!(text),
            Content::Source(file) => entry["source"] = json!(path(file)),
            Content::Symlink(target) => entry["target"] = json!(target),
            Content::Directory => {}
        }
        entry
    }
}
