//! Measures the memory and the number of processes of a command. The kernel limits only each process; without
//! access to a control group, this is the only limit on all of them together.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::limits::{OPEN, TASKS};

/// Time between two measurements: enough to fill about 200 MB on a machine with two processors.
const INTERVAL: Duration = Duration::from_millis(50);

/// Measures the processes of a namespace periodically.
pub(super) struct Monitor<'a> {
    processes: &'a Path,
    memory: u64,
    next: Instant,
}

impl<'a> Monitor<'a> {
    /// - `processes`: the mount point of the namespace's own `/proc`. The first process and its threads are not
    ///   counted.
    /// - `memory`: limit in bytes for all processes together.
    pub(super) fn new(processes: &'a str, memory: u64) -> Self {
        Self {
            processes: Path::new(processes),
            memory,
            next: Instant::now() + INTERVAL,
        }
    }

    /// The limit that was exceeded, if any.
    pub(super) fn exceeded_limit(&mut self) -> Option<String> {
        if Instant::now() < self.next {
            return None;
        }
        let usage = measure(self.processes);
        self.next = Instant::now() + INTERVAL;
        if usage.tasks > TASKS {
            return Some(format!("it had more than {TASKS} processes and threads"));
        }
        if usage.open > OPEN {
            return Some(format!("it had more than {OPEN} open files"));
        }
        if usage.memory() <= self.memory {
            return None;
        }
        // Shared pages were counted for each process. The exact sum takes longer.
        let exact = proportional(self.processes).map(|mapped| usage.exact_memory(mapped));
        let exact = exact.unwrap_or(usage.memory());
        (exact > self.memory).then(|| format!("it used more than {} bytes of memory", self.memory))
    }
}

/// Threads and memory of one process or of all processes.
#[derive(Debug, Default, PartialEq, Eq)]
struct Usage {
    tasks: u64,
    /// Open files.
    open: usize,
    /// Bytes that processes have mapped, private and shared.
    mapped: Mapped,
    /// Bytes of files in memory that have no name (memfd_create(2)), whether or not a process has mapped them.
    unnamed: u64,
    /// Bytes of segments of shared memory that no process has mapped.
    detached: u64,
}

/// Bytes of memory that is not backed by files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Mapped {
    own: u64,
    shared: u64,
}

impl Mapped {
    fn add(&mut self, other: Self) {
        self.own = self.own.saturating_add(other.own);
        self.shared = self.shared.saturating_add(other.shared);
    }
}

impl Usage {
    /// An upper bound.
    fn memory(&self) -> u64 {
        let Mapped { own, shared } = self.mapped;
        let sum = [shared, self.unnamed, self.detached].into_iter();
        sum.fold(own, u64::saturating_add)
    }

    /// The memory if each page is counted once. Mapped files without a name are part of the shared pages.
    fn exact_memory(&self, mapped: Mapped) -> u64 {
        let shared = mapped.shared.max(self.unnamed);
        mapped
            .own
            .saturating_add(shared)
            .saturating_add(self.detached)
    }
}

/// The sum of all processes. A process that ends during the measurement is not counted.
fn measure(processes: &Path) -> Usage {
    let mut all = Usage::default();
    let mut unnamed = BTreeMap::new();
    for process in numbers(processes) {
        let directory = processes.join(process);
        let status = fs::read_to_string(directory.join("status"));
        let (tasks, mapped) = of_status(&status.unwrap_or_default());
        all.tasks += tasks;
        all.mapped.add(mapped);
        if all.open <= OPEN {
            all.open += open(&directory, &mut unnamed);
        }
    }
    all.unnamed = unnamed.into_values().fold(0, u64::saturating_add);
    let segments = fs::read_to_string(processes.join("sysvipc/shm")).unwrap_or_default();
    all.detached = detached(&segments);
    all
}

/// Counts the open files of a process, and notes the bytes of those in memory without a name, by their inodes.
fn open(process: &Path, unnamed: &mut BTreeMap<u64, u64>) -> usize {
    let entries = fs::read_dir(process.join("fd")).into_iter().flatten();
    let mut count = 0;
    for entry in entries.flatten() {
        count += 1;
        if count > OPEN {
            break;
        }
        let path = entry.path();
        let target = fs::read_link(&path).unwrap_or_default();
        if target
            .as_os_str()
            .as_encoded_bytes()
            .starts_with(b"/memfd:")
        {
            if let Ok(facts) = fs::metadata(&path) {
                unnamed.insert(facts.ino(), facts.blocks().saturating_mul(512));
            }
        }
    }
    count
}

