use std::path::PathBuf;
use std::process::Command;

use blob::{Error, Result, ResultExt};
use clap::Args;

use super::WRITTEN;
use crate::write_page;

/// Writes the page of a program from the `--help` texts of the program and its commands.
#[derive(Args)]
pub(crate) struct Program {
    /// Program to run.
    #[arg(long, value_name = "FILE")]
    program: PathBuf,
    /// Command line with which users run it.
    #[arg(long, value_name = "COMMAND")]
    called: String,
    /// Page to write, Markdown.
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

impl Program {
    pub(crate) fn run(&self) -> Result<()> {
        let name = self.program.file_name().unwrap_or_default();
        let name = name.to_string_lossy();
        let mut page = format!("# {name}\n\n{WRITTEN}```sh\n{}\n```\n\n", self.called);
        self.append(&mut page, &name, &mut Vec::new())?;
        write_page(&self.output, &(page.trim_end().to_owned() + "\n"))
    }

    /// Appends the help of a command and of its subcommands.
    fn append(&self, page: &mut String, name: &str, words: &mut Vec<String>) -> Result<()> {
        let help = self.help(words)?;
        if !words.is_empty() {
            *page += &format!("## {name} {}\n\n", words.join(" "));
        }
        *page += &format!("```text\n{}\n```\n\n", clean(&help));
        for command in commands(&help) {
            words.push(command.to_owned());
            self.append(page, name, words)?;
            words.pop();
        }
        Ok(())
    }

    fn help(&self, words: &[String]) -> Result<String> {
        let shown = self.program.display();
        let output = Command::new(&self.program)
            .args(words)
            .arg("--help")
            .output();
        let output = output.cannot("run", shown)?;
        if !output.status.success() {
            let cause = format!("it ended with {}", output.status);
            return Err(Error::cannot("run", self.program.display(), cause));
        }
        String::from_utf8(output.stdout).cannot("read", "its help")
    }
}

/// Removes white space at the ends of lines.
fn clean(help: &str) -> String {
    let lines: Vec<_> = help.trim_end().lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// The subcommands that a help text lists, except `help`.
fn commands(help: &str) -> impl Iterator<Item = &str> {
    help.lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        // A description may continue on the next line, which is indented more.
        .filter_map(|line| {
            line.strip_prefix("  ")
                .filter(|rest| !rest.starts_with(' '))
        })
        .filter_map(|line| line.split_whitespace().next())
        .filter(|command| *command != "help")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_those_below_the_line() {
        let help = "Does it\n\nCommands:\n  update  Write\n          it\n  why     Say\n  help    Print\n\nOptions:\n  -h\n";
        assert_eq!(commands(help).collect::<Vec<_>>(), ["update", "why"]);
        assert_eq!(commands("Options:\n  -h\n").count(), 0);
        assert_eq!(clean("a  \n\nb\n\n"), "a\n\nb");
    }
}
