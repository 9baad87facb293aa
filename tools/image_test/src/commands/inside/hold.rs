//! Holds the namespaces of one test while its commands run, one after the other.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::{chown, MetadataExt, PermissionsExt};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use rustix::mount::{mount, mount_bind, mount_change, MountFlags, MountPropagationFlags};
use rustix::process::{set_parent_process_death_signal, Signal};
use rustix::thread::UnshareFlags;

use super::super::job::{self, Answer, Ended, Job, LOWER, ROOT, WRITES};
use super::{capabilities, emulators, loopback, unshare, Result, Trying, INSIDE, NOT_STARTED};

const POLL: Duration = Duration::from_millis(2);
const HOST_NAME: &[u8] = b"image-test";

/// Does the job of a folder, and leaves the answer there.
pub(super) fn hold(folder: &Path) -> Result<()> {
    std::env::set_current_dir(folder).trying("enter the folder")?;
    let job: Job = job::read(Path::new(job::JOB))?;
    let answer = match prepare(&job) {
        Ok(()) => run(&job),
        Err(cause) => Answer::Refused(cause),
    };
    job::write(Path::new(job::ANSWER), &answer)
}

/// The namespaces. All that a kernel may forbid is asked for here, before anything is unpacked.
fn prepare(job: &Job) -> Result<()> {
    if job.user_namespace {
        unshare(UnshareFlags::NEWUSER).trying("make a user namespace")?;
    }
    // Whoever started this process says who is who in there, and whether to go on.
    let mut word = [0; 1];
    print(b".").trying("say that it is time")?;
    std::io::stdin()
        .read_exact(&mut word)
        .trying("hear an answer")?;
    set_parent_process_death_signal(Some(Signal::KILL)).trying("bind itself to the test")?;
    let flags =
        UnshareFlags::NEWNS | UnshareFlags::NEWNET | UnshareFlags::NEWUTS | UnshareFlags::NEWIPC;
    unshare(flags).trying("make namespaces")?;
    mount_change(
        "/",
        MountPropagationFlags::PRIVATE | MountPropagationFlags::REC,
    )
    .trying("make mounts private")?;
    rustix::system::sethostname(HOST_NAME).trying("set the host name")?;
    loopback::bring_up().trying("bring up the loopback interface")?;
    fs::create_dir_all(WRITES).trying("make a folder")?;
    mount(
        "none",
        WRITES,
        "tmpfs",
        MountFlags::empty(),
        Some(c"mode=0755"),
    )
    .trying("mount a file system in memory")?;
    if !rustix::process::geteuid().is_root() {
        capabilities::pass_on()?;
    }
    Ok(())
}

fn print(bytes: &[u8]) -> std::io::Result<()> {
    let mut stdout = std::io::stdout();
    stdout.write_all(bytes)?;
    stdout.flush()
}

fn run(job: &Job) -> Answer {
    if job.commands.is_empty() {
        return Answer::Ran(Vec::new());
    }
    if let Err(cause) = make_root(job) {
        return match job.overlay {
            true => Answer::NoOverlay(cause),
            false => Answer::Refused(cause),
        };
    }
    // Without a table of its own, the emulator runs the command itself and nothing that it starts.
    let alone = match &job.emulator {
        Some(emulation) => emulators::register(emulation).is_err(),
        None => false,
    };
    let mut all = Vec::new();
    for number in 0..job.commands.len() {
        let ended = command(job, number, alone).unwrap_or_else(|cause| Ended {
            code: -1,
            problem: Some(cause),
            alone,
        });
        let broken = ended.problem.is_some();
        all.push(ended);
        if broken {
            break;
        }
    }
    Answer::Ran(all)
}

