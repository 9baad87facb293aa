//! Entries of Rekor 1 (<https://github.com/sigstore/rekor/blob/main/openapi.yaml>).

use std::collections::BTreeMap;

use base64::engine::general_purpose::STANDARD;
use base64::Engine as _;
use blob::{Digest, Result};
use serde::Deserialize;
use serde_json::json;
use sign::{Certificate, Envelope, InclusionProof, LogEntry};
use ureq::http::{StatusCode, Uri};

use crate::http::{Http, Operation};
use crate::url;

const PATH: &str = "/api/v1/log/entries";
const KIND: &str = "dsse";
const VERSION: &str = "0.0.1";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    body: String,
    integrated_time: u64,
    #[serde(rename = "logID")]
    log_id: String,
    log_index: u64,
    verification: Verification,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Verification {
    inclusion_proof: Proof,
    signed_entry_timestamp: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Proof {
    checkpoint: String,
    hashes: Vec<String>,
    log_index: u64,
    root_hash: String,
    tree_size: u64,
}

/// The recorded signature. Hashes of the envelope as a whole are not compared: the log may write it in another form.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    api_version: String,
    kind: String,
    spec: Spec,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    payload_hash: Hash,
    signatures: Vec<Signature>,
}

#[derive(Deserialize)]
struct Hash {
    algorithm: String,
    value: String,
}

#[derive(Deserialize)]
struct Signature {
    signature: String,
    verifier: String,
}

/// Records a signature in the log.
pub(crate) fn record(
    http: &Http<'_>,
    service: &Uri,
    envelope: &Envelope,
    certificate: &Certificate,
    is_secret: &dyn Fn(&str) -> bool,
) -> Result<LogEntry> {
    let operation = Operation {
        verb: "record signature in",
        service,
        hint: "check that the log is Rekor of version 1 and accepts entries of the kind `dsse`",
        is_secret,
    };
    let document = String::from_utf8_lossy(&envelope.bytes()?).into_owned();
    let request = json!({
        "apiVersion": VERSION,
        "kind": KIND,
        "spec": { "proposedContent": {
            "envelope": document,
            "verifiers": [STANDARD.encode(certificate.pem()?)],
        } },
    });
    let url = url::operation(service, PATH);
    let mut answer = http.post(operation, &url, request.to_string().as_bytes())?;
    if answer.status == StatusCode::CONFLICT {
        // An earlier attempt was recorded, and its answer was lost.
        let id = answer.location.as_deref().and_then(existing);
        let id = id.ok_or_else(|| {
            operation.unexpected("the log has this entry, and does not say at which URL")
        })?;
        answer = http.get(operation, &format!("{url}/{id}"))?;
    }
    let entry = read_log_entry(&answer.body).map_err(|cause| operation.unexpected(&cause))?;
    check(&entry, envelope, certificate).map_err(|cause| operation.unexpected(&cause))?;
    Ok(entry)
}

/// The ID of an entry that exists, from its URL. The entry is requested from this log, not from the host of
/// the URL.
fn existing(location: &str) -> Option<&str> {
    let (_, id) = location.rsplit_once("/log/entries/")?;
    let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_id.then_some(id)
}

/// Reads the entry in an answer of Rekor 1. The error is a cause for messages, without text of the answer.
///
/// # Errors
///
/// The answer is not a log entry, or has several.
pub fn read_log_entry(body: &[u8]) -> std::result::Result<LogEntry, String> {
    let format = |_| "the answer has another format";
    let entries: BTreeMap<String, Entry> = serde_json::from_slice(body).map_err(format)?;
    let mut entries = entries.into_values();
    let (Some(entry), None) = (entries.next(), entries.next()) else {
        return Err("expected one entry in the answer".to_owned());
    };
    let proof = entry.verification.inclusion_proof;
    let hashes = proof.hashes.iter().map(|hash| hex_bytes("hashes", hash));
    Ok(LogEntry {
        log_index: entry.log_index,
        log_id: hex_bytes("logID", &entry.log_id)?,
        kind: KIND.to_owned(),
        version: VERSION.to_owned(),
        integrated_time: entry.integrated_time,
        signed_entry_timestamp: base64_bytes(
            "signedEntryTimestamp",
            &entry.verification.signed_entry_timestamp,
        )?,
        body: base64_bytes("body", &entry.body)?,
        proof: InclusionProof {
            log_index: proof.log_index,
            tree_size: proof.tree_size,
            root_hash: hex_bytes("rootHash", &proof.root_hash)?,
            hashes: hashes.collect::<std::result::Result<_, _>>()?,
            checkpoint: proof.checkpoint,
        },
    })
}

fn hex_bytes(field: &str, text: &str) -> std::result::Result<Vec<u8>, String> {
    hex::decode(text).map_err(|_| format!("`{field}` in the answer is not hexadecimal"))
}

fn base64_bytes(field: &str, text: &str) -> std::result::Result<Vec<u8>, String> {
    let decoded = STANDARD.decode(text);
    decoded.map_err(|_| format!("`{field}` in the answer is not base64"))
}

/// Whether the entry records this signature. The log's signatures are not checked here.
fn check(
    entry: &LogEntry,
    envelope: &Envelope,
    certificate: &Certificate,
) -> std::result::Result<(), String> {
    let format = |_| "the recorded entry has another format";
    let body: Body = serde_json::from_slice(&entry.body).map_err(format)?;
    if (body.kind.as_str(), body.api_version.as_str()) != (KIND, VERSION) {
        let found = message::shorten(&format!("{} {}", body.kind, body.api_version));
        return Err(format!(
            "expected an entry `{KIND} {VERSION}`, found `{found}`"
        ));
    }
    let digest = Digest::of(envelope.payload()).hex();
    if (
        body.spec.payload_hash.algorithm.as_str(),
        body.spec.payload_hash.value,
    ) != ("sha256", digest)
    {
        return Err("the log recorded another statement".to_owned());
    }
    let [signature] = body.spec.signatures.as_slice() else {
        return Err("the log recorded another number of signatures".to_owned());
    };
    if signature.signature != STANDARD.encode(envelope.signature()) {
        return Err("the log recorded another signature".to_owned());
    }
    let verifier = base64_bytes("verifier", &signature.verifier)?;
    let verifier = Certificate::parse("verifier", &String::from_utf8_lossy(&verifier));
    if verifier.ok().as_ref() != Some(certificate) {
        return Err("the log recorded another certificate".to_owned());
    }
    Ok(())
}
