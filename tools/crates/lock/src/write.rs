//! Writes a lock: indented by two spaces, with sorted keys and a final newline. Equal locks give equal bytes.

use apt_types::{Evidence, Origin};
use serde_json::{json, Map, Value};

use crate::model::{Location, Lock, LockedPackage, LockedSource, VERSION};

impl Lock {
    /// The content of the file.
    pub fn to_json(&self) -> String {
        // `Value` sorts its keys; the order below only helps to read this function.
        let sources: Map<String, Value> = self
            .sources
            .iter()
            .map(|(suite, source)| (suite.clone(), source_json(source)))
            .collect();
        let packages: Map<String, Value> = self
            .packages
            .iter()
            .map(|(name, files)| {
                let files = files.iter();
                let files: Map<String, Value> = files
                    .map(|(architecture, file)| (architecture.clone(), package_json(file)))
                    .collect();
                (name.clone(), Value::Object(files))
            })
            .collect();
        let lock = json!({
            "version": VERSION,
            "distro": self.distro,
            "snapshot": self.snapshot().to_string(),
            "architectures": self.architectures,
            "sources": sources,
            "packages": packages,
        });
        format!("{lock:#}\n")
    }
}

fn source_json(source: &LockedSource) -> Value {
    let suite = match source {
        LockedSource::Directory(path) => return json!({ "folder": path }),
        LockedSource::Suite(suite) => suite,
    };
    let indexes: Map<String, Value> = suite
        .indexes
        .iter()
        .map(|(path, blob)| {
            let blob = json!({"sha256": blob.digest.hex(), "size": blob.size});
            (path.clone(), blob)
        })
        .collect();
    let mut value = json!({
        "components": suite.components,
        "date": suite.date.to_string(),
        "indexes": indexes,
        "signed_by": suite.signed_by,
        "unverified": suite.unverified,
        "valid_until": suite.valid_until.map(|time| time.to_string()),
    });
    match &suite.origin {
        Origin::Archive(archive) => value["archive"] = json!(archive),
        Origin::Url(url) => value["url"] = json!(url),
    }
    match suite.evidence {
        Evidence::InRelease(digest) => value["inrelease_sha256"] = json!(digest.hex()),
        Evidence::Detached { release, signature } => {
            value["release_sha256"] = json!(release.hex());
            value["release_gpg_sha256"] = json!(signature.hex());
        }
    }
    value
}

fn package_json(package: &LockedPackage) -> Value {
    let mut value = json!({
        "depends": package.depends,
        "reason": package.reason,
        "sha256": package.sha256.hex(),
        "source": package.source,
        "source_version": package.source_version,
        "version": package.version,
    });
    match &package.location {
        Location::Source { key, filename } => {
            value["suite"] = json!(key);
            value["filename"] = json!(filename);
        }
        Location::Urls(urls) => value["urls"] = json!(urls),
    }
    if let Some(size) = package.size {
        value["size"] = json!(size);
    }
    if let Some(architecture) = &package.architecture {
        value["architecture"] = json!(architecture);
    }
    if !package.unmet.is_empty() {
        value["unmet"] = json!(package.unmet);
    }
    value
}
