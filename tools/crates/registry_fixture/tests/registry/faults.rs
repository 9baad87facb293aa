//! Failures by rules, and the record of requests.

use std::time::{Duration, Instant};

use registry_fixture::{Fault, RetryAfter, Rule, Settings};

use crate::support::{Client, IMAGE};

fn client() -> (Client, String) {
    let client = Client::new(Settings::default());
    let digest = client.registry.put_blob("a", b"hello world");
    (client, format!("/v2/a/blobs/{digest}"))
}

#[test]
fn a_rule_chooses_requests() {
    let (client, blob) = client();
    let rule = Rule::new(Fault::status(503))
        .on("GET", "/blobs/")
        .after(1)
        .times(2);
    client.registry.fail(rule);
    let statuses: Vec<_> = (0..4).map(|_| client.get(&blob).status).collect();
    assert_eq!(statuses, [200, 503, 503, 200]);
    assert_eq!(client.send("HEAD", &blob, &[], b"").status, 200);
    client.registry.fail(Rule::new(Fault::status(500)));
    assert_eq!(client.get("/v2/").status, 500);
    client.registry.recover();
    assert_eq!(client.get("/v2/").status, 200);
}

#[test]
fn rules_can_be_read_from_json() {
    let (client, blob) = client();
    let text = r#"[
      {"method": "GET", "path": "/blobs/", "times": 1,
       "fault": {"status": {"status": 429, "code": "TOOMANYREQUESTS", "retry_after": {"seconds": 3}}}},
      {"fault": "wrong_byte"}
    ]"#;
    for rule in serde_json::from_str::<Vec<Rule>>(text).unwrap() {
        client.registry.fail(rule);
    }
    let first = client.get(&blob);
    assert_eq!((first.status, first.header("retry-after")), (429, "3"));
    assert_eq!(first.json()["errors"][0]["code"], "TOOMANYREQUESTS");
    assert_ne!(client.get(&blob).body, b"hello world");
    assert!(serde_json::from_str::<Rule>(r#"{"fault": "close", "time": 1}"#).is_err());
}

#[test]
fn retry_after_may_be_a_date_or_anything() {
    let (client, blob) = client();
    let date = Fault::retry_after(503, RetryAfter::Date(60));
    client.registry.fail(Rule::new(date).times(1));
    let text = client.get(&blob).header("retry-after").to_owned();
    assert!(text.ends_with(" GMT") && text.len() == 29, "{text}");
    let odd = Fault::retry_after(503, RetryAfter::Text("soon".to_owned()));
    client.registry.fail(Rule::new(odd));
    assert_eq!(client.get(&blob).header("retry-after"), "soon");
}

#[test]
fn connections_end_early() {
    let (client, blob) = client();
    for fault in [
        Fault::Close,
        Fault::CloseInResponse { after: 5 },
        Fault::WrongLength { by: 3 },
        Fault::Garbage,
        Fault::LoseResponse,
    ] {
        client.registry.fail(Rule::new(fault.clone()).times(1));
        let answer = client.attempt("GET", &blob, &[], b"");
        assert!(answer.is_err(), "{fault:?}");
    }
    assert_eq!(client.get(&blob).text(), "hello world");
}

#[test]
fn a_request_without_a_response_has_its_effect() {
    let (client, _) = client();
    client
        .registry
        .fail(Rule::new(Fault::LoseResponse).times(1));
    let headers = [("Content-Type", IMAGE)];
    let put = client.attempt("PUT", "/v2/a/manifests/1", &headers, b"{}");
    assert!(put.is_err());
    assert!(client.registry.manifest("a", "1").is_some());
    let requests = client.registry.take_requests();
    assert_eq!(requests[0].to_string(), "PUT /v2/a/manifests/1 closed 2");
}

#[test]
fn a_status_may_come_before_the_body_is_read() {
    use std::io::{Read, Write};
    let (client, _) = client();
    let fault = Fault::StatusBeforeBody { status: 401 };
    client.registry.fail(Rule::new(fault).times(1));
    let mut stream = std::net::TcpStream::connect(client.registry.address()).unwrap();
    let head = b"PUT /v2/a/manifests/1 HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n{";
    stream.write_all(head).unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    assert!(answer.starts_with("HTTP/1.1 401 ") && answer.contains("Connection: close"));
    assert_eq!(client.registry.requests()[0].body_bytes, 0);
}

#[test]
fn headers_and_bodies_lie() {
    let (client, blob) = client();
    client
        .registry
        .fail(Rule::new(Fault::header("Content-Type", "text/html")).times(1));
    assert_eq!(client.get(&blob).header("content-type"), "text/html");
    client
        .registry
        .fail(Rule::new(Fault::without_header("Docker-Content-Digest")).times(1));
    assert_eq!(client.get(&blob).header("docker-content-digest"), "");
    let text = "{".to_owned();
    client
        .registry
        .fail(Rule::new(Fault::Body { text }).times(1));
    assert_eq!(client.get(&blob).text(), "{");
}

#[test]
fn redirects_to_another_host() {
    let (client, blob) = client();
    let (other, _) = self::client();
    let to = format!("{}{{}}", other.registry.url());
    client
        .registry
        .fail(Rule::new(Fault::Redirect { to }).on("GET", "/blobs/"));
    let redirect = client.get(&blob);
    assert_eq!(redirect.status, 307);
    assert_eq!(other.get(redirect.header("location")).text(), "hello world");
}

#[test]
fn responses_may_be_slow() {
    let (client, blob) = client();
    let start = Instant::now();
    let fault = Fault::Slow {
        bytes: 2,
        millis: 10,
    };
    client.registry.fail(Rule::new(fault).times(1));
    assert_eq!(client.get(&blob).text(), "hello world");
    client
        .registry
        .fail(Rule::new(Fault::Delay { millis: 40 }).times(1));
    assert_eq!(client.get(&blob).status, 200);
    assert!(start.elapsed() >= Duration::from_millis(100));
}

#[test]
fn a_response_may_never_end() {
    use std::io::Read;
    let (client, blob) = client();
    client.registry.fail(Rule::new(Fault::Endless));
    let mut response = crate::support::agent()
        .get(client.url(&blob))
        .call()
        .unwrap();
    let mut reader = response.body_mut().as_reader().take(1 << 20);
    assert_eq!(
        std::io::copy(&mut reader, &mut std::io::sink()).unwrap(),
        1 << 20
    );
}

#[test]
fn requests_are_recorded_and_counted() {
    let (client, blob) = client();
    client.send("GET", &format!("{blob}?x=1"), &[("X-Test", "1")], b"");
    assert_eq!(client.registry.count("GET", "/blobs/"), 1);
    let record = client.registry.requests().remove(0);
    assert_eq!(record.to_string(), format!("GET {blob}?x=1 200 0"));
    assert_eq!(record.header("x-test"), Some("1"));
    client.registry.take_requests();
    assert!(client.registry.requests().is_empty());
}
