//! Finding judges.

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

/// The folder that `./bazelw test` made: `bin` with the judges, `missing.txt` with those that were not to be had.
const VARIABLE: &str = "DISTROLESS_JUDGES";

/// What `missing.txt` says when many judges at once could not be brought, without naming each.
const PART_FAILED: &str = "this part could not be made";

/// Where the folder's packages are unpacked.
const ROOTS: [&str; 2] = ["own", "newer"];

/// Where daemons lie, which the PATH of a test leaves out.
const DAEMONS: [&str; 3] = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/// A file system in memory: an image of thousands of files is unpacked there in a fraction of the time.
const MEMORY: &str = "/dev/shm";

/// Bytes that must be free there. An image with a JDK has 400 MB, and several tests run at once.
const ROOM: u64 = 4 << 30;

/// The judges of this machine, and a folder for what they write.
#[derive(Debug)]
pub(crate) struct Judges {
    folder: Option<PathBuf>,
    path: OsString,
    scratch: TempDir,
}

/// A judge that is there.
#[derive(Debug)]
pub(crate) struct Judge<'a> {
    program: PathBuf,
    judges: &'a Judges,
}

impl Judges {
    /// Looks where this process was told to.
    pub(crate) fn new() -> Result<Self> {
        let folder = env::var_os(VARIABLE)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from);
        let path = env::var_os("PATH").unwrap_or_default();
        let places = folder
            .iter()
            .map(|folder| folder.join("bin"))
            .chain(env::split_paths(&path))
            .chain(DAEMONS.map(PathBuf::from));
        let path = env::join_paths(places)?;
        let scratch = tempfile::tempdir().context("cannot make a folder for the judges")?;
        Ok(Self {
            folder,
            path,
            scratch,
        })
    }

    /// The same; what they write goes to memory where there is room and programs may be run from it.
    pub(crate) fn in_memory() -> Result<Self> {
        let mut judges = Self::new()?;
        let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
        if runs_programs(&mounts, MEMORY) && judges.free(MEMORY)? >= ROOM {
            judges.scratch = tempfile::tempdir_in(MEMORY)?;
        }
        Ok(judges)
    }

    /// How many bytes a file system has free, as `df` says.
    fn free(&self, folder: &str) -> Result<u64> {
        let mut df = self.tool("df");
        df.args(["--output=avail", "--block-size=1", folder]);
        let text = process::text(&mut df)?;
        let number = text.lines().last().unwrap_or_default();
        let bytes = number.trim().parse();
        bytes.with_context(|| format!("df said `{text}`"))
    }

    /// A fresh folder that is gone when the test ends.
    pub(crate) fn fresh_folder(&self, name: &str) -> Result<PathBuf> {
        let folder = tempfile::Builder::new()
            .prefix(name)
            .tempdir_in(self.scratch.path())?;
        Ok(folder.keep())
    }

    /// A tool of every Debian machine, such as `tar`.
    pub(crate) fn tool(&self, name: &str) -> Command {
        self.command(Path::new(name))
    }

    /// A judge, under its name or with `-static` after it; where there is none, says that `what` is not checked.
    pub(crate) fn find(
        &self,
        report: &mut Report,
        name: &str,
        what: &str,
    ) -> Result<Option<Judge<'_>>> {
        let program = env::split_paths(&self.path)
            .flat_map(|folder| [folder.join(name), folder.join(format!("{name}-static"))])
            .find(|program| is_executable(program));
        if let Some(program) = program {
            return Ok(Some(Judge {
                program,
                judges: self,
            }));
        }
        report.skip(what, self.why_missing(name)?);
        Ok(None)
    }

    /// Why a judge is not there. A folder of judges that lacks one without a word is a mistake, not a reason.
    fn why_missing(&self, name: &str) -> Result<String> {
        let Some(folder) = &self.folder else {
            return Ok(format!(
                "no `{name}` on PATH, and ${VARIABLE} is not set; `./bazelw test` brings it, or install it"
            ));
        };
        let list = folder.join("missing.txt");
        let text = fs::read_to_string(&list).unwrap_or_default();
        let explains = |line: &&str| match line.split_once(": ") {
            Some((subject, why)) => subject == name || why.starts_with(PART_FAILED),
            None => false,
        };
        match text.lines().find(explains) {
            Some(line) => Ok(format!("{} says: {line}", list.display())),
            None => bail!(
                "`{name}` is neither in `{}/bin` nor on PATH, and `{}` does not name it",
                folder.display(),
                list.display()
            ),
        }
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        // Nothing of the machine's own settings, credentials or language.
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

impl Drop for Judges {
    fn drop(&mut self) {
        // umoci keeps the modes of an image, so a folder may not be writable. The rest is TempDir's.
        let _ = process::run(
            Command::new("chmod")
                .args(["--recursive", "u+rwX"])
                .arg(self.scratch.path()),
        );
    }
}

impl Judge<'_> {
    /// A command line of this judge.
    pub(crate) fn command(&self) -> Command {
        self.judges.command(&self.program)
    }

    /// Where it lies.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// The program itself: in the folder of judges a command is a script, and what it starts lies below one of the roots there.
    pub(crate) fn binary(&self) -> Result<PathBuf> {
        let name = self.program.file_name().unwrap_or_default();
        let name = name.to_string_lossy();
        let roots = self
            .judges
            .folder
            .iter()
            .flat_map(|folder| ROOTS.map(|root| folder.join(root).join("usr/bin")));
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

/// Whether this process may give files to other users: root, and not the only user of a sandbox.
pub(crate) fn may_own(judges: &Judges) -> Result<bool> {
    let file = judges.fresh_folder("owned")?;
    let outcome = process::run(judges.tool("chown").arg("65532:65532").arg(&file))?;
    Ok(outcome.code == 0)
}

/// Whether a file system is mounted at this folder, and programs of it may be run.
fn runs_programs(mounts: &str, folder: &str) -> bool {
    let mut options = mounts.lines().filter_map(|line| {
        let fields: Vec<_> = line.split(' ').collect();
        (fields.get(1) == Some(&folder)).then(|| fields.get(3).copied().unwrap_or_default())
    });
    // What is mounted last lies on top.
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

    fn judges(missing: &str) -> (TempDir, Judges) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("missing.txt"), missing).unwrap();
        let judges = Judges {
            folder: Some(folder.path().to_owned()),
            path: folder.path().join("bin").into(),
            scratch: tempfile::tempdir().unwrap(),
        };
        (folder, judges)
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
        assert!(Judges::new().unwrap().free("/").is_ok());
    }

    #[test]
    fn a_judge_that_is_named_as_missing_is_skipped() {
        let (_folder, judges) = judges("other: x\ncrane: no Go\n");
        assert!(judges
            .why_missing("crane")
            .unwrap()
            .ends_with("missing.txt says: crane: no Go"));
    }

    #[test]
    fn a_judge_of_a_part_that_failed_is_skipped() {
        let (_folder, judges) = judges("own: this part could not be made; see the messages\n");
        assert!(judges
            .why_missing("crane")
            .unwrap()
            .contains("says: own: this part"));
    }

    #[test]
    fn a_judge_that_is_missing_without_a_word_is_a_failure() {
        let (_folder, judges) = judges("");
        let error = judges.why_missing("crane").unwrap_err().to_string();
        assert!(error.contains("`crane` is neither in"), "{error}");
    }
}
