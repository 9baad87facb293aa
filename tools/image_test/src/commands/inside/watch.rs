//! Measures the memory and the number of processes of a test's commands. The kernel limits only each process; without
//! access to a control group, this is the only limit on all of them together.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use super::super::limits::TASKS;

/// Time between two measurements: enough to fill about 200 MB on a machine with two processors.
const EVERY: Duration = Duration::from_millis(50);

/// Measures the processes of a namespace periodically.
pub(super) struct Watch<'a> {
    processes: &'a Path,
    memory: u64,
    next: Instant,
}

impl<'a> Watch<'a> {
    /// - `processes`: the mount point of the namespace's own `/proc`. The first process and its threads are not
    ///   counted.
    /// - `memory`: limit in bytes for all processes together.
    pub(super) fn new(processes: &'a str, memory: u64) -> Self {
        Self {
            processes: Path::new(processes),
            memory,
            next: Instant::now() + EVERY,
        }
    }

    /// The limit that was exceeded, if any.
    pub(super) fn look(&mut self) -> Option<String> {
        if Instant::now() < self.next {
            return None;
        }
        let taken = taken(self.processes);
        self.next = Instant::now() + EVERY;
        if taken.tasks > TASKS {
            return Some(format!("it had more than {TASKS} processes and threads"));
        }
        if taken.memory <= self.memory {
            return None;
        }
        // Shared pages were counted for each process. The exact sum takes longer.
        let exact = shares(self.processes).unwrap_or(taken.memory);
        (exact > self.memory).then(|| format!("it took more than {} bytes of memory", self.memory))
    }
}

/// Threads and memory of one process or of all processes.
#[derive(Debug, Default, PartialEq, Eq)]
struct Taken {
    tasks: u64,
    memory: u64,
}

/// The sum of all processes. A process that ends during the measurement is not counted.
fn taken(processes: &Path) -> Taken {
    let mut all = Taken::default();
    for process in numbers(processes) {
        let status = fs::read_to_string(processes.join(process).join("status"));
        let one = of_status(&status.unwrap_or_default());
        all.tasks += one.tasks;
        all.memory = all.memory.saturating_add(one.memory);
    }
    let segments = fs::read_to_string(processes.join("sysvipc/shm")).unwrap_or_default();
    all.memory = all.memory.saturating_add(detached(&segments));
    all
}

/// The names of all processes except the first.
fn numbers(processes: &Path) -> impl Iterator<Item = String> {
    let entries = fs::read_dir(processes).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    names.filter(|name| name != "1" && name.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Threads, and memory that is not backed by files (proc_pid_status(5)).
fn of_status(text: &str) -> Taken {
    let number = |key: &str| {
        let value = text.lines().find_map(|line| line.strip_prefix(key));
        value.and_then(|value| value.split_whitespace().next()?.parse::<u64>().ok())
    };
    let kilobytes = ["RssAnon:", "RssShmem:"].map(|key| number(key).unwrap_or(0));
    Taken {
        tasks: number("Threads:").unwrap_or(0),
        memory: kilobytes.iter().sum::<u64>().saturating_mul(1024),
    }
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
        let alone = fields.get(attached) == Some(&"0");
        fields.get(bytes).filter(|_| alone)?.parse::<u64>().ok()
    });
    bytes.sum()
}

/// The same memory, with pages divided among the processes that share them (`Pss_Anon`, `Pss_Shmem`); `None` if the
/// kernel does not report it.
fn shares(processes: &Path) -> Option<u64> {
    let mut all = 0_u64;
    for process in numbers(processes) {
        let path = processes.join(process).join("smaps_rollup");
        let Ok(text) = fs::read_to_string(path) else {
            // The process has ended.
            continue;
        };
        let of = |key: &str| {
            let value = text.lines().find_map(|line| line.strip_prefix(key))?;
            value.split_whitespace().next()?.parse::<u64>().ok()
        };
        let kilobytes = match (of("Pss_Anon:"), of("Pss_Shmem:")) {
            (Some(anonymous), Some(shared)) => anonymous.saturating_add(shared),
            _ if text.is_empty() => 0,
            _ => return None,
        };
        all = all.saturating_add(kilobytes.saturating_mul(1024));
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_kernel_says_of_a_process() {
        let text = "Name:\tx\nVmRSS:\t 9999 kB\nRssAnon:\t     100 kB\nRssFile:\t 5000 kB\nRssShmem:\t      20 kB\nThreads:\t3\n";
        let expected = Taken {
            tasks: 3,
            memory: 120 * 1024,
        };
        assert_eq!(of_status(text), expected);
        assert_eq!(of_status("Name:\tkernel\n"), Taken::default());
    }

    #[test]
    fn shared_memory_that_nobody_has_mapped() {
        let text = "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap\n         0          0   600                  4096     7     7      0     0     0     0     0          0          0          0                  4096                     0\n         0          1   600                  8192     7     7      2     0     0     0     0          0          0          0                  8192                     0\n";
        assert_eq!(detached(text), 4096);
        assert_eq!(detached(""), 0);
    }

    #[test]
    fn this_machine_has_processes() {
        let taken = taken(Path::new("/proc"));
        assert!(taken.tasks > 0 && taken.memory > 0);
    }
}
