//! Text for messages: similar names for a name that does not exist, escaping of untrusted text, and places in JSON.

mod json;

use std::fmt::Display;
use std::io::{self, Write};

pub use json::parse_json;

/// The first 60 characters of an untrusted text, with control characters escaped.
pub fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    if text.chars().nth(60).is_some() {
        short.push('…');
    }
    short
}

/// A text of one line, with characters escaped that a terminal obeys: control characters, and those that change the
/// direction of text or are invisible.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if is_obeyed(c) {
            escaped.extend(c.escape_debug());
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// A text of lines, each as [`escape`] shows it.
pub fn escape_lines(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(escape).collect();
    lines.join("\n")
}

/// Prints an error about the command line, which consists of lines, to standard error. The error repeats words of the
/// command line, which must not control the terminal.
pub fn print_usage_error(error: &impl Display) {
    let text = escape_lines(&error.to_string());
    // If standard error is closed, the exit code still reports the failure.
    let _ = io::stderr().write_all(text.as_bytes());
}

fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A URL without user and password, for messages. The input may lack the scheme or may not be a URL.
///
/// `https://user:secret@host/path` becomes `https://***@host/path`, and `user:secret@host/path` becomes
/// `***@host/path`. An `@` after the host belongs to the path, unless the host is not valid: then it may end a password
/// that contains a slash.
pub fn redact(url: &str) -> String {
    let scheme = url.find("://").filter(|at| is_scheme(&url[..*at]));
    // `https:/…` and `https:user…` are typing errors of `https://…`, and `//…` lacks the scheme.
    let (start, whole) = match scheme {
        Some(at) => (at + 3, true),
        None => (without_scheme(url), false),
    };
    let rest = &url[start..];
    let authority = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let end = match rest[..authority].rfind('@') {
        // In a host, `:` can only start the port.
        None if whole && is_host(&rest[..authority]) => None,
        None => rest.rfind('@'),
        found if whole => found,
        _ => rest.rfind('@'),
    };
    match end {
        Some(end) => format!("{}***{}", &url[..start], &rest[end..]),
        None => url.to_owned(),
    }
}

fn is_scheme(text: &str) -> bool {
    let mut bytes = text.bytes();
    let first = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic());
    first && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// The length of the prefix that cannot be secret: slashes, and a scheme of repositories.
