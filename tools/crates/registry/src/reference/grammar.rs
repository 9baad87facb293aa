//! The grammar of references: <https://pkg.go.dev/github.com/distribution/reference>.

use std::net::Ipv6Addr;

use blob::Digest;

/// A cause and a hint.
pub(super) type Problem = (&'static str, &'static str);

/// The longest reference that is read; a path has at most 255 bytes, a tag 128.
const MAX_REFERENCE: usize = 1024;

/// The longest path.
const MAX_PATH: usize = 255;

const FORM: &str = "write HOST[:PORT]/PATH[:TAG][@sha256:DIGEST]";

pub(super) const BAD_TAG: Problem = (
    "the tag does not have the form of a tag",
    "write at most 128 letters, digits, `_`, `.` and `-`; the first is a letter, a digit or `_`",
);

/// The parts of a reference.
pub(super) struct Parts<'a> {
    pub(super) name: &'a str,
    pub(super) tag: Option<&'a str>,
    pub(super) digest: Option<&'a str>,
}

/// A text for a message. Before an `@`, people paste passwords; a digest may follow it, too.
pub(super) fn shown(text: &str) -> String {
    let is_digest = text.contains("@sha256:") || text.contains("@sha512:");
    if is_digest {
        message::shorten(text)
    } else {
        message::shorten(&message::redact(text))
    }
}

/// Splits a reference, and checks the tag.
pub(super) fn split(text: &str) -> Result<Parts<'_>, Problem> {
    if text.len() > MAX_REFERENCE {
        return Err(("it has more than 1024 bytes", FORM));
    }
    if text.contains("://") {
        return Err((
            "it is a URL",
            "remove `https://`: write HOST[:PORT]/PATH[:TAG]",
        ));
    }
    let (rest, digest) = match text.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (text, None),
    };
    // A colon before the last slash belongs to the port.
    let last = rest.rfind('/').map_or(0, |slash| slash + 1);
    let (name, tag) = match rest[last..].split_once(':') {
        Some((name, tag)) => (&rest[..last + name.len()], Some(tag)),
        None => (rest, None),
    };
    if tag.is_some_and(|tag| !is_tag(tag)) {
        return Err(BAD_TAG);
    }
    Ok(Parts { name, tag, digest })
}

pub(super) fn is_tag(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.len() <= 128
        && text.bytes().next().is_some_and(word)
        && text.bytes().all(|b| word(b) || matches!(b, b'.' | b'-'))
}

pub(super) fn digest(text: &str) -> Result<Digest, Problem> {
    if text.starts_with("sha512:") {
        return Err(("its digest is not SHA-256", "use the digest `sha256:…`"));
    }
    let wrong = |_| ("its digest does not have the form of a digest", FORM);
    text.parse().map_err(wrong)
}

/// A first component with `.`, `:` or a capital letter, or `localhost`, is a host.
pub(super) fn split_host(name: &str) -> (Option<&str>, &str) {
    match name.split_once('/') {
        Some((host, path))
            if host == "localhost"
                || host.contains(['.', ':'])
                || host.bytes().any(|b| b.is_ascii_uppercase()) =>
        {
            (Some(host), path)
        }
        _ => (None, name),
    }
}

/// Checks `HOST[:PORT]`.
pub(super) fn host(text: &str) -> Result<&str, Problem> {
    let wrong = ("its host does not have the form of a host", FORM);
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']').ok_or(wrong)?;
            host.parse::<Ipv6Addr>().map_err(|_| wrong)?;
            match port.strip_prefix(':') {
                Some(port) => ("v6", Some(port)),
                None if port.is_empty() => ("v6", None),
                None => return Err(wrong),
            }
        }
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    let digits = |port: &str| port.bytes().all(|b| b.is_ascii_digit());
    let good_port = port.is_none_or(|p| digits(p) && p.parse::<u16>().is_ok_and(|p| p > 0));
    if good_port && host.len() <= 253 && host.split('.').all(is_label) {
        Ok(text)
    } else {
        Err(wrong)
    }
}

fn is_label(label: &str) -> bool {
    let bytes = label.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    ends.iter()
        .all(|end| end.is_some_and(u8::is_ascii_alphanumeric))
        && bytes
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || *b == b'-')
}

/// Checks a path.
pub(super) fn path(text: &str) -> Result<String, Problem> {
    if text.is_empty() {
        return Err(("it has no path", FORM));
    }
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err((
            "its path has capital letters",
            "write the path in lower case",
        ));
    }
    if text.len() > MAX_PATH {
        return Err(("its path has more than 255 bytes", FORM));
    }
    if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(("it is the ID of an image, not a name", FORM));
    }
    if !text.split('/').all(is_component) {
        return Err((
            "its path does not have the form of a path",
            "write lower-case letters and digits, with `.`, `_`, `__`, `-` or `/` between them",
        ));
    }
    Ok(text.to_owned())
}

/// Lower-case letters and digits, with `.`, `_`, `__` or any number of `-` between them.
fn is_component(component: &str) -> bool {
    let plain = |byte: char| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let separators = component.split(plain).filter(|part| !part.is_empty());
    let good = |part: &str| matches!(part, "." | "_" | "__") || part.bytes().all(|b| b == b'-');
    component.starts_with(plain) && component.ends_with(plain) && { separators }.all(good)
}
