//! Locked packages that an import makes.

use apt_types::check_url;
use blob::{Digest, Error, Result};
use message::redact;

use crate::model::{Location, LockedPackage, ALL};

/// Makes a locked package that is fetched by URL.
pub(super) fn locked(
    name: &str,
    version: &str,
    sha256: &str,
    urls: Vec<String>,
    mut depends: Vec<String>,
    reason: String,
) -> Result<LockedPackage> {
    for url in &urls {
        check_url(url).map_err(|cause| Error::cannot("use URL", redact(url), cause))?;
    }
    depends.sort();
    depends.dedup();
    let independent = urls.iter().all(|url| url.ends_with("_all.deb"));
    Ok(LockedPackage {
        architecture: independent.then(|| ALL.to_owned()),
        depends,
        location: Location::Urls(urls),
        reason,
        sha256: Digest::from_hex(sha256)?,
        size: None,
        source: name.to_owned(),
        source_version: version.to_owned(),
        unmet: Vec::new(),
        version: version.to_owned(),
    })
}
