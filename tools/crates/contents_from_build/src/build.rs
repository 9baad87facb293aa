/// A file of the build.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Its name in messages.
    pub file: &'a str,
    /// Its content.
    pub text: &'a [u8],
}

/// The files of an image.
#[derive(Clone, Debug)]
pub struct BuiltImage<'a> {
    /// The name of the image: `static:debian12`.
    pub name: &'a str,
    /// The manifest.
    pub manifest: Source<'a>,
    /// The configuration.
    pub config: Source<'a>,
    /// The descriptor of the manifest, whose annotations belong to the image, too.
    pub descriptor: Option<Source<'a>>,
    /// The layers, lowest first.
    pub layers: Vec<BuiltLayer<'a>>,
    /// The locks of packages and runtimes.
    pub locks: Vec<Source<'a>>,
}

/// The files of a layer.
#[derive(Clone, Debug)]
pub struct BuiltLayer<'a> {
    /// The layer itself.
    pub layer: BuiltPart<'a>,
    /// The layers that were merged into it, lowest first; empty if it was not merged.
    pub merged: Vec<BuiltPart<'a>>,
}

/// The files of a layer, or of one that was merged into another one.
#[derive(Clone, Copy, Debug)]
pub struct BuiltPart<'a> {
    /// The metadata (`docs/tool_contract.md`).
    pub metadata: Source<'a>,
    /// The content list.
    pub mtree: Source<'a>,
    /// The details; `None` for a layer that other rules made.
    pub details: Option<Source<'a>>,
    /// Whether the layer has all files of its packages.
    pub is_whole: bool,
}
