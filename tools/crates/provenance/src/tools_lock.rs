use std::collections::BTreeMap;

use blob::{Digest, Error, Result};
use serde::Deserialize;

use crate::{Resource, ResourceKind};

/// The maximum size of a lock of programs in bytes.
const MAX_TOOLS_LOCK: usize = 1 << 20;

/// The lock of the released programs of the rules, `tools/prebuilt.lock.json` (`docs/tool_contract.md`).
#[derive(Clone, Debug)]
pub struct ToolsLock {
    sha256: Digest,
    document: Document,
}

#[derive(Clone, Debug, Deserialize)]
struct Document {
    #[serde(default)]
    archives: BTreeMap<String, Archive>,
    /// The digest of the sources that the archives were made of.
    sources: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct Archive {
    sha256: String,
    url: String,
}

impl ToolsLock {
    /// Parses the lock. `file` is its name in messages.
    ///
    /// # Errors
    ///
    /// The text is too large or is not a lock of programs.
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        let fail = |cause: String| Error::cannot("read lock of tools", file, cause);
        if text.len() > MAX_TOOLS_LOCK {
            let cause = format!(
                "it has {} bytes, at most {MAX_TOOLS_LOCK} are read",
                text.len()
            );
            return Err(fail(cause));
        }
        let document: Document =
            serde_json::from_str(text).map_err(|error| fail(error.to_string()))?;
        for archive in document.archives.values() {
            Digest::from_hex(&archive.sha256).map_err(|error| fail(error.to_string()))?;
        }
        Ok(Self {
            sha256: Digest::of(text.as_bytes()),
            document,
        })
    }

    /// The lock and its archives. All archives are named: the archive that runs depends on the machine, and a statement
    /// does not.
    pub(crate) fn resources(&self) -> Vec<Resource> {
        let name = "tools/prebuilt.lock.json";
        let mut lock = Resource::new(ResourceKind::Tool, name, self.sha256);
        if let Some(sources) = &self.document.sources {
            lock = lock.annotation("sources", sources);
        }
        let archives = self.document.archives.iter();
        let archives = archives.filter_map(|(platform, archive)| {
            let sha256 = Digest::from_hex(&archive.sha256).ok()?;
            let name = format!("tools for {platform}");
            let resource = Resource::new(ResourceKind::Tool, name, sha256);
            Some(resource.download_location(&archive.url))
        });
        std::iter::once(lock).chain(archives).collect()
    }
}
