//! Command tests: each runs in its own root, in namespaces, without a daemon and without a network.

mod answers;
mod emulator;
pub(crate) mod environment;
mod folder;
mod inside;
mod job;
pub(crate) mod limits;
mod machine;
mod tidy;
mod user;

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use blob::{Result, ResultExt};
use rootfs::{Image, ImageExt, Root};
use rustix::fs::{openat, Mode, OFlags, CWD};

use crate::config::{CommandTest, Config};
use crate::outcome::{Outcome, Verdict};

use emulator::Means;
use environment::Environment;
use job::{Job, Mount, Run};
use machine::{Done, Machine};

/// How command tests run.
#[derive(Debug)]
pub(crate) struct Options<'a> {
    /// Time limit of each command.
    pub(crate) seconds: u64,
    /// Memory limit of each command in MiB.
    pub(crate) memory: u64,
    /// The emulator for architectures that this machine does not run.
    pub(crate) emulator: Option<&'a Path>,
}

/// Runs the role of a process that was started in namespaces, and returns its exit code. Returns `None` in other
/// processes.
pub(crate) fn inside(mut arguments: impl Iterator<Item = OsString>) -> Option<u8> {
    let first = arguments.nth(1)?;
    (first == inside::INSIDE).then(|| inside::main(arguments))
}

/// The numbers of a command's user and group, for `/fuzz`.
pub(crate) fn user_of(
    text: &str,
    passwd: &str,
    group: &str,
) -> std::result::Result<(u32, u32), String> {
    user::find(text, passwd, group).map(|user| (user.uid, user.gid))
}

/// Runs the command tests of these files in order. `root` is the root of the image, if its layers have been read
/// already. Errors concern the image or a file that a test refers to.
pub(crate) fn run(
    image: &Image,
    root: Option<&Root>,
    configs: &[Config],
    options: &Options<'_>,
) -> Result<Vec<Outcome>> {
    if configs.iter().all(|config| config.commands.is_empty()) {
        return Ok(Vec::new());
    }
    let architecture = image.config().architecture().to_string();
    let means = emulator::find(&architecture, options.emulator);
    let emulation = match means {
        Means::None(reason) => return Ok(skip(configs, &reason)),
        Means::Native => None,
        Means::Emulated(emulation) => Some(emulation),
    };
    let machine = match Machine::find()? {
        Ok(machine) => machine,
        Err(reason) => {
            let reason = format!("this machine allows no private root: {reason}");
            return Ok(skip(configs, &reason));
        }
    };
    if let Some(why) = machine.weakness() {
        let note =
            format!("note: commands run as root of this machine, without its rights: {why}\n");
        let _ = std::io::stderr().write_all(note.as_bytes());
    }
    let mut runner = Runner {
        image,
        root,
        machine,
        job: Job {
            overlay: true,
            emulator: emulation,
            seconds: options.seconds,
            memory: options.memory << 20,
            bytes: limits::OUTPUT,
            socketcall: architecture == "386",
            ..Job::default()
        },
        is_fresh: true,
    };
    runner.unpack()?;
    let mut outcomes = Vec::new();
    for config in configs {
        runner.file(config, &mut outcomes)?;
    }
    Ok(outcomes)
}

fn skip(configs: &[Config], reason: &str) -> Vec<Outcome> {
    let tests = configs
        .iter()
        .flat_map(|config| config.commands.iter().map(move |t| (config, t)));
    let skipped =
        tests.map(|(config, test)| outcome(config, test, Verdict::Skipped(reason.to_owned()), 0.0));
    skipped.collect()
}

fn outcome(config: &Config, test: &CommandTest, verdict: Verdict, seconds: f64) -> Outcome {
    Outcome {
        suite: config.name.clone(),
        name: format!("Command Test: {}", test.name),
        verdict,
        seconds,
    }
}

struct Runner<'a> {
    image: &'a Image,
    root: Option<&'a Root>,
    machine: Machine,
    /// The settings that all tests share.
    job: Job,
    /// Whether no test has written to the unpacked image.
    is_fresh: bool,
}

