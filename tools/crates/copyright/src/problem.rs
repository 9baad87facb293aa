use std::fmt;

use crate::MAX_PROBLEMS;

/// One place of a copyright file that does not follow the format, or that leaves a licence without its text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The line in the file, from 1.
    pub line: usize,
    /// A phrase in lower case without a full stop.
    pub cause: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.cause)
    }
}

/// Collects problems up to [`MAX_PROBLEMS`], and counts the others.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    listed: Vec<Problem>,
    /// The line of the first problem that is not listed, and how many there are.
    omitted: Option<(usize, usize)>,
}

impl Problems {
    pub(crate) fn add(&mut self, line: usize, cause: impl fmt::Display) {
        if self.listed.len() + 1 < MAX_PROBLEMS {
            let cause = cause.to_string();
            self.listed.push(Problem { line, cause });
        } else {
            self.omitted.get_or_insert((line, 0)).1 += 1;
        }
    }

    /// The problems in the order of their lines.
    pub(crate) fn finish(mut self) -> Vec<Problem> {
        self.listed.sort();
        if let Some((line, number)) = self.omitted {
            let cause = format!("{number} problems from here on are not listed");
            self.listed.push(Problem { line, cause });
        }
        self.listed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_limited() {
        let mut problems = Problems::default();
        for line in (1..=1000).rev() {
            problems.add(line, "odd");
        }
        let problems = problems.finish();
        assert_eq!(problems.len(), MAX_PROBLEMS);
        assert_eq!(problems[0].to_string(), "line 902: odd");
        assert_eq!(
            problems[MAX_PROBLEMS - 1].to_string(),
            "line 901: 901 problems from here on are not listed"
        );
    }
}
