//! Runs programs of this machine in containers. The test program has its own `main` function, because the processes in
//! the namespaces run it again.

#![allow(clippy::panic, clippy::print_stderr, clippy::unwrap_used)]

use std::fs;
use std::os::unix::fs::{chown, symlink};
use std::path::Path;
use std::process::ExitCode;

use container_run::{
    run_role, Container, Job, JobResult, Mount, Output, Process, DEFAULT_CAPABILITIES, HOST_NAME,
};

/// A test, with its name.
type Test = (&'static str, fn(&mut Container<'_>));

const TESTS: [Test; 6] = [
    ("commands share a root", commands_share_a_root),
    ("jobs do not share writes", jobs_do_not_share_writes),
    ("output and exit code", output_and_exit_code),
    ("a command that cannot start", a_command_that_cannot_start),
    ("time limit", time_limit),
    ("users", users),
];

fn main() -> ExitCode {
    if let Some(code) = run_role(std::env::args_os()) {
        return ExitCode::from(code);
    }
    let container = Container::new(|directory, owners| {
        make_root(directory);
        own(directory, owners.of(0));
        Ok(())
    });
    let mut container = match container.unwrap() {
        Ok(container) => container,
        Err(reason) => {
            eprintln!("NOT TESTED: {reason}");
            return ExitCode::SUCCESS;
        }
    };
    for (name, test) in TESTS {
        eprintln!("test {name}");
        test(&mut container);
    }
    ExitCode::SUCCESS
}

/// A root with users, and without programs.
fn make_root(directory: &Path) {
    fs::create_dir_all(directory.join("etc")).unwrap();
    fs::write(directory.join("etc/passwd"), "root:x:0:0::/root:\n").unwrap();
    symlink("passwd", directory.join("etc/link")).unwrap();
}

/// Changes the owner of a tree. Users other than root cannot do that, and need not.
fn own(path: &Path, id: Option<u32>) {
    let _ = chown(path, id, id);
    let is_directory = fs::symlink_metadata(path).unwrap().is_dir();
    let entries = is_directory.then(|| fs::read_dir(path).unwrap());
    for entry in entries.into_iter().flatten() {
        let entry = entry.unwrap();
        if !entry.file_type().unwrap().is_symlink() {
            own(&entry.path(), id);
        }
    }
}

/// The programs and libraries of this machine.
fn machine() -> Vec<Mount> {
    let directories = ["/bin", "/lib", "/lib64", "/usr"].into_iter();
    let existing = directories.filter_map(|path| Some((path, fs::canonicalize(path).ok()?)));
    existing
        .map(|(target, source)| Mount {
            source: source.display().to_string(),
            target: target.to_owned(),
            read_only: true,
        })
        .collect()
}

/// A job that runs these scripts with a shell.
fn job(scripts: &[&str]) -> Job {
    let command = |script: &&str| Process {
        args: ["sh", "-c", script].map(str::to_owned).to_vec(),
        env: vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned())],
    };
    Job {
        commands: scripts.iter().map(command).collect(),
        workdir: "/".to_owned(),
        capabilities: DEFAULT_CAPABILITIES.to_vec(),
        mounts: machine(),
        timeout_seconds: 60,
        memory_bytes: 1 << 30,
        ..Job::default()
    }
}

/// Runs a job, which must run all of its commands. Returns the output of the last one.
fn run(container: &mut Container<'_>, job: &Job) -> Output {
    let last = job.commands.len() - 1;
    match container.run(job, last).unwrap() {
        JobResult::Ran { commands, output } => {
            assert_eq!(commands.len(), job.commands.len(), "{commands:?}");
            assert!(commands.iter().all(|c| c.problem.is_none()), "{commands:?}");
            output
        }
        other => panic!("{other:?}"),
    }
}

/// The problem of the only command of a job.
fn problem(container: &mut Container<'_>, job: &Job) -> String {
    match container.run(job, 0).unwrap() {
        JobResult::Ran { commands, .. } => commands[0].problem.clone().unwrap(),
        other => panic!("{other:?}"),
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn commands_share_a_root(container: &mut Container<'_>) {
    let output = run(
        container,
        &job(&["echo a >/new", "rm /etc/link", "cat /new; ls /etc"]),
    );
    assert_eq!(text(&output.stdout), "a\npasswd\n");
}

fn jobs_do_not_share_writes(container: &mut Container<'_>) {
    let output = run(container, &job(&["ls /etc; ls /new; hostname; true"]));
    assert_eq!(text(&output.stdout), format!("link\npasswd\n{HOST_NAME}\n"));
    assert!(text(&output.stderr).contains("/new"));
}

fn output_and_exit_code(container: &mut Container<'_>) {
    let output = run(container, &job(&["echo out; echo err >&2; exit 3"]));
    let expected = Output {
        code: 3,
        stdout: b"out\n".to_vec(),
        stderr: b"err\n".to_vec(),
    };
    assert_eq!(output, expected);
}

fn a_command_that_cannot_start(container: &mut Container<'_>) {
    let mut job = job(&["true"]);
    for (program, expected) in [
        ("/etc/none", "the image has no such file"),
        ("/etc/passwd", "it is not a file that this user may execute"),
        (
            "no-such-program",
            "it is in no directory of PATH, `/usr/bin:/bin`",
        ),
    ] {
        job.commands[0].args = vec![program.to_owned()];
        assert_eq!(problem(container, &job), expected);
    }
}

fn time_limit(container: &mut Container<'_>) {
    let mut job = job(&["sleep 100"]);
    job.timeout_seconds = 1;
    assert_eq!(problem(container, &job), "it did not end in 1 seconds");
}

fn users(container: &mut Container<'_>) {
    let mut job = job(&["id -u; id -g; pwd"]);
    job.workdir = "/work/directory".to_owned();
    assert_eq!(
        text(&run(container, &job).stdout),
        "0\n0\n/work/directory\n"
    );
    job.user = "7:8".to_owned();
    assert!(text(&run(container, &job).stdout).starts_with("7\n8\n"));
    job.user = "nobody".to_owned();
    let expected = "the image's /etc/passwd has no user `nobody`";
    match container.run(&job, 0).unwrap() {
        JobResult::NoUser(cause) => assert_eq!(cause, expected),
        JobResult::Ran { commands, .. } => {
            assert_eq!(commands[0].problem.as_deref(), Some(expected));
        }
        other => panic!("{other:?}"),
    }
}
