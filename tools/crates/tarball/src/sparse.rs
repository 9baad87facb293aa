//! Sparse files in GNU tar's format: the stored pieces and a map of their positions ("Storing Sparse Files" in its
//! manual). We never write sparse files, but layers of others may contain them.

use std::io;

/// The maximum number of pieces.
const MAX_PIECES: usize = 64 * 1024;

const WRONG: &str = "its map of holes is wrong";

/// The PAX records of a sparse file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Described {
    pub(crate) name: Option<Vec<u8>>,
    pub(crate) size: Option<u64>,
    /// Position and length of each piece, alternating.
    pub(crate) numbers: Vec<u64>,
    /// Whether the map precedes the content (version 1.0).
    pub(crate) before_content: bool,
}

impl Described {
    /// Parses a record whose key starts with `GNU.sparse.`; `key` is the rest of the key.
    pub(crate) fn take(&mut self, key: &[u8], value: &[u8]) -> Option<()> {
        let number = |text: &[u8]| std::str::from_utf8(text).ok()?.parse::<u64>().ok();
        match key {
            b"major" => self.before_content = number(value)? >= 1,
            b"name" => self.name = Some(value.to_vec()),
            b"size" | b"realsize" => self.size = Some(number(value)?),
            b"offset" | b"numbytes" => self.numbers.push(number(value)?),
            b"map" => {
                let numbers = value.split(|byte| *byte == b',').map(number);
                self.numbers = numbers.collect::<Option<_>>()?;
            }
            _ => {}
        }
        Some(())
    }
}

/// Reads the map before a content: decimal numbers, one on each line; the first is the number of pieces. `block`
/// returns the next 512 bytes.
pub(crate) fn map_before_content(
    mut block: impl FnMut() -> io::Result<[u8; 512]>,
) -> Result<Vec<u64>, String> {
    let (mut numbers, mut digits) = (Vec::new(), 0_u64);
    let mut left: Option<usize> = None;
    loop {
        for byte in block().map_err(|error| error.to_string())? {
            match byte {
                b'0'..=b'9' => {
                    let next = digits.checked_mul(10);
                    let next = next.and_then(|next| next.checked_add(u64::from(byte - b'0')));
                    digits = next.ok_or(WRONG)?;
                    continue;
                }
                b'\n' => {}
                _ => return Err(WRONG.to_owned()),
            }
            left = match left {
                None if digits > MAX_PIECES as u64 => return Err(WRONG.to_owned()),
                None => Some(2 * digits as usize),
                Some(left) => {
                    numbers.push(digits);
                    Some(left - 1)
                }
            };
            digits = 0;
            if left == Some(0) {
                return Ok(numbers);
            }
        }
    }
}

/// The state of reading the content of a sparse file.
#[derive(Debug)]
pub(crate) struct Sparse {
    /// Start and end of the remaining pieces, in reverse order.
    pieces: Vec<(u64, u64)>,
    at: u64,
    size: u64,
}

impl Sparse {
    /// `numbers` are position and length of each piece, alternating; `stored` is the number of stored bytes.
    pub(crate) fn new(numbers: &[u64], size: u64, stored: u64) -> Result<Self, String> {
        let mut pieces = Vec::with_capacity(numbers.len() / 2);
        let (mut end, mut total) = (0, 0_u64);
        for pair in numbers.chunks(2) {
            let [start, length] = *pair else {
                return Err(WRONG.to_owned());
            };
            let next = start.checked_add(length).ok_or(WRONG)?;
            if start < end || next > size || pieces.len() == MAX_PIECES {
                return Err(WRONG.to_owned());
            }
            (end, total) = (next, total + length);
            if length > 0 {
                pieces.push((start, next));
            }
        }
        if total > stored {
            return Err(WRONG.to_owned());
        }
        pieces.reverse();
        Ok(Self {
            pieces,
            at: 0,
            size,
        })
    }

    /// Reads zeros in a hole, else bytes from `stored`.
    pub(crate) fn read(
        &mut self,
        buffer: &mut [u8],
        stored: impl FnOnce(&mut [u8]) -> io::Result<usize>,
    ) -> io::Result<usize> {
        let (start, end) = self
            .pieces
            .last()
            .copied()
            .unwrap_or((self.size, self.size));
        let hole = self.at < start;
        let left = if hole { start - self.at } else { end - self.at };
        let most = buffer
            .len()
            .min(usize::try_from(left).unwrap_or(usize::MAX));
        let read = if hole {
            buffer[..most].fill(0);
            most
        } else {
            stored(&mut buffer[..most])?
        };
        self.at += read as u64;
        if !hole && self.at == end {
            self.pieces.pop();
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_maps_of_holes() {
        for (numbers, size, stored) in [
            (&[0, 5, 3, 5][..], 20, 20),
            (&[0, 5, 10], 20, 20),
            (&[0, 21], 20, 21),
            (&[u64::MAX, 2], 20, 20),
            (&[0, 5, 10, 5], 20, 9),
        ] {
            let error = Sparse::new(numbers, size, stored).unwrap_err();
            assert_eq!(error, "its map of holes is wrong", "{numbers:?}");
        }
        for text in [
            "x\n",
            "99999999999\n",
            "2\n0\n-1\n",
            "18446744073709551616\n",
        ] {
            let mut block = [b'0'; 512];
            block[..text.len()].copy_from_slice(text.as_bytes());
            let error = map_before_content(|| Ok(block)).unwrap_err();
            assert_eq!(error, "its map of holes is wrong", "{text}");
        }
    }
}
