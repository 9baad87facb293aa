//! Command tests: each runs in its own container, without a daemon and without a network.

mod expectations;

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use blob::{Result, ResultExt};
use container_run::{
    limits, Container, Execution, Job, JobResult, Mount, Process, DEFAULT_CAPABILITIES,
};
use rootfs::{Image, ImageExt, Owners, Root};

use crate::config::{CommandTest, Config};
use crate::environment::{self, Environment};
use crate::outcome::{Outcome, Verdict};

/// Default of `--memory`, in MiB.
pub(crate) const DEFAULT_MEMORY: u64 = limits::MEMORY;

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
    let emulator = match Execution::of(&architecture, options.emulator) {
        Execution::Unavailable(reason) => return Ok(skip(configs, &reason)),
        Execution::Native => None,
        Execution::Emulated(emulator) => Some(emulator),
    };
    let unpack = |directory: &Path, owners| unpack(image, root, directory, owners);
    let container = match Container::new(unpack)? {
        Ok(container) => container,
        Err(reason) => return Ok(skip(configs, &cannot_isolate(&reason))),
    };
    if let Some(why) = container.root_warning() {
        let note =
            format!("note: commands run as root of this machine, with few capabilities: {why}\n");
        let _ = std::io::stderr().write_all(note.as_bytes());
    }
    let mut runner = Runner {
        image,
        container,
        job: Job {
            architecture,
            emulator,
            timeout_seconds: options.seconds,
            memory_bytes: options.memory << 20,
            ..Job::default()
        },
    };
    let mut outcomes = Vec::new();
    for config in configs {
        runner.run_file(config, &mut outcomes)?;
    }
    Ok(outcomes)
}

/// Unpacks the image. Without a known root, its layers are read twice.
fn unpack(image: &Image, root: Option<&Root>, directory: &Path, owners: Owners) -> Result<()> {
    match root {
        Some(root) => image.unpack_root_for(root, directory, owners),
        None => {
            let root = image.read(&mut [])?;
            image.unpack_root_for(&root, directory, owners)
        }
    }
}

fn cannot_isolate(reason: &str) -> String {
    format!("this machine cannot isolate commands: {reason}")
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
    container: Container<'a>,
    /// The settings that all tests share.
    job: Job,
}

impl Runner<'_> {
    fn run_file(&mut self, config: &Config, outcomes: &mut Vec<Outcome>) -> Result<()> {
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
        self.job.capabilities = DEFAULT_CAPABILITIES
            .iter()
            .chain(&config.run.capabilities)
            .copied()
            .collect();
        self.job.mounts = mounts(config)?;
        for test in &config.commands {
            let begun = Instant::now();
            let verdict = self.run_test(test, &global, &own)?;
            outcomes.push(outcome(
                config,
                test,
                verdict,
                begun.elapsed().as_secs_f64(),
            ));
        }
        Ok(())
    }

    fn run_test(
        &mut self,
        test: &CommandTest,
        global: &Environment,
        own: &Environment,
    ) -> Result<Verdict> {
        let env = environment::of_test(test, global, own);
        let main = environment::words(test, global);
        let all = test.setup.iter().chain([&main]).chain(&test.teardown);
        self.job.commands = all
            .map(|args| Process {
                args: args.clone(),
                env: env.clone(),
            })
            .collect();
        Ok(match self.container.run(&self.job, test.setup.len())? {
            JobResult::NoUser(cause) => {
                Verdict::Failed(vec![expectations::cannot_run(&main, &cause)])
            }
            JobResult::Refused(reason) => Verdict::Skipped(cannot_isolate(&reason)),
            JobResult::Ran { commands, output } => {
                let problems = expectations::problems(test, &self.job.commands, &commands, &output);
                Verdict::of(problems)
            }
        })
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
