//! The kinds of values.

/// A form of texts.
#[derive(Debug)]
pub(crate) struct Form {
    /// A regular expression that Rust and JSON Schema (ECMA-262) read in the same way.
    pub(crate) pattern: &'static str,
    /// The end of ``expected …``.
    pub(crate) expected: &'static str,
}

/// The kind of a value.
#[derive(Debug)]
pub(crate) enum Kind {
    /// A text of a form.
    Text(&'static Form),
    /// A text of a form, or a whole number from 0 to the number.
    TextOrNumber(&'static Form, u64),
    /// A whole number from the first to the second.
    Number(u64, u64),
    /// `true` or `false`.
    Truth,
    /// One of these texts.
    Choice(&'static [&'static str]),
    /// The OCI name of an architecture that images are built for.
    Architecture,
    /// A list.
    List {
        item: &'static Kind,
        /// The lowest number of items.
        least: usize,
        /// Whether no item may occur twice.
        unique: bool,
    },
    /// A mapping from names of a form.
    Map {
        key: &'static Form,
        value: &'static Kind,
        /// The lowest number of fields.
        least: usize,
    },
    /// A mapping with known fields.
    Object(&'static Object),
    /// One of several objects. The first that has one of its markers is meant.
    OneOf(&'static [&'static Object]),
}

/// A mapping with known fields.
#[derive(Debug)]
pub(crate) struct Object {
    /// Its name in messages, with its article: `a layer of files`.
    pub(crate) name: &'static str,
    /// Its description for users, in Markdown.
    pub(crate) text: &'static str,
    pub(crate) fields: &'static [Field],
    /// Fields of which at least one must exist, and by which [`Kind::OneOf`] chooses.
    pub(crate) markers: &'static [&'static str],
    /// Whether exactly one marker may exist.
    pub(crate) exclusive: bool,
}

/// A field.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    /// Its description for users, in Markdown.
    pub(crate) text: &'static str,
    /// The default value for users, in Markdown; empty if the field is required or has no default.
    pub(crate) default: &'static str,
    /// An example, as JSON.
    pub(crate) example: &'static str,
}

impl Field {
    /// A field that need not exist.
    pub(super) const fn new(name: &'static str, kind: Kind, text: &'static str) -> Self {
        Self {
            name,
            kind,
            required: false,
            text,
            default: "",
            example: "",
        }
    }

    pub(super) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub(super) const fn default(mut self, default: &'static str) -> Self {
        self.default = default;
        self
    }

    pub(super) const fn example(mut self, example: &'static str) -> Self {
        self.example = example;
        self
    }
}

/// The values of [`Kind::Architecture`].
pub(crate) fn architectures() -> Vec<&'static str> {
    arch::Architecture::of_images()
        .map(|architecture| architecture.oci)
        .collect()
}

fn listed(values: &[&str]) -> String {
    let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
    values.join(", ")
}

impl Kind {
    /// A list that may be empty.
    pub(super) const fn list(item: &'static Kind) -> Self {
        Self::List {
            item,
            least: 0,
            unique: false,
        }
    }

    /// A list in which no item occurs twice.
    pub(super) const fn set(item: &'static Kind, least: usize) -> Self {
        Self::List {
            item,
            least,
            unique: true,
        }
    }

    /// A mapping that may be empty.
    pub(super) const fn map(key: &'static Form, value: &'static Kind) -> Self {
        Self::Map {
            key,
            value,
            least: 0,
        }
    }

    /// A mapping with at least one field.
    pub(super) const fn filled_map(key: &'static Form, value: &'static Kind) -> Self {
        Self::Map {
            key,
            value,
            least: 1,
        }
    }

    /// The end of ``expected …``.
    pub(crate) fn expected(&self) -> String {
        match self {
            Self::Text(form) => form.expected.to_owned(),
            Self::TextOrNumber(form, _) => form.expected.to_owned(),
            Self::Number(least, most) if least == most => format!("`{least}`"),
            Self::Number(least, most) => format!("a whole number from {least} to {most}"),
            Self::Truth => "`true` or `false`".to_owned(),
            Self::Choice(values) => format!("one of {}", listed(values)),
            Self::Architecture => format!("one of {}", listed(&architectures())),
            Self::List { .. } => "a list".to_owned(),
            Self::Map { .. } => "a mapping".to_owned(),
            Self::Object(object) => format!("a mapping for {}", object.name),
            Self::OneOf(objects) => {
                let markers = objects.iter().flat_map(|object| object.markers);
                let markers: Vec<String> = markers.map(|name| format!("`{name}`")).collect();
                format!("a mapping with one of {}", markers.join(", "))
            }
        }
    }
}
