//! Finds external programs that check images ("reference tools").

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{bail, Context, Result};
use tempfile::TempDir;

use crate::process;
use crate::report::Report;

/// The directory that `./bazelw test` prepares: `bin` with the programs, `missing.txt` with those that are unavailable.
const VARIABLE: &str = "DISTROLESS_REFERENCE_TOOLS";

/// A line of `missing.txt` that is used if a whole group of programs could not be installed.
const PART_FAILED: &str = "this part could not be made";

/// The directories that the Debian packages of the programs are unpacked to.
const ROOTS: [&str; 2] = ["own", "newer"];

/// Directories with daemons, which are not on the PATH of a test.
const DAEMONS: [&str; 3] = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/// A file system in memory: unpacking an image of thousands of files is much faster there.
const MEMORY: &str = "/dev/shm";

/// Required free space in bytes. An image with a JDK needs 400 MB, and several tests run at once.
const ROOM: u64 = 4 << 30;

/// The external programs of this machine, and a directory for their output.
#[derive(Debug)]
pub(crate) struct ReferenceTools {
    directory: Option<PathBuf>,
    path: OsString,
    scratch: TempDir,
}

/// A program that was found.
#[derive(Debug)]
pub(crate) struct ReferenceTool<'a> {
    program: PathBuf,
    tools: &'a ReferenceTools,
}

impl ReferenceTools {
    /// Uses the directory that the environment variable names.
    pub(crate) fn new() -> Result<Self> {
        let directory = env::var_os(VARIABLE)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from);
        let path = env::var_os("PATH").unwrap_or_default();
        let places = directory
            .iter()
            .map(|directory| directory.join("bin"))
            .chain(env::split_paths(&path))
            .chain(DAEMONS.map(PathBuf::from));
        let path = env::join_paths(places)?;
        let scratch =
            tempfile::tempdir().context("cannot make a directory for the reference tools")?;
        Ok(Self {
            directory,
            path,
            scratch,
        })
    }

    /// As [`Self::new`], but with scratch space in memory if there is enough and programs may run from it.
    pub(crate) fn in_memory() -> Result<Self> {
        let mut tools = Self::new()?;
        let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
        if runs_programs(&mounts, MEMORY) && tools.free(MEMORY)? >= ROOM {
            tools.scratch = tempfile::tempdir_in(MEMORY)?;
        }
        Ok(tools)
    }

    /// The free space of a file system in bytes, reported by `df`.
    fn free(&self, directory: &str) -> Result<u64> {
        let mut df = self.system("df");
        df.args(["--output=avail", "--block-size=1", directory]);
        let text = process::text(&mut df)?;
        let number = text.lines().last().unwrap_or_default();
        let bytes = number.trim().parse();
        bytes.with_context(|| format!("df said `{text}`"))
    }

    /// A new directory that is removed when the test ends.
    pub(crate) fn fresh_directory(&self, name: &str) -> Result<PathBuf> {
        let directory = tempfile::Builder::new()
            .prefix(name)
            .tempdir_in(self.scratch.path())?;
        Ok(directory.keep())
    }

    /// A tool that every Debian machine has, such as `tar`.
    pub(crate) fn system(&self, name: &str) -> Command {
        self.command(Path::new(name))
    }

    /// Finds a program by its name, with or without the suffix `-static`. If there is none, reports `what` as skipped.
    pub(crate) fn find(
        &self,
        report: &mut Report,
        name: &str,
        what: &str,
    ) -> Result<Option<ReferenceTool<'_>>> {
        let program = env::split_paths(&self.path)
            .flat_map(|directory| {
                [
                    directory.join(name),
                    directory.join(format!("{name}-static")),
                ]
            })
            .find(|program| is_executable(program));
        if let Some(program) = program {
            return Ok(Some(ReferenceTool {
                program,
                tools: self,
            }));
        }
        report.skip(what, self.why_missing(name)?);
        Ok(None)
    }

    /// The reason why a program is missing. If the prepared directory lacks it and does not list it in `missing.txt`,
    /// that is an error.
    fn why_missing(&self, name: &str) -> Result<String> {
        let Some(directory) = &self.directory else {
            return Ok(format!(
                "no `{name}` on PATH, and ${VARIABLE} is not set; `./bazelw test` brings it, or install it"
            ));
        };
        let list = directory.join("missing.txt");
        let text = fs::read_to_string(&list).unwrap_or_default();
        let explains = |line: &&str| match line.split_once(": ") {
            Some((subject, why)) => subject == name || why.starts_with(PART_FAILED),
            None => false,
        };
        match text.lines().find(explains) {
            Some(line) => Ok(format!("{} says: {line}", list.display())),
            None => bail!(
                "`{name}` is neither in `{}/bin` nor on PATH, and `{}` does not name it",
                directory.display(),
                list.display()
            ),
        }
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        // Do not use the machine's own settings, credentials or language.
        command
            .env_clear()
            .env("PATH", &self.path)
            .env("HOME", self.scratch.path())
            .env("TMPDIR", self.scratch.path())
            .env("XDG_RUNTIME_DIR", self.scratch.path())
            .env("LC_ALL", "C")
            .env("TZ", "UTC");
        command
    }
}

