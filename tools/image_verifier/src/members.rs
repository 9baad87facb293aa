//! The documents and blobs of an image.

use std::collections::{BTreeMap, HashMap};

use blob::{Blob, Digest, Result, ResultExt};
use oci::Descriptor;
use serde::de::IgnoredAny;
use serde::Deserialize;

use crate::copies::Copy;

/// All content that the signed digest covers, as far as the documents in which it is listed are known.
pub(crate) struct Members {
    known: HashMap<Digest, Member>,
}

struct Member {
    size: u64,
    /// Whether it is a manifest or an index, not a configuration or a layer.
    is_manifest: bool,
}

/// The fields of manifests and indexes that name other content.
#[derive(Deserialize)]
struct References {
    config: Option<Descriptor>,
    #[serde(default)]
    layers: Vec<Descriptor>,
    #[serde(default)]
    manifests: Vec<Descriptor>,
}

/// The fields of a descriptor and of the metadata of a layer, except digest and size. A file with others could be a manifest or a configuration,
/// which must be signed itself.
const NAMING_FIELDS: [&str; 11] = [
    "annotations",
    "artifactType",
    "data",
    "diff_id",
    "groups",
    "history",
    "mediaType",
    "name",
    "platform",
    "urls",
    "users",
];

/// The digest and the size in a descriptor, or in the metadata of a layer.
#[derive(Deserialize)]
struct Named {
    digest: String,
    size: u64,
    #[serde(flatten)]
    others: BTreeMap<String, IgnoredAny>,
}

impl Members {
    /// The members below a root, with the lists in those files that are members themselves.
    pub(crate) fn below(root: Blob, files: &[Copy<'_>]) -> Result<Self> {
        let mut members = Self {
            known: HashMap::new(),
        };
        members.add(root, true);
        // A file may come before the one that lists it.
        let mut unread: Vec<&Copy<'_>> = files.iter().collect();
        loop {
            let is_listed = |file: &&Copy<'_>| members.manifest(&file.bytes);
            let (manifests, others) = unread.into_iter().partition::<Vec<_>, _>(is_listed);
            if manifests.is_empty() {
                return Ok(members);
            }
            for file in manifests {
                let read = members.add_listed(&file.bytes);
                read.cannot("read", file.from.display())?;
            }
            unread = others;
        }
    }

    /// Whether a file is a document of the image, or names one: a descriptor, the metadata of a layer, or a digest.
    /// The other fields of these files are not covered by the signature.
    pub(crate) fn has(&self, bytes: &[u8]) -> bool {
        self.known.contains_key(&Digest::of(bytes)) || self.has_named(bytes)
    }

    fn has_named(&self, bytes: &[u8]) -> bool {
        if let Ok(named) = serde_json::from_slice::<Named>(bytes) {
            let digest = named.digest.parse();
            let member = digest.ok().and_then(|digest| self.known.get(&digest));
            let mut others = named.others.keys().map(String::as_str);
            return member.is_some_and(|member| member.size == named.size)
                && others.all(|field| NAMING_FIELDS.contains(&field));
        }
        let digest = std::str::from_utf8(bytes)
            .ok()
            .and_then(|text| text.parse().ok());
        digest.is_some_and(|digest: Digest| self.known.contains_key(&digest))
    }

    fn manifest(&self, bytes: &[u8]) -> bool {
        let member = self.known.get(&Digest::of(bytes));
        member.is_some_and(|member| member.is_manifest)
    }

    fn add(&mut self, blob: Blob, is_manifest: bool) {
        let member = Member {
            size: blob.size,
            is_manifest,
        };
        self.known.entry(blob.digest).or_insert(member);
    }

    fn add_listed(&mut self, manifest: &[u8]) -> std::result::Result<(), String> {
        let listed: References =
            serde_json::from_slice(manifest).map_err(|error| error.to_string())?;
        let blobs = listed.config.iter().chain(&listed.layers);
        for descriptor in blobs {
            self.add(blob_of(descriptor)?, false);
        }
        for descriptor in &listed.manifests {
            self.add(blob_of(descriptor)?, true);
        }
        Ok(())
    }
}

/// Digest and size of a descriptor.
pub(crate) fn blob_of(descriptor: &Descriptor) -> std::result::Result<Blob, String> {
    let digest = descriptor.digest().as_ref().parse::<Digest>();
    Ok(Blob {
        digest: digest.map_err(|error| error.to_string())?,
        size: descriptor.size(),
    })
}
