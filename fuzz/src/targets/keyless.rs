//! Identity tokens, signing configurations, and answers of the services that take part in a keyless signature.

use keyless::{read_certificate, read_log_entry, IdentityToken, Services};

use super::{target, text, Outcome, Target};

const JSON: &[&str] = &[
    "\"signedCertificateEmbeddedSct\":{\"chain\":{\"certificates\":[\"\"]}}",
    "\"signedCertificateDetachedSct\":null",
    "-----BEGIN CERTIFICATE-----\\n",
    "-----END CERTIFICATE-----\\n",
    "\"verification\":{}",
    "\"hashes\":[\"00\"]",
    "\"majorApiVersion\":1",
    "\"end\":\"2020-01-01T00:00:00Z\"",
    "18446744073709551615",
    "null",
    "[[[[",
    "{}",
];
const TOKEN: &[&str] = &[
    ".",
    "eyJ",
    "e30",
    "eyJzdWIiOiJhIn0",
    "eyJlbWFpbCI6ImEiLCJleHAiOjFlOTk5fQ",
    "-_",
    "==",
];

pub(super) fn targets() -> Vec<Target> {
    vec![
        target("keyless_token", TOKEN, token),
        target("keyless_signing_config", JSON, |input| {
            let _ = Services::from_signing_config("config", &text(input));
            Ok(())
        }),
        target("keyless_certificate", JSON, certificate),
        target("keyless_log_entry", JSON, |input| {
            let _ = read_log_entry(input);
            Ok(())
        }),
    ]
}

/// No message has a part of the token.
fn token(input: &[u8]) -> Outcome {
    let text = text(input);
    let shown = match IdentityToken::parse("name", &text) {
        Ok(token) => format!("{token:?}"),
        Err(error) => error.to_string(),
    };
    let parts = text.split('.').filter(|part| part.len() > 16);
    for part in parts {
        if shown.contains(part) {
            return Err("a message has a part of the token".to_owned());
        }
    }
    Ok(())
}

/// A certificate that is accepted can be written and read again.
fn certificate(input: &[u8]) -> Outcome {
    let Ok(found) = read_certificate(input) else {
        return Ok(());
    };
    let again = found
        .pem()
        .map(|pem| sign::Certificate::parse("again", &pem));
    match again {
        Ok(Ok(again)) if again == found => Ok(()),
        _ => Err("a certificate changes when it is written".to_owned()),
    }
}
