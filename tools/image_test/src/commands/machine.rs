//! Runs jobs in new namespaces, in the first way that this machine allows.

use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use blob::{Result, ResultExt};
use rootfs::Owners;
use rustix::process::{getegid, geteuid};

use super::answers::Said;
use super::folder::Folder;
use super::inside::INSIDE;
use super::job::{self, Answer, Ended, Job};
use super::tidy::remove;

const POLL: Duration = Duration::from_millis(2);
/// Time for namespaces and mounts, in addition to the commands.
const SLACK: Duration = Duration::from_secs(30);

/// A way to become root in a separate root directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// A user namespace whose users do not exist outside: their IDs are shifted. Root only.
    Shifted(Owners),
    /// A user namespace in which all users have the same IDs as outside. Root only.
    AllUsers,
    /// No user namespace. Root only.
    Root,
    /// A user namespace with a single user and group, mapped to the caller.
    OneUser,
}

/// The directory of the run, and the way that works.
#[derive(Debug)]
pub(super) struct Machine {
    folder: Folder,
    way: Way,
}

/// The result of a job: how its commands ended, and the output of one of them.
#[derive(Debug)]
pub(super) enum Done {
    Ran(Vec<Ended>, Said),
    NoOverlay,
    Refused(String),
}

impl Machine {
    /// Tries the ways and returns the first that works, or the reasons if none does. Does not need the image.
    pub(super) fn find() -> Result<std::result::Result<Self, String>> {
        let place = std::env::var_os("TEST_TMPDIR").map_or_else(std::env::temp_dir, PathBuf::from);
        let shifted = far_users();
        let owners: Vec<u32> = [geteuid().as_raw()]
            .into_iter()
            .chain(shifted.and_then(|owners| owners.of(0)))
            .collect();
        let folder = Folder::new(&place, &owners)?;
        let ways: Vec<Way> = match geteuid().is_root() && has_users() {
            true => shifted
                .map(Way::Shifted)
                .into_iter()
                .chain([Way::AllUsers, Way::Root, Way::OneUser])
                .collect(),
            false => vec![Way::OneUser],
        };
        let mut machine = Self {
            folder,
            way: Way::OneUser,
        };
        let mut reasons: Vec<String> = Vec::new();
        for way in ways {
            machine.way = way;
            machine.hand_over()?;
            match machine.start(&Job::default(), (0, 0))? {
                Answer::Refused(reason) if reasons.contains(&reason) => {}
                Answer::Refused(reason) => reasons.push(reason),
                _ => return Ok(Ok(machine)),
            }
        }
        Ok(Err(reasons.join("; ")))
    }

    /// The directory for the unpacked image.
    pub(super) fn image(&self) -> PathBuf {
        self.folder.path().join(job::LOWER)
    }

    /// The owners of the image's files outside of the namespaces.
    pub(super) fn owners(&self) -> Owners {
        match self.way {
            Way::Shifted(owners) => owners,
            _ => Owners::SAME,
        }
    }

