//! Base64 in documents: the standard alphabet, with or without padding, as readers of protobuf's JSON accept it.

use base64::alphabet::STANDARD;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::engine::DecodePaddingMode;
use base64::Engine as _;

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Writes base64 with padding.
pub(crate) fn encode(bytes: &[u8]) -> String {
    ENGINE.encode(bytes)
}

/// Reads base64. The error says only that the text is not base64, because the text may be a secret.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, &'static str> {
    ENGINE
        .decode(text)
        .map_err(|_| "it is not base64 (standard alphabet)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_optional() {
        assert_eq!(encode(b"a"), "YQ==");
        assert_eq!(decode("YQ==").unwrap(), b"a");
        assert_eq!(decode("YQ").unwrap(), b"a");
        for bad in ["Y", "Y-_=", "YR==", "YQ==\n", "=", " YQ=="] {
            assert!(decode(bad).is_err(), "{bad}");
        }
    }
}
