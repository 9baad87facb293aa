//! Certificates of Fulcio (<https://github.com/sigstore/fulcio/blob/main/fulcio.proto>).

use base64::engine::general_purpose::STANDARD;
use base64::Engine as _;
use blob::Result;
use serde::de::IgnoredAny;
use serde::Deserialize;
use serde_json::json;
use sign::{Certificate, PrivateKey, Signer};
use ureq::http::Uri;

use crate::http::{Http, Operation};
use crate::token::IdentityToken;
use crate::url;

const PATH: &str = "/api/v2/signingCert";

/// The answer has the chain of certificates, first that of the key.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    signed_certificate_embedded_sct: Option<Signed>,
    signed_certificate_detached_sct: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Signed {
    chain: Chain,
}

#[derive(Deserialize)]
struct Chain {
    certificates: Vec<String>,
}

/// Asks Fulcio to certify that the owner of the token uses the key.
pub(crate) fn certificate(
    http: &Http<'_>,
    service: &Uri,
    token: &IdentityToken,
    key: &PrivateKey,
) -> Result<Certificate> {
    let proof = key.sign(token.subject().as_bytes())?;
    let request = json!({
        "credentials": { "oidcIdentityToken": token.expose() },
        "publicKeyRequest": {
            "publicKey": { "algorithm": "ECDSA", "content": key.public_key().pem()? },
            "proofOfPossession": STANDARD.encode(proof),
        },
    });
    let hint = format!(
        "check that the token has the audience of the service, usually `sigstore`, and that the service accepts tokens of issuer `{}`",
        token.issuer()
    );
    let operation = Operation {
        verb: "get certificate from",
        service,
        hint: &hint,
        is_secret: &|text| token.is_in(text),
    };
    let url = url::operation(service, PATH);
    let answer = http.post(operation, &url, request.to_string().as_bytes())?;
    if !answer.status.is_success() {
        return Err(operation.unexpected(&format!("the service answered {}", answer.status)));
    }
    let certificate =
        read_certificate(&answer.body).map_err(|cause| operation.unexpected(&cause))?;
    check(&certificate, token, key).map_err(|cause| operation.unexpected(&cause))?;
    Ok(certificate)
}

/// Reads the certificate in an answer of Fulcio. The error is a cause for messages, without text of the answer.
///
/// # Errors
///
/// The answer is not one of `CreateSigningCertificate`, or its first certificate is not as for
/// [`Certificate::parse`](sign::Certificate::parse).
pub fn read_certificate(body: &[u8]) -> std::result::Result<Certificate, String> {
    // The message of serde_json could repeat the token, which a hostile service may send back.
    let answer: Answer =
        serde_json::from_slice(body).map_err(|_| "the answer has another format")?;
    let chain = match (
        answer.signed_certificate_embedded_sct,
        answer.signed_certificate_detached_sct,
    ) {
        (Some(signed), _) => signed.chain.certificates,
        (None, Some(_)) => {
            return Err(
                "the certificate has no embedded SCT; detached ones are unsupported".to_owned(),
            )
        }
        (None, None) => return Err("the answer has no certificate".to_owned()),
    };
    let first = chain.first().ok_or("the answer has no certificate")?;
    Certificate::parse("answer", first).map_err(|error| error.to_string())
}

/// Whether the certificate is the requested one. Its signatures are not checked here.
fn check(
    certificate: &Certificate,
    token: &IdentityToken,
    key: &PrivateKey,
) -> std::result::Result<(), String> {
    if !certificate.is_for(key.public_key()) {
        return Err("the certificate is for another key".to_owned());
    }
    let name = &certificate.identity().name;
    // Other names follow from the token by rules of the service.
    if certificate.names_email() && name != token.subject() {
        let name = message::shorten(name);
        return Err(format!("the certificate is for another person, `{name}`"));
    }
    Ok(())
}
