//! The files whose contents are necessary, by their paths.

/// The maximum size of the list of all packages. Debian's largest installations have 10 MB.
const MAX_STATUS: usize = 32 << 20;

/// The maximum size of the list of one package's files, and of a copyright file.
const MAX_LIST: usize = 4 << 20;

/// The start of a changelog that is read, compressed or not: the newest entries.
const MAX_CHANGELOG: usize = 320 << 10;

/// The maximum size of os-release.
const MAX_OS_RELEASE: usize = 64 << 10;

pub(crate) const STATUS: &str = "var/lib/dpkg/status";
pub(crate) const INFO: &str = "var/lib/dpkg/info/";
pub(crate) const DOCUMENTATION: &str = "usr/share/doc/";

/// The number of bytes to keep, and whether the image is described without the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) most: usize,
    pub(crate) is_optional: bool,
}

/// The part of a file that is necessary; `None` for most files.
pub(crate) fn wanted(path: &str) -> Option<Wanted> {
    let required = |most| Wanted {
        most,
        is_optional: false,
    };
    if path == STATUS {
        return Some(required(MAX_STATUS));
    }
    if matches!(path, "etc/os-release" | "usr/lib/os-release") {
        return Some(required(MAX_OS_RELEASE));
    }
    if image_facts::status_file(path).is_some() {
        return Some(required(MAX_LIST));
    }
    if let Some(name) = path.strip_prefix(INFO) {
        let is_list = name.ends_with(".list") || name.ends_with(".md5sums");
        return is_list.then(|| required(MAX_LIST));
    }
    let (_, name) = path.strip_prefix(DOCUMENTATION)?.split_once('/')?;
    let most = match name {
        "copyright" => MAX_LIST,
        name if is_changelog(name) => MAX_CHANGELOG,
        _ => return None,
    };
    Some(Wanted {
        most,
        is_optional: true,
    })
}

fn is_changelog(name: &str) -> bool {
    let name = name.strip_suffix(".gz").unwrap_or(name);
    name == "changelog" || name.starts_with("changelog.Debian") && !name.contains('/')
}
