//! The maintainer scripts and triggers that dpkg runs at a first installation, and which of their effects an image has.
//!
//! dpkg runs `preinst` and `postinst` (Policy 6.1, 6.5), and triggers (deb-triggers(5)). `prerm` and `postrm` only run
//! later, and `config` only asks questions.

mod effects;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use blob::{Result, ResultExt};
use deb::{ControlFile, Package};
use image_facts::{PackageId, SourcePackage};

use effects::{Effect, EFFECTS};

/// The scripts of a first installation, in the order in which dpkg runs them.
const SCRIPTS: [&str; 2] = ["preinst", "postinst"];

/// The loader's cache, which the trigger `ldconfig` writes.
const LOADER_CACHE: &str = "etc/ld.so.cache";

/// The identity of a package, and its scripts.
pub(crate) struct Installation {
    pub(crate) package: PackageId,
    /// The source package, if its name or version differs from that of the package.
    pub(crate) source: Option<SourcePackage>,
    files: BTreeMap<String, ControlFile>,
}

/// A script or trigger, and whether the image has its effects.
pub(crate) struct Verdict {
    /// Its name: `postinst` or `trigger ldconfig`.
    pub(crate) what: String,
    /// Whether it is a trigger.
    pub(crate) is_trigger: bool,
    pub(crate) outcome: Outcome,
}

