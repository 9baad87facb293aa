//! The isolation of an image's commands: their effects on the machine, and the limits on its resources.

#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use support::{debug_layout, run, tool};
use testkit::{Outcome, Workspace};

/// Runs a shell script in a debug image; `None` if there is no image. The script is a file, because variables in the
/// words of a command are replaced.
fn script(script: &str, fields: &str, options: &[&str]) -> Option<Outcome> {
    let layout = debug_layout(true)?;
    let workspace = Workspace::new();
    let mut run_options = "bindMounts: ['script:/script:ro', 'open:/open']".to_owned();
    if script.contains("mount") {
        run_options += ", capabilities: [SYS_ADMIN, SYS_MODULE, SYS_TIME, SYS_BOOT, SYSLOG]";
    }
    workspace.write(
        "tests.yaml",
        format!("schemaVersion: 2.0.0\ncommandTests:\n- name: a\n  command: sh\n  args: [/script]\n{fields}containerRunOptions: {{{run_options}}}\n"),
    );
    workspace.write("script", script);
    workspace.write("open", "");
    let writable = fs::Permissions::from_mode(0o666);
    fs::set_permissions(workspace.path("open"), writable).unwrap();
    let mut command = tool();
    command
        .arg("--layout")
        .arg(layout)
        .args(["--config=tests.yaml", "--name=image"]);
    command.args(options).current_dir(workspace.path(""));
    Some(run(&mut command))
}

/// The script must succeed with this output.
fn pass(text: &str, expected: &str) {
    let fields = format!("  expectedOutput: ['^{expected}$']\n");
    if let Some(outcome) = script(text, &fields, &[]) {
        assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
    }
}

/// The report about the script must contain this text.
fn fail(text: &str, options: &[&str], expected: &str) {
    if let Some(outcome) = script(text, "", options) {
        assert_eq!(outcome.code, 1, "{}{}", outcome.stdout, outcome.stderr);
        assert!(outcome.stdout.contains(expected), "{}", outcome.stdout);
    }
}

#[test]
fn the_kernel_of_the_machine_is_protected() {
    // The script opens files for writing, but writes nothing.
    pass(
        r#"for file in /proc/sys/kernel/core_pattern /proc/sys/kernel/modprobe /proc/sys/kernel/hotplug \
            /proc/sys/kernel/panic /proc/sys/vm/drop_caches /proc/sys/fs/binfmt_misc/register /proc/sysrq-trigger \
            /proc/irq/default_smp_affinity /proc/mtrr /proc/kcore /proc/kmsg /proc/keys /proc/timer_list /proc/scsi/scsi \
            /proc/acpi/wakeup /proc/pressure/memory /sys/kernel/uevent_helper /sys/power/state; do
          if test -e $file && (: >> $file) 2>/dev/null; then echo "opened $file"; fi
        done
        for directory in /proc/sys /proc/bus /proc/irq /proc/fs /proc/acpi /proc/scsi; do
          if (: > $directory/image_test) 2>/dev/null; then echo "made a file in $directory"; fi
        done
        for file in /proc/kcore /proc/keys /proc/timer_list /proc/kmsg /proc/interrupts; do
          if test -e $file && head -c 1 $file 2>/dev/null | grep -q .; then echo "read $file"; fi
        done
        for directory in /proc/acpi /proc/scsi /proc/asound; do
          if test -d $directory && ls $directory | grep -q .; then echo "saw $directory"; fi
        done
        ls /sys"#,
        "",
    );
}

#[test]
fn kernel_files_that_programs_need_are_available() {
    pass(
        r#"head -c 9 /proc/meminfo; grep -c processor /proc/cpuinfo >/dev/null && cat /proc/sys/kernel/ostype
        cat /proc/loadavg >/dev/null && cat /proc/self/comm
        echo 500 > /proc/self/oom_score_adj 2>/dev/null; printf named > /proc/self/comm && cat /proc/$$/comm
        test -r /proc/sys/vm/overcommit_memory && test -r /proc/mounts && ls /proc/sys/net >/dev/null"#,
        "MemTotal:Linux\\ncat\\nnamed\\n",
    );
}

#[test]
fn no_privileges_can_be_gained() {
    pass(
        r#"grep NoNewPrivs /proc/self/status
        cp /busybox/busybox /tmp/own 2>/dev/null; chmod 4755 /tmp/own
        while read -r _ directory _ options _; do
          case $directory,$options in
            /,*nosuid*nodev*) echo root;;
            /dev,*nosuid*nodev*) echo dev;;
            /dev/shm,*nosuid*nodev*noexec*) echo shm;;
          esac
        done < /proc/mounts
        mknod /tmp/disk b 8 0 && head -c 1 /tmp/disk; mknod /dev/memory c 1 1 && head -c 1 /dev/memory; true"#,
        "NoNewPrivs:\\t1\\nroot\\ndev\\nshm\\n",
    );
}

