//! Turns the first process of a namespace into the command of a test.

use std::fs::File;
use std::io::Write;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use rustix::fs::{access, openat, Access, Mode, OFlags, CWD};
use rustix::process::{
    fchdir, getrlimit, pivot_root, set_parent_process_death_signal, setrlimit, setsid, umask,
    Resource, Rlimit, Signal,
};
use rustix::thread::{
    set_thread_groups, set_thread_res_gid, set_thread_res_uid, Gid, Uid, UnshareFlags,
};

use super::attempt::{OrCannot, Result};
use super::namespaces::unshare;
use super::{capabilities, mounts, seccomp};
use crate::exchange::{self, Request};
use crate::job::{Job, Process};
use crate::user::User;
use crate::{limits, passwd};

/// The exit code of a command that cannot be started; the reason is in a file.
pub(super) const NOT_STARTED: u8 = 126;

/// Becomes a command of the job. Returns only on failure, with the reason in a file.
///
/// - `alone`: whether the namespaces have no table of emulators.
pub(super) fn exec(directory: &Path, number: usize, alone: bool) {
    // Opened before the change of roots, when its path is still valid.
    let Ok(mut file) = File::create(directory.join(exchange::start_error(number))) else {
        return;
    };
    if let Err(cause) = become_command(directory, number, alone) {
        // If this fails, only the exit code reports the failure.
        let _ = file.write_all(cause.as_bytes());
    }
}

fn become_command(directory: &Path, number: usize, alone: bool) -> Result<()> {
    let request: Request = exchange::read(&directory.join(exchange::REQUEST))?;
    let job = &request.job;
    let process = job.commands.get(number).ok_or("no such command")?;
    let emulated = alone && job.emulator.is_some();
    setsid().or_cannot("create a session")?;
    unshare(UnshareFlags::NEWNS).or_cannot("create a mount namespace")?;
    let sources = mounts::Sources::open(job, emulated)?;
    let old_root = open_directory("/")?;
    let root = open_directory(directory.join(exchange::ROOT))?;
    let user = passwd::find(&root, &job.user)?;
    fchdir(&root).or_cannot("enter the root")?;
    pivot_root(".", ".").or_cannot("change the root")?;
    // The old root is mounted over the new one now. No path of the image may be opened before it is unmounted.
    fchdir(&old_root).or_cannot("leave the old root")?;
    rustix::mount::unmount(".", rustix::mount::UnmountFlags::DETACH)
        .or_cannot("leave the old root")?;
    std::env::set_current_dir("/").or_cannot("enter the root")?;
    mounts::fill(job, sources)?;
    std::fs::create_dir_all(&job.workdir).or_cannot("create the working directory")?;
    become_user(&request, &user)?;
    std::env::set_current_dir(&job.workdir).or_cannot("enter the working directory")?;
    Err(execute(job, process, &user, emulated))
}

fn open_directory(path: impl rustix::path::Arg) -> Result<OwnedFd> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    openat(CWD, path, flags, Mode::empty()).or_cannot("open a directory")
}

fn become_user(request: &Request, user: &User) -> Result<()> {
    umask(Mode::from_raw_mode(0o022));
    limit(&request.job)?;
    capabilities::keep_only(&request.job.capabilities)?;
    let (uid, gid) = (Uid::from_raw(user.uid), Gid::from_raw(user.gid));
    // With a single mapped user, the kernel denies `setgroups`, and the process is that user already.
    if request.all_ids {
        let groups: Vec<Gid> = user.groups.iter().map(|gid| Gid::from_raw(*gid)).collect();
        set_thread_groups(&groups).or_cannot("set groups")?;
    }
    set_thread_res_gid(gid, gid, gid).or_cannot("set the group")?;
    set_thread_res_uid(uid, uid, uid).or_cannot("set the user")?;
    set_parent_process_death_signal(Some(Signal::KILL)).or_cannot("set the parent death signal")?;
    // Open files of the caller would give access outside of the root.
    close_fds::set_fds_cloexec_threadsafe(3, &[]);
    // The last step, because the filter forbids some of the steps before.
    // The C library of 386 opens sockets with a call that cannot be checked.
    seccomp::install(request.job.architecture == "386")
}

/// Sets the kernel's limits for each process, and makes it the first to be killed when memory is exhausted.
fn limit(job: &Job) -> Result<()> {
    for (resource, maximum) in [
        (Resource::Core, 0),
        (Resource::Data, limits::data(job.memory_bytes)),
        (Resource::Fsize, limits::writes(job.memory_bytes)),
        (Resource::Nproc, limits::MAX_TASKS),
    ] {
        let before = getrlimit(resource);
        let lower = |limit: Option<u64>| Some(limit.map_or(maximum, |limit| limit.min(maximum)));
        let limit = Rlimit {
            current: lower(before.current),
            maximum: lower(before.maximum),
        };
        setrlimit(resource, limit).or_cannot("set resource limits")?;
    }
    // A kernel may not have this file.
    let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
    Ok(())
}

/// Returns only if the command cannot be started.
fn execute(job: &Job, process: &Process, user: &User, emulated: bool) -> String {
    let Some((name, arguments)) = process.args.split_first() else {
        return "the command is empty".to_owned();
    };
    let value = |key: &str| {
        let mut variables = process.env.iter().rev();
        let found = variables.find(|(name, _)| name == key);
        found.map(|(_, value)| value.as_str())
    };
    let program = match find(name, value("PATH").unwrap_or_default()) {
        Ok(program) => program,
        Err(cause) => return cause,
    };
    let mut command = if emulated {
        let mut command = Command::new(mounts::EMULATOR);
        command.args(["-0", name]).arg(&program);
        command
    } else {
        let mut command = Command::new(&program);
        command.arg0(name);
        command
    };
    command.args(arguments).env_clear();
    // An emulator that the kernel starts can only get this option from the environment.
    if let Some(cpu) = job.emulator.as_ref().and_then(|e| e.cpu.as_deref()) {
        command.env("QEMU_CPU", cpu);
    }
    if value("HOME").is_none() {
        command.env("HOME", &user.home);
    }
    command.envs(process.env.iter().map(|(key, value)| (key, value)));
    let error = command.exec();
    match error.raw_os_error() {
        Some(8) => "it is not a program for this machine (exec format error)".to_owned(),
        // The file exists, so its interpreter does not.
        Some(2) => "its interpreter or dynamic loader is not in the image".to_owned(),
        _ => error.to_string(),
    }
}

/// Finds a program as a shell does.
fn find(name: &str, path: &str) -> Result<String> {
    let is_executable = |file: &str| {
        let regular = std::fs::metadata(file).is_ok_and(|metadata| metadata.is_file());
        regular && access(file, Access::EXEC_OK).is_ok()
    };
    if name.contains('/') {
        return match std::fs::metadata(name) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err("the image has no such file".to_owned())
            }
            _ if is_executable(name) => Ok(name.to_owned()),
            _ => Err("it is not a file that this user may execute".to_owned()),
        };
    }
    let directories = path.split(':');
    let directories = directories.map(|name| if name.is_empty() { "." } else { name });
    let mut files = directories.map(|directory| format!("{directory}/{name}"));
    let found = files.find(|file| is_executable(file));
    found.ok_or_else(|| format!("it is in no directory of PATH, `{path}`"))
}
