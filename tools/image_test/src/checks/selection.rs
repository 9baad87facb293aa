//! The checks that the options request, and whether the options fit them.

use blob::{Error, Result};
use clap::builder::{PossibleValue, PossibleValuesParser};

use super::check::Check;
use super::options::{CheckFlags, Profile};
use super::registry::{ALL, CHECKS};
use super::{closure, layers, programs, scanner, variants};

/// The values of `--check`.
pub(crate) fn names() -> PossibleValuesParser {
    let checks = CHECKS
        .iter()
        .map(|check| PossibleValue::new(check.name).help(check.help));
    let all = "All of these checks; `scanner` only with --scanner or --scanned, `variants` only with --against or --relation";
    PossibleValuesParser::new(checks.chain([PossibleValue::new(ALL).help(all)]))
}

impl CheckFlags {
    /// The requested checks in the order of the registry, each once.
    pub(crate) fn checks(&self) -> Vec<&'static Check> {
        let is_named = |name: &str| self.check.iter().any(|check| check == name);
        let checks = CHECKS.iter().copied();
        checks
            .filter(|check| is_named(check.name) || (is_named(ALL) && (check.is_in_all)(self)))
            .collect()
    }

    /// Whether the options are consistent.
    pub(crate) fn validate(&self, checks: &[&Check]) -> Result<()> {
        let wrong =
            |flag: &str, cause: &str, hint: &str| Err(Error::cannot("use", flag, cause).hint(hint));
        let no_effect = |flag: &str, check: &str| {
            let cause = format!("it has no effect without `--check {check}`");
            let hint = format!("remove it, or add `--check {check}`");
            wrong(flag, &cause, &hint)
        };
        let has = |wanted: &Check| checks.iter().any(|check| check.name == wanted.name);
        match (
            has(&variants::CHECK),
            self.against.is_empty(),
            self.relation,
        ) {
            (true, true, _) => wrong(
                "--check variants",
                "it needs `--against`",
                "name the other image with `--against PATH`",
            ),
            (true, _, None) => wrong(
                "--check variants",
                "it needs `--relation`",
                "set the relation to the other image with `--relation`",
            ),
            (false, false, _) => no_effect("--against", "variants"),
            (false, _, Some(_)) => no_effect("--relation", "variants"),
            _ if has(&scanner::CHECK) && self.scanner.is_none() && self.scanned.is_none() => wrong(
                "--check scanner",
                "it needs `--scanner` or `--scanned`",
                "name the program with `--scanner`, or its SBOM with `--scanned`",
            ),
            _ if (self.scanner.is_some() || self.scanned.is_some()) && !has(&scanner::CHECK) => {
                no_effect("--scanner", "scanner")
            }
            _ if self.index.is_some() && !has(&closure::CHECK) => no_effect("--index", "closure"),
            _ if self.debug && !has(&programs::CHECK) => no_effect("--debug", "programs"),
            _ if self.profile != Profile::Default && !has(&layers::CHECK) => {
                no_effect("--profile", "layers")
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::options::Relation;
    use super::*;

    fn flags(checks: &[&str]) -> CheckFlags {
        CheckFlags {
            check: checks.iter().map(|name| (*name).to_owned()).collect(),
            ..CheckFlags::default()
        }
    }

    fn refused(flags: &CheckFlags) -> String {
        flags.validate(&flags.checks()).unwrap_err().to_string()
    }

    #[test]
    fn options_without_effect_are_refused() {
        let layers = || flags(&["layers"]);
        let variants = || flags(&["variants"]);
        for (flags, message) in [
            (
                variants(),
                "cannot use `--check variants`: it needs `--against`\nhint: name the other image with `--against PATH`",
            ),
            (
                CheckFlags {
                    against: vec!["x".into()],
                    ..variants()
                },
                "cannot use `--check variants`: it needs `--relation`\nhint: set the relation to the other image with `--relation`",
            ),
            (
                CheckFlags {
                    against: vec!["x".into()],
                    ..layers()
                },
                "cannot use `--against`: it has no effect without `--check variants`\nhint: remove it, or add `--check variants`",
            ),
            (
                CheckFlags {
                    relation: Some(Relation::Debug),
                    ..layers()
                },
                "cannot use `--relation`: it has no effect without `--check variants`\nhint: remove it, or add `--check variants`",
            ),
            (
                CheckFlags {
                    index: Some("x".into()),
                    ..layers()
                },
                "cannot use `--index`: it has no effect without `--check closure`\nhint: remove it, or add `--check closure`",
            ),
            (
                CheckFlags {
                    debug: true,
                    ..layers()
                },
                "cannot use `--debug`: it has no effect without `--check programs`\nhint: remove it, or add `--check programs`",
            ),
            (
                CheckFlags {
                    profile: Profile::Lambda,
                    ..flags(&["links"])
                },
                "cannot use `--profile`: it has no effect without `--check layers`\nhint: remove it, or add `--check layers`",
            ),
        ] {
            assert_eq!(refused(&flags), message);
        }
        assert!(layers().validate(&layers().checks()).is_ok());
    }

    #[test]
    fn checks_run_in_the_order_of_the_registry() {
        let names = |flags: &CheckFlags| -> Vec<&str> {
            flags.checks().iter().map(|check| check.name).collect()
        };
        assert_eq!(
            names(&flags(&["links", "layers", "links"])),
            ["layers", "links"]
        );
        let always = [
            "layers",
            "closure",
            "ownership",
            "links",
            "modes",
            "programs",
            "user",
        ];
        // A new check has its place among these.
        let mut all = names(&flags(&["all", "modes"]));
        all.retain(|name| always.contains(name));
        assert_eq!(all, always);
        let scanned = CheckFlags {
            scanned: Some("x".into()),
            ..flags(&["all"])
        };
        assert!(names(&scanned).contains(&"scanner"));
    }
}