#[test]
fn namespaces_mounts_and_the_clock_are_denied() {
    // The filter applies to every capability that a test requests.
    pass(
        r#"unshare -U true 2>/dev/null && echo a user namespace
        unshare -m true 2>/dev/null && echo a mount namespace
        unshare -n true 2>/dev/null && echo a network namespace
        mount -t tmpfs none /tmp 2>/dev/null && echo a mount
        mount -o remount,bind,rw /proc/sys 2>/dev/null && echo a writable /proc/sys
        umount /proc/sys 2>/dev/null && echo without the mount on /proc/sys
        umount -l /dev 2>/dev/null && echo without /dev
        nsenter -t 1 -m true 2>/dev/null && echo a namespace of another
        pivot_root /tmp /tmp/a 2>/dev/null && echo another root
        date -s 2001-01-01 >/dev/null 2>&1; test "$(date +%Y)" = 2001 && echo another time
        hostname other 2>/dev/null && echo another name
        swapoff -a 2>/dev/null; swapon /tmp 2>/dev/null && echo a place to swap
        insmod /tmp/a 2>/dev/null && echo a module
        dmesg >/dev/null 2>&1 && echo the words of the kernel
        (: >> /proc/sys/kernel/core_pattern) 2>/dev/null && echo the kernel
        hostname"#,
        "image-test\\n",
    );
}

#[test]
fn root_of_the_image_is_an_unknown_user_of_this_machine() {
    let text = "cat /proc/self/uid_map; ls -ldn /etc/passwd /home/nonroot; exit 1";
    let Some(outcome) = script(text, "", &[]) else {
        return;
    };
    // A sandbox may have only one user, which is reported.
    if outcome.stderr.is_empty() && fs::metadata("/proc/self").is_ok_and(|_| is_root()) {
        assert!(
            outcome.stdout.contains(" 0 2147418112 2147418112"),
            "{}",
            outcome.stdout
        );
        for owner in ["1 0        0  ", "65532    65532"] {
            assert!(outcome.stdout.contains(owner), "{}", outcome.stdout);
        }
    } else if is_root() {
        let note = "note: commands run as root of this machine, with few capabilities: ";
        assert!(outcome.stderr.starts_with(note), "{}", outcome.stderr);
    }
}

/// Whether there is only one user, as in Bazel's sandbox.
fn has_one_user() -> bool {
    let map = fs::read_to_string("/proc/self/uid_map").unwrap();
    map.split_whitespace().nth(2) == Some("1")
}

/// Whether this is root of the whole machine.
fn is_root() -> bool {
    let map = fs::read_to_string("/proc/self/uid_map").unwrap();
    let status = fs::read_to_string("/proc/self/status").unwrap();
    map.split_whitespace().take(2).eq(["0", "0"]) && status.contains("\nUid:\t0\t0")
}

#[test]
fn memory_has_a_limit() {
    let begun = Instant::now();
    fail(
        "tail /dev/zero",
        &["--memory=64"],
        "it used more than 67108864 bytes of memory",
    );
    // Each process stays below the limit for all of them.
    fail(
        "for i in 1 2 3 4 5 6 7 8; do head -c 16777216 /dev/zero | tail -c 16777216 | (sleep 5; cat) >/dev/null & done; wait",
        &["--memory=64"],
        "it used more than 67108864 bytes of memory",
    );
    assert!(begun.elapsed() < Duration::from_secs(60));
}

#[test]
fn files_have_a_limit() {
    fail(
        "for i in 1 2 3 4; do head -c 16777216 /dev/zero > /tmp/$i || exit 1; done",
        &["--memory=64"],
        "the commands of a test reached the limit of 33554432 bytes and 524288 files",
    );
    // A mounted file of this machine has a limit as well.
    let text = "head -c 50000000 /dev/zero > /open; wc -c < /open";
    let expected = "  expectedOutput: ['^33554432\\n$']\n";
    if let Some(outcome) = script(text, expected, &["--memory=64"]) {
        assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
    }
    pass(
        "head -c 100000000 /dev/zero 2>/dev/null > /dev/shm/a; wc -c < /dev/shm/a",
        "67108864\\n",
    );
}

