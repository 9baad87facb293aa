//! Creates the namespaces of one test, and opens the files of this machine that its root needs.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::mount::{mount, mount_change, MountFlags, MountPropagationFlags};
use rustix::process::{set_parent_process_death_signal, Signal};
use rustix::thread::{
    set_thread_groups, set_thread_res_gid, set_thread_res_uid, Gid, Uid, UnshareFlags,
};

use super::super::job::{self, Answer, Job, WRITES};
use super::super::limits;
use super::{capabilities, loopback, stage, unshare, Result, Trying, INSIDE};

const HOST_NAME: &[u8] = b"image-test";

/// Runs the job in a directory, and writes the answer there.
pub(super) fn hold(folder: &Path) -> Result<()> {
    std::env::set_current_dir(folder).trying("enter the folder")?;
    let job: Job = job::read(Path::new(job::JOB))?;
    match prepare(&job) {
        Ok(()) => keep(),
        Err(cause) => job::write(Path::new(job::ANSWER), &Answer::Refused(cause)),
    }
}

/// Creates the namespaces. Requests everything that a kernel may forbid, before the image is unpacked.
fn prepare(job: &Job) -> Result<()> {
    if job.user_namespace {
        unshare(UnshareFlags::NEWUSER).trying("make a user namespace")?;
    }
    // The parent process maps the users of the namespace, and then lets this process continue.
    let mut word = [0; 1];
    print(b".").trying("say that it is time")?;
    std::io::stdin()
        .read_exact(&mut word)
        .trying("hear an answer")?;
    let flags =
        UnshareFlags::NEWNS | UnshareFlags::NEWNET | UnshareFlags::NEWUTS | UnshareFlags::NEWIPC;
    unshare(flags).trying("make namespaces")?;
    // Hides the names of this machine's control groups. A kernel without them has no such namespace.
    let _ = unshare(UnshareFlags::NEWCGROUP);
    mount_change(
        "/",
        MountPropagationFlags::PRIVATE | MountPropagationFlags::REC,
    )
    .trying("make mounts private")?;
    // Opened first: as root of the namespace, this process may not have access to the files of its caller.
    let sources = stage::Sources::open(job)?;
    if job.shifted {
        become_root()?;
    }
    // A change of the user resets this signal (prctl(2)), so it comes after that.
    set_parent_process_death_signal(Some(Signal::KILL)).trying("bind itself to the test")?;
    sources.mount()?;
    rustix::system::sethostname(HOST_NAME).trying("set the host name")?;
    loopback::bring_up().trying("bring up the loopback interface")?;
    let (bytes, files) = (limits::writes(job.memory), limits::FILES);
    memory(WRITES, &format!("mode=0755,size={bytes},nr_inodes={files}"))?;
    if !rustix::process::geteuid().is_root() {
        capabilities::pass_on()?;
    }
    unshare(UnshareFlags::NEWPID).trying("make a process namespace")
}

/// Becomes root of the user namespace, which has no rights outside of it.
fn become_root() -> Result<()> {
    set_thread_groups(&[]).trying("become root of the user namespace")?;
    let (uid, gid) = (Uid::ROOT, Gid::ROOT);
    set_thread_res_gid(gid, gid, gid).trying("become root of the user namespace")?;
    set_thread_res_uid(uid, uid, uid).trying("become root of the user namespace")
}

/// Mounts a file system in memory.
pub(super) fn memory(folder: &str, options: &str) -> Result<()> {
    fs::create_dir_all(folder).trying("make a folder")?;
    let options = std::ffi::CString::new(options).trying("mount a file system in memory")?;
    let flags = MountFlags::NOSUID | MountFlags::NODEV;
    mount("none", folder, "tmpfs", flags, Some(options.as_c_str()))
        .trying("mount a file system in memory")
}

/// Starts the first process of the PID namespace. When it ends, the kernel kills all other processes of the namespace;
/// they cannot prevent this.
fn keep() -> Result<()> {
    let mut child = Command::new(stage::SELF)
        .args([INSIDE, "keep", "."])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .trying("start image_test in namespaces")?;
    child.wait().trying("wait for it").map(drop)
}

fn print(bytes: &[u8]) -> std::io::Result<()> {
    let mut stdout = std::io::stdout();
    stdout.write_all(bytes)?;
    stdout.flush()
}
