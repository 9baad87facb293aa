//! One target: inputs until the time is over, and what is wrong with each.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{getrlimit, setrlimit, Resource, Rlimit};
use rustix::time::{clock_gettime, ClockId};

use crate::mutate::Mutator;
use crate::targets::{self, Target};
use crate::{found, seeds, self_test, Options, HEAP};

/// The exit code of a target that took too long.
pub(crate) const HANG: i32 = 97;

/// Memory limit of one input in bytes.
const MAX_HEAP: usize = 200 * 1024 * 1024;

/// Wall-clock limit of one input. It is higher than the limit on the processor's time, and finds targets that wait
/// forever.
const MAX_WAIT: Duration = Duration::from_secs(120);

/// The most bytes that the process may map: libraries in C do not use our allocator, and could exhaust the machine.
const MAX_MAPPED: u64 = 4 << 30;

/// How long a fault's input is made smaller.
const MINIMISING: Duration = Duration::from_secs(5);

/// When the input began, in milliseconds of the processor's time.
static BEGAN: AtomicU64 = AtomicU64::new(0);

/// Where the last panic was.
static PANIC: Mutex<Option<String>> = Mutex::new(None);

/// Runs the target that the options name, with mutated seeds or the one input to replay; the number of its faults.
pub(crate) fn run(options: &Options) -> Result<usize, String> {
    let name = options.target.first().ok_or("--target is missing")?;
    let mut all = targets::all().iter().chain(self_test::targets());
    let target = all.find(|target| target.name == name);
    let target = target.ok_or_else(|| format!("there is no target `{name}`: see --list"))?;
    limit(Resource::As, MAX_MAPPED)?;
    limit(Resource::Core, 0)?;
    note_panics(options.replay.is_some());
    watch(options.milliseconds);
    if let Some(path) = &options.replay {
        // Files of the target are removed with this directory. In a run, the parent has the directory.
        let temporary =
            tempfile::tempdir().map_err(|error| format!("cannot make a directory: {error}"))?;
        std::env::set_var("TMPDIR", temporary.path());
        let input =
            fs::read(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
        let fault = fault_of(target, &input);
        println!("{name}: {}", fault.as_deref().unwrap_or("no fault"));
        return Ok(usize::from(fault.is_some()));
    }
    fuzz(target, options)
}

fn limit(resource: Resource, bytes: u64) -> Result<(), String> {
    let maximum = getrlimit(resource).maximum;
    let current = Some(bytes.min(maximum.unwrap_or(bytes)));
    setrlimit(resource, Rlimit { current, maximum })
        .map_err(|error| format!("cannot set a limit: {error}"))
}

fn fuzz(target: &Target, options: &Options) -> Result<usize, String> {
    let current = options.current.as_ref().ok_or("--current is missing")?;
    let seeds = seeds::read(&options.directory.join("seeds").join(target.seeds))?;
    let mut mutator = Mutator::new(&seeds, target, options.seed);
    let end = Instant::now() + Duration::from_secs(options.seconds);
    let (mut known, mut runs, mut slowest) = (BTreeSet::new(), 0_u64, 0);
    while Instant::now() < end {
        let input = mutator.next_input();
        fs::write(current, &input)
            .map_err(|error| format!("cannot write `{}`: {error}", current.display()))?;
        runs += 1;
        let began = processor_time();
        let fault = fault_of(target, &input);
        slowest = slowest.max(processor_time().saturating_sub(began));
        let Some(fault) = fault else {
            continue;
        };
        if known.insert(signature(&fault)) {
            let small = minimised(target, input, &fault);
            let name = format!("{}-{}-{}", target.name, options.seed, known.len());
            let text = found::keep(&options.directory, target.name, &name, &fault, &small)?;
            print!("{text}");
        }
    }
    println!(
        "{:<28} {runs:>8} inputs, {} faults, {} MiB, {slowest} ms for the slowest",
        target.name,
        known.len(),
        most_resident()
    );
    Ok(known.len())
}

/// The fault of the target for this input, if it has one.
fn fault_of(target: &Target, input: &[u8]) -> Option<String> {
    HEAP.reset_peak_usage();
    let before = HEAP.current_usage();
    BEGAN.store(processor_time(), Ordering::SeqCst);
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| (target.run)(input)));
    BEGAN.store(0, Ordering::SeqCst);
    let allocated = HEAP.peak_usage().saturating_sub(before);
    let panicked = PANIC.lock().ok().and_then(|mut place| place.take());
    match (outcome, panicked) {
        (_, Some(place)) => Some(format!("panic at {place}")),
        (Err(_), None) => Some("panic".to_owned()),
        (Ok(Err(broken)), None) => Some(format!("property: {broken}")),
        (Ok(Ok(())), None) if allocated > MAX_HEAP => {
            Some(format!("memory: {} MiB", allocated >> 20))
        }
        (Ok(Ok(())), None) => None,
    }
}

/// Faults with the same signature are reported once: numbers and quoted text change with the input.
fn signature(fault: &str) -> String {
    match fault.strip_prefix("panic at ") {
        Some(place) => place.split(' ').next().unwrap_or_default().to_owned(),
        None => fault
            .split(':')
            .take(2)
            .collect::<String>()
            .chars()
            .filter(|c| !c.is_ascii_digit())
            .take(40)
            .collect(),
    }
}

/// The input without the pieces that the fault does not need.
fn minimised(target: &Target, mut input: Vec<u8>, fault: &str) -> Vec<u8> {
    let (wanted, end) = (signature(fault), Instant::now() + MINIMISING);
    let mut piece = input.len() / 2;
    while piece > 0 {
        let mut at = 0;
        while at < input.len() && Instant::now() < end {
            let rest = &input[(at + piece).min(input.len())..];
            let shorter = [&input[..at], rest].concat();
            match fault_of(target, &shorter) {
                Some(other) if signature(&other) == wanted => input = shorter,
                _ => at += piece,
            }
        }
        piece /= 2;
    }
    input
}

/// For a single input, a panic is reported at once, because some cannot be caught, such as in code for C.
fn note_panics(tell: bool) {
    panic::set_hook(Box::new(move |info| {
        let text = info.payload().downcast_ref::<String>().map(String::as_str);
        let text = text
            .or(info.payload().downcast_ref::<&str>().copied())
            .unwrap_or_default();
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        if tell {
            eprintln!("panic at {place} `{text}`");
        }
        if let Ok(mut first) = PANIC.lock() {
            first.get_or_insert(format!("{place} `{text}`"));
        }
    }));
}

/// Ends the process when one input takes too long.
fn watch(milliseconds: u64) {
    thread::spawn(move || {
        let (mut last, mut since) = (0, Instant::now());
        loop {
            thread::sleep(Duration::from_millis(100));
            let began = BEGAN.load(Ordering::SeqCst);
            if began != last {
                (last, since) = (began, Instant::now());
            }
            let took = processor_time().saturating_sub(began);
            if began > 0 && (took > milliseconds || since.elapsed() > MAX_WAIT) {
                std::process::exit(HANG);
            }
        }
    });
}

/// Time of the processor that the process has used, in milliseconds, at least 1.
fn processor_time() -> u64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let milliseconds = time
        .tv_sec
        .saturating_mul(1000)
        .saturating_add(time.tv_nsec / 1_000_000);
    u64::try_from(milliseconds).unwrap_or_default().max(1)
}

/// The most memory that the process ever had, in MiB, with what libraries in C took.
fn most_resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| {
        line.trim()
            .trim_end_matches("kB")
            .trim()
            .parse::<u64>()
            .ok()
    });
    kib.unwrap_or_default() / 1024
}
