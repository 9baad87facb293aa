//! Starts jobs in namespaces of their own, in the way that this machine allows.

use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use blob::{Result, ResultExt};
use rustix::process::{getegid, geteuid};
use tempfile::TempDir;

use super::answers::Said;
use super::inside::INSIDE;
use super::job::{self, Answer, Ended, Job};
use super::tidy::remove;

const POLL: Duration = Duration::from_millis(2);
/// What namespaces and mounts may take besides the commands themselves.
const SLACK: Duration = Duration::from_secs(30);

/// A way to be root in a root of one's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// A user namespace in which all users are who they are outside. Root only.
    AllUsers,
    /// No user namespace. Root only.
    Root,
    /// A user namespace that has a single user and group: who runs the test.
    OneUser,
}

/// A folder of the run's own, and the way that works.
#[derive(Debug)]
pub(super) struct Machine {
    folder: TempDir,
    way: Way,
}

/// What came of a job: how its commands ended, and the output of one of them.
#[derive(Debug)]
pub(super) enum Done {
    Ran(Vec<Ended>, Said),
    NoOverlay,
    Refused(String),
}

impl Machine {
    /// Looks for the first way that works; none gives the reasons. Nothing is unpacked for that.
    pub(super) fn find() -> Result<std::result::Result<Self, String>> {
        let place = std::env::var_os("TEST_TMPDIR").map_or_else(std::env::temp_dir, PathBuf::from);
        let folder = tempfile::Builder::new()
            .prefix("image_test-")
            .tempdir_in(&place)
            .cannot("make a folder in", place.display())?;
        let ways: &[Way] = match geteuid().is_root() && has_users() {
            true => &[Way::AllUsers, Way::Root, Way::OneUser],
            false => &[Way::OneUser],
        };
        let mut machine = Self {
            folder,
            way: Way::OneUser,
        };
        let mut reasons: Vec<String> = Vec::new();
        for way in ways {
            machine.way = *way;
            match machine.start(&Job::default(), (0, 0))? {
                Answer::Refused(reason) if reasons.contains(&reason) => {}
                Answer::Refused(reason) => reasons.push(reason),
                _ => return Ok(Ok(machine)),
            }
        }
        Ok(Err(reasons.join("; ")))
    }

    /// Where the image belongs.
    pub(super) fn image(&self) -> PathBuf {
        self.folder.path().join(job::LOWER)
    }

    /// Whether there is only one user, who has to be known beforehand.
    pub(super) fn has_one_user(&self) -> bool {
        self.way == Way::OneUser
    }

    /// Runs the commands of a job as this user and group, where there is only one; takes the output of the command of
    /// this number.
    pub(super) fn run(&self, job: &Job, ids: (u32, u32), wanted: usize) -> Result<Done> {
        match self.start(job, ids)? {
            Answer::Refused(reason) => Ok(Done::Refused(reason)),
            Answer::NoOverlay(_) => Ok(Done::NoOverlay),
            Answer::Ran(ended) => {
                let code = ended.get(wanted).map_or(-1, |ended| ended.code);
                let out = self.output("out", wanted)?;
                let err = self.output("err", wanted)?;
                Ok(Done::Ran(ended, Said { code, out, err }))
            }
        }
    }

    fn output(&self, stream: &str, number: usize) -> Result<Vec<u8>> {
        let path = self.folder.path().join(job::output(stream, number));
        match fs::read(&path) {
            // A command that was not started has none.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            read => read.cannot("read", path.display()),
        }
    }

    fn start(&self, job: &Job, ids: (u32, u32)) -> Result<Answer> {
        let folder = self.folder.path();
        self.forget().cannot("tidy", folder.display())?;
        let job = Job {
            user_namespace: self.way != Way::Root,
            all_ids: self.way != Way::OneUser,
            ..job.clone()
        };
        job::write(&folder.join(job::JOB), &job).cannot("write", folder.display())?;
        let mut child = Command::new("/proc/self/exe")
            .args([OsStr::new(INSIDE), OsStr::new("hold"), folder.as_os_str()])
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .cannot("start", "image_test in namespaces")?;
        let mapped = self.map(&mut child, ids);
        if mapped.is_err() {
            let _ = child.kill();
        }
        let commands = u32::try_from(job.commands.len()).unwrap_or(u32::MAX);
        let limit = Duration::from_secs(job.seconds) * commands + SLACK;
        wait(&mut child, limit);
        if let Err(reason) = mapped {
            return Ok(Answer::Refused(reason));
        }
        let path = folder.join(job::ANSWER);
        let answer = job::read(&path);
        Ok(answer
            .unwrap_or_else(|_| Answer::Refused("the process that held them was lost".to_owned())))
    }

    /// Says who is who in the new user namespace, and lets it go on.
    fn map(&self, child: &mut Child, (uid, gid): (u32, u32)) -> std::result::Result<(), String> {
        let mut word = [0; 1];
        let heard = child
            .stdout
            .take()
            .map(|mut stdout| stdout.read_exact(&mut word));
        if !matches!(heard, Some(Ok(()))) {
            // It has answered already.
            return Ok(());
        }
        let write = |name: &str, text: String| {
            fs::write(format!("/proc/{}/{name}", child.id()), text)
                .map_err(|error| format!("cannot map users: {error}"))
        };
        match self.way {
            Way::Root => {}
            Way::AllUsers => {
                for name in ["uid_map", "gid_map"] {
                    let own = fs::read_to_string(format!("/proc/self/{name}"));
                    let own = own.map_err(|error| format!("cannot map users: {error}"))?;
                    write(name, identity(&own))?;
                }
            }
            Way::OneUser => {
                // Who may not choose groups may map their own (user_namespaces(7)).
                write("setgroups", "deny".to_owned())?;
                write("uid_map", format!("{uid} {} 1\n", geteuid().as_raw()))?;
                write("gid_map", format!("{gid} {} 1\n", getegid().as_raw()))?;
            }
        }
        let told = child.stdin.take().map(|mut stdin| stdin.write_all(b"."));
        match told {
            Some(Ok(())) => Ok(()),
            _ => Err("it ended before it was told to go on".to_owned()),
        }
    }

    /// Takes away what the job before has left.
    fn forget(&self) -> std::io::Result<()> {
        for entry in fs::read_dir(self.folder.path())? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// Takes away the unpacked image.
    pub(super) fn clear(&self) {
        remove(&self.image());
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // Who is not root cannot empty a folder that may not be written to.
        self.clear();
    }
}

/// Whether there is a choice of users and groups. In Bazel's own sandbox, root is the only one.
fn has_users() -> bool {
    let groups = fs::read_to_string("/proc/self/setgroups");
    let users = fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
    groups.map_or(true, |groups| groups.trim() == "allow") && identity(&users) != "0 0 1\n"
}

/// The users that there are here, as themselves: of each line `FIRST OUTSIDE COUNT`, the first and the count.
fn identity(own: &str) -> String {
    let lines = own.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let (first, _, count) = (words.next()?, words.next()?, words.next()?);
        Some(format!("{first} {first} {count}\n"))
    });
    lines.collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_as_themselves() {
        assert_eq!(
            identity("         0       1000          1\n         1     100000      65536\n"),
            "0 0 1\n1 1 65536\n"
        );
    }
}