impl Runner<'_> {
    fn file(&mut self, config: &Config, outcomes: &mut Vec<Outcome>) -> Result<()> {
        let settings = self.image.config().config().as_ref();
        let env = settings
            .and_then(|settings| settings.env().as_deref())
            .unwrap_or_default();
        let global = environment::with_global(&environment::of_image(env), config);
        let own = environment::of_options(config, |key| std::env::var(key).ok())?;
        let user = settings.and_then(|settings| settings.user().clone());
        self.job.user = config.run.user.clone().or(user).unwrap_or_default();
        let workdir = settings.and_then(|settings| settings.working_dir().clone());
        self.job.workdir = format!("/{}", workdir.unwrap_or_default().trim_start_matches('/'));
        self.job.capabilities = inside::USUAL
            .iter()
            .chain(&config.run.capabilities)
            .copied()
            .collect();
        self.job.mounts = mounts(config)?;
        for test in &config.commands {
            let begun = Instant::now();
            let verdict = self.test(test, &global, &own)?;
            outcomes.push(outcome(
                config,
                test,
                verdict,
                begun.elapsed().as_secs_f64(),
            ));
        }
        Ok(())
    }

    fn test(
        &mut self,
        test: &CommandTest,
        global: &Environment,
        own: &Environment,
    ) -> Result<Verdict> {
        let env = environment::of_test(test, global, own);
        let main = environment::words(test, global);
        let all = test.setup.iter().chain([&main]).chain(&test.teardown);
        self.job.commands = all
            .map(|words| Run {
                words: words.clone(),
                env: env.clone(),
            })
            .collect();
        let ids = match self.only_user() {
            Ok(ids) => ids,
            Err(cause) => {
                return Ok(Verdict::Failed(vec![answers::cannot_run(&main, &cause)]));
            }
        };
        let done = match self.once(ids, test.setup.len())? {
            Done::NoOverlay => {
                // Without an overlay, each test gets its own copy of the image.
                self.job.overlay = false;
                self.once(ids, test.setup.len())?
            }
            done => done,
        };
        match done {
            Done::Refused(reason) => Ok(Verdict::Skipped(format!(
                "this machine allows no private root: {reason}"
            ))),
            Done::NoOverlay => Ok(Verdict::Skipped("this machine mounts no root".to_owned())),
            Done::Ran(ended, said) => {
                let problems = answers::judge(test, &self.job.commands, &ended, &said);
                Ok(Verdict::of(problems))
            }
        }
    }

    /// Unpacks the image. Without a known root, its layers are read twice.
    fn unpack(&self) -> Result<()> {
        let (folder, owners) = (self.machine.image(), self.machine.owners());
        match self.root {
            Some(root) => self.image.unpack_root_for(root, &folder, owners),
            None => {
                let root = self.image.read(&mut [])?;
                self.image.unpack_root_for(&root, &folder, owners)
            }
        }
    }

    fn once(&mut self, ids: (u32, u32), wanted: usize) -> Result<Done> {
        if !self.job.overlay {
            if !self.is_fresh {
                self.machine.clear();
                self.unpack()?;
            }
            self.is_fresh = false;
        }
        self.machine.run(&self.job, ids, wanted)
    }

    /// The user and group to map if only one can be mapped.
    fn only_user(&self) -> std::result::Result<(u32, u32), String> {
        if !self.machine.has_one_user() {
            return Ok((0, 0));
        }
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let root = openat(CWD, self.machine.image(), flags, Mode::empty());
        let root = root.map_err(|error| format!("cannot open the root: {error}"))?;
        let user = user::User::find(&root, &self.job.user)?;
        Ok((user.uid, user.gid))
    }
}

/// The bind mounts of a test. Their sources are relative to the working directory of the tool.
fn mounts(config: &Config) -> Result<Vec<Mount>> {
    let mounts = config.run.bind_mounts.iter().map(|mount| {
        let source = std::fs::canonicalize(&mount.source).cannot("mount", &mount.source)?;
        Ok(Mount {
            source: source.display().to_string(),
            target: mount.target.clone(),
            read_only: mount.read_only,
        })
    });
    mounts.collect()
}
