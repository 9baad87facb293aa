//! Signatures with a key that is used for a few minutes.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use blob::{Error, Result};
use jiff::Timestamp;
use sign::{
    verify_keyless, Bundle, Certificate, Envelope, Expected, Identity, PrivateKey, Signable,
    TrustedRoot, SIGNATURE_PREDICATE,
};
use transfer::Progress;

use crate::http::Http;
use crate::options::Options;
use crate::services::Services;
use crate::token::IdentityToken;
use crate::{fulcio, rekor};

/// A certificate that expires within this time is replaced, in seconds.
const RENEWAL: i64 = 60;

/// Signs statements with an identity token. Several threads may use it at the same time.
pub struct Keyless<'a> {
    http: Http<'a>,
    services: Services,
    token: IdentityToken,
    root: Option<TrustedRoot>,
    certified: Mutex<Option<Arc<Certified>>>,
}

/// A key and its certificate.
struct Certified {
    key: PrivateKey,
    certificate: Certificate,
}

impl<'a> Keyless<'a> {
    /// Prepares signing. No request is made.
    ///
    /// # Errors
    ///
    /// A file with certificates of TLS cannot be read.
    pub fn new(
        services: Services,
        token: IdentityToken,
        options: Options,
        progress: &'a Progress,
    ) -> Result<Self> {
        Ok(Self {
            http: Http::new(options, progress)?,
            services,
            token,
            root: None,
            certified: Mutex::default(),
        })
    }

    /// Verifies each bundle with a trusted root before [`sign`](Self::sign) returns it. Without a root, only the key of
    /// the certificate and the content of the log entry are compared with what was requested.
    #[must_use]
    pub fn verified_by(mut self, root: TrustedRoot) -> Self {
        self.root = Some(root);
        self
    }

    /// The identity in the certificate: who signs. Verification of the bundles needs it. The certificate is requested
    /// if there is none yet; the log gets no entry.
    ///
    /// # Errors
    ///
    /// The token has expired, or Fulcio gives no certificate for it.
    pub fn identity(&self) -> Result<Identity> {
        Ok(self.certified()?.certificate.identity().clone())
    }

    /// Whether a bundle is a valid signature of the statement by the identity of the token. Then signing again would only
    /// add another one. A bundle of cosign counts, too: the statement of its signatures has other bytes.
    ///
    /// Without a trusted root, the answer is no.
    ///
    /// # Errors
    ///
    /// There is no certificate, as for [`identity`](Self::identity), or the statement cannot be written.
    pub fn has_signed(&self, bundle: &[u8], statement: &dyn Signable) -> Result<bool> {
        let Some(root) = &self.root else {
            return Ok(false);
        };
        let identity = [self.identity()?];
        let Ok(verified) = verify_keyless(bundle, root, &identity, &expected(statement)) else {
            return Ok(false);
        };
        let is_bare = statement.predicate_type() == SIGNATURE_PREDICATE;
        Ok(is_bare || verified.payload == statement.payload()?)
    }

    /// Signs a statement, and records the signature in the log, where it stays.
    ///
    /// # Errors
    ///
    /// There is no certificate, as for [`identity`](Self::identity), the statement cannot be written, the log does not
    /// record the signature, or the bundle does not follow from the trusted root.
    pub fn sign(&self, statement: &dyn Signable) -> Result<Bundle> {
        let certified = self.certified()?;
        let envelope = Envelope::sign(statement, &certified.key)?;
        let is_secret = |text: &str| self.token.is_in(text);
        let certificate = &certified.certificate;
        let rekor = &self.services.rekor;
        let entry = rekor::record(&self.http, rekor, &envelope, certificate, &is_secret)?;
        let bundle = Bundle::keyless(envelope, certificate, vec![entry]);
        if let Some(root) = &self.root {
            let identity = [certificate.identity().clone()];
            verify_keyless(&bundle.bytes()?, root, &identity, &expected(statement))
                .map_err(|refusal| unverified(statement, &refusal))?;
        }
        Ok(bundle)
    }

    /// The key and its certificate. The lock is held during the request, so that other threads wait for its answer.
    fn certified(&self) -> Result<Arc<Certified>> {
        let certified = self.certified.lock();
        let mut certified = certified.unwrap_or_else(PoisonError::into_inner);
        let now = Timestamp::now();
        let is_valid =
            |found: &&Arc<Certified>| now.as_second() + RENEWAL < found.certificate.not_after();
        if let Some(found) = certified.as_ref().filter(is_valid) {
            return Ok(Arc::clone(found));
        }
        self.token.check(now)?;
        let key = PrivateKey::generate()?;
        let fulcio = &self.services.fulcio;
        let certificate = fulcio::certificate(&self.http, fulcio, &self.token, &key)?;
        let new = Arc::new(Certified { key, certificate });
        *certified = Some(Arc::clone(&new));
        Ok(new)
    }
}

fn expected(statement: &dyn Signable) -> Expected<'_> {
    Expected {
        subject: statement.subject(),
        predicate_type: Some(statement.predicate_type()),
    }
}

fn unverified(statement: &dyn Signable, refusal: &sign::Refusal) -> Error {
    let cause = format!("the services made a signature that is not valid: {refusal}");
    Error::cannot("sign", statement.subject(), cause)
        .hint("check that services and trusted root belong to the same deployment of Sigstore")
}

impl fmt::Debug for Keyless<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyless")
            .field("services", &self.services)
            .field("token", &self.token)
            .finish_non_exhaustive()
    }
}
