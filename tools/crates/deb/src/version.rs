use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use blob::{Error, Result};

/// A version, `[epoch:]upstream[-revision]`, ordered by Policy 5.6.12.
///
/// `Display` prints the original text. Versions with different text may be equal (`1.0` and `0:1.0-0`).
#[derive(Clone, Debug)]
pub struct Version {
    text: String,
    epoch: u32,
    upstream: String,
    revision: String,
}

impl Version {
    /// The original text of the version.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The epoch: the number before the first `:`, or 0.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// The version of the packaged software.
    pub fn upstream(&self) -> &str {
        &self.upstream
    }

    /// The part after the last `-`; may be empty.
    pub fn revision(&self) -> &str {
        &self.revision
    }
}

impl Version {
    /// A version in a relation. apt accepts any printable character there and compares it as usual. A text before `:`
    /// that is not a number belongs to the upstream version (`${source:Version}`).
    ///
    /// # Errors
    ///
    /// The text is empty, has no upstream version, has an empty revision, or contains another character.
    pub fn in_relation(text: &str) -> Result<Self> {
        let upstream = |byte: u8| byte.is_ascii_graphic() && !b"()".contains(&byte);
        let parts = text.split_once(':');
        let parts = parts.filter(|(epoch, _)| number(epoch).is_some());
        Self::read(text, parts, upstream, upstream)
    }

    fn read(
        text: &str,
        parts: Option<(&str, &str)>,
        upstream_byte: impl Fn(u8) -> bool,
        plain: impl Fn(u8) -> bool,
    ) -> Result<Self> {
        let fail = |cause: &str| Error::cannot("read version", text, cause);
        let (epoch, rest) = match parts {
            Some((epoch, rest)) => (Some(epoch), rest),
            None => (None, text),
        };
        let (upstream, revision) = match rest.rsplit_once('-') {
            Some((_, "")) => return Err(fail("its revision is empty")),
            Some(parts) => parts,
            None => (rest, ""),
        };
        if upstream.is_empty() {
            return Err(fail("it is empty"));
        }
        if !upstream.bytes().all(upstream_byte) || !revision.bytes().all(plain) {
            return Err(fail(
                "it contains a character that is not allowed in versions",
            ));
        }
        Ok(Self {
            text: text.to_owned(),
            epoch: epoch
                .map_or(Ok(0), |epoch| number(epoch).ok_or(epoch))
                .map_err(|epoch| fail(&format!("its epoch is `{epoch}`")))?,
            upstream: upstream.to_owned(),
            revision: revision.to_owned(),
        })
    }
}

impl FromStr for Version {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'~');
        // A `:` is only permitted after the colon of an epoch.
        let upstream = |byte: u8| plain(byte) || matches!(byte, b'-' | b':');
        Self::read(text, text.split_once(':'), upstream, plain)
    }
}

fn number(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.then(|| text.parse().ok()).flatten()?;
    (number <= i32::MAX as u32).then_some(number)
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let epochs = self.epoch.cmp(&other.epoch);
        let upstreams = || compare(self.upstream.as_bytes(), other.upstream.as_bytes());
        let revisions = || compare(self.revision.as_bytes(), other.revision.as_bytes());
        epochs.then_with(upstreams).then_with(revisions)
    }
}

/// Compares parts from the left: alternating runs of non-digits and digits.
fn compare<'a>(mut left: &'a [u8], mut right: &'a [u8]) -> Ordering {
    while !(left.is_empty() && right.is_empty()) {
        let (words, numbers);
        (words, left, right) = compare_run(left, right, |byte| !byte.is_ascii_digit(), by_letters);
        if words != Ordering::Equal {
            return words;
        }
        (numbers, left, right) = compare_run(left, right, u8::is_ascii_digit, by_value);
        if numbers != Ordering::Equal {
            return numbers;
        }
    }
    Ordering::Equal
}

fn compare_run<'a>(
    left: &'a [u8],
    right: &'a [u8],
    belongs: impl Fn(&u8) -> bool,
    order: impl Fn(&[u8], &[u8]) -> Ordering,
) -> (Ordering, &'a [u8], &'a [u8]) {
    let split = |text: &'a [u8]| {
        let end = text.iter().position(|byte| !belongs(byte));
        text.split_at(end.unwrap_or(text.len()))
    };
    let ((left, left_rest), (right, right_rest)) = (split(left), split(right));
    (order(left, right), left_rest, right_rest)
}

/// Compares characters: `~` sorts before the end, the end before letters, letters before all other characters.
fn by_letters(left: &[u8], right: &[u8]) -> Ordering {
    let weight = |byte: Option<&u8>| match byte {
        None => 0,
        Some(b'~') => -1,
        Some(letter) if letter.is_ascii_alphabetic() => i32::from(*letter),
        Some(other) => i32::from(*other) + 256,
    };
    let weights = |at| weight(left.get(at)).cmp(&weight(right.get(at)));
    (0..left.len().max(right.len()))
        .map(weights)
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// Compares numbers of any length.
fn by_value(left: &[u8], right: &[u8]) -> Ordering {
    let zeros = |digits: &[u8]| digits.iter().take_while(|digit| **digit == b'0').count();
    let (left, right) = (&left[zeros(left)..], &right[zeros(right)..]);
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Version {}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
