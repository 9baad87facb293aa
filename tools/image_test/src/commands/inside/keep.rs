//! The first process of a test's PID namespace: mounts the root and runs the commands in it, one after the other.

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::{chown, MetadataExt, PermissionsExt};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use rustix::mount::{mount, mount_bind, MountFlags};
use rustix::process::{set_parent_process_death_signal, Signal};
use rustix::thread::UnshareFlags;

use super::super::job::{self, Answer, Ended, Job, LOWER, ROOT, WRITES};
use super::super::limits;
use super::watch::Watch;
use super::{emulators, mounts, stage, unshare, Result, Trying, INSIDE, NOT_STARTED};

const POLL: Duration = Duration::from_millis(2);
/// The signal for writing beyond the file size limit.
const FILE_TOO_LARGE: i32 = 25;

/// Runs the commands of the job in this directory, and writes the answer there.
pub(super) fn keep() -> Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL)).trying("bind itself to the test")?;
    let job: Job = job::read(Path::new(job::JOB))?;
    job::write(Path::new(job::ANSWER), &run(&job))
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
    // If the namespace has no table of emulators, the emulator runs the command only, not its child processes.
    let alone = match &job.emulator {
        Some(emulation) => emulators::register(emulation).is_err(),
        None => false,
    };
    // If the machine's /proc is partly hidden, as in a container, the kernel does not allow a new one for this
    // namespace. The kernel's own limits apply nevertheless.
    let watched = mounts::processes()
        .and_then(|processes| stage::place(&processes, stage::PROCESSES))
        .is_ok();
    let mut all = Vec::new();
    for number in 0..job.commands.len() {
        let ended = command(job, number, alone, watched).unwrap_or_else(|cause| Ended {
            code: -1,
            problem: Some(cause),
            ran_over: None,
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

/// Mounts the root: the image is the lower directory, writes go to the upper one. Paths are relative, so that they
/// contain no special characters of mount options. Device files and set-id bits of the image have no effect.
fn make_root(job: &Job) -> Result<()> {
    fs::create_dir_all(ROOT).trying("make a folder")?;
    if !job.overlay {
        mount_bind(LOWER, ROOT).trying("mount the root")?;
        return stage::restrict(ROOT, false).trying("mount the root");
    }
    let (upper, work) = (format!("{WRITES}/upper"), format!("{WRITES}/work"));
    for folder in [&upper, &work] {
        fs::create_dir(folder).trying("make a folder")?;
    }
    // The root directory is that of the upper layer.
    let root = fs::metadata(LOWER).trying("see the image")?;
    chown(&upper, Some(root.uid()), Some(root.gid())).trying("own a folder")?;
    fs::set_permissions(&upper, fs::Permissions::from_mode(root.mode() & 0o7777))
        .trying("set a mode")?;
    let plain = c"lowerdir=image,upperdir=writes/upper,workdir=writes/work";
    let user = c"lowerdir=image,upperdir=writes/upper,workdir=writes/work,userxattr";
    let flags = MountFlags::NOSUID | MountFlags::NODEV;
    let first = match job.user_namespace {
        true => mount("none", ROOT, "overlay", flags, Some(user)),
        false => Err(rustix::io::Errno::INVAL),
    };
    first
        .or_else(|_| mount("none", ROOT, "overlay", flags, Some(plain)))
        .trying("mount a file system of layers")
}

/// Runs a command to its end, or kills it with all its child processes.
fn command(job: &Job, number: usize, alone: bool, watched: bool) -> Result<Ended> {
    let full = AtomicBool::new(false);
    let outcome = thread::scope(|scope| {
        let (pipes, started) = mpsc::channel();
        let full = &full;
        // A thread that has entered a new PID namespace for its children cannot create threads. It lives until the
        // child has ended, because the child dies with it.
        let child = scope.spawn(move || {
            unshare(UnshareFlags::NEWPID).trying("make a process namespace")?;
            let mut child = Command::new(stage::SELF)
                .args([INSIDE, "enter", ".", &number.to_string()])
                .args(alone.then_some("alone"))
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .trying("start it")?;
            let sent = pipes.send((child.stdout.take(), child.stderr.take()));
            let ended = wait(&mut child, job, full, watched);
            sent.trying("read its output")?;
            ended
        });
        if let Ok((Some(stdout), Some(stderr))) = started.recv() {
            scope.spawn(move || keep_output(stdout, &job::output("out", number), job.bytes, full));
            scope.spawn(move || keep_output(stderr, &job::output("err", number), job.bytes, full));
        }
        child
            .join()
            .unwrap_or_else(|_| Err("its thread was lost".to_owned()))
    });
    let status = match outcome? {
        Ok(status) => status,
        Err(problem) => {
            return Ok(Ended {
                code: -1,
                problem: Some(problem),
                ran_over: None,
                alone,
            });
        }
    };
    let trouble = fs::read_to_string(job::trouble(number)).unwrap_or_default();
    let not_started = status.code() == Some(NOT_STARTED.into()) && !trouble.is_empty();
    Ok(Ended {
        code: code(status),
        problem: not_started.then_some(trouble),
        ran_over: ran_over(job, status),
        alone,
    })
}

/// The exit status of a command, or why it was killed.
type Outcome = std::result::Result<ExitStatus, String>;

/// Waits for a child, and kills it at a limit.
fn wait(child: &mut Child, job: &Job, full: &AtomicBool, watched: bool) -> Result<Outcome> {
    let deadline = Instant::now() + Duration::from_secs(job.seconds);
    let mut watch = watched.then(|| Watch::new(stage::PROCESSES, job.memory));
    loop {
        if let Some(status) = child.try_wait().trying("wait for it")? {
            let flooded = full.load(Ordering::Relaxed);
            return Ok(match flooded {
                true => Err(flood(job)),
                false => Ok(status),
            });
        }
        let problem = if full.load(Ordering::Relaxed) {
            Some(flood(job))
        } else if Instant::now() >= deadline {
            Some(format!("it did not end in {} seconds", job.seconds))
        } else {
            watch.as_mut().and_then(Watch::look)
        };
        if let Some(problem) = problem {
            // The child is the first process of its namespace, so all others there end with it.
            let _ = child.kill();
            let _ = child.wait();
            return Ok(Err(problem));
        }
        thread::sleep(POLL);
    }
}

fn flood(job: &Job) -> String {
    format!("it wrote more than {} bytes", job.bytes)
}

/// The limit that a command reached before it ended by itself: programs rarely report it.
fn ran_over(job: &Job, status: ExitStatus) -> Option<String> {
    let bytes = limits::writes(job.memory);
    // After a write that does not fit, a little space may be left.
    let room = rustix::fs::statvfs(WRITES);
    if room.is_ok_and(|room| room.f_bavail <= room.f_blocks / 64 || room.f_favail == 0) {
        let files = limits::FILES;
        return Some(format!(
            "the commands of a test may write {bytes} bytes and {files} files, which are full"
        ));
    }
    let large = code(status) == 128 + FILE_TOO_LARGE;
    large.then(|| format!("a file may have {bytes} bytes, it wrote more"))
}

fn code(status: ExitStatus) -> i32 {
    status
        .code()
        .unwrap_or_else(|| 128 + status.signal().unwrap_or_default())
}

/// Stores the output of a command, up to the limit.
fn keep_output(pipe: impl Read, path: &str, limit: u64, full: &AtomicBool) {
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
