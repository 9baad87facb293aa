//! Numbers in tar headers: octal text, or base 256 if the first bit is set (GNU).

/// Parses a numeric field. The error is a phrase that follows the field's name.
pub(crate) fn read(field: &[u8]) -> Result<u64, &'static str> {
    match field {
        [0x80..=0xbf, ..] => read_binary(field),
        [0xc0..=0xff, ..] => Err("is negative"),
        _ => read_octal(field),
    }
}

fn read_binary(field: &[u8]) -> Result<u64, &'static str> {
    let (head, tail) = field.split_at(field.len().saturating_sub(8));
    let first = head.first().map_or(0, |byte| byte & 0x3f);
    let zero = first == 0 && head.iter().skip(1).all(|byte| *byte == 0);
    if zero {
        // In a field of eight bytes, the first byte contains the marker bit and a part of the number.
        let mark = if head.is_empty() { 0x3f } else { 0xff };
        Ok(tail.iter().enumerate().fold(0, |value, (at, byte)| {
            (value << 8) | u64::from(if at == 0 { byte & mark } else { *byte })
        }))
    } else {
        Err("is absurdly large")
    }
}

fn read_octal(field: &[u8]) -> Result<u64, &'static str> {
    let blank = |byte: &u8| matches!(byte, b' ' | 0);
    let start = field.iter().position(|byte| *byte != b' ');
    let digits = &field[start.unwrap_or(field.len())..];
    let end = digits.iter().position(blank).unwrap_or(digits.len());
    let (digits, rest) = digits.split_at(end);
    if !rest.iter().all(blank) {
        return Err("is not an octal number");
    }
    digits.iter().try_fold(0u64, |value, byte| match byte {
        b'0'..=b'7' => Ok((value << 3) | u64::from(byte - b'0')),
        _ => Err("is not an octal number"),
    })
}

/// Writes a numeric field as octal digits with leading zeros and a NUL; `None` if the number does not fit.
pub(crate) fn write(field: &mut [u8], value: u64) -> Option<()> {
    let digits = field.len() - 1;
    if value >> (3 * digits) != 0 {
        return None;
    }
    for (at, byte) in field[..digits].iter_mut().rev().enumerate() {
        *byte = b'0' + ((value >> (3 * at)) & 7) as u8;
    }
    field[digits] = 0;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings() {
        for (field, value) in [
            (&b"0000644\0"[..], Ok(0o644)),
            (b"   644 \0", Ok(0o644)),
            (b"77777777777\0", Ok(0o77777777777)),
            (b"777777777777", Ok(0o777777777777)),
            (b"\0\0\0\0\0\0\0\0", Ok(0)),
            (b"        ", Ok(0)),
            (b"0000648\0", Err("is not an octal number")),
            (b"-000644\0", Err("is not an octal number")),
            (b"644\0 x\0\0", Err("is not an octal number")),
            (b"\x80\0\0\0\0\0\0\x01", Ok(1)),
            (b"\xbf\xff\xff\xff\xff\xff\xff\xff", Ok(u64::MAX >> 2)),
            (b"\x80\0\0\0\0\0\0\x02\0\0\0\0", Ok(0x2_0000_0000)),
            (b"\x80\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff", Ok(u64::MAX)),
            (b"\x80\0\0\x01\0\0\0\0\0\0\0\0", Err("is absurdly large")),
            (b"\xff\xff\xff\xff\xff\xff\xff\xff", Err("is negative")),
        ] {
            assert_eq!(read(field), value, "{field:?}");
        }
    }

    #[test]
    fn numbers_are_read_back() {
        for value in [0, 1, 0o644, 0o7777777] {
            let mut field = [0xee; 8];
            write(&mut field, value).unwrap();
            assert_eq!(read(&field), Ok(value));
        }
        assert_eq!(write(&mut [0; 8], 0o10000000), None);
    }
}
