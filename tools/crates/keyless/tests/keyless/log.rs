//! A transparency log.

use base64::engine::general_purpose::STANDARD;
use base64::Engine as _;
use blob::Digest;
use p256::ecdsa::SigningKey;
use serde_json::{json, Value};

use crate::certificates::{now, sign, spki};

/// A log with one entry before ours.
pub(crate) struct Log {
    key: SigningKey,
}

impl Log {
    pub(crate) fn new() -> Self {
        Self {
            key: SigningKey::from_slice(&[3; 32]).unwrap(),
        }
    }

    /// The public key, in DER.
    pub(crate) fn public_key(&self) -> Vec<u8> {
        spki(&self.key)
    }

    /// Records a requested entry of the kind `dsse`, as Rekor does; returns the answer.
    pub(crate) fn record(&self, request: &Value) -> Value {
        let content = &request["spec"]["proposedContent"];
        let envelope = content["envelope"].as_str().unwrap();
        let parsed: Value = serde_json::from_str(envelope).unwrap();
        let payload = STANDARD.decode(parsed["payload"].as_str().unwrap());
        let hash = |bytes: &[u8]| json!({"algorithm": "sha256", "value": Digest::of(bytes).hex()});
        let entry = json!({
            "apiVersion": "0.0.1",
            "kind": "dsse",
            "spec": {
                "envelopeHash": hash(envelope.as_bytes()),
                "payloadHash": hash(&payload.unwrap()),
                "signatures": [{
                    "signature": parsed["signatures"][0]["sig"],
                    "verifier": content["verifiers"][0],
                }],
            },
        });
        self.answer(&entry)
    }

    /// The answer for an entry.
    pub(crate) fn answer(&self, entry: &Value) -> Value {
        let body = entry.to_string();
        let encoded = STANDARD.encode(&body);
        let id = Digest::of(&self.public_key()).hex();
        let time = now();
        // The keys are sorted.
        let promised = json!({
            "body": encoded, "integratedTime": time, "logID": id, "logIndex": 1001,
        });
        let promise = sign(&self.key, promised.to_string().as_bytes());
        let other = leaf(b"another entry");
        let ours = leaf(body.as_bytes());
        let root = Digest::of(&[&[1][..], other.as_bytes(), ours.as_bytes()].concat());
        json!({ "24296fb24b8ad77a": {
            "body": encoded,
            "integratedTime": time,
            "logID": id,
            "logIndex": 1001,
            "verification": {
                "inclusionProof": {
                    "checkpoint": self.checkpoint(root),
                    "hashes": [other.hex()],
                    "logIndex": 1,
                    "rootHash": root.hex(),
                    "treeSize": 2,
                },
                "signedEntryTimestamp": STANDARD.encode(promise),
            },
        } })
    }

    fn checkpoint(&self, root: Digest) -> String {
        let root = STANDARD.encode(root.as_bytes());
        let note = format!("log.example - 7\n2\n{root}\n");
        let id = Digest::of(&self.public_key());
        let signature = [&id.as_bytes()[..4], &sign(&self.key, note.as_bytes())].concat();
        format!("{note}\n— log.example {}\n", STANDARD.encode(signature))
    }
}

fn leaf(entry: &[u8]) -> Digest {
    Digest::of(&[&[0], entry].concat())
}
