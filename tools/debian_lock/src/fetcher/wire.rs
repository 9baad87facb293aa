//! HTTP: reused connections, redirects, and a limit of requests to a host.

use std::time::Duration;

use ureq::http::header::{HeaderName, AUTHORIZATION, LOCATION};
use ureq::http::Response;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

use super::gate::{Gate, Pass};
use super::options::Network;
use super::outcome::{trouble, Outcome};
use super::target::Target;
use crate::netrc::Netrc;

/// The largest number of requests to a host at the same time.
const REQUESTS_OF_A_HOST: usize = 4;

const REDIRECTS: usize = 5;

/// An HTTP client.
#[derive(Debug)]
pub(super) struct Wire {
    agent: Agent,
    hosts: Gate,
    pub(super) netrc: Netrc,
    pub(super) silence: Duration,
}

impl Wire {
    pub(super) fn new(network: &Network, netrc: Netrc) -> Self {
        Self {
            agent: agent(network),
            hosts: Gate::new(REQUESTS_OF_A_HOST),
            netrc,
            silence: network.silence(),
        }
    }

    /// Waits until the host may get another request.
    pub(super) fn slot(&self, target: &Target) -> Pass<'_> {
        self.hosts.enter(&target.host())
    }

    /// Sends a request and follows redirects. Returns the response, whose body may take at most `longest`, and the final
    /// target.
    pub(super) fn open(
        &self,
        mut target: Target,
        headers: &[(HeaderName, String)],
        longest: Duration,
    ) -> Result<(Response<Body>, Target), Outcome> {
        for _ in 0..=REDIRECTS {
            let response = self.call(&target, headers, longest)?;
            if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                return Ok((response, target));
            }
            let location = response.headers().get(&LOCATION);
            let location = location.map(|value| String::from_utf8_lossy(value.as_bytes()));
            target = target.redirected(&location.unwrap_or_default(), &self.netrc)?;
        }
        let last = &target.uri;
        let why = format!("more than {REDIRECTS} redirects, the last to {last}");
        Err(Outcome::Lasting(why, None))
    }

    fn call(
        &self,
        target: &Target,
        headers: &[(HeaderName, String)],
        longest: Duration,
    ) -> Result<Response<Body>, Outcome> {
        let request = self.agent.get(&target.uri).config();
        let mut request = request.timeout_recv_body(Some(longest)).build();
        for (name, value) in headers {
            request = request.header(name, value);
        }
        if let Some(login) = &target.login {
            request = request.header(AUTHORIZATION, login);
        }
        request.call().map_err(|e| trouble(&e, self.silence))
    }
}

/// The value of a header as text.
pub(super) fn header<'a>(response: &'a Response<Body>, name: &HeaderName) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

/// The agent for all requests. It does not follow redirects: [`Wire::open`] does, because it decides who gets a login.
fn agent(network: &Network) -> Agent {
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .build();
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .max_idle_connections_per_host(REQUESTS_OF_A_HOST)
        .timeout_connect(Some(network.connecting()))
        .timeout_recv_response(Some(network.silence()))
        .timeout_per_read(Some(network.silence()))
        .timeout_per_write(Some(network.silence()))
        .tls_config(tls)
        .user_agent(concat!(
            "distroless-debian_lock/",
            env!("CARGO_PKG_VERSION")
        ))
        .build();
    config.into()
}
