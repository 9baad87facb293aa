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

use super::super::job::{self, Job, Run};
use super::super::limits;
use super::super::user::User;
use super::{capabilities, filter, mounts, unshare, Result, Trying};

/// Becomes a command of the job. Returns only on failure, with the reason in a file.
pub(super) fn enter(folder: &Path, number: usize) {
    // Opened before the change of roots, when its path is still valid.
    let Ok(mut trouble) = File::create(folder.join(job::trouble(number))) else {
        return;
    };
    if let Err(cause) = become_command(folder, number) {
        // If this fails, only the exit code reports the failure.
        let _ = trouble.write_all(cause.as_bytes());
    }
}

fn become_command(folder: &Path, number: usize) -> Result<()> {
    let job: Job = job::read(&folder.join(job::JOB))?;
    let run = job.commands.get(number).ok_or("there is no such command")?;
    let alone = std::env::args_os().any(|argument| argument == "alone");
    let emulated = alone && job.emulator.is_some();
    let cpu = job
        .emulator
        .as_ref()
        .and_then(|emulator| emulator.cpu.as_deref());
    setsid().trying("begin a session")?;
    unshare(UnshareFlags::NEWNS).trying("make a mount namespace")?;
    let sources = mounts::Sources::open(&job, emulated)?;
    let old_root = open_folder("/")?;
    let root = open_folder(folder.join(job::ROOT))?;
    let user = User::find(&root, &job.user)?;
    fchdir(&root).trying("enter the root")?;
    pivot_root(".", ".").trying("change the root")?;
    // The old root is mounted over the new one now. No path of the image may be opened before it is unmounted.
    fchdir(&old_root).trying("leave the old root")?;
    rustix::mount::unmount(".", rustix::mount::UnmountFlags::DETACH)
        .trying("leave the old root")?;
    std::env::set_current_dir("/").trying("enter the root")?;
    mounts::fill(&job, sources)?;
    std::fs::create_dir_all(&job.workdir).trying("make the working directory")?;
    become_user(&job, &user)?;
    std::env::set_current_dir(&job.workdir).trying("enter the working directory")?;
    Err(exec(run, &user, emulated, cpu))
}

fn open_folder(path: impl rustix::path::Arg) -> Result<OwnedFd> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    openat(CWD, path, flags, Mode::empty()).trying("open a folder")
}

fn become_user(job: &Job, user: &User) -> Result<()> {
    umask(Mode::from_raw_mode(0o022));
    limit(job)?;
    capabilities::keep_only(&job.capabilities)?;
    let (uid, gid) = (Uid::from_raw(user.uid), Gid::from_raw(user.gid));
    // With a single mapped user, the kernel denies `setgroups`, and the process is that user already.
    if job.all_ids {
        let groups: Vec<Gid> = user.groups.iter().map(|gid| Gid::from_raw(*gid)).collect();
        set_thread_groups(&groups).trying("set groups")?;
    }
    set_thread_res_gid(gid, gid, gid).trying("become the group")?;
    set_thread_res_uid(uid, uid, uid).trying("become the user")?;
    set_parent_process_death_signal(Some(Signal::KILL)).trying("bind itself to the test")?;
    // Open files of the caller would give access outside of the root.
    close_fds::set_fds_cloexec_threadsafe(3, &[]);
    // The last step, because the filter forbids some of the steps before.
    filter::install(job.socketcall)
}

/// Sets the kernel's limits for each process, and makes it the first to be killed when memory is exhausted.
fn limit(job: &Job) -> Result<()> {
    for (resource, most) in [
        (Resource::Core, 0),
        (Resource::Data, limits::data(job.memory)),
        (Resource::Fsize, limits::writes(job.memory)),
        (Resource::Nproc, limits::MOST_TASKS),
    ] {
        let before = getrlimit(resource);
        let least = |limit: Option<u64>| Some(limit.map_or(most, |limit| limit.min(most)));
        let limit = Rlimit {
            current: least(before.current),
            maximum: least(before.maximum),
        };
        setrlimit(resource, limit).trying("limit what it takes")?;
    }
    // A kernel may not have this file.
    let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
    Ok(())
}

/// Returns only if the command cannot be started.
fn exec(run: &Run, user: &User, emulated: bool, cpu: Option<&str>) -> String {
    let Some((name, arguments)) = run.words.split_first() else {
        return "there is no command".to_owned();
    };
    let value = |key: &str| {
        run.env
            .iter()
            .rev()
            .find(|(k, _)| k == key)
            .map(|(_, v)| v.as_str())
    };
    let program = match find(name, value("PATH").unwrap_or_default()) {
        Ok(program) => program,
        Err(cause) => return cause,
    };
    let mut command = match emulated {
        true => {
            let mut command = Command::new(mounts::EMULATOR);
            command.args(["-0", name]).arg(&program);
            command
        }
        false => {
            let mut command = Command::new(&program);
            command.arg0(name);
            command
        }
    };
    command.args(arguments).env_clear();
    // An emulator that the kernel starts can only get this option from the environment.
    if let Some(cpu) = cpu {
        command.env("QEMU_CPU", cpu);
    }
    if value("HOME").is_none() {
        command.env("HOME", &user.home);
    }
    command.envs(run.env.iter().map(|(key, value)| (key, value)));
    let error = command.exec();
    match error.raw_os_error() {
        Some(8) => "it is no program for this machine (exec format error)".to_owned(),
        // The file exists, so its interpreter does not.
        Some(2) => "its interpreter or dynamic loader is not in the image".to_owned(),
        _ => error.to_string(),
    }
}

/// Finds a program as a shell does.
fn find(name: &str, path: &str) -> Result<String> {
    let executable = |file: &str| {
        let regular = std::fs::metadata(file).is_ok_and(|metadata| metadata.is_file());
        regular && access(file, Access::EXEC_OK).is_ok()
    };
    if name.contains('/') {
        return match std::fs::metadata(name) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err("there is no such file in the image".to_owned())
            }
            _ if executable(name) => Ok(name.to_owned()),
            _ => Err("it is no file that this user may execute".to_owned()),
        };
    }
    let folders = path.split(':').map(|folder| match folder {
        "" => ".",
        folder => folder,
    });
    let mut files = folders.map(|folder| format!("{folder}/{name}"));
    let found = files.find(|file| executable(file));
    found.ok_or_else(|| format!("no folder of PATH has it, which is `{path}`"))
}
