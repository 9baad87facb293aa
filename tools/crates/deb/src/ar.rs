//! The ar archive of a package: plain names of up to 16 bytes, no symbol tables, no long names.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use blob::{Error, Result};

const MAGIC: &[u8; 8] = b"!<arch>\n";
const HEADER: usize = 60;
const BUFFER: usize = 128 * 1024;

/// Reads an archive member by member. The archive is also the reader of the current member's content.
pub(crate) struct Archive<R> {
    inner: BufReader<R>,
    name: String,
    /// The unread size of the current member, and whether a padding byte follows it.
    left: u64,
    padded: bool,
}

/// The name and size of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) size: u64,
}

/// The archive ended within a member. Decompressors pass this error on instead of reporting their own.
#[derive(Debug)]
pub(crate) struct Truncated {
    member: String,
    missing: u64,
}

impl fmt::Display for Truncated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { member, missing } = self;
        write!(
            f,
            "the package is truncated: {missing} bytes of `{member}` are missing"
        )
    }
}

impl std::error::Error for Truncated {}

impl<R: Read> Archive<R> {
    /// Reads the magic bytes at the start of an archive.
    pub(crate) fn open(inner: R) -> Result<Self> {
        let mut inner = BufReader::with_capacity(BUFFER, inner);
        let mut magic = Vec::new();
        let read = inner.by_ref().take(8).read_to_end(&mut magic);
        read.map_err(|cause| Error::cannot("read", "ar header", cause))?;
        if magic != MAGIC {
            return Err(Error::cannot(
                "read",
                "ar header",
                "it is not an ar archive",
            ));
        }
        Ok(Self {
            inner,
            name: String::new(),
            left: 0,
            padded: false,
        })
    }

    /// The header of the next member, or `None` at the end. The previous member must have been read to its end.
    pub(crate) fn next_member(&mut self) -> Result<Option<Member>> {
        if self.left > 0 {
            let cause = format!("{} bytes follow the end of its content", self.left);
            return Err(Error::cannot("read", &self.name, cause));
        }
        let fail = |cause: &str| Error::cannot("read", "ar header", cause);
        self.skip_padding()
            .map_err(|cause| fail(&cause.to_string()))?;
        let header = self.take(HEADER);
        let header = header.map_err(|cause| fail(&cause.to_string()))?;
        match header.len() {
            0 => Ok(None),
            HEADER => {
                let member = parse(&header).map_err(|cause| fail(&cause))?;
                Ok(Some(self.begin(member)))
            }
            _ => Err(fail("the package is truncated")),
        }
    }

    /// The next member after the part that dpkg reads. `None` if there is no further member or the bytes are not a
    /// member, because dpkg stops after `data.tar` (`extracthalf` in its `src/deb/extract.c`).
    pub(crate) fn next_unread(&mut self) -> Result<Option<Member>> {
        let fail = |cause: io::Error| Error::cannot("read", "ar header", cause);
        match io::copy(self, &mut io::sink()) {
            Ok(_) => {}
            Err(error) if is_truncated(&error) => return Ok(None),
            Err(error) => return Err(fail(error)),
        }
        self.skip_padding().map_err(fail)?;
        let header = self.take(HEADER).map_err(fail)?;
        let member = parse(&header).ok();
        Ok(member.map(|member| self.begin(member)))
    }

    fn begin(&mut self, member: Member) -> Member {
        self.name.clone_from(&member.name);
        self.left = member.size;
        self.padded = member.size % 2 == 1;
        member
    }

    /// Skips the byte after a member of an odd size. It should be a newline, but may be missing at the end of the
    /// archive.
    fn skip_padding(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.padded) {
            self.take(1)?;
        }
        Ok(())
    }

    /// Skips the rest of the current member.
    pub(crate) fn skip(&mut self) -> Result<()> {
        let skipped = io::copy(self, &mut io::sink());
        skipped.map_err(|cause| Error::cannot("read", &self.name, cause))?;
        Ok(())
    }

    /// Reads this number of bytes, or fewer at the end of the archive.
    fn take(&mut self, size: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(size);
        let mut rest = self.inner.by_ref().take(size as u64);
        rest.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

fn is_truncated(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|cause| cause.is::<Truncated>())
}

fn parse(header: &[u8]) -> std::result::Result<Member, String> {
    if header.len() != HEADER {
        return Err("the package is truncated".to_owned());
    }
    let (name, size, end) = (&header[..16], &header[48..58], &header[58..]);
    if end != b"`\n" {
        return Err("it is malformed, or garbage follows the last member".to_owned());
    }
    let name = trimmed(name).map_err(|()| "a member has a name that is not ASCII")?;
    if name.starts_with("#1/") || name.starts_with('/') {
        return Err(format!(
            "`{name}` is a BSD or GNU extension, which packages do not use"
        ));
    }
    // Some writers end names with a slash.
    let name = name.strip_suffix('/').unwrap_or(name);
    // dpkg passes over blanks before the number (`dpkg_ar_member_parse_size`).
    let size = trimmed(size.trim_ascii_start()).unwrap_or_default();
    let decimal = !size.is_empty() && size.bytes().all(|byte| byte.is_ascii_digit());
    match size.parse() {
        Ok(size) if decimal => Ok(Member {
            name: name.to_owned(),
            size,
        }),
        _ => Err(format!("the size of `{name}` is `{size}`")),
    }
}

/// A text field without trailing spaces.
fn trimmed(field: &[u8]) -> std::result::Result<&str, ()> {
    let text = std::str::from_utf8(field).map_err(|_| ())?;
    let text = text.trim_end_matches(' ');
    if text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(text)
    } else {
        Err(())
    }
}

impl<R: Read> BufRead for Archive<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Ok(&[]);
        }
        let buffer = self.inner.fill_buf()?;
        if buffer.is_empty() {
            let (member, missing) = (self.name.clone(), self.left);
            let cause = Truncated { member, missing };
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, cause));
        }
        let end = buffer
            .len()
            .min(usize::try_from(self.left).unwrap_or(usize::MAX));
        Ok(&buffer[..end])
    }

    fn consume(&mut self, amount: usize) {
        self.left -= amount as u64;
        self.inner.consume(amount);
    }
}

impl<R: Read> Read for Archive<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let read = available.len().min(buffer.len());
        buffer[..read].copy_from_slice(&available[..read]);
        self.consume(read);
        Ok(read)
    }
}
