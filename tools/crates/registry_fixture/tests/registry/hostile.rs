//! Input that no client sends.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};

use registry_fixture::{Fault, Rule, Settings};

use crate::support::{Client, IMAGE};

/// All that the registry answers to these bytes.
fn raw(client: &Client, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(client.registry.address()).unwrap();
    // The registry may end the connection before it has read everything.
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn what_is_not_http_ends_the_connection() {
    let client = Client::new(Settings::default());
    let long = format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(1 << 20));
    let inputs: [&[u8]; 7] = [
        b"",
        b"\r\n\r\n",
        b"GET /v2/ HTTP/1.1\r\nHost: x",
        b"GET /v2/ HTTP/1.1\r\n: x\r\n\r\n",
        b"PUT /v2/a/manifests/1 HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"PUT /v2/a/manifests/1 HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
        long.as_bytes(),
    ];
    for input in inputs {
        assert_eq!(
            raw(&client, input),
            "",
            "{:?}",
            &input[..input.len().min(60)]
        );
    }
    assert_eq!(client.get("/v2/").status, 200);
}

/// A client that tries TLS first gets the answer of a server without TLS at once, although its handshake has no line end.
#[test]
fn a_client_that_begins_with_tls_learns_that_there_is_none() {
    let client = Client::new(Settings::default());
    let mut stream = TcpStream::connect(client.registry.address()).unwrap();
    let patience = std::time::Duration::from_secs(20);
    stream.set_read_timeout(Some(patience)).unwrap();
    stream.write_all(b"\x16\x03\x01\x00\x01\x01").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 400 Bad Request\r\n"),
        "{answer:?}"
    );
}

#[test]
fn bodies_that_end_early_have_no_effect() {
    let client = Client::new(Settings::default());
    let head = "PUT /v2/a/manifests/1 HTTP/1.1\r\nContent-Type: x\r\n";
    for rest in [
        "Content-Length: 18446744073709551615\r\n\r\n{}",
        "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}",
        "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}",
        "Transfer-Encoding: chunked\r\n\r\n2\r\n{}",
        "Transfer-Encoding: chunked\r\n\r\nx\r\n{}",
    ] {
        assert_eq!(
            raw(&client, format!("{head}{rest}").as_bytes()),
            "",
            "{rest}"
        );
    }
    assert!(client.registry.manifest("a", "1").is_none());
    let chunks = "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n1;x=y\r\n{\r\n1\r\n}\r\n0\r\nT: x\r\n\r\n";
    let answer = raw(&client, format!("{head}{chunks}").as_bytes());
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    assert_eq!(client.registry.manifest("a", "1").unwrap().1, b"{}");
}

#[test]
fn a_client_that_waits_gets_the_final_status_or_a_sign_to_continue() {
    let client = Client::new(Settings::default());
    let waiting = b"PUT /v2/a/manifests/1 HTTP/1.1\r\nContent-Type: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n{}";
    let answer = raw(&client, waiting);
    assert!(
        answer.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 "),
        "{answer}"
    );
    client.registry.fail(Rule::new(Fault::status(401)));
    let answer = raw(&client, waiting);
    assert!(
        answer.starts_with("HTTP/1.1 401 ") && answer.contains("Connection: close"),
        "{answer}"
    );
}

#[test]
fn names_outside_of_the_grammar_are_refused() {
    let client = Client::new(Settings::default());
    for (target, code) in [
        ("/v2/A/tags/list", "NAME_INVALID"),
        ("/v2/a%2F..%2Fb/tags/list", "NAME_INVALID"),
        ("/v2/a//b/tags/list", "NAME_INVALID"),
        ("/v2/a/manifests/.x", "MANIFEST_INVALID"),
        ("/v2/a/manifests/sha256:x", "DIGEST_INVALID"),
        (
            "/v2/a/manifests/md5:d41d8cd98f00b204e9800998ecf8427e",
            "DIGEST_INVALID",
        ),
        ("/v2/a/blobs/x", "DIGEST_INVALID"),
        ("/v2/a/blobs/uploads/..", "BLOB_UPLOAD_UNKNOWN"),
        ("/v2/a/other/x", "UNSUPPORTED"),
    ] {
        let answer = raw(&client, format!("GET {target} HTTP/1.1\r\n\r\n").as_bytes());
        assert!(answer.contains(code), "{target}: {answer}");
    }
}

#[test]
fn manifests_that_are_none_are_refused() {
    let client = Client::new(Settings {
        manifest_limit: 1000,
        ..Settings::default()
    });
    let deep = "[".repeat(900);
    let nested = format!(r#"{{"x":{deep}}}"#);
    for (bytes, status) in [
        ("", 400),
        ("[]", 400),
        ("{\"config\": {}}", 400),
        ("{\"config\": {\"digest\": \"x\"}}", 400),
        ("{\"mediaType\": \"other\"}", 400),
        (nested.as_str(), 400),
        (&" ".repeat(1001), 413),
    ] {
        let headers = [("Content-Type", IMAGE)];
        let put = client.send("PUT", "/v2/a/manifests/1", &headers, bytes.as_bytes());
        assert_eq!(put.status, status, "{bytes}");
    }
    assert!(client.registry.tags("a").is_empty());
}
