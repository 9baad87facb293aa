//! Filters of the templates.

use minijinja::value::Value;

/// A number of bytes in megabytes: `8.05`, as in docs/images.md.
pub(crate) fn megabytes(count: u64) -> String {
    let hundredths = (u128::from(count) + 5_000) / 10_000;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// A licence for people. References to texts of Debian's copyright files have names that begin alike.
pub(crate) fn licence(identifier: &str) -> String {
    match identifier.strip_prefix("LicenseRef-Debian-") {
        Some(rest) if rest.starts_with("copyright-file-of-") => "Debian copyright file".to_owned(),
        Some(rest) => rest.to_owned(),
        None => {
            let rest = identifier.strip_prefix("LicenseRef-");
            rest.unwrap_or(identifier).to_owned()
        }
    }
}

/// A text in which a browser may break lines after separators: versions and paths are long.
pub(crate) fn breakable(text: &str) -> Value {
    let mut html = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            _ => html.push(c),
        }
        if matches!(c, '+' | '~' | '/' | ':' | '-') {
            html.push_str("<wbr>");
        }
    }
    Value::from_safe_string(html)
}

/// A part of a whole, in percent: `43.2`.
pub(crate) fn share(part: u64, whole: u64) -> String {
    let tenths = u128::from(part) * 1000 / u128::from(whole.max(1));
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// A URL that a link may have, otherwise an empty text: a package could name a script (`javascript:`).
pub(crate) fn web_page(url: &str) -> &str {
    if url.starts_with("https://") || url.starts_with("http://") {
        url
    } else {
        ""
    }
}

/// A text as the fragment of a URL. A browser compares the decoded fragment with the identifiers of elements.
pub(crate) fn fragment(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~+:".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters() {
        assert_eq!(megabytes(8_053_999), "8.05");
        assert_eq!(megabytes(995_000), "1.00");
        assert_eq!(
            licence("LicenseRef-Debian-copyright-file-of-libc6"),
            "Debian copyright file"
        );
        assert_eq!(licence("LicenseRef-Debian-public-domain"), "public-domain");
        assert_eq!(licence("MIT"), "MIT");
        assert_eq!(fragment("libstdc++6 <é>"), "libstdc++6%20%3C%C3%A9%3E");
        assert_eq!((&*share(432, 1000), &*share(0, 0)), ("43.2", "0.0"));
        assert_eq!(web_page("javascript:alert(1)"), "");
        assert_eq!(breakable("1:2<b>").to_string(), "1:<wbr>2&lt;b&gt;");
    }
}
