use serde::Serialize;

/// The value of a mandatory field about which the document says nothing.
pub(super) const NO_ASSERTION: &str = "NOASSERTION";

/// The hash of a package or a file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Checksum {
    algorithm: &'static str,
    checksum_value: String,
}

impl Checksum {
    pub(super) fn new(algorithm: &'static str, checksum_value: String) -> Self {
        Self {
            algorithm,
            checksum_value,
        }
    }
}

/// The identifier of an element.
pub(super) fn element(id: &str) -> String {
    format!("SPDXRef-{id}")
}