/// Mounts the root: the image below, writes above. Paths are relative, so that no character in them means anything.
fn make_root(job: &Job) -> Result<()> {
    fs::create_dir_all(ROOT).trying("make a folder")?;
    if !job.overlay {
        return mount_bind(LOWER, ROOT).trying("mount the root");
    }
    let (upper, work) = (format!("{WRITES}/upper"), format!("{WRITES}/work"));
    for folder in [&upper, &work] {
        fs::create_dir(folder).trying("make a folder")?;
    }
    // The root folder itself is that of the upper one.
    let root = fs::metadata(LOWER).trying("see the image")?;
    chown(&upper, Some(root.uid()), Some(root.gid())).trying("own a folder")?;
    fs::set_permissions(&upper, fs::Permissions::from_mode(root.mode() & 0o7777))
        .trying("set a mode")?;
    let plain = c"lowerdir=image,upperdir=writes/upper,workdir=writes/work";
    let user = c"lowerdir=image,upperdir=writes/upper,workdir=writes/work,userxattr";
    let first = match job.user_namespace {
        true => mount("none", ROOT, "overlay", MountFlags::empty(), Some(user)),
        false => Err(rustix::io::Errno::INVAL),
    };
    first
        .or_else(|_| mount("none", ROOT, "overlay", MountFlags::empty(), Some(plain)))
        .trying("mount a file system of layers")
}

/// Runs a command to its end, or kills it and all that it started.
fn command(job: &Job, number: usize, alone: bool) -> Result<Ended> {
    let full = AtomicBool::new(false);
    let limit = Duration::from_secs(job.seconds);
    let outcome = thread::scope(|scope| {
        let (pipes, started) = mpsc::channel();
        let full = &full;
        // A thread whose children are in a new process namespace can have no more threads. It stays until the child has
        // ended, because the child dies with it.
        let child = scope.spawn(move || {
            unshare(UnshareFlags::NEWPID).trying("make a process namespace")?;
            let mut child = Command::new("/proc/self/exe")
                .args([INSIDE, "enter", ".", &number.to_string()])
                .args(alone.then_some("alone"))
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .trying("start it")?;
            let sent = pipes.send((child.stdout.take(), child.stderr.take()));
            let ended = wait(&mut child, limit, full);
            sent.trying("read its output")?;
            ended
        });
        if let Ok((Some(stdout), Some(stderr))) = started.recv() {
            scope.spawn(move || keep(stdout, &job::output("out", number), job.bytes, full));
            scope.spawn(move || keep(stderr, &job::output("err", number), job.bytes, full));
        }
        child
            .join()
            .unwrap_or_else(|_| Err("its thread was lost".to_owned()))
    });
    let status = outcome?;
    let trouble = fs::read_to_string(job::trouble(number)).unwrap_or_default();
    let problem = match status {
        None if full.load(Ordering::Relaxed) => {
            Some(format!("it wrote more than {} bytes", job.bytes))
        }
        None => Some(format!("it did not end in {} seconds", job.seconds)),
        Some(status) if status.code() == Some(NOT_STARTED.into()) && !trouble.is_empty() => {
            Some(trouble)
        }
        Some(_) => None,
    };
    let code = status.map_or(-1, code);
    Ok(Ended {
        code,
        problem,
        alone,
    })
}

/// The status of a child; none where it had to be killed.
fn wait(child: &mut Child, limit: Duration, full: &AtomicBool) -> Result<Option<ExitStatus>> {
    let deadline = Instant::now() + limit;
    loop {
        let status = child.try_wait().trying("wait for it")?;
        if full.load(Ordering::Relaxed) || (status.is_none() && Instant::now() >= deadline) {
            // It is the first process of its namespace: all others there end with it.
            let _ = child.kill();
            let _ = child.wait();
            return Ok(None);
        }
        if status.is_some() {
            return Ok(status);
        }
        thread::sleep(POLL);
    }
}

fn code(status: ExitStatus) -> i32 {
    status
        .code()
        .unwrap_or_else(|| 128 + status.signal().unwrap_or_default())
}

/// Keeps what a command writes, up to the limit.
fn keep(pipe: impl Read, path: &str, limit: u64, full: &AtomicBool) {
    let Ok(mut file) = File::create(path) else {
        full.store(true, Ordering::Relaxed);
        return;
    };
    let mut pipe = pipe;
    let copied = std::io::copy(&mut pipe.by_ref().take(limit), &mut file);
    let more = copied.is_err() || pipe.read(&mut [0]).is_ok_and(|read| read > 0);
    if more {
        full.store(true, Ordering::Relaxed);
    }
}