pub(crate) enum Outcome {
    /// It has no effect at a first installation, for this reason.
    Nothing(&'static str),
    /// The image has all files that it creates: these paths.
    Reproduced(Vec<&'static str>),
    /// The image does not have all files that it creates.
    Lacks {
        missing: Vec<&'static str>,
        present: Vec<&'static str>,
    },
    /// Its effect is unknown: this number of its lines are commands.
    Unknown(usize),
}

impl Installation {
    /// Reads the control files of a package; does not unpack its data.
    pub(crate) fn read(path: &Path, shown: &Path) -> Result<Self> {
        let file = std::fs::File::open(path).cannot("read", shown.display())?;
        let mut package = Package::open(std::io::BufReader::new(file))
            .map_err(|error| error.within("read", shown.display()))?;
        let control = package.control().clone();
        let files = package.take_control_files();
        let text = files.get("control").map(|file| file.content.as_slice());
        let text = String::from_utf8_lossy(text.unwrap_or_default()).into_owned();
        let source = deb::paragraphs(&text)
            .next()
            .and_then(|paragraph| paragraph.ok()?.get("Source").map(SourcePackage::parse));
        Ok(Self {
            package: PackageId {
                name: control.name.to_string(),
                version: control.version.to_string(),
                architecture: control.architecture.to_string(),
            },
            source,
            files,
        })
    }

    /// The scripts and triggers that would run, and which of their effects the image has. `has` returns whether the
    /// image has a path.
    pub(crate) fn verdicts(&self, has: &dyn Fn(&str) -> bool) -> Vec<Verdict> {
        let scripts = SCRIPTS.iter().filter_map(|name| {
            let lines = acting_lines(&self.files.get(*name)?.content);
            let effect = EFFECTS
                .iter()
                .find(|effect| effect.is_of(&self.package.name, name));
            let outcome = match (lines, effect) {
                (0, _) => Outcome::Nothing("it only cleans up after older versions"),
                (_, Some(effect)) => outcome(effect, has),
                (lines, None) => Outcome::Unknown(lines),
            };
            let what = (*name).to_owned();
            Some(Verdict {
                what,
                is_trigger: false,
                outcome,
            })
        });
        scripts.chain(self.triggers(has)).collect()
    }

    fn triggers(&self, has: &dyn Fn(&str) -> bool) -> Vec<Verdict> {
        let triggers = self
            .files
            .get("triggers")
            .map(|file| file.content.as_slice());
        let text = String::from_utf8_lossy(triggers.unwrap_or_default()).into_owned();
        let mut names = BTreeSet::new();
        for line in text.lines() {
            if let Some((directive, name)) = line.trim().split_once(' ') {
                if directive.starts_with("activate") {
                    names.insert(name.trim().to_owned());
                }
            }
        }
        let verdict = |name: String| Verdict {
            outcome: match (name.as_str(), has(LOADER_CACHE)) {
                ("ldconfig", true) => Outcome::Reproduced(vec![LOADER_CACHE]),
                ("ldconfig", false) => Outcome::Lacks {
                    missing: vec![LOADER_CACHE],
                    present: Vec::new(),
                },
                _ => Outcome::Unknown(1),
            },
            what: format!("trigger {name}"),
            is_trigger: true,
        };
        names.into_iter().map(verdict).collect()
    }
}

fn outcome(effect: &Effect, has: &dyn Fn(&str) -> bool) -> Outcome {
    if effect.makes.is_empty() {
        return Outcome::Nothing(effect.why);
    }
    let (present, missing): (Vec<_>, Vec<_>) = effect.makes.iter().partition(|path| has(path));
    if missing.is_empty() {
        Outcome::Reproduced(present)
    } else {
        Outcome::Lacks { missing, present }
    }
}

/// The number of commands in a shell script. Comments, `set -e`, `exit 0`, and calls of dpkg-maintscript-helper, which
/// only handle older versions (dpkg-maintscript-helper(1)), do not count. A script in another language counts as one
/// line.
fn acting_lines(script: &[u8]) -> usize {
    let text = match std::str::from_utf8(script) {
        Ok(text) if text.starts_with("#!") => text,
        _ => return 1,
    };
    let text = text.replace("\\\n", " ");
    text.lines().filter(|line| acts(line.trim())).count()
}

fn acts(line: &str) -> bool {
    let idle = line.is_empty() || line.starts_with('#') || line == "exit 0" || line == ":";
    let options = line.strip_prefix("set ").is_some_and(|options| {
        let options = options.strip_prefix('-').unwrap_or_default();
        !options.is_empty() && options.bytes().all(|option| b"eux".contains(&option))
    });
    let mut words = line.split_whitespace();
    let helper = words.next() == Some("dpkg-maintscript-helper")
        && matches!(
            words.next(),
            Some("rm_conffile" | "mv_conffile" | "symlink_to_dir" | "dir_to_symlink")
        )
        && !line.contains([';', '|', '&']);
    !(idle || options || helper)
}

/// The line of a report.
pub(crate) fn line(outcome: &Outcome) -> String {
    let paths = |paths: &[&str]| {
        let mut list = String::new();
        for path in paths {
            // Writing to a string cannot fail.
            let _ = write!(list, " /{path}");
        }
        list
    };
    match outcome {
        Outcome::Nothing(why) => (*why).to_owned(),
        Outcome::Reproduced(present) => format!("the image has{}", paths(present)),
        Outcome::Lacks { missing, present } if present.is_empty() => {
            format!("the image lacks{}", paths(missing))
        }
        Outcome::Lacks { missing, present } => {
            format!(
                "the image lacks{}; it has{}",
                paths(missing),
                paths(present)
            )
        }
        Outcome::Unknown(1) => "its effect is unknown and not reproduced".to_owned(),
        Outcome::Unknown(lines) => {
            format!("the effect of its {lines} lines is unknown and not reproduced")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleanup_after_older_versions_does_not_act() {
        let script = "#!/bin/sh\nset -e\n# Automatically added\n\
                      dpkg-maintscript-helper rm_conffile /etc/a \\\n  2.37-7\\~ -- \"$@\"\nexit 0\n";
        assert_eq!(acting_lines(script.as_bytes()), 0);
        for acting in [
            "ldconfig",
            "dpkg-maintscript-helper rm_conffile /etc/a 1 -- \"$@\"; reboot",
            "dpkg-maintscript-helper supports dir_to_symlink",
            "set -- a b",
            "set",
        ] {
            assert!(acts(acting), "{acting}");
        }
        assert_eq!(acting_lines(b"\x7fELF"), 1);
    }

    #[test]
    fn each_effect_is_found_by_one_row() {
        for (index, effect) in EFFECTS.iter().enumerate() {
            let name = effect.package.replace('*', "0");
            let found = EFFECTS
                .iter()
                .position(|other| other.is_of(&name, effect.script));
            assert_eq!(found, Some(index), "{}", effect.package);
            assert_eq!(
                effect.makes.is_empty(),
                !effect.why.is_empty(),
                "{}",
                effect.package
            );
        }
    }
}