    /// If root in the image is root of this machine, the reason for that. It still has few rights.
    pub(super) fn weakness(&self) -> Option<&'static str> {
        let root = geteuid().is_root() && identity_of_root();
        match self.way {
            Way::Shifted(_) => None,
            _ if !root => None,
            Way::AllUsers => Some("this machine has no other users to map them to"),
            Way::Root => Some("this machine makes no user namespace"),
            Way::OneUser => Some("this sandbox has no other user to map them to"),
        }
    }

    /// Gives the directory to root of the namespace, which could not write to it otherwise.
    fn hand_over(&self) -> Result<()> {
        let root = self.owners().of(0).unwrap_or(0);
        if !geteuid().is_root() {
            return Ok(());
        }
        let path = self.folder.path();
        std::os::unix::fs::chown(path, Some(root), Some(root)).cannot("own", path.display())
    }

    /// Whether there is only one user, which must be known in advance.
    pub(super) fn has_one_user(&self) -> bool {
        self.way == Way::OneUser
    }

    /// Runs the commands of a job; with a single user, as this user and group. Returns the output of the command with
    /// the number `wanted`.
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
            // A command that was not started has no output.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            read => read.cannot("read", path.display()),
        }
    }

    fn start(&self, job: &Job, ids: (u32, u32)) -> Result<Answer> {
        let folder = self.folder.path();
        self.forget().cannot("tidy", folder.display())?;
        let job = Job {
            user_namespace: self.way != Way::Root,
            shifted: matches!(self.way, Way::Shifted(_)),
            all_ids: self.way != Way::OneUser,
            ..job.clone()
        };
        job::write(&folder.join(job::JOB), &job).cannot("write", folder.display())?;
        // Root of the namespace must be able to read it, regardless of the umask. Other users have no access to the
        // directory.
        fs::set_permissions(folder.join(job::JOB), fs::Permissions::from_mode(0o644))
            .cannot("write", folder.display())?;
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

    /// Maps the users of the new user namespace, and lets the process continue.
    fn map(&self, child: &mut Child, (uid, gid): (u32, u32)) -> std::result::Result<(), String> {
        let mut word = [0; 1];
        let heard = child
            .stdout
            .take()
            .map(|mut stdout| stdout.read_exact(&mut word));
        if !matches!(heard, Some(Ok(()))) {
            // It has written its answer already.
            return Ok(());
        }
        let write = |name: &str, text: String| {
            fs::write(format!("/proc/{}/{name}", child.id()), text)
                .map_err(|error| format!("cannot map users: {error}"))
        };
        match self.way {
            Way::Root => {}
            Way::Shifted(owners) => {
                for name in ["uid_map", "gid_map"] {
                    write(name, owners.to_map())?;
                }
            }
            Way::AllUsers => {
                for name in ["uid_map", "gid_map"] {
                    let own = fs::read_to_string(format!("/proc/self/{name}"));
                    let own = own.map_err(|error| format!("cannot map users: {error}"))?;
                    write(name, identity(&own))?;
                }
            }
            Way::OneUser => {
                // Without the right to set groups, a process may only map its own group (user_namespaces(7)).
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

    /// Removes the files of the previous job.
    fn forget(&self) -> std::io::Result<()> {
        for entry in fs::read_dir(self.folder.path())? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// Removes the unpacked image.
    pub(super) fn clear(&self) {
        remove(&self.image());
    }
}

/// Whether more than one user and group is mapped. In Bazel's sandbox, root is the only one.
fn has_users() -> bool {
    let groups = fs::read_to_string("/proc/self/setgroups");
    let users = fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
    groups.map_or(true, |groups| groups.trim() == "allow") && identity(&users) != "0 0 1\n"
}

/// IDs that no user has: the upper half of all available IDs, if there are enough.
fn far_users() -> Option<Owners> {
    let read = |name: &str| fs::read_to_string(format!("/proc/self/{name}")).ok();
    Owners::upper_half(reach(&read("uid_map")?).min(reach(&read("gid_map")?)))
}

/// The number of IDs from 0 that this namespace has without a gap.
fn reach(map: &str) -> u64 {
    let mut ranges: Vec<(u64, u64)> = map
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace().map(str::parse);
            let (first, _, count) = (
                words.next()?.ok()?,
                words.next()?.ok()?,
                words.next()?.ok()?,
            );
            Some((first, count))
        })
        .collect();
    ranges.sort_unstable();
    ranges
        .iter()
        .fold(0, |end, (first, count)| match *first <= end {
            true => end.max(first + count),
            false => end,
        })
}

/// Whether root in this namespace is root of the machine.
fn identity_of_root() -> bool {
    let map = fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
    let mut lines = map.lines().map(str::split_whitespace);
    lines.any(|mut words| words.next() == Some("0") && words.next() == Some("0"))
}

/// Maps all users of this namespace to themselves: the first and the third column of each line `FIRST OUTSIDE COUNT`.
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
    fn numbers_without_a_gap() {
        assert_eq!(reach("         0          0 4294967295\n"), 4_294_967_295);
        assert_eq!(
            reach("         0       1000          1\n         1     100000      65536\n"),
            65537
        );
        assert_eq!(reach("         1     100000      65536\n"), 0);
        assert_eq!(reach("0 5 10\n20 30 7\n"), 10);
        assert_eq!(reach("what\n"), 0);
    }

    #[test]
    fn users_as_themselves() {
        assert_eq!(
            identity("         0       1000          1\n         1     100000      65536\n"),
            "0 0 1\n1 1 65536\n"
        );
    }
}
