//! A client.

use registry_fixture::{Registry, Settings};
use ureq::http::Request;
use ureq::Agent;

pub(crate) const IMAGE: &str = "application/vnd.oci.image.manifest.v1+json";

/// An answer of the registry.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: ureq::http::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).map(|value| value.to_str().unwrap());
        value.unwrap_or("")
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

pub(crate) fn agent() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .build()
        .into()
}

/// Sends a request with these headers.
pub(crate) fn try_send(
    agent: &Agent,
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Answer, String> {
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = if ["POST", "PUT", "PATCH"].contains(&method) {
        agent.run(request.body(body).unwrap())
    } else {
        agent.run(request.body(()).unwrap())
    };
    let mut response = response.map_err(|error| error.to_string())?;
    let body = response.body_mut().read_to_vec();
    Ok(Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: body.map_err(|error| error.to_string())?,
    })
}

/// A registry and a client of it.
pub(crate) struct Client {
    pub(crate) registry: Registry,
    agent: Agent,
}

impl Client {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            registry: Registry::new(settings),
            agent: agent(),
        }
    }

    /// `target` is a path with or without a query, or a URL.
    pub(crate) fn url(&self, target: &str) -> String {
        if target.starts_with('/') {
            return format!("{}{target}", self.registry.url());
        }
        target.to_owned()
    }

    pub(crate) fn attempt(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Answer, String> {
        try_send(&self.agent, method, &self.url(target), headers, body)
    }

    pub(crate) fn send(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        self.attempt(method, target, headers, body).unwrap()
    }

    pub(crate) fn get(&self, target: &str) -> Answer {
        self.send("GET", target, &[], b"")
    }
}

/// A manifest with a subject and an artifact type.
pub(crate) fn referrer(subject: &str, artifact_type: &str) -> Vec<u8> {
    let text = format!(
        r#"{{"schemaVersion":2,"mediaType":"{IMAGE}","artifactType":"{artifact_type}","layers":[],"subject":{{"digest":"{subject}","size":1,"mediaType":"{IMAGE}"}}}}"#
    );
    text.into_bytes()
}
