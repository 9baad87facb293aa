//! The first process of a job's PID namespace: mounts the root and runs the commands in it, one after the other.

use std::fs;
use std::os::unix::fs::{chown, MetadataExt, PermissionsExt};
use std::path::Path;

use rustix::mount::{mount, mount_bind, MountFlags};
use rustix::process::{set_parent_process_death_signal, Signal};

use super::attempt::{OrCannot, Result};
use super::command::{not_started, Conditions};
use super::{binfmt_misc, command, mounts, stage};
use crate::exchange::{self, Request, Response, IMAGE, ROOT, WRITES};

/// Runs the commands of the job in this directory, and writes the response there.
pub(super) fn init() -> Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL)).or_cannot("set the parent death signal")?;
    let request: Request = exchange::read(Path::new(exchange::REQUEST))?;
    exchange::write(Path::new(exchange::RESPONSE), &run(&request))
}

fn run(request: &Request) -> Response {
    let job = &request.job;
    if job.commands.is_empty() {
        return Response::Ran(Vec::new());
    }
    if let Err(cause) = mount_root(request) {
        return if request.overlay {
            Response::NoOverlay(cause)
        } else {
            Response::Refused(cause)
        };
    }
    let conditions = Conditions {
        // If the namespace has no table of emulators, the emulator runs the command only, not its child processes.
        emulated_alone: match &job.emulator {
            Some(emulator) => binfmt_misc::register(emulator).is_err(),
            None => false,
        },
        // If the machine's /proc is partly hidden, as in a container, the kernel does not allow a new one for this
        // namespace. The kernel's own limits apply nevertheless.
        measured: mounts::new_proc()
            .and_then(|proc| stage::place(&proc, stage::PROCESSES))
            .is_ok(),
    };
    let mut results = Vec::new();
    for number in 0..job.commands.len() {
        let result = command::run(job, number, conditions)
            .unwrap_or_else(|cause| not_started(cause, conditions));
        let broken = result.problem.is_some();
        results.push(result);
        if broken {
            break;
        }
    }
    Response::Ran(results)
}

/// Mounts the root: the image is the lower directory, writes go to the upper one. Paths are relative, so that they
/// contain no special characters of mount options. Device files and set-id bits of the image have no effect.
fn mount_root(request: &Request) -> Result<()> {
    fs::create_dir_all(ROOT).or_cannot("create a directory")?;
    if !request.overlay {
        mount_bind(IMAGE, ROOT).or_cannot("mount the root")?;
        return stage::restrict(ROOT, false).or_cannot("mount the root");
    }
    let (upper, work) = (format!("{WRITES}/upper"), format!("{WRITES}/work"));
    for directory in [&upper, &work] {
        fs::create_dir(directory).or_cannot("create a directory")?;
    }
    // The root directory is that of the upper layer.
    let root = fs::metadata(IMAGE).or_cannot("read the root directory of the image")?;
    chown(&upper, Some(root.uid()), Some(root.gid()))
        .or_cannot("change the owner of a directory")?;
    fs::set_permissions(&upper, fs::Permissions::from_mode(root.mode() & 0o7777))
        .or_cannot("change the mode of a directory")?;
    let plain = c"lowerdir=image,upperdir=writes/upper,workdir=writes/work";
    let user = c"lowerdir=image,upperdir=writes/upper,workdir=writes/work,userxattr";
    let flags = MountFlags::NOSUID | MountFlags::NODEV;
    let with_options = |options| mount("none", ROOT, "overlay", flags, Some(options));
    let first = if request.user_namespace {
        with_options(user)
    } else {
        Err(rustix::io::Errno::INVAL)
    };
    first
        .or_else(|_| with_options(plain))
        .or_cannot("mount an overlay file system")
}
