//! Runs jobs in new namespaces, isolated in the first way that this machine allows.

use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use blob::{Result, ResultExt};
use rootfs::Owners;
use rustix::fs::{openat, Mode, OFlags, CWD};
use rustix::process::{getegid, geteuid};

use crate::exchange::{self, Request, Response};
use crate::id_map;
use crate::job::{CommandResult, Job, JobResult, Output};
use crate::passwd;
use crate::removal::remove;
use crate::role;
use crate::run_directory::RunDirectory;

const POLL: Duration = Duration::from_millis(2);
/// Time for namespaces and mounts, in addition to the commands.
const SETUP_TIME: Duration = Duration::from_secs(30);

/// A way to become root in a separate root directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Isolation {
    /// A user namespace whose users do not exist outside: their IDs are shifted. Root only.
    ShiftedIds(Owners),
    /// A user namespace in which all users have the same IDs as outside. Root only.
    SameIds,
    /// No user namespace. Root only.
    NoUserNamespace,
    /// A user namespace with a single user and group, mapped to the caller.
    OneUser,
}

/// The directory of the run, and the isolation that works.
#[derive(Debug)]
pub(crate) struct Host {
    directory: RunDirectory,
    isolation: Isolation,
}

/// The result of a job, or that it needs a root without an overlay.
#[derive(Debug)]
pub(crate) enum HostResult {
    Done(JobResult),
    NoOverlay,
}

impl Host {
    /// Tries each isolation and returns the first that works, or the reasons if none does. Does not need the image.
    pub(crate) fn find() -> Result<std::result::Result<Self, String>> {
        let place = std::env::var_os("TEST_TMPDIR").map_or_else(std::env::temp_dir, PathBuf::from);
        let unused = id_map::unused_ids();
        let owners: Vec<u32> = [geteuid().as_raw()]
            .into_iter()
            .chain(unused.and_then(|owners| owners.of(0)))
            .collect();
        let mut host = Self {
            directory: RunDirectory::new(&place, &owners)?,
            isolation: Isolation::OneUser,
        };
        let mut reasons: Vec<String> = Vec::new();
        for isolation in candidates(unused) {
            host.isolation = isolation;
            host.give_directory_to_root()?;
            match host.start(&Request::default(), (0, 0))? {
                Response::Refused(reason) if reasons.contains(&reason) => {}
                Response::Refused(reason) => reasons.push(reason),
                _ => return Ok(Ok(host)),
            }
        }
        Ok(Err(reasons.join("; ")))
    }

    /// The directory for the unpacked image.
    pub(crate) fn image(&self) -> PathBuf {
        self.directory.path().join(exchange::IMAGE)
    }

    /// The owners of the image's files outside of the namespaces.
    pub(crate) fn owners(&self) -> Owners {
        match self.isolation {
            Isolation::ShiftedIds(owners) => owners,
            _ => Owners::SAME,
        }
    }

