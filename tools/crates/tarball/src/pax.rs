//! PAX records: `LENGTH KEY=VALUE\n`, where LENGTH is the length of the whole record (POSIX.1-2017, pax, "pax Extended
//! Header").

use std::borrow::Cow;

use crate::sparse::Described;

/// The prefixes of names of extended attributes: of GNU tar and Go, and of libarchive.
const ATTRIBUTES: [&[u8]; 2] = [b"SCHILY.xattr.", b"LIBARCHIVE.xattr."];

/// Attributes with special records ("Extended File Attributes" in GNU tar's manual).
const OTHER_ATTRIBUTES: [(&[u8], &str); 3] = [
    (b"SCHILY.acl.access", "system.posix_acl_access"),
    (b"SCHILY.acl.default", "system.posix_acl_default"),
    (b"RHT.security.selinux", "security.selinux"),
];

/// The prefix of records of sparse files.
const SPARSE: &[u8] = b"GNU.sparse.";

/// The records of the next entry. Records that layers do not keep are dropped.
#[derive(Default)]
pub(crate) struct Records {
    pub(crate) path: Option<Vec<u8>>,
    pub(crate) linkpath: Option<Vec<u8>>,
    pub(crate) size: Option<u64>,
    pub(crate) uid: Option<u64>,
    pub(crate) gid: Option<u64>,
    /// The user name of the owner.
    pub(crate) uname: Option<Vec<u8>>,
    /// The group name.
    pub(crate) gname: Option<Vec<u8>>,
    pub(crate) mtime: Option<u64>,
    /// Extended attributes.
    pub(crate) attributes: Vec<(String, Vec<u8>)>,
    /// Present if the file is sparse.
    pub(crate) sparse: Option<Described>,
}

impl Records {
    /// Parses all records. The error is a cause. If `lenient`, a time before 1970 becomes 1970, an empty value counts
    /// as missing, and records of sparse files are accepted.
    pub(crate) fn parse(mut text: &[u8], lenient: bool) -> Result<Self, String> {
        let mut records = Self::default();
        while !text.is_empty() {
            let (key, value, rest) = split(text).ok_or("its PAX records are malformed")?;
            if !lenient || !value.is_empty() {
                records.take(key, value, lenient)?;
            }
            text = rest;
        }
        Ok(records)
    }

    fn take(&mut self, key: &[u8], value: &[u8], lenient: bool) -> Result<(), String> {
        let wrong = || {
            let value = crate::path::printable(value);
            format!(
                "its PAX record `{}` is `{value}`",
                crate::path::printable(key)
            )
        };
        match key {
            b"path" => self.path = Some(value.to_vec()),
            b"linkpath" => self.linkpath = Some(value.to_vec()),
            b"size" => self.size = Some(decimal(value).ok_or_else(wrong)?),
            b"uid" => self.uid = Some(decimal(value).ok_or_else(wrong)?),
            b"gid" => self.gid = Some(decimal(value).ok_or_else(wrong)?),
            b"uname" => self.uname = Some(value.to_vec()),
            b"gname" => self.gname = Some(value.to_vec()),
            b"mtime" if lenient && value.starts_with(b"-") => self.mtime = Some(0),
            b"mtime" => self.mtime = Some(seconds(value).ok_or_else(wrong)?),
            _ if key.starts_with(SPARSE) && lenient => {
                let sparse = self.sparse.get_or_insert_default();
                sparse.take(&key[SPARSE.len()..], value).ok_or_else(wrong)?;
            }
            _ if key.starts_with(SPARSE) => return Err("it is a sparse file".to_owned()),
            _ => {
                if let Some(name) = attribute(key) {
                    self.attributes.push((name, value.to_vec()));
                }
            }
        }
        Ok(())
    }
}

/// The name of the extended attribute in a record's key.
fn attribute(key: &[u8]) -> Option<String> {
    let mut known = OTHER_ATTRIBUTES.iter();
    if let Some((_, name)) = known.find(|(record, _)| *record == key) {
        return Some((*name).to_owned());
    }
    let mut prefixes = ATTRIBUTES.iter();
    let name = prefixes.find_map(|prefix| key.strip_prefix(*prefix))?;
    Some(String::from_utf8_lossy(name).into_owned())
}

