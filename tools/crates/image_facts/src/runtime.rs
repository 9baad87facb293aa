/// Annotations of the layer of a runtime (`docs/reference/formats/runtime_lock.md`).
const PURL: &str = "com.google.distroless.purl";
const LICENSES: &str = "com.google.distroless.licenses";

/// A runtime that is not a Debian package, such as the official archive of Node.js.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runtime {
    /// The package URL.
    pub purl: String,
    /// Its licenses, as an SPDX expression.
    pub licenses: Option<String>,
}

impl Runtime {
    /// The runtime of a layer with these annotations; `None` if they name no runtime.
    pub fn of<'a>(annotation: impl Fn(&str) -> Option<&'a str>) -> Option<Self> {
        Some(Self {
            purl: annotation(PURL)?.to_owned(),
            licenses: annotation(LICENSES).map(str::to_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_annotations() {
        let purl = "pkg:generic/nodejs@1";
        let runtime = Runtime::of(|key| (key == PURL).then_some(purl));
        let expected = Runtime {
            purl: purl.to_owned(),
            licenses: None,
        };
        assert_eq!(runtime, Some(expected));
        assert_eq!(Runtime::of(|key| (key == LICENSES).then_some("MIT")), None);
    }
}