fn without_scheme(url: &str) -> usize {
    let schemes = ["https:", "http:", "file:", "ftp:"];
    let scheme = schemes.iter().find(|scheme| {
        let start = url.get(..scheme.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    let start = scheme.map_or(0, |scheme| scheme.len());
    let slashes = url[start..].len() - url[start..].trim_start_matches('/').len();
    start + slashes
}

/// `HOST`, `HOST:PORT` or `[ADDRESS]:PORT`.
fn is_host(authority: &str) -> bool {
    let port = match authority.rsplit_once(']') {
        Some((_, port)) => port.strip_prefix(':'),
        None => authority.split_once(':').map(|(_, port)| port),
    };
    port.is_none_or(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Applies [`redact`] to each URL in a text: hides everything between `://` and `@`.
pub fn redact_all(text: &str) -> String {
    let ends = |c: char| c.is_whitespace() || "\"'`,;()<>".contains(c);
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(end) = rest.find(ends) {
        shown.push_str(&redact_word(&rest[..end]));
        let length = rest[end..].chars().next().map_or(1, char::len_utf8);
        shown.push_str(&rest[end..end + length]);
        rest = &rest[end + length..];
    }
    shown.push_str(&redact_word(rest));
    shown
}

fn redact_word(word: &str) -> String {
    if word.contains("://") {
        redact(word)
    } else {
        word.to_owned()
    }
}

/// Longer names are not compared, because the time is quadratic in the length. No package name has half of this length.
const MAX_NEAR: usize = 256;

/// At most three similar names, the most similar first. The edit distance, which ignores case, may be at most a third of
/// the word.
pub fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    if wanted.len() > MAX_NEAR {
        return Vec::new();
    }
    let most = (wanted.len() / 3).max(1);
    let mut near: Vec<(usize, &str)> = names
        .filter(|name| name.len().abs_diff(wanted.len()) <= most)
        .map(|name| (distance(wanted.as_bytes(), name.as_bytes()), name))
        .filter(|(distance, _)| *distance <= most)
        .collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(3).map(|(_, name)| name).collect()
}

/// The Levenshtein distance, in which two swapped neighbours count as one mistake (optimal string alignment).
fn distance(left: &[u8], right: &[u8]) -> usize {
    let same = |a: u8, b: u8| a.eq_ignore_ascii_case(&b);
    let mut above: Vec<usize> = (0..=right.len()).collect();
    let (mut before, mut row) = (above.clone(), above.clone());
    for (i, a) in left.iter().enumerate() {
        row[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let substituted = above[j] + usize::from(!same(*a, *b));
            let mut least = substituted.min(row[j] + 1).min(above[j + 1] + 1);
            if i > 0 && j > 0 && same(*a, right[j - 1]) && same(left[i - 1], *b) {
                least = least.min(before[j - 1] + 1);
            }
            row[j + 1] = least;
        }
        std::mem::swap(&mut before, &mut above);
        std::mem::swap(&mut above, &mut row);
    }
    above[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_obey_no_text() {
        for (text, shown) in [
            ("a\u{1b}[2J\u{7}\nb", r"a\u{1b}[2J\u{7}\nb"),
            ("\u{9b}31m\u{202e}\u{200b}", r"\u{9b}31m\u{202e}\u{200b}"),
            (r#"C:\a "b" 'c' é e\u{301}"#, r#"C:\a "b" 'c' é e\u{301}"#),
        ] {
            assert_eq!(escape(text), shown);
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        for (url, shown) in [
            ("http://a.example/x@y", "http://a.example/x@y"),
            ("http://a.example:80/x@y", "http://a.example:80/x@y"),
            ("http://[::1]:80/x@y", "http://[::1]:80/x@y"),
            ("https://user:p@ss@a.example/x", "https://***@a.example/x"),
            ("https://token@a.example/x", "https://***@a.example/x"),
            ("https://token@a.example", "https://***@a.example"),
            ("https://user:p/ss@a.example/x", "https://***@a.example/x"),
            ("https://user:p?s#s@a.example/x", "https://***@a.example/x"),
            ("user:secret@a.example/debian", "***@a.example/debian"),
            ("//user:secret@a.example/debian", "//***@a.example/debian"),
            ("https:/user:secret@a.example", "https:/***@a.example"),
            ("HTTPS:user:secret@a.example", "HTTPS:***@a.example"),
            ("user:a://b@a.example/debian", "***@a.example/debian"),
            ("a.example/debian", "a.example/debian"),
            ("debian", "debian"),
            ("file:///srv/mirror", "file:///srv/mirror"),
            ("", ""),
        ] {
            assert_eq!(redact(url), shown, "{url}");
        }
        assert_eq!(
            redact_all(
                "invalid type: string \"https://u:p@a.example/x\", and a@b (http://c.example)"
            ),
            "invalid type: string \"https://***@a.example/x\", and a@b (http://c.example)"
        );
    }

    #[test]
    fn long_names_are_fast() {
        let name = "n".repeat(1 << 20);
        let names = [name.as_str(); 8];
        assert!(nearest(&name, names.into_iter()).is_empty());
    }

    #[test]
    fn near_names_are_sorted_and_distant_names_left_out() {
        let names = ["libssl3t64", "libssl3", "libssl1.1", "bash", "tzdata"];
        assert_eq!(nearest("libssl", names.into_iter()), ["libssl3"]);
        assert_eq!(nearest("libssl2", names.into_iter()), ["libssl3"]);
        assert_eq!(nearest("tzdat", names.into_iter()), ["tzdata"]);
        assert_eq!(nearest("TZDATA", names.into_iter()), ["tzdata"]);
        assert_eq!(nearest("ngnix", ["nginx", "unix"].into_iter()), ["nginx"]);
        assert_eq!(nearest("JQ", ["jp", "jq"].into_iter()), ["jq", "jp"]);
        assert!(nearest("nodejs", names.into_iter()).is_empty());
    }
}
