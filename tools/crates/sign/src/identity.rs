//! Who made a keyless signature.

/// Who signed: a person or a workflow, as the issuer of the identity token confirmed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The name in the certificate: an email address, or the URL of a workflow. It is compared as a whole.
    pub name: String,
    /// The URL of the OpenID Connect issuer.
    pub issuer: String,
}
