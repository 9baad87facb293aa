use crate::{Outcome, Workspace};

/// A command that makes a layer, called as Bazel calls it, in a temporary directory.
#[derive(Clone, Debug)]
pub struct LayerTool {
    program: &'static str,
    words: Vec<String>,
}

impl LayerTool {
    /// The program, and the first arguments of its command line.
    pub fn new(program: &'static str, words: &[&str]) -> Self {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        Self { program, words }
    }

    /// Runs the command, which writes `out.tar`, `out.json` and `out.mtree`.
    pub fn run(&self, workspace: &Workspace, more: &[&str]) -> Outcome {
        const FIXED: [&str; 5] = [
            "--name=hello",
            "--created-by=a test",
            "--layer=out.tar",
            "--metadata=out.json",
            "--mtree=out.mtree",
        ];
        let words = self.words.iter().map(String::as_str);
        let words = words.chain(FIXED).chain(more.iter().copied());
        workspace.run(self.program, words)
    }

    /// Runs the command and checks that it succeeds and prints nothing.
    pub fn succeed(&self, workspace: &Workspace, more: &[&str]) {
        let silence = Outcome {
            code: 0,
            stdout: String::new(),
            stderr: String::new(),
        };
        assert_eq!(self.run(workspace, more), silence);
    }

    /// Runs the command and checks that it fails with this message and changes no file.
    pub fn fail(&self, workspace: &Workspace, more: &[&str], message: &str) {
        workspace.write("out.tar", "before");
        workspace.write("out.mtree", "before");
        let before = workspace.listing();
        let outcome = self.run(workspace, more);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (1, message));
        assert_eq!(outcome.stdout, "");
        assert_eq!(workspace.listing(), before);
    }
}
