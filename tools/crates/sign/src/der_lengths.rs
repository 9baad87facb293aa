//! Lengths in the DER of certificates. The parser of certificates allocates the length that an element claims, up to
//! 256 MiB, before it finds that the content is shorter.

/// The deepest nesting of elements in a certificate is 8.
const MAX_DEPTH: usize = 16;

const OBJECT_IDENTIFIER: u8 = 0x06;
const OCTET_STRING: u8 = 0x04;
const CONSTRUCTED: u8 = 0x20;

/// The identifier of the extension with the names of the subject. Its value is DER, too; other extensions have texts.
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];

/// Whether each element is as long as it claims.
pub(crate) fn fit(der: &[u8]) -> bool {
    fit_to(der, MAX_DEPTH)
}

fn fit_to(mut der: &[u8], depth: usize) -> bool {
    let mut names_follow = false;
    while !der.is_empty() {
        let Some((tag, content, rest)) = element(der) else {
            return false;
        };
        if tag == OBJECT_IDENTIFIER {
            names_follow = content == SUBJECT_ALT_NAME;
        }
        let is_nested = tag & CONSTRUCTED != 0 || (tag == OCTET_STRING && names_follow);
        if is_nested && (depth == 0 || !fit_to(content, depth - 1)) {
            return false;
        }
        der = rest;
    }
    true
}

/// Tag, content and what follows. Tags of several bytes are in no certificate.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = der.split_first()?;
    if tag & 0x1f == 0x1f {
        return None;
    }
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(*first), rest),
        0x81 => (usize::from(*rest.first()?), rest.get(1..)?),
        0x82 => {
            let bytes = rest.first_chunk::<2>()?;
            (usize::from(u16::from_be_bytes(*bytes)), rest.get(2..)?)
        }
        // A certificate has less than 64 KiB.
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*tag, content, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths() {
        let long = [&[0x04, 0x82, 0x01, 0x00][..], &[0; 256]].concat();
        let names = |length| vec![0x30, 9, 0x06, 3, 0x55, 0x1d, 0x11, 0x04, 2, 0x86, length];
        let text = vec![0x30, 9, 0x06, 3, 0x55, 0x1d, 0x12, 0x04, 2, 0x86, 5];
        let deep = (0..17).fold(Vec::new(), |inner: Vec<u8>, _| {
            [
                &[0x30, u8::try_from(inner.len()).unwrap()],
                inner.as_slice(),
            ]
            .concat()
        });
        for (der, expected) in [
            (vec![], true),
            (vec![0x05, 0], true),
            (long, true),
            (names(0), true),
            (text, true),
            (names(1), false),
            (vec![0x05, 1], false),
            (vec![0x05], false),
            (vec![0x30, 2, 0x04, 1], false),
            (vec![0x04, 0x83, 0, 0, 0], false),
            (vec![0x04, 0x84, 0x0f, 0xff, 0xff, 0xff], false),
            (vec![0x1f, 0x81, 0], false),
            (vec![0x04, 0x80], false),
            (deep[2..].to_vec(), true),
            (deep, false),
        ] {
            assert_eq!(fit(&der), expected, "{der:?}");
        }
    }
}
