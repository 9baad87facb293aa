//! The problems of a check, limited in number: an image may have as many as it has files.

/// Lines in a report.
const MOST: usize = 1000;

/// Bytes of a line: it may quote names and links of an image, which have up to 4096 bytes each.
const LONGEST: usize = 16 * 1024;

/// The beginning of a long line.
fn shortened(mut line: String) -> String {
    if line.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|end| line.is_char_boundary(*end));
        line.truncate(end.unwrap_or(0));
        line.push('…');
        line.shrink_to_fit();
    }
    line
}

/// Problems in the order in which they were found, and the number of those that were dropped.
#[derive(Clone, Debug, Default)]
pub(crate) struct Problems {
    lines: Vec<String>,
    more: usize,
}

impl Problems {
    /// Adds a problem. The text is only created if it is kept.
    pub(crate) fn add(&mut self, problem: impl FnOnce() -> String) {
        if self.lines.len() < MOST {
            self.lines.push(shortened(problem()))
        } else {
            self.more += 1
        }
    }

    pub(crate) fn push(&mut self, problem: String) {
        self.add(|| problem);
    }
}

impl Extend<String> for Problems {
    fn extend<I: IntoIterator<Item = String>>(&mut self, problems: I) {
        problems.into_iter().for_each(|problem| self.push(problem));
    }
}

impl From<Problems> for Vec<String> {
    fn from(problems: Problems) -> Self {
        let Problems { mut lines, more } = problems;
        if more > 0 {
            lines.push(format!("and {more} more"));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_cut() {
        let mut problems = Problems::default();
        problems.push(format!("x{}", "é".repeat(LONGEST)));
        problems.push("é".repeat(LONGEST / 2));
        let lengths: Vec<_> = Vec::from(problems).iter().map(String::len).collect();
        assert_eq!(lengths, [LONGEST - 1 + '…'.len_utf8(), LONGEST]);
    }

    #[test]
    fn the_rest_is_counted() {
        let mut problems = Problems::default();
        problems.extend((0..MOST).map(|number| number.to_string()));
        assert_eq!(Vec::from(problems.clone()).last().unwrap(), "999");
        problems.extend(["x".to_owned(), "y".to_owned()]);
        let lines = Vec::from(problems);
        assert_eq!(
            (lines.len(), lines.last().unwrap().as_str()),
            (MOST + 1, "and 2 more")
        );
    }
}
