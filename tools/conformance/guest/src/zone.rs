//! Time zones: TZif (RFC 8536).

use std::fs;

/// 2026-01-15 and 2026-07-15, noon in UTC.
const JANUARY: i64 = 1_768_478_400;
const JULY: i64 = 1_784_116_800;

/// Name and UTC offset of a time zone on a day in winter and on a day in summer.
pub(crate) fn describe(zone: &str) -> Result<String, String> {
    let path = format!("/usr/share/zoneinfo/{zone}");
    let bytes = fs::read(&path).map_err(|error| format!("{path}: {error}"))?;
    let at = |time| {
        local(&bytes, time).ok_or_else(|| format!("{path}: it does not say what holds at {time}"))
    };
    Ok(format!(
        "{zone}: {} in January 2026, {} in July 2026",
        at(JANUARY)?,
        at(JULY)?
    ))
}

/// Name and offset of the zone at a time, from the second block (64-bit times) of the file.
fn local(file: &[u8], time: i64) -> Option<String> {
    let (first, rest) = Block::read(file, 4)?;
    if first.version < b'2' {
        return None;
    }
    let (block, _) = Block::read(rest, 8)?;
    let last = block
        .times
        .chunks_exact(8)
        .rposition(|bytes| i64::from_be_bytes(bytes.try_into().unwrap_or_default()) <= time)?;
    let kind = block
        .types
        .chunks_exact(6)
        .nth(usize::from(block.indices[last]))?;
    let offset = i32::from_be_bytes(kind[..4].try_into().ok()?);
    let name: Vec<u8> = block
        .names
        .get(usize::from(kind[5])..)?
        .iter()
        .take_while(|byte| **byte != 0)
        .copied()
        .collect();
    Some(format!("{} {offset:+}", String::from_utf8_lossy(&name)))
}

struct Block<'a> {
    version: u8,
    times: &'a [u8],
    indices: &'a [u8],
    types: &'a [u8],
    names: &'a [u8],
}

impl<'a> Block<'a> {
    /// Reads a block whose times are `width` bytes long; returns it and the bytes after it.
    fn read(file: &'a [u8], width: usize) -> Option<(Self, &'a [u8])> {
        let (head, mut rest) = file.split_at_checked(44)?;
        let ("TZif", version) = (std::str::from_utf8(&head[..4]).ok()?, head[4]) else {
            return None;
        };
        let count = |index: usize| {
            let at = 20 + 4 * index;
            Some(u32::from_be_bytes(head.get(at..at + 4)?.try_into().ok()?) as usize)
        };
        let (utc, standard, leap, times, types, names) = (
            count(0)?,
            count(1)?,
            count(2)?,
            count(3)?,
            count(4)?,
            count(5)?,
        );
        let mut take = |length: usize| -> Option<&'a [u8]> {
            let (taken, after) = rest.split_at_checked(length)?;
            rest = after;
            Some(taken)
        };
        let block = Self {
            version,
            times: take(times * width)?,
            indices: take(times)?,
            types: take(types * 6)?,
            names: take(names)?,
        };
        take(leap * (width + 4) + standard + utc)?;
        Some((block, rest))
    }
}
