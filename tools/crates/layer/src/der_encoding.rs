//! Distinguished Encoding Rules (X.690): the parts that key stores and names of certificates need.

/// A value with this tag.
pub(crate) fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut encoded = vec![tag];
    let length = content.len().to_be_bytes();
    let zeros = length.iter().take_while(|byte| **byte == 0).count();
    match content.len() {
        short @ 0..=127 => encoded.push(short as u8),
        _ => {
            let length = &length[zeros..];
            encoded.push(0x80 | length.len() as u8);
            encoded.extend_from_slice(length);
        }
    }
    encoded.extend_from_slice(content);
    encoded
}

/// `SEQUENCE`.
pub(crate) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    value(0x30, &parts.concat())
}

/// `SET OF`, whose parts are sorted by their encoding (X.690, section 11.6).
pub(crate) fn set(mut parts: Vec<Vec<u8>>) -> Vec<u8> {
    parts.sort();
    value(0x31, &parts.concat())
}

/// `[0] EXPLICIT`.
pub(crate) fn tagged(content: &[u8]) -> Vec<u8> {
    value(0xa0, content)
}

/// `OCTET STRING`.
pub(crate) fn octets(content: &[u8]) -> Vec<u8> {
    value(4, content)
}

/// `INTEGER` of a number that is not negative.
pub(crate) fn integer(number: u32) -> Vec<u8> {
    let bytes = u64::from(number).to_be_bytes();
    // The highest bit is the sign, so a number may need a leading zero byte.
    let start = (0..7).find(|at| bytes[*at] != 0 || bytes[at + 1] & 0x80 != 0);
    value(2, &bytes[start.unwrap_or(7)..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths() {
        assert_eq!(value(4, &[7; 127])[..3], [4, 127, 7]);
        assert_eq!(value(4, &[7; 128])[..4], [4, 0x81, 128, 7]);
        assert_eq!(value(4, &[7; 256])[..5], [4, 0x82, 1, 0, 7]);
    }

    #[test]
    fn numbers() {
        assert_eq!(integer(0), [2, 1, 0]);
        assert_eq!(integer(127), [2, 1, 127]);
        assert_eq!(integer(128), [2, 2, 0, 128]);
        assert_eq!(integer(10_000), [2, 2, 0x27, 0x10]);
        assert_eq!(integer(u32::MAX), [2, 5, 0, 255, 255, 255, 255]);
    }

    #[test]
    fn sets_are_sorted() {
        assert_eq!(
            set(vec![integer(2), integer(1)]),
            [0x31, 6, 2, 1, 1, 2, 1, 2]
        );
    }
}
