//! The requests that fail.

use serde::Deserialize;

use super::kind::Fault;
use crate::http::Head;

/// Which requests fail, and how: by default all.
///
/// ```
/// use registry_fixture::{Fault, Rule};
///
/// // The second and third `PATCH` of an upload.
/// let rule = Rule::new(Fault::status(503)).on("PATCH", "/blobs/uploads/").after(1).times(2);
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    path: String,
    #[serde(default)]
    after: u32,
    #[serde(default)]
    times: Option<u32>,
    fault: Fault,
}

impl Rule {
    /// A rule for all requests.
    pub fn new(fault: Fault) -> Self {
        Self {
            method: None,
            path: String::new(),
            after: 0,
            times: None,
            fault,
        }
    }

    /// Only requests with this method, whose path and query contain this text.
    #[must_use]
    pub fn on(mut self, method: &str, path: &str) -> Self {
        self.method = Some(method.to_owned());
        path.clone_into(&mut self.path);
        self
    }

    /// Not the first requests of this number.
    #[must_use]
    pub fn after(mut self, requests: u32) -> Self {
        self.after = requests;
        self
    }

    /// Only this number of requests.
    #[must_use]
    pub fn times(mut self, requests: u32) -> Self {
        self.times = Some(requests);
        self
    }

    /// Counts a request if it matches. Returns whether it fails.
    fn applies(&mut self, head: &Head) -> bool {
        let of_method = self
            .method
            .as_ref()
            .is_none_or(|method| *method == head.method);
        if !of_method || !head.target().contains(&self.path) {
            return false;
        }
        if self.after > 0 {
            self.after -= 1;
            return false;
        }
        match &mut self.times {
            None => true,
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
        }
    }
}

/// The rules of a registry.
#[derive(Default)]
pub(crate) struct Rules(Vec<Rule>);

impl Rules {
    pub(crate) fn add(&mut self, rule: Rule) {
        self.0.push(rule);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The fault for this request. Later rules do not count a request for which an earlier one applies.
    pub(crate) fn fault(&mut self, head: &Head) -> Option<Fault> {
        let first = self.0.iter_mut().position(|rule| rule.applies(head))?;
        Some(self.0[first].fault.clone())
    }
}