impl Drop for ReferenceTools {
    fn drop(&mut self) {
        // umoci keeps the modes of the image's files, so some directories may not be writable. TempDir then removes
        // everything.
        let _ = process::run(
            Command::new("chmod")
                .args(["--recursive", "u+rwX"])
                .arg(self.scratch.path()),
        );
    }
}

impl ReferenceTool<'_> {
    /// A command line of this program.
    pub(crate) fn command(&self) -> Command {
        self.tools.command(&self.program)
    }

    /// The path of the program.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// The program itself: a command in the prepared directory is a script that starts a program below one of the
    /// roots.
    pub(crate) fn binary(&self) -> Result<PathBuf> {
        let name = self.program.file_name().unwrap_or_default();
        let name = name.to_string_lossy();
        let roots = self
            .tools
            .directory
            .iter()
            .flat_map(|directory| ROOTS.map(|root| directory.join(root).join("usr/bin")));
        let names = [format!("{name}-static"), name.to_string()];
        let below = roots.flat_map(|root| names.clone().map(|name| root.join(name)));
        [self.program.clone()]
            .into_iter()
            .chain(below)
            .find(|program| is_elf(program))
            .with_context(|| {
                format!(
                    "`{}` is a script, and what it starts is not found",
                    self.program.display()
                )
            })
    }
}

/// Whether this process may give files to other users. It may not if it is not root, or if a user namespace maps only
/// one user.
pub(crate) fn may_own(tools: &ReferenceTools) -> Result<bool> {
    let file = tools.fresh_directory("owned")?;
    let outcome = process::run(tools.system("chown").arg("65532:65532").arg(&file))?;
    Ok(outcome.code == 0)
}

/// Whether a file system is mounted at this directory and programs may run from it.
fn runs_programs(mounts: &str, directory: &str) -> bool {
    let mut options = mounts.lines().filter_map(|line| {
        let fields: Vec<_> = line.split(' ').collect();
        (fields.get(1) == Some(&directory)).then(|| fields.get(3).copied().unwrap_or_default())
    });
    // The last mount hides the earlier ones.
    let options = options.next_back();
    options.is_some_and(|options| !options.split(',').any(|option| option == "noexec"))
}

fn is_elf(path: &Path) -> bool {
    let mut magic = [0; 4];
    fs::File::open(path)
        .and_then(|mut file| file.read_exact(&mut magic))
        .is_ok_and(|()| magic == *b"\x7fELF")
}

fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|facts| facts.is_file() && facts.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tools(missing: &str) -> (TempDir, ReferenceTools) {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("missing.txt"), missing).unwrap();
        let tools = ReferenceTools {
            directory: Some(directory.path().to_owned()),
            path: directory.path().join("bin").into(),
            scratch: tempfile::tempdir().unwrap(),
        };
        (directory, tools)
    }

    #[test]
    fn memory_is_used_where_programs_may_run() {
        let plain = "proc /proc proc rw,noexec 0 0\ntmpfs /dev/shm tmpfs rw,size=9k 0 0\n";
        assert!(runs_programs(plain, MEMORY));
        let above = format!("{plain}shm /dev/shm tmpfs rw,nosuid,noexec 0 0\n");
        assert!(!runs_programs(&above, MEMORY));
        assert!(!runs_programs("proc /proc proc rw 0 0\n", MEMORY));
    }

    #[test]
    fn free_bytes_are_a_number() {
        assert!(ReferenceTools::new().unwrap().free("/").is_ok());
    }

    #[test]
    fn a_tool_that_is_named_as_missing_is_skipped() {
        let (_directory, tools) = tools("other: x\ncrane: no Go\n");
        assert!(tools
            .why_missing("crane")
            .unwrap()
            .ends_with("missing.txt says: crane: no Go"));
    }

    #[test]
    fn a_tool_of_a_part_that_failed_is_skipped() {
        let (_directory, tools) = tools("own: this part could not be made; see the messages\n");
        assert!(tools
            .why_missing("crane")
            .unwrap()
            .contains("says: own: this part"));
    }

    #[test]
    fn a_tool_that_is_missing_without_a_reason_is_a_failure() {
        let (_directory, tools) = tools("");
        let error = tools.why_missing("crane").unwrap_err().to_string();
        assert!(error.contains("`crane` is neither in"), "{error}");
    }
}
