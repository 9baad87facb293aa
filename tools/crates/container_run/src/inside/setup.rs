//! Creates the namespaces of a job, and opens the files of this machine that its root needs.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::mount::{mount_change, MountPropagationFlags};
use rustix::process::{set_parent_process_death_signal, Signal};
use rustix::thread::{
    set_thread_groups, set_thread_res_gid, set_thread_res_uid, Gid, Uid, UnshareFlags,
};

use super::attempt::{OrCannot, Result};
use super::namespaces::unshare;
use super::tmpfs::mount_tmpfs;
use super::{capabilities, loopback, stage};
use crate::exchange::{self, Request, Response, WRITES};
use crate::job::HOST_NAME;
use crate::{limits, role};

/// Runs the job of a directory, and writes the response there.
pub(super) fn setup(directory: &Path) -> Result<()> {
    std::env::set_current_dir(directory).or_cannot("enter the directory of the run")?;
    let request: Request = exchange::read(Path::new(exchange::REQUEST))?;
    match create_namespaces(&request) {
        Ok(()) => run_init(),
        Err(cause) => exchange::write(Path::new(exchange::RESPONSE), &Response::Refused(cause)),
    }
}

/// Creates the namespaces. Requests everything that a kernel may forbid, before the image is unpacked.
fn create_namespaces(request: &Request) -> Result<()> {
    if request.user_namespace {
        unshare(UnshareFlags::NEWUSER).or_cannot("create a user namespace")?;
    }
    // The parent process maps the users of the namespace, and then lets this process continue.
    let mut byte = [0; 1];
    print(b".").or_cannot("signal the parent process")?;
    std::io::stdin()
        .read_exact(&mut byte)
        .or_cannot("wait for the parent process")?;
    let flags =
        UnshareFlags::NEWNS | UnshareFlags::NEWNET | UnshareFlags::NEWUTS | UnshareFlags::NEWIPC;
    unshare(flags).or_cannot("create namespaces")?;
    // Hides the names of this machine's control groups. A kernel without them has no such namespace.
    let _ = unshare(UnshareFlags::NEWCGROUP);
    mount_change(
        "/",
        MountPropagationFlags::PRIVATE | MountPropagationFlags::REC,
    )
    .or_cannot("make mounts private")?;
    // Opened first: as root of the namespace, this process may not have access to the files of its caller.
    let sources = stage::Sources::open(&request.job)?;
    if request.shifted_ids {
        become_root()?;
    }
    // A change of the user resets this signal (prctl(2)), so it comes after that.
    set_parent_process_death_signal(Some(Signal::KILL)).or_cannot("set the parent death signal")?;
    sources.mount()?;
    rustix::system::sethostname(HOST_NAME.as_bytes()).or_cannot("set the host name")?;
    loopback::bring_up().or_cannot("bring up the loopback interface")?;
    let (bytes, files) = (limits::writes(request.job.memory_bytes), limits::FILES);
    mount_tmpfs(WRITES, &format!("mode=0755,size={bytes},nr_inodes={files}"))?;
    if !rustix::process::geteuid().is_root() {
        capabilities::pass_to_children()?;
    }
    unshare(UnshareFlags::NEWPID).or_cannot("create a PID namespace")
}

/// Becomes root of the user namespace, which has no rights outside of it.
fn become_root() -> Result<()> {
    set_thread_groups(&[]).or_cannot("become root of the user namespace")?;
    let (uid, gid) = (Uid::ROOT, Gid::ROOT);
    set_thread_res_gid(gid, gid, gid).or_cannot("become root of the user namespace")?;
    set_thread_res_uid(uid, uid, uid).or_cannot("become root of the user namespace")
}

/// Starts the first process of the PID namespace. When it ends, the kernel kills all other processes of the namespace;
/// they cannot prevent this.
fn run_init() -> Result<()> {
    let mut child = Command::new(stage::SELF)
        .args([role::OPTION, role::INIT, "."])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .or_cannot("start a process in the namespaces")?;
    child.wait().or_cannot("wait for the process").map(drop)
}

fn print(bytes: &[u8]) -> std::io::Result<()> {
    let mut stdout = std::io::stdout();
    stdout.write_all(bytes)?;
    stdout.flush()
}
