//! Identity tokens (<https://openid.net/specs/openid-connect-core-1_0.html#IDToken>).

use std::fmt;

use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::engine::DecodePaddingMode;
use base64::Engine as _;
use blob::{Error, Result};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

/// The maximum size of a token, in bytes.
const MAX_TOKEN: usize = 64 * 1024;

/// A text with this many characters of a token is not shown.
const REVEALING: usize = 12;

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A token by which an issuer says who its owner is. `Debug` does not show it.
#[derive(Clone)]
pub struct IdentityToken {
    name: String,
    text: String,
    subject: String,
    issuer: String,
    expires: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    iss: String,
    #[serde(default)]
    sub: String,
    #[serde(default)]
    email: String,
    email_verified: Option<Value>,
    exp: Option<f64>,
}

impl IdentityToken {
    /// Reads a token: a signed JSON Web Token. White space around it is ignored. Its signature is not checked: Fulcio does
    /// that. `name` is for messages: a path, or the name of an environment variable.
    ///
    /// # Errors
    ///
    /// The text is not a JSON Web Token, it says nothing about its owner, or the issuer does not confirm the
    /// email address. No message has a part of the token.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let cannot = |cause: &str| Error::cannot("read identity token", name, cause);
        let text = text.trim();
        let other = || {
            cannot("expected a JSON Web Token (three parts in base64url, separated by dots), found something else")
                .hint("pass the token itself, not a document that has it, and not an access token")
        };
        if text.len() > MAX_TOKEN {
            return Err(cannot("it is larger than 64 KiB"));
        }
        let parts: Vec<&str> = text.split('.').collect();
        let [header, claims, signature] = parts.as_slice() else {
            return Err(other());
        };
        let decode = |part: &str| ENGINE.decode(part).map_err(|_| other());
        let (_, claims, _) = (decode(header)?, decode(claims)?, decode(signature)?);
        // The message of serde_json could repeat a part of the token.
        let claims: Claims = serde_json::from_slice(&claims).map_err(|_| other())?;
        Ok(Self {
            name: name.to_owned(),
            text: text.to_owned(),
            subject: claims.subject().map_err(cannot)?.to_owned(),
            expires: claims.exp.and_then(seconds),
            issuer: claims.iss,
        })
    }

    /// The text, for Fulcio only.
    pub(crate) fn expose(&self) -> &str {
        &self.text
    }

    /// The email address or name of the owner, which the key signs to prove its possession.
    pub(crate) fn subject(&self) -> &str {
        &self.subject
    }

    /// The issuer, for messages.
    pub(crate) fn issuer(&self) -> String {
        message::shorten(&message::redact(&self.issuer))
    }

    /// Whether a text repeats a part of the token.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        let characters: Vec<char> = text.chars().collect();
        characters
            .windows(REVEALING)
            .any(|part| self.text.contains(&part.iter().collect::<String>()))
    }

    /// Fails if the token has expired.
    pub(crate) fn check(&self, now: Timestamp) -> Result<()> {
        match self.expires {
            Some(expires) if expires <= now => {
                let cause = format!("it expired at {expires}");
                let error = Error::cannot("use identity token", &self.name, cause);
                Err(error.hint(
                    "get a new token immediately before you sign: most are valid for a few minutes",
                ))
            }
            _ => Ok(()),
        }
    }
}

impl Claims {
    /// The subject as Fulcio and cosign choose it: the email address if there is one.
    fn subject(&self) -> std::result::Result<&str, &'static str> {
        let verified = match &self.email_verified {
            Some(Value::Bool(verified)) => *verified,
            Some(Value::String(verified)) => verified == "true",
            _ => false,
        };
        match (self.email.as_str(), self.sub.as_str()) {
            ("", "") => {
                Err("it has neither `email` nor `sub`, so it does not say who its owner is")
            }
            ("", subject) => Ok(subject),
            (email, _) if verified => Ok(email),
            _ => Err("its issuer does not confirm the email address (`email_verified`)"),
        }
    }
}

fn seconds(number: f64) -> Option<Timestamp> {
    // A number that is not a time saturates or is zero.
    #[allow(clippy::cast_possible_truncation)]
    Timestamp::from_second(number as i64).ok()
}

impl fmt::Debug for IdentityToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityToken")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &str) -> String {
        format!("e30.{}.c2lnbmF0dXJl", ENGINE.encode(claims))
    }

    fn subject(claims: &str) -> Result<String> {
        IdentityToken::parse("token", &token(claims)).map(|token| token.subject)
    }

    #[test]
    fn subjects() {
        for (claims, expected) in [
            (r#"{"sub":"repo:a"}"#, Some("repo:a")),
            (
                r#"{"sub":"1","email":"a@b.example","email_verified":true}"#,
                Some("a@b.example"),
            ),
            (
                r#"{"email":"a@b.example","email_verified":"true"}"#,
                Some("a@b.example"),
            ),
            (r#"{"sub":"1","email":"a@b.example"}"#, None),
            (r#"{"email":"a@b.example","email_verified":"false"}"#, None),
            (r#"{"iss":"https://i.example"}"#, None),
            (r#"{"sub":5}"#, None),
            (r#"{"sub":"a","sub":"b"}"#, None),
            ("[]", None),
        ] {
            assert_eq!(subject(claims).ok().as_deref(), expected, "{claims}");
        }
    }

    #[test]
    fn other_texts_are_refused_without_showing_them() {
        let secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQ";
        for text in [
            "",
            secret,
            &format!("{secret}.{secret}"),
            &format!("{secret}.{secret}.{secret}"),
            &format!("e30.{secret}!.{secret}"),
            &format!("e30.{secret}.{secret}.e30"),
            &secret.repeat(10_000),
        ] {
            let message = IdentityToken::parse("TOKEN", text).unwrap_err().to_string();
            assert!(message.starts_with("cannot read identity token `TOKEN`: "));
            assert!(
                !message.contains("c2Vj") && !message.contains("secret"),
                "{message}"
            );
        }
        assert_eq!(
            subject("{}").unwrap_err().to_string(),
            "cannot read identity token `token`: it has neither `email` nor `sub`, so it does not say who its owner is"
        );
    }

    #[test]
    fn expiry() {
        let at = |claims: &str, now| {
            let token = IdentityToken::parse("TOKEN", &token(claims)).unwrap();
            let checked = token.check(Timestamp::from_second(now).unwrap());
            checked.map_err(|error| error.to_string())
        };
        assert_eq!(at(r#"{"sub":"a","exp":1000.5}"#, 999), Ok(()));
        assert_eq!(at(r#"{"sub":"a"}"#, 999), Ok(()));
        assert_eq!(at(r#"{"sub":"a","exp":1e300}"#, 999), Ok(()));
        assert_eq!(
            at(r#"{"sub":"a","exp":1000}"#, 1000).unwrap_err(),
            "cannot use identity token `TOKEN`: it expired at 1970-01-01T00:16:40Z\n\
             hint: get a new token immediately before you sign: most are valid for a few minutes"
        );
    }

    #[test]
    fn parts_of_the_token_are_found() {
        let text = token(r#"{"sub":"somebody"}"#);
        let token = IdentityToken::parse("TOKEN", &text).unwrap();
        assert!(token.is_in(&text));
        assert!(token.is_in(&format!("bad token {}…", &text[8..22])));
        assert!(!token.is_in("bad token") && !token.is_in(""));
        assert_eq!(
            format!("{token:?}"),
            "IdentityToken { name: \"TOKEN\", .. }"
        );
    }
}
