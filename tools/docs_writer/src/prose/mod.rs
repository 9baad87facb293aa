//! `prose`: finds turns of phrase that STYLE.md rules out, in documents and comments.

mod text;
mod turns;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use blob::{Error, Result, ResultExt};
use clap::Args;

use text::{lines, Line};
use turns::Turns;

/// Lists the turns of phrase in documents and comments that STYLE.md rules out; fails if there are too many.
#[derive(Args)]
pub(crate) struct Prose {
    /// Highest accepted number of such turns in 10,000 words.
    #[arg(long, value_name = "NUMBER")]
    limit: usize,
    /// Markdown, Rust, Starlark and shell files; others are skipped.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

/// The words and findings of all files.
#[derive(Debug, Default)]
struct Count {
    words: usize,
    findings: Vec<String>,
}

impl Prose {
    /// # Errors
    ///
    /// A file cannot be read, or there are more findings than the limit allows.
    pub(crate) fn run(&self) -> Result<()> {
        let turns = Turns::new()?;
        let mut count = Count::default();
        for path in &self.files {
            let bytes = fs::read(path).cannot("read", path.display())?;
            count.add(path, &String::from_utf8_lossy(&bytes), &turns);
        }
        let mut output = io::stdout().lock();
        for finding in &count.findings {
            writeln!(output, "{finding}").cannot("write", "standard output")?;
        }
        count.judge(self.limit)
    }
}

impl Count {
    fn add(&mut self, path: &Path, text: &str, turns: &Turns) {
        for Line { number, prose } in lines(path, text) {
            self.words += prose.split_whitespace().count();
            for (turn, advice) in turns.of(prose) {
                let place = format!("{}:{number}", path.display());
                self.findings.push(format!("{place}: `{turn}`; {advice}"));
            }
        }
    }

    fn judge(&self, limit: usize) -> Result<()> {
        let found = self.findings.len();
        if found * 10_000 <= limit * self.words {
            return Ok(());
        }
        let share = found * 10_000 / self.words.max(1);
        let cause = format!("{share} turns of phrase in 10,000 words, the limit is {limit}");
        Err(Error::cannot("accept", "the text", cause)
            .hint("rewrite the lines above; STYLE.md has the rules"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> Count {
        let mut count = Count::default();
        count.add(Path::new(path), text, &Turns::new().unwrap());
        count
    }

    #[test]
    fn findings_name_line_and_advice() {
        let count = count("a.md", "# Locks\n\nThe lock is made anew.\nPlain text.\n");
        assert_eq!(count.words, 9);
        assert_eq!(count.findings, ["a.md:3: `anew`; write \"again\""]);
    }

    #[test]
    fn only_comments_of_code_count() {
        let rust = "/// Nobody reads it.\nlet anew = \"anew\"; // code\n";
        assert_eq!(
            count("a.rs", rust).findings,
            ["a.rs:1: `Nobody reads`; name the subject, or write \"no … may\""]
        );
        assert_eq!(
            count("a.sh", "echo anew # anew\n  # anew\n").findings.len(),
            1
        );
        assert_eq!(count("a.json", "anew").words, 0);
    }

    #[test]
    fn the_limit_is_a_share() {
        let text = format!("anew {}", "word ".repeat(999));
        let count = count("a.md", &text);
        assert!(count.judge(10).is_ok());
        assert_eq!(
            count.judge(9).unwrap_err().to_string(),
            "cannot accept `the text`: 10 turns of phrase in 10,000 words, the limit is 9\n\
             hint: rewrite the lines above; STYLE.md has the rules"
        );
    }
}
