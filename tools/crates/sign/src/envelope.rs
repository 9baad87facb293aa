//! Statements in a DSSE envelope: payload, type and one signature.

use blob::Result;
use serde_json::{json, Value};

use crate::statement::Claim;
use crate::{base64_text, dsse, Refusal, Signable, Signer};

/// A signed statement, without what is needed to verify it: a [`Bundle`](crate::Bundle) has both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    pub(crate) payload_type: String,
    pub(crate) payload: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

impl Envelope {
    /// Signs a statement.
    ///
    /// # Errors
    ///
    /// The statement cannot be written, or the signer fails.
    pub fn sign(statement: &dyn Signable, signer: &dyn Signer) -> Result<Self> {
        let payload = statement.payload()?;
        let signature = signer.sign(&dsse::encoding(dsse::IN_TOTO, &payload))?;
        Ok(Self {
            payload_type: dsse::IN_TOTO.to_owned(),
            payload,
            signature,
        })
    }

    /// The document: compact JSON with sorted keys.
    ///
    /// # Errors
    ///
    /// The document cannot be written.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        oci::canonical_json(&self.value())
    }

    /// The signed bytes: a statement in JSON.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The signature, in the form of the signer's algorithm.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    pub(crate) fn value(&self) -> Value {
        json!({
            "payload": base64_text::encode(&self.payload),
            "payloadType": self.payload_type,
            "signatures": [{ "sig": base64_text::encode(&self.signature) }],
        })
    }

    /// The bytes that the signature is for.
    pub(crate) fn signed_bytes(&self) -> Vec<u8> {
        dsse::encoding(&self.payload_type, &self.payload)
    }

    /// The statement of the payload.
    pub(crate) fn claim(&self) -> std::result::Result<Claim, Refusal> {
        if self.payload_type != dsse::IN_TOTO {
            return Err(dsse::wrong_type(&self.payload_type));
        }
        Claim::parse(&self.payload)
    }
}