/// The names of all processes except the first.
fn numbers(processes: &Path) -> impl Iterator<Item = String> {
    let entries = fs::read_dir(processes).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    names.filter(|name| name != "1" && name.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Threads, and memory that is not backed by files (proc_pid_status(5)).
fn of_status(text: &str) -> (u64, Mapped) {
    let number = |key: &str| {
        let value = text.lines().find_map(|line| line.strip_prefix(key));
        value.and_then(|value| value.split_whitespace().next()?.parse::<u64>().ok())
    };
    let bytes = |key: &str| number(key).unwrap_or(0).saturating_mul(1024);
    let mapped = Mapped {
        own: bytes("RssAnon:"),
        shared: bytes("RssShmem:"),
    };
    (number("Threads:").unwrap_or(0), mapped)
}

/// Shared memory segments that no process has mapped: the columns `nattch` and `rss` (sysvipc(7)).
fn detached(text: &str) -> u64 {
    let mut lines = text.lines();
    let header: Vec<&str> = lines
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let column = |name: &str| header.iter().position(|header| *header == name);
    let (Some(attached), Some(bytes)) = (column("nattch"), column("rss")) else {
        return 0;
    };
    let bytes = lines.filter_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let is_detached = fields.get(attached) == Some(&"0");
        fields
            .get(bytes)
            .filter(|_| is_detached)?
            .parse::<u64>()
            .ok()
    });
    bytes.sum()
}

/// The mapped memory, with pages divided among the processes that share them (`Pss_Anon`, `Pss_Shmem`). `None` if the
/// kernel does not report it.
fn proportional(processes: &Path) -> Option<Mapped> {
    let mut all = Mapped::default();
    for process in numbers(processes) {
        let path = processes.join(process).join("smaps_rollup");
        // A process without the file has ended.
        let text = fs::read_to_string(path).unwrap_or_default();
        if text.is_empty() {
            continue;
        }
        let of = |key: &str| {
            let value = text.lines().find_map(|line| line.strip_prefix(key))?;
            let kilobytes = value.split_whitespace().next()?.parse::<u64>().ok()?;
            Some(kilobytes.saturating_mul(1024))
        };
        all.add(Mapped {
            own: of("Pss_Anon:")?,
            shared: of("Pss_Shmem:")?,
        });
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io::Write;

    use super::*;

    #[test]
    fn memory_and_threads_of_a_process() {
        let text = "Name:\tx\nVmRSS:\t 9999 kB\nRssAnon:\t     100 kB\nRssFile:\t 5000 kB\nRssShmem:\t      20 kB\nThreads:\t3\n";
        let expected = Mapped {
            own: 100 * 1024,
            shared: 20 * 1024,
        };
        assert_eq!(of_status(text), (3, expected));
        assert_eq!(of_status("Name:\tkernel\n"), (0, Mapped::default()));
    }

    #[test]
    fn shared_memory_without_a_process() {
        let text = "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap\n         0          0   600                  4096     7     7      0     0     0     0     0          0          0          0                  4096                     0\n         0          1   600                  8192     7     7      2     0     0     0     0          0          0          0                  8192                     0\n";
        assert_eq!(detached(text), 4096);
        assert_eq!(detached(""), 0);
    }

    #[test]
    fn memory_that_is_counted_once() {
        let mapped = |own, shared| Mapped { own, shared };
        let usage = |unnamed, detached| Usage {
            mapped: mapped(100, 60),
            unnamed,
            detached,
            ..Usage::default()
        };
        // The heap of a collector is a file without a name that is mapped three times.
        assert_eq!(
            (
                usage(20, 0).memory(),
                usage(20, 0).exact_memory(mapped(90, 20))
            ),
            (180, 110)
        );
        // No process has mapped these.
        assert_eq!(usage(500, 0).exact_memory(mapped(90, 20)), 590);
        assert_eq!(usage(0, 500).exact_memory(mapped(90, 20)), 610);
    }

    #[test]
    fn files_in_memory_without_a_name() {
        let flags = rustix::fs::MemfdFlags::CLOEXEC;
        let file = fs::File::from(rustix::fs::memfd_create("held", flags).unwrap());
        file.set_len(1 << 20).unwrap();
        (&file).write_all(&[1; 1 << 18]).unwrap();
        let inode = file.metadata().unwrap().ino();
        let mut unnamed = BTreeMap::new();
        assert!(open(Path::new("/proc/self"), &mut unnamed) > 0);
        assert_eq!(unnamed.get(&inode), Some(&(1 << 18)));
    }

    #[test]
    fn this_machine_has_processes() {
        let usage = measure(Path::new("/proc"));
        assert!(usage.tasks > 0 && usage.memory() > 0 && usage.open > 0);
    }
}
