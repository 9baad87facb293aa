//! The output of `starlark_doc_extract` for a .bzl file (`src/main/protobuf/stardoc_output.proto` of Bazel): the fields
//! that are used.

use prost::Message;

#[derive(Clone, PartialEq, Message)]
pub(super) struct ModuleInfo {
    #[prost(message, repeated, tag = "1")]
    pub(super) rules: Vec<Rule>,
    #[prost(message, repeated, tag = "2")]
    pub(super) providers: Vec<Provider>,
    #[prost(message, repeated, tag = "3")]
    pub(super) functions: Vec<Function>,
    #[prost(string, tag = "5")]
    pub(super) doc: String,
    #[prost(message, repeated, tag = "7")]
    pub(super) extensions: Vec<Extension>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Rule {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(string, tag = "2")]
    pub(super) doc: String,
    #[prost(message, repeated, tag = "3")]
    pub(super) attributes: Vec<Attribute>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Attribute {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(string, tag = "2")]
    pub(super) doc: String,
    #[prost(int32, tag = "3")]
    pub(super) kind: i32,
    #[prost(bool, tag = "4")]
    pub(super) mandatory: bool,
    #[prost(string, tag = "6")]
    pub(super) default: String,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Provider {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(string, tag = "2")]
    pub(super) doc: String,
    #[prost(message, repeated, tag = "3")]
    pub(super) fields: Vec<Field>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Field {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(string, tag = "2")]
    pub(super) doc: String,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Function {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(message, repeated, tag = "2")]
    pub(super) parameters: Vec<Parameter>,
    #[prost(string, tag = "3")]
    pub(super) doc: String,
    #[prost(message, optional, tag = "4")]
    pub(super) returned: Option<Returned>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Parameter {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(string, tag = "2")]
    pub(super) doc: String,
    #[prost(string, tag = "3")]
    pub(super) default: String,
    #[prost(bool, tag = "4")]
    pub(super) mandatory: bool,
    /// 4 is `*args`, 5 `**kwargs`.
    #[prost(int32, tag = "5")]
    pub(super) role: i32,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Returned {
    #[prost(string, tag = "1")]
    pub(super) doc: String,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Extension {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(string, tag = "2")]
    pub(super) doc: String,
    #[prost(message, repeated, tag = "3")]
    pub(super) tags: Vec<Rule>,
}

impl Attribute {
    /// The function of Bazel's `attr` that declares it; the array has the order of `AttributeType`.
    pub(super) fn kind(&self) -> &'static str {
        const KINDS: [&str; 14] = [
            "",
            "name",
            "int",
            "label",
            "string",
            "string list",
            "int list",
            "label list",
            "bool",
            "dict of label to string",
            "dict of string to string",
            "dict of string to string list",
            "output",
            "output list",
        ];
        let kind = usize::try_from(self.kind).ok();
        kind.and_then(|kind| KINDS.get(kind)).copied().unwrap_or("")
    }
}
