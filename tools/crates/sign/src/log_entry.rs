//! Entries of a transparency log, as bundles have them
//! (<https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_rekor.proto>).

use serde_json::{json, Value};

use crate::base64_text::encode;

/// An entry of a transparency log: when it was recorded, with the log's promise and its proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// The index of the entry in all parts of the log.
    pub log_index: u64,
    /// The ID of the log: the SHA-256 of its public key.
    pub log_id: Vec<u8>,
    /// The kind of the entry, such as `dsse`.
    pub kind: String,
    /// The version of the kind, such as `0.0.1`.
    pub version: String,
    /// When the log recorded the entry, in seconds since 1970.
    pub integrated_time: u64,
    /// The log's signature of entry and time.
    pub signed_entry_timestamp: Vec<u8>,
    /// The proof that the entry is in the log.
    pub proof: InclusionProof,
    /// The entry: canonical JSON.
    pub body: Vec<u8>,
}

/// The proof that an entry is in a log (<https://www.rfc-editor.org/rfc/rfc6962#section-2.1.1>).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InclusionProof {
    /// The index of the entry in the tree.
    pub log_index: u64,
    /// The number of entries of the tree.
    pub tree_size: u64,
    /// The hash of the tree.
    pub root_hash: Vec<u8>,
    /// The hashes from the entry to the root.
    pub hashes: Vec<Vec<u8>>,
    /// The log's signed note about the tree.
    pub checkpoint: String,
}

impl LogEntry {
    /// Numbers of 64 bits are texts in JSON of protobuf.
    pub(crate) fn value(&self) -> Value {
        json!({
            "canonicalizedBody": encode(&self.body),
            "inclusionPromise": { "signedEntryTimestamp": encode(&self.signed_entry_timestamp) },
            "inclusionProof": self.proof.value(),
            "integratedTime": self.integrated_time.to_string(),
            "kindVersion": { "kind": self.kind, "version": self.version },
            "logId": { "keyId": encode(&self.log_id) },
            "logIndex": self.log_index.to_string(),
        })
    }
}

impl InclusionProof {
    fn value(&self) -> Value {
        let hashes: Vec<String> = self.hashes.iter().map(|hash| encode(hash)).collect();
        json!({
            "checkpoint": { "envelope": self.checkpoint },
            "hashes": hashes,
            "logIndex": self.log_index.to_string(),
            "rootHash": encode(&self.root_hash),
            "treeSize": self.tree_size.to_string(),
        })
    }
}
