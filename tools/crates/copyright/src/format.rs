use crate::paragraph::Paragraph;

/// The kind of a copyright file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// [Copyright format 1.0](https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/).
    MachineReadable,
    /// A draft of this format (DEP-5), which some packages still have. `Files` may have commas.
    Draft,
    /// Any other text.
    NotMachineReadable,
}

impl Format {
    /// The format that the first paragraph names, by the URL of the specification. Packages have `http` and `https`,
    /// and no slash at the end.
    pub(crate) fn of(first: &Paragraph<'_>) -> Self {
        let fields = ["Format", "Format-Specification"];
        let mut urls = fields.iter().filter_map(|name| first.get(name));
        let url = urls.next().map(|field| field.lines().collect::<String>());
        let url = url.unwrap_or_default().to_ascii_lowercase();
        if url.contains("copyright-format/1.0") {
            Self::MachineReadable
        } else if url.contains("copyright-format") || url.contains("dep5") {
            Self::Draft
        } else {
            Self::NotMachineReadable
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paragraph::first;

    #[test]
    fn urls_of_the_format() {
        let base = "www.debian.org/doc/packaging-manuals/copyright-format";
        for (line, format) in [
            (
                format!("Format: https://{base}/1.0/"),
                Format::MachineReadable,
            ),
            (
                format!("Format:  http://{base}/1.0 "),
                Format::MachineReadable,
            ),
            (
                format!("format:\n https://{base}/1.0/"),
                Format::MachineReadable,
            ),
            (
                format!("Upstream-Name: a\nFormat: http://{base}/1.0/"),
                Format::MachineReadable,
            ),
            (
                "Format: http://dep.debian.net/deps/dep5".to_owned(),
                Format::Draft,
            ),
            (
                "Format-Specification: http://svn.debian.org/wsvn/dep/web/deps/dep5.mdwn?rev=174"
                    .to_owned(),
                Format::Draft,
            ),
            (
                "Format: https://a.example/".to_owned(),
                Format::NotMachineReadable,
            ),
            ("License: GPL-2".to_owned(), Format::NotMachineReadable),
            (String::new(), Format::NotMachineReadable),
        ] {
            assert_eq!(Format::of(&first(&line)), format, "{line}");
        }
    }
}
