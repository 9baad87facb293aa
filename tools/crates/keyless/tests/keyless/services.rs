//! Fulcio and Rekor as the tests play them, with identity tokens and a trusted root.

use std::sync::{Arc, Mutex};

use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use base64::Engine as _;
use blob::{Digest, Error};
use http_fixture::{Received, Reply, Service};
use keyless::{IdentityToken, Keyless, Options, Services};
use serde_json::{json, Value};
use sign::{PublicKey, Statement, TrustedRoot};
use transfer::Progress;
use x509_cert::der::pem::decode_vec;

use crate::certificates::{now, Authority, Subject};
use crate::log::Log;

pub(crate) const ISSUER: &str = "https://issuer.example";
pub(crate) const WORKFLOW: &str = "https://ci.example/release";

const CERTIFICATE: &str = "/api/v2/signingCert";
const ENTRIES: &str = "/api/v1/log/entries";

type Change = Box<dyn FnMut(&Received, Reply) -> Reply + Send>;

/// Both services, at one port.
pub(crate) struct Fake {
    pub(crate) service: Service,
    change: Arc<Mutex<Option<Change>>>,
}

impl Fake {
    pub(crate) fn new() -> Self {
        Self::with(Authority::new())
    }

    pub(crate) fn with(authority: Authority) -> Self {
        let change: Arc<Mutex<Option<Change>>> = Arc::default();
        let shared = Arc::clone(&change);
        let service = Service::new(move |received| {
            let reply = answer(&authority, received);
            match shared.lock().unwrap().as_mut() {
                Some(change) => change(received, reply),
                None => reply,
            }
        });
        Self { service, change }
    }

    /// Changes the replies.
    pub(crate) fn change(&self, change: impl FnMut(&Received, Reply) -> Reply + Send + 'static) {
        *self.change.lock().unwrap() = Some(Box::new(change));
    }

    /// Changes the documents of replies to a path, if they are successful.
    pub(crate) fn edit(&self, path: &'static str, edit: impl Fn(&mut Value) + Send + 'static) {
        self.change(move |received, mut reply| {
            if received.path.contains(path) {
                let mut document = serde_json::from_slice(&reply.body).unwrap();
                edit(&mut document);
                reply.body = document.to_string().into_bytes();
            }
            reply
        });
    }

    pub(crate) fn services(&self) -> Services {
        let url = self.service.url();
        Services::new(&url, &url).unwrap()
    }

    pub(crate) fn signer<'a>(&self, claims: &Value, progress: &'a Progress) -> Keyless<'a> {
        let token = IdentityToken::parse("TOKEN", &token(claims)).unwrap();
        let options = Options {
            attempts: 2,
            ..Options::default()
        };
        Keyless::new(self.services(), token, options, progress).unwrap()
    }

    /// The error of a signature by a workflow.
    pub(crate) fn refused(&self) -> Error {
        let progress = Progress::on(std::io::sink());
        self.signer(&workflow(), &progress)
            .sign(&statement())
            .unwrap_err()
    }

    /// The message of the error, with `URL` for the URL of the services.
    pub(crate) fn message(&self) -> String {
        self.refused()
            .to_string()
            .replace(&self.service.url(), "URL")
    }
}

pub(crate) fn statement() -> Statement {
    Statement::signature(Digest::of(b"image"))
}

/// The claims of a workflow.
pub(crate) fn workflow() -> Value {
    json!({ "iss": ISSUER, "sub": WORKFLOW, "aud": "sigstore", "exp": now() + 300 })
}

/// A token. The services of the tests do not check its signature.
pub(crate) fn token(claims: &Value) -> String {
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let (header, signature) = (encode(r#"{"alg":"none"}"#), encode("top-secret-signature"));
    format!("{header}.{}.{signature}", encode(&claims.to_string()))
}

fn answer(authority: &Authority, received: &Received) -> Reply {
    let document: Value = serde_json::from_slice(&received.body).unwrap_or_default();
    let result = match (received.method.as_str(), received.path.as_str()) {
        ("POST", CERTIFICATE) => certificate(authority, &document),
        ("POST", ENTRIES) => Ok(Log::new().record(&document)),
        _ => Err("no such operation"),
    };
    match result {
        Ok(document) => reply(201, &document),
        Err(text) => reply(400, &json!({ "code": 3, "message": text })),
    }
}

pub(crate) fn reply(status: u16, document: &Value) -> Reply {
    Reply {
        status,
        headers: Vec::new(),
        body: document.to_string().into_bytes(),
    }
}

fn certificate(authority: &Authority, request: &Value) -> Result<Value, &'static str> {
    let text = |pointer| request.pointer(pointer).and_then(Value::as_str);
    let token = text("/credentials/oidcIdentityToken").ok_or("no token")?;
    let claims = token.split('.').nth(1).ok_or("bad token")?;
    let claims = URL_SAFE_NO_PAD.decode(claims).map_err(|_| "bad token")?;
    let claims: Value = serde_json::from_slice(&claims).map_err(|_| "bad token")?;
    let subject = claims["email"].as_str().or(claims["sub"].as_str()).unwrap();
    if text("/publicKeyRequest/publicKey/algorithm") != Some("ECDSA") {
        return Err("another algorithm");
    }
    let key = text("/publicKeyRequest/publicKey/content").ok_or("no key")?;
    let proof = text("/publicKeyRequest/proofOfPossession").ok_or("no proof")?;
    let proof = STANDARD.decode(proof).map_err(|_| "bad proof")?;
    let parsed = PublicKey::parse("key", key).map_err(|_| "bad key")?;
    if !parsed.verifies(subject.as_bytes(), &proof) {
        return Err("the proof of possession is invalid");
    }
    let name = if claims["email"].is_string() {
        Subject::Email(subject)
    } else {
        Subject::Url(subject)
    };
    let (_, spki) = decode_vec(key.as_bytes()).unwrap();
    let issuer = claims["iss"].as_str().unwrap();
    Ok(chain(&authority.certify(&spki, name, issuer)))
}

/// The answer with a certificate.
pub(crate) fn chain(pem: &str) -> Value {
    json!({ "signedCertificateEmbeddedSct": { "chain": { "certificates": [pem, "the root"] } } })
}

/// The trusted root of the services: the file of cosign.
pub(crate) fn trusted_root_text() -> String {
    let authority = Authority::new();
    let log = |url: &str, key: &[u8]| {
        json!({
            "baseUrl": url,
            "hashAlgorithm": "SHA2_256",
            "logId": { "keyId": STANDARD.encode(Digest::of(key).as_bytes()) },
            "publicKey": {
                "keyDetails": "PKIX_ECDSA_P256_SHA_256",
                "rawBytes": STANDARD.encode(key),
                "validFor": { "start": "2020-01-01T00:00:00Z" },
            },
        })
    };
    json!({
        "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
        "certificateAuthorities": [{
            "certChain": { "certificates": [{ "rawBytes": STANDARD.encode(authority.root()) }] },
            "subject": { "commonName": "root", "organization": "test" },
            "uri": "https://fulcio.example",
            "validFor": { "start": "2020-01-01T00:00:00Z" },
        }],
        "ctlogs": [log("https://ct.example", &authority.log_key())],
        "tlogs": [log("https://log.example", &Log::new().public_key())],
    })
    .to_string()
}

pub(crate) fn trusted_root() -> TrustedRoot {
    TrustedRoot::parse("root", &trusted_root_text()).unwrap()
}