    /// If root in the image is root of this machine, the reason for that. It still has few capabilities.
    pub(crate) fn root_warning(&self) -> Option<&'static str> {
        if !geteuid().is_root() || !id_map::maps_root_to_root() {
            return None;
        }
        match self.isolation {
            Isolation::ShiftedIds(_) => None,
            Isolation::SameIds => Some("this machine has too few user IDs to map root to another"),
            Isolation::NoUserNamespace => Some("this machine does not allow user namespaces"),
            Isolation::OneUser => Some("this sandbox has no second user ID to map root to"),
        }
    }

    /// Runs the commands of a job. The result has the output of the command with the number `output_of`.
    pub(crate) fn run(&self, job: &Job, overlay: bool, output_of: usize) -> Result<HostResult> {
        let ids = match self.single_ids(&job.user) {
            Ok(ids) => ids,
            Err(cause) => return Ok(HostResult::Done(JobResult::NoUser(cause))),
        };
        let request = Request {
            job: job.clone(),
            overlay,
            ..Request::default()
        };
        match self.start(&request, ids)? {
            Response::Refused(reason) => Ok(HostResult::Done(JobResult::Refused(reason))),
            Response::NoOverlay(_) => Ok(HostResult::NoOverlay),
            Response::Ran(commands) => {
                let output = self.output(&commands, output_of)?;
                Ok(HostResult::Done(JobResult::Ran { commands, output }))
            }
        }
    }

    /// Removes the unpacked image.
    pub(crate) fn remove_image(&self) {
        remove(&self.image());
    }

    /// Gives the directory to root of the namespace, which could not write to it otherwise.
    fn give_directory_to_root(&self) -> Result<()> {
        let root = self.owners().of(0).unwrap_or(0);
        if !geteuid().is_root() {
            return Ok(());
        }
        let path = self.directory.path();
        std::os::unix::fs::chown(path, Some(root), Some(root))
            .cannot("change the owner of", path.display())
    }

    /// The user and group to map if only one can be mapped.
    fn single_ids(&self, user: &str) -> std::result::Result<(u32, u32), String> {
        if self.isolation != Isolation::OneUser {
            return Ok((0, 0));
        }
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let root = openat(CWD, self.image(), flags, Mode::empty());
        let root = root.map_err(|error| format!("cannot open the root: {error}"))?;
        let user = passwd::find(&root, user)?;
        Ok((user.uid, user.gid))
    }

    fn output(&self, commands: &[CommandResult], number: usize) -> Result<Output> {
        Ok(Output {
            code: commands.get(number).map_or(-1, |command| command.code),
            stdout: self.read_output(&exchange::stdout(number))?,
            stderr: self.read_output(&exchange::stderr(number))?,
        })
    }

    fn read_output(&self, name: &str) -> Result<Vec<u8>> {
        let path = self.directory.path().join(name);
        match fs::read(&path) {
            // A command that was not started has no output.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            read => read.cannot("read", path.display()),
        }
    }

    fn start(&self, request: &Request, ids: (u32, u32)) -> Result<Response> {
        let directory = self.directory.path();
        let request = Request {
            user_namespace: self.isolation != Isolation::NoUserNamespace,
            shifted_ids: matches!(self.isolation, Isolation::ShiftedIds(_)),
            all_ids: self.isolation != Isolation::OneUser,
            ..request.clone()
        };
        self.write_request(&request)?;
        let mut child = Command::new("/proc/self/exe")
            .args([OsStr::new(role::OPTION), OsStr::new(role::SETUP)])
            .arg(directory)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .cannot("start", "a process for new namespaces")?;
        let mapped = self.map_ids(&mut child, ids);
        if mapped.is_err() {
            let _ = child.kill();
        }
        let commands = u32::try_from(request.job.commands.len()).unwrap_or(u32::MAX);
        let limit = Duration::from_secs(request.job.timeout_seconds) * commands + SETUP_TIME;
        wait(&mut child, limit);
        if let Err(reason) = mapped {
            return Ok(Response::Refused(reason));
        }
        let response = exchange::read(&directory.join(exchange::RESPONSE));
        let lost = || "the process that creates the namespaces ended without a result".to_owned();
        Ok(response.unwrap_or_else(|_| Response::Refused(lost())))
    }

    fn write_request(&self, request: &Request) -> Result<()> {
        let directory = self.directory.path();
        remove_files(directory).cannot("empty", directory.display())?;
        let path = directory.join(exchange::REQUEST);
        exchange::write(&path, request).cannot("write", path.display())?;
        // Root of the namespace must be able to read it, regardless of the umask. Other users have no access to the
        // directory.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644))
            .cannot("write", path.display())
    }

    /// Maps the users of the new user namespace, and lets the process continue.
    fn map_ids(&self, child: &mut Child, ids: (u32, u32)) -> std::result::Result<(), String> {
        let mut byte = [0; 1];
        let ready = child
            .stdout
            .take()
            .map(|mut stdout| stdout.read_exact(&mut byte));
        if !matches!(ready, Some(Ok(()))) {
            // It has written its response already.
            return Ok(());
        }
        self.write_maps(child.id(), ids)
            .map_err(|error| format!("cannot map users: {error}"))?;
        let sent = child.stdin.take().map(|mut stdin| stdin.write_all(b"."));
        match sent {
            Some(Ok(())) => Ok(()),
            _ => Err("the process that creates the namespaces ended too early".to_owned()),
        }
    }

    fn write_maps(&self, process: u32, (uid, gid): (u32, u32)) -> std::io::Result<()> {
        let write = |name: &str, text: &str| fs::write(format!("/proc/{process}/{name}"), text);
        match self.isolation {
            Isolation::NoUserNamespace => {}
            Isolation::ShiftedIds(owners) => {
                for name in ["uid_map", "gid_map"] {
                    write(name, &owners.to_map())?;
                }
            }
            Isolation::SameIds => {
                for name in ["uid_map", "gid_map"] {
                    let own = fs::read_to_string(format!("/proc/self/{name}"))?;
                    write(name, &id_map::identity(&own))?;
                }
            }
            Isolation::OneUser => {
                // Without the right to set groups, a process may only map its own group (user_namespaces(7)).
                write("setgroups", "deny")?;
                write("uid_map", &format!("{uid} {} 1\n", geteuid().as_raw()))?;
                write("gid_map", &format!("{gid} {} 1\n", getegid().as_raw()))?;
            }
        }
        Ok(())
    }
}

/// The isolations that may work, best first.
fn candidates(unused: Option<Owners>) -> Vec<Isolation> {
    if !geteuid().is_root() || !id_map::has_several_users() {
        return vec![Isolation::OneUser];
    }
    let shifted = unused.map(Isolation::ShiftedIds).into_iter();
    let others = [
        Isolation::SameIds,
        Isolation::NoUserNamespace,
        Isolation::OneUser,
    ];
    shifted.chain(others).collect()
}

/// Removes the files of the previous job.
fn remove_files(directory: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Waits for a child, and kills it at the limit.
fn wait(child: &mut Child, limit: Duration) {
    let deadline = Instant::now() + limit;
    while let Ok(None) = child.try_wait() {
        if Instant::now() >= deadline {
            let _ = child.kill();
            let _ = child.wait();
            return;
        }
        sleep(POLL);
    }
}
