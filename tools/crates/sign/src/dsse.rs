//! DSSE, the envelope of signed statements: the bytes that are signed
//! (<https://github.com/secure-systems-lab/dsse/blob/master/protocol.md>).

use crate::line::line;
use crate::Refusal;

/// The payload type of in-toto statements.
pub(crate) const IN_TOTO: &str = "application/vnd.in-toto+json";

/// The pre-authentication encoding of a payload: `DSSEv1`, then length and bytes of the type and of the payload.
pub(crate) fn encoding(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut bytes = format!(
        "DSSEv1 {} {payload_type} {} ",
        payload_type.len(),
        payload.len()
    )
    .into_bytes();
    bytes.extend_from_slice(payload);
    bytes
}

/// The refusal of another payload type.
pub(crate) fn wrong_type(found: &str) -> Refusal {
    Refusal::NotAStatement(format!(
        "payload type: expected `{IN_TOTO}`, found `{}`",
        line(found)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification.
    #[test]
    fn lengths_are_in_bytes() {
        assert_eq!(
            encoding("http://example.com/HelloWorld", b"hello world"),
            b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
        );
        assert_eq!(encoding("é", b""), "DSSEv1 2 é 0 ".as_bytes());
    }
}