#[test]
fn processes_have_a_limit() {
    if has_one_user() {
        // The kernel does not limit the processes of root of the machine (setrlimit(2), `RLIMIT_NPROC`): the fork bomb
        // would affect other tests before it is noticed.
        eprintln!("NOT TESTED: this sandbox has no other user");
        return;
    }
    let begun = Instant::now();
    fail(
        "bomb() { bomb & bomb & sleep 50; }\nbomb",
        &["--timeout=60"],
        "it had more than 2048 processes and threads",
    );
    assert!(begun.elapsed() < Duration::from_secs(50));
}

#[test]
fn open_files_of_the_caller_are_not_passed_on() {
    let Some(layout) = debug_layout(true) else {
        return;
    };
    let workspace = Workspace::new();
    let test = "commandTests: [{name: a, command: sh, args: [-c, 'ls /proc/1/fd; ls /proc/self/fd/9/'], exitCode: 1, expectedOutput: ['^0\\n1\\n2\\n$']}]\n";
    workspace.write("tests.yaml", format!("schemaVersion: 2.0.0\n{test}"));
    let tool = tool();
    let mut command = Command::new("sh");
    command
        .args(["-c", "exec 9</etc; exec \"$@\"", "sh"])
        .arg(tool.get_program());
    command
        .arg("--layout")
        .arg(layout)
        .arg("--config=tests.yaml");
    let outcome = run(command.current_dir(workspace.path("")));
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
}

/// Starts a long test with a new temporary directory, and waits for its command to start.
fn started(workspace: &Workspace, layout: &Path) -> std::process::Child {
    let test = "commandTests: [{name: a, command: sh, args: [-c, 'sleep 12345']}]\n";
    workspace.write("tests.yaml", format!("schemaVersion: 2.0.0\n{test}"));
    fs::create_dir_all(workspace.path("temporary")).unwrap();
    let mut command = tool();
    command
        .arg("--layout")
        .arg(layout)
        .arg("--config=tests.yaml");
    command
        .current_dir(workspace.path(""))
        .env("TMPDIR", workspace.path("temporary"));
    command.env_remove("TEST_TMPDIR");
    let child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_for(|| {
        let directories = fs::read_dir(workspace.path("temporary")).unwrap().flatten();
        directories
            .into_iter()
            .any(|directory| directory.path().join("out-0").exists())
    });
    child
}

fn wait_for(condition: impl Fn() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "the condition is not met in time"
        );
        sleep(Duration::from_millis(20));
    }
}

fn is_empty(directory: &Path) -> bool {
    fs::read_dir(directory).unwrap().next().is_none()
}

#[test]
fn a_killed_run_leaves_nothing() {
    let Some(layout) = debug_layout(true) else {
        return;
    };
    for signal in ["-KILL", "-TERM", "-INT"] {
        let workspace = Workspace::new();
        let mut child = started(&workspace, &layout);
        let status = Command::new("kill")
            .args([signal, &child.id().to_string()])
            .status();
        assert!(status.unwrap().success());
        child.wait().unwrap();
        wait_for(|| is_empty(&workspace.path("temporary")));
        wait_for(|| !is_running(&workspace.path("").display().to_string()));
    }
}

/// Whether a process of the tool still runs for this directory.
fn is_running(path: &str) -> bool {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let mut texts = processes.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    texts.any(|text| {
        let text = String::from_utf8_lossy(&text).into_owned();
        text.contains("--inside") && text.contains(path)
    })
}

#[test]
fn the_next_run_removes_the_directory_of_a_killed_run() {
    let Some(layout) = debug_layout(true) else {
        return;
    };
    let workspace = Workspace::new();
    let left = workspace.path("temporary/image_test-left");
    fs::create_dir_all(left.join("image/etc")).unwrap();
    let mut child = started(&workspace, &layout);
    assert!(!left.exists());
    // A second run at the same time does not remove files of the first.
    let second = workspace.path("second.yaml");
    fs::write(
        &second,
        "schemaVersion: 2.0.0\ncommandTests: [{name: a, command: 'true'}]\n",
    )
    .unwrap();
    let mut command = tool();
    command
        .arg("--layout")
        .arg(&layout)
        .arg("--config")
        .arg(&second);
    command
        .env_remove("TEST_TMPDIR")
        .env("TMPDIR", workspace.path("temporary"));
    let outcome = run(&mut command);
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
    assert_eq!(
        fs::read_dir(workspace.path("temporary")).unwrap().count(),
        1
    );
    assert!(child.try_wait().unwrap().is_none());
    child.kill().unwrap();
    child.wait().unwrap();
    wait_for(|| is_empty(&workspace.path("temporary")));
}
