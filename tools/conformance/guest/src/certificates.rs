//! The CA bundle that SSL_CERT_FILE names: certificates (RFC 5280) in DER (X.690), encoded as PEM (RFC 7468).

use std::env;

use crate::text;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";
const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;
const ENOUGH: usize = 100;

/// Checks that the bundle has enough certificates and that each has the form of a certificate.
pub(crate) fn describe() -> Result<String, String> {
    let path = env::var("SSL_CERT_FILE").map_err(|error| format!("SSL_CERT_FILE: {error}"))?;
    let bundle = text(&path)?;
    let mut count = 0;
    for block in bundle.split(BEGIN).skip(1) {
        let (base64, _) = block
            .split_once(END)
            .ok_or_else(|| format!("{path}: a certificate has no end"))?;
        let der = decode(base64).ok_or_else(|| format!("{path}: a certificate is not base64"))?;
        check(&der).ok_or_else(|| format!("{path}: certificate {count} is not well formed"))?;
        count += 1;
    }
    if count <= ENOUGH {
        return Err(format!("{path} has {count} certificates"));
    }
    Ok(format!("certificates: more than {ENOUGH}, all well formed"))
}

/// Certificate ::= SEQUENCE { tbsCertificate SEQUENCE, signatureAlgorithm SEQUENCE, signature BIT STRING }
fn check(der: &[u8]) -> Option<()> {
    let (SEQUENCE, certificate, []) = value(der)? else {
        return None;
    };
    let (SEQUENCE, _, rest) = value(certificate)? else {
        return None;
    };
    let (SEQUENCE, _, rest) = value(rest)? else {
        return None;
    };
    matches!(value(rest)?, (BIT_STRING, [0, ..], [])).then_some(())
}

/// Tag and content of the first value, and the bytes after it.
fn value(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, length], rest) = der.split_first_chunk::<2>()?;
    let (length, rest) = match usize::from(length) {
        short @ ..128 => (short, rest),
        long => {
            let (bytes, rest) = rest.split_at_checked(long - 128)?;
            (
                bytes
                    .iter()
                    .fold(0, |sum, byte| sum << 8 | usize::from(*byte)),
                rest,
            )
        }
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

fn decode(base64: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut buffer, mut bits) = (0u32, 0);
    for character in base64.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let six = match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => continue,
            _ => return None,
        };
        buffer = buffer << 6 | u32::from(six);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((buffer >> bits) as u8);
            buffer &= (1 << bits) - 1;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_base64() {
        assert_eq!(decode("aGVs\nbG8=").unwrap(), b"hello");
        assert_eq!(decode("aGVs!"), None);
    }

    #[test]
    fn knows_the_form_of_a_certificate() {
        let good = [0x30, 8, 0x30, 0, 0x30, 0, 0x03, 2, 0, 7];
        assert_eq!(check(&good), Some(()));
        assert_eq!(check(&good[..9]), None);
        assert_eq!(check(&[good.as_slice(), &[0]].concat()), None);
        assert_eq!(check(&[0x30, 4, 0x30, 0, 0x30, 0]), None);
        let long = [[0x30, 0x82, 0, 8].as_slice(), &good[2..]].concat();
        assert_eq!(check(&long), Some(()));
    }
}
