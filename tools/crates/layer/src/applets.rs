//! The names of BusyBox's applets, read from the binary, because it may be for an architecture that cannot run here.

use blob::{Error, Result};
use object::{Object, ObjectSection};

/// The start of the list: the applets are sorted, and these two sort before all letters.
const START: &[u8] = b"[\0[[\0";

/// The applets of a BusyBox binary, sorted.
///
/// The binary has them in its read-only data: each name ends with a NUL, and an empty name ends the list.
pub(crate) fn list(elf: &[u8]) -> Result<Vec<String>> {
    let fail = |cause: &str| Error::cannot("read", "busybox", cause);
    let file = object::File::parse(elf).map_err(|_| fail("it is not an ELF file"))?;
    let section = file.section_by_name(".rodata");
    let section = section.ok_or_else(|| fail("it has no section `.rodata`"))?;
    let data = section
        .data()
        .map_err(|_| fail("its section `.rodata` is damaged"))?;
    find(data).ok_or_else(|| fail("its section `.rodata` contains no list of applets"))
}

/// Finds the list at any position in the data.
fn find(data: &[u8]) -> Option<Vec<String>> {
    let starts = data.windows(START.len()).enumerate();
    let mut starts = starts.filter(|(_, window)| *window == START);
    starts.find_map(|(at, _)| names(&data[at..]))
}

/// The names up to the empty one, if they are sorted and valid as file names.
fn names(data: &[u8]) -> Option<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    let mut parts = data.split(|byte| *byte == 0);
    loop {
        let name = parts.next()?;
        if name.is_empty() {
            return Some(names).filter(|names| names.len() > 2);
        }
        let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"[_-.".contains(byte);
        let name = std::str::from_utf8(name).ok()?;
        let sorted = names.last().is_none_or(|last| last.as_str() < name);
        if !sorted || !name.bytes().all(|byte| allowed(&byte)) || name.starts_with('.') {
            return None;
        }
        names.push(name.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_run_is_found_among_other_data() {
        let data =
            b"\x7f[\0[[\0b\0a\0\0 [\0[[\0\0[\0[[\0b\0a\0\0junk\0[\0[[\0acpid\0run-parts\0\0more\0";
        assert_eq!(find(data).unwrap(), ["[", "[[", "acpid", "run-parts"]);
    }

    #[test]
    fn data_without_a_list() {
        for data in [
            &b""[..],
            b"[\0[[\0",
            b"[\0[[\0acpid",
            b"[\0[[\0../x\0\0",
            b"[\0[[\0b\0a\0\0",
        ] {
            assert_eq!(find(data), None, "{}", data.escape_ascii());
        }
    }

    #[test]
    fn other_files_are_refused() {
        assert_eq!(
            list(b"#!/bin/sh\n").unwrap_err().to_string(),
            "cannot read `busybox`: it is not an ELF file"
        );
    }
}
