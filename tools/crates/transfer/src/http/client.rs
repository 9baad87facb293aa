//! The HTTP client: reused connections, redirects, and a limit of requests to a host.

use std::time::Duration;

use ureq::http::header::{HeaderName, AUTHORIZATION, LOCATION};
use ureq::http::Response;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

use super::target::Target;
use crate::credentials::Netrc;
use crate::failure::Failure;
use crate::limiter::{Limiter, Permit};
use crate::options::Options;

/// The largest number of requests to a host at the same time.
const REQUESTS_PER_HOST: usize = 4;

const REDIRECTS: usize = 5;

/// An HTTP client.
#[derive(Debug)]
pub(crate) struct Client {
    agent: Agent,
    hosts: Limiter,
    pub(crate) netrc: Netrc,
    pub(crate) timeout: Duration,
}

impl Client {
    pub(crate) fn new(options: &Options, netrc: Netrc) -> Self {
        Self {
            agent: agent(options),
            hosts: Limiter::new(REQUESTS_PER_HOST),
            netrc,
            timeout: options.timeout,
        }
    }

    /// Waits until the host may get another request.
    pub(crate) fn permit(&self, target: &Target) -> Permit<'_> {
        self.hosts.acquire(&target.host())
    }

    /// Requests a URL and follows redirects. Returns the response, whose body may take at most `longest`, and the final
    /// target.
    pub(crate) fn get(
        &self,
        mut target: Target,
        headers: &[(HeaderName, String)],
        longest: Duration,
    ) -> Result<(Response<Body>, Target), Failure> {
        for _ in 0..=REDIRECTS {
            let response = self.get_once(&target, headers, longest)?;
            if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                return Ok((response, target));
            }
            let location = response.headers().get(&LOCATION);
            let location = location.map(|value| String::from_utf8_lossy(value.as_bytes()));
            target = target.redirected(&location.unwrap_or_default(), &self.netrc)?;
        }
        let last = &target.uri;
        let cause = format!("more than {REDIRECTS} redirects, the last to {last}");
        Err(Failure::permanent(cause))
    }

    /// Requests a URL without following redirects.
    pub(crate) fn get_once(
        &self,
        target: &Target,
        headers: &[(HeaderName, String)],
        longest: Duration,
    ) -> Result<Response<Body>, Failure> {
        let request = self.agent.get(&target.uri).config();
        let mut request = request.timeout_recv_body(Some(longest)).build();
        for (name, value) in headers {
            request = request.header(name, value);
        }
        if let Some(authorization) = &target.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        let response = request.call();
        response.map_err(|error| Failure::of_error(&error, self.timeout))
    }
}

/// The agent for all requests. It does not follow redirects: [`Client::get`] does, because it decides who gets
/// credentials. ureq reads the proxy from the environment.
fn agent(options: &Options) -> Agent {
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .build();
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .max_idle_connections_per_host(REQUESTS_PER_HOST)
        .timeout_connect(Some(options.connect_timeout()))
        .timeout_recv_response(Some(options.timeout))
        .timeout_per_read(Some(options.timeout))
        .timeout_per_write(Some(options.timeout))
        .tls_config(tls)
        .user_agent(&options.user_agent)
        .build();
    config.into()
}
