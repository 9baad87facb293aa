use blob::{Digest, Error, Result};

use crate::{ResourceKind, Statement};

/// The commands for a POSIX shell that make the image again and compare its digest. They run in the workspace of the
/// module that contains the target; lines that begin with `#` say which one.
///
/// - `digest`: the image or index to make; by default the first subject.
/// - `bazel`: the command that runs Bazel.
///
/// # Errors
///
/// The statement is not about `digest`, or a value is not safe in a shell command.
pub fn rebuild(statement: &Statement, digest: Option<Digest>, bazel: &str) -> Result<String> {
    let subject = match digest {
        None => statement.subjects.first(),
        Some(digest) => {
            let mut subjects = statement.subjects.iter();
            subjects.find(|subject| subject.digest == digest)
        }
    };
    let (Some(subject), Some(root)) = (subject, statement.subjects.first()) else {
        return Err(another_image(statement, digest));
    };
    let parameters = &statement.predicate.parameters;
    let module = parameters.module.as_ref().unwrap_or(&parameters.rules);
    let mut lines = vec![format!(
        "# {} = {}",
        word("subject", &subject.name)?,
        subject.digest
    )];
    for module in [module, &parameters.rules] {
        let version = match module.version.as_str() {
            "" => "without a version: use the revision that was built".to_owned(),
            version => word("version", version)?.to_owned(),
        };
        lines.push(format!(
            "# module {} {version}",
            word("module", &module.name)?
        ));
    }
    lines.dedup();
    lines.push("set -e".to_owned());
    for lock in statement.predicate.of_kind(ResourceKind::Lock) {
        let file = word("lock", &lock.name)?;
        let hex = lock.sha256.hex();
        // The module may have it in any directory. The lock of a base image is in another module: the digest decides.
        lines.push(format!(
            "find . -name '{file}' -exec sha256sum {{}} + | grep {hex} || echo 'note: no {file} here has sha256:{hex}; it may be in another module, such as distroless' >&2"
        ));
    }
    let target = label("target", &parameters.target)?;
    let mut build = format!("{bazel} build --output_groups=+digest");
    if let Some(platform) = &parameters.platform {
        let platform = word("platform", platform)?.replace('/', "_");
        build.push_str(&format!(
            " '--platforms=@distroless//rules/platforms:{platform}'"
        ));
    }
    for (setting, value) in &parameters.settings {
        // Another option of Bazel could run a program or replace a module.
        let (setting, value) = (label("setting", setting)?, word("setting", value)?);
        build.push_str(&format!(" '--{setting}={value}'"));
    }
    lines.push(format!("{build} '{target}'"));
    let file = digest_file(target);
    lines.push(format!(
        "test \"$(cat {file})\" = {} || {{ echo \"error: the build made another image: $(cat {file})\" >&2; exit 1; }}",
        root.digest
    ));
    lines.push(format!("echo 'made again: {}'", subject.digest));
    Ok(lines.join("\n") + "\n")
}

/// The file with the digest of a target, below the workspace.
fn digest_file(target: &str) -> String {
    let path = target.trim_start_matches(|c| c != '/');
    let (package, name) = path.split_once(':').unwrap_or((path, ""));
    let package = package.trim_start_matches('/');
    let name = if name.is_empty() {
        package.rsplit('/').next().unwrap_or_default()
    } else {
        name
    };
    let directory = if package.is_empty() {
        String::new()
    } else {
        format!("{package}/")
    };
    format!("'bazel-bin/{directory}{name}.digest'")
}

/// A value of the statement as a part of a command in single quotes. The statement may come from anywhere: a value that
/// could end the quotes is refused.
fn word<'a>(field: &str, value: &'a str) -> Result<&'a str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@+~=,#& ".contains(c);
    if !value.is_empty() && value.chars().all(plain) && !value.starts_with('-') {
        return Ok(value);
    }
    let value = message::shorten(value);
    let cause = format!("`{value}` has characters that are not safe in a command");
    Err(Error::cannot("use field", field, cause))
}

/// A value of the statement that is a label.
fn label<'a>(field: &str, value: &'a str) -> Result<&'a str> {
    let label = word(field, value)?;
    if label.starts_with("//") || (label.starts_with('@') && label.contains("//")) {
        return Ok(label);
    }
    let cause = format!("`{}` is not a label", message::shorten(value));
    Err(Error::cannot("use field", field, cause))
}

fn another_image(statement: &Statement, digest: Option<Digest>) -> Error {
    let object = digest.map_or_else(|| "image".to_owned(), |digest| digest.to_string());
    let subjects = statement.subjects.iter().take(10);
    let subjects: Vec<_> = subjects
        .map(|subject| format!("{} ({})", subject.digest, message::shorten(&subject.name)))
        .collect();
    let cause = format!("the provenance is about {}", subjects.join(", "));
    Error::cannot("rebuild", object, cause)
        .hint("give the provenance that is attached to this image")
}
