//! The tokens that were issued.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::account::Bearer;
use super::scope::Scope;

#[derive(Default)]
pub(crate) struct Tokens {
    issued: u64,
    valid: BTreeMap<String, Token>,
}

struct Token {
    scopes: Vec<Scope>,
    until: Instant,
    uses: Option<u32>,
}

impl Tokens {
    pub(crate) fn issue(&mut self, bearer: &Bearer, scopes: Vec<Scope>) -> String {
        self.issued += 1;
        let text = format!("registry-fixture-token-{}", self.issued);
        let token = Token {
            scopes,
            until: Instant::now() + Duration::from_secs(bearer.expires_in),
            uses: bearer.uses,
        };
        self.valid.insert(text.clone(), token);
        text
    }

    /// The scopes of a token, which counts as used.
    pub(crate) fn scopes(&mut self, text: &str) -> Option<&[Scope]> {
        let token = self.valid.get_mut(text)?;
        if token.until <= Instant::now() || token.uses == Some(0) {
            return None;
        }
        if let Some(uses) = &mut token.uses {
            *uses -= 1;
        }
        Some(&token.scopes)
    }

    pub(crate) fn revoke(&mut self) {
        self.valid.clear();
    }
}