fn split(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let blank = text.iter().take(8).position(|byte| *byte == b' ')?;
    let length = usize::try_from(decimal(&text[..blank])?).ok()?;
    let record = text.get(blank + 1..length)?.strip_suffix(b"\n")?;
    let equals = record.iter().position(|byte| *byte == b'=')?;
    Some((&record[..equals], &record[equals + 1..], &text[length..]))
}

fn decimal(text: &[u8]) -> Option<u64> {
    let digits = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    digits
        .then(|| std::str::from_utf8(text).ok()?.parse().ok())
        .flatten()
}

/// Parses a time without its fraction.
fn seconds(text: &[u8]) -> Option<u64> {
    decimal(text.split(|byte| *byte == b'.').next()?)
}

/// Writes records. If a value is not UTF-8, adds a record that says so, as POSIX requires.
pub(crate) fn encode(records: &[(&'static str, Vec<u8>)]) -> Vec<u8> {
    let binary = records
        .iter()
        .any(|(_, value)| std::str::from_utf8(value).is_err());
    let charset = binary.then_some(("hdrcharset", Cow::Borrowed(&b"BINARY"[..])));
    let records = records
        .iter()
        .map(|(key, value)| (*key, Cow::Borrowed(value.as_slice())));
    let mut text = Vec::new();
    for (key, value) in charset.into_iter().chain(records) {
        let length = record_length(3 + key.len() + value.len());
        text.extend_from_slice(format!("{length} {key}=").as_bytes());
        text.extend_from_slice(&value);
        text.push(b'\n');
    }
    text
}

/// The length of a record, which includes the digits of the length.
fn record_length(rest: usize) -> usize {
    let mut length = rest;
    while rest + length.to_string().len() != length {
        length = rest + length.to_string().len();
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read_back() {
        for length in [1, 90, 91, 92, 93, 985, 986, 987, 988, 989, 4000] {
            let path = vec![b'x'; length];
            let text = encode(&[("path", path.clone()), ("uid", b"3000000".to_vec())]);
            let records = Records::parse(&text, false).unwrap();
            assert_eq!(
                (records.path, records.uid),
                (Some(path), Some(3_000_000)),
                "{length}"
            );
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_announced() {
        assert_eq!(
            encode(&[("path", vec![0xff])]),
            b"21 hdrcharset=BINARY\n9 path=\xff\n"
        );
    }

    #[test]
    fn hostile_records() {
        for (text, cause) in [
            ("12 path=abc\nx", "its PAX records are malformed"),
            ("99 path=abc\n", "its PAX records are malformed"),
            ("1 path=abc\n", "its PAX records are malformed"),
            ("0 path=abc\n", "its PAX records are malformed"),
            ("12 path+abc\n", "its PAX records are malformed"),
            (
                "18446744073709551616 path=abc\n",
                "its PAX records are malformed",
            ),
            ("path=abc\n", "its PAX records are malformed"),
            ("11 size=-1\n", "its PAX record `size` is `-1`"),
            ("13 mtime=-1\n", "its PAX records are malformed"),
            ("12 mtime=-1\n", "its PAX record `mtime` is `-1`"),
            ("22 GNU.sparse.major=1\n", "it is a sparse file"),
        ] {
            assert_eq!(
                Records::parse(text.as_bytes(), false).err().as_deref(),
                Some(cause),
                "{text}"
            );
        }
    }

    #[test]
    fn fractions_and_unknown_records_are_dropped() {
        let records = Records::parse(
            b"18 mtime=12.500000\n30 SCHILY.xattr.user.a=b\0c=d\n\n",
            false,
        );
        assert!(records.is_err());
        let records = Records::parse(b"19 mtime=12.500000\n", false).unwrap();
        assert_eq!(records.mtime, Some(12));
    }
}
