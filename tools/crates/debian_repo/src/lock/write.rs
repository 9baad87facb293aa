//! Writing a lock: two spaces, sorted keys, a newline at the end; the same lock is the same bytes.

use serde_json::{json, Map, Value};

use super::{Lock, LockedPackage, LockedSource, VERSION};
use crate::Origin;

impl Lock {
    /// The bytes of the file.
    pub fn to_json(&self) -> String {
        // `Value` keeps its keys sorted, so the order below is for the reader of this function only.
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
    let indexes: Map<String, Value> = source
        .indexes
        .iter()
        .map(|(path, blob)| {
            let blob = json!({"sha256": blob.digest.hex(), "size": blob.size});
            (path.clone(), blob)
        })
        .collect();
    let mut value = json!({
        "components": source.components,
        "date": source.date.to_string(),
        "indexes": indexes,
        "inrelease_sha256": source.inrelease.hex(),
        "signed_by": source.signed_by,
        "unverified": source.unverified,
        "valid_until": source.valid_until.map(|time| time.to_string()),
    });
    match &source.origin {
        Origin::Archive(archive) => value["archive"] = json!(archive),
        Origin::Url(url) => value["url"] = json!(url),
    }
    value
}

fn package_json(package: &LockedPackage) -> Value {
    let mut value = json!({
        "depends": package.depends,
        "filename": package.filename,
        "reason": package.reason,
        "sha256": package.blob.digest.hex(),
        "size": package.blob.size,
        "source": package.source,
        "source_version": package.source_version,
        "suite": package.suite,
        "version": package.version,
    });
    if let Some(architecture) = &package.architecture {
        value["architecture"] = json!(architecture);
    }
    value
}
