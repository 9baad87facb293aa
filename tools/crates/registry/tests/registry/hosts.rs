use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener};
use std::thread;
use std::time::Duration;

use registry::{Client, ClientCertificate, Credentials, Options, Repository, Selector};
use registry_fixture::{Certificate, Registry, Settings, Tls, CA, CLIENT_CERTIFICATE, CLIENT_KEY};
use tempfile::TempDir;
use transfer::Progress;

use crate::support::{INDEX, PULL};

fn options() -> Options {
    Options {
        attempts: 2,
        timeout: Duration::from_secs(5),
        ..Options::default()
    }
}

/// Reads a manifest from a registry on this machine.
fn get(port: u16, host: &str, options: Options) -> Result<(), String> {
    let progress = Progress::on(std::io::sink());
    let client = Client::new(options, Credentials::none(), &progress);
    let client = client.map_err(|error| error.to_string())?;
    let name = Repository::parse(&format!("{host}:{port}/a")).unwrap();
    let found = client
        .repository(&name, PULL)
        .manifest(&Selector::Tag("t".to_owned()));
    let found = found.map_err(|error| error.to_string())?;
    found.map(drop).ok_or_else(|| "missing".to_owned())
}

fn registry(tls: Option<Tls>) -> Registry {
    let registry = Registry::new(Settings {
        tls,
        ..Settings::default()
    });
    registry.put_manifest("a", Some("t"), INDEX, b"{}");
    registry
}

/// The files of the fixture, in a directory.
fn files() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("ca", CA),
        ("client", CLIENT_CERTIFICATE),
        ("key", CLIENT_KEY),
    ] {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    directory
}

#[test]
fn this_machine_is_asked_with_and_without_tls() {
    let plain = registry(None);
    for host in ["127.0.0.1", "localhost"] {
        get(plain.port(), host, options()).unwrap();
    }
    let files = files();
    let trusting = Options {
        ca_files: vec![files.path().join("ca")],
        ..options()
    };
    let tls = registry(Some(Tls::default()));
    get(tls.port(), "localhost", trusting).unwrap();
}

#[test]
fn wrong_certificates_are_refused() {
    let files = files();
    for (certificate, has_ca) in [
        (Certificate::Valid, false),
        (Certificate::Expired, true),
        (Certificate::OtherName, true),
        (Certificate::UnknownCa, true),
    ] {
        let ca_files = if has_ca {
            vec![files.path().join("ca")]
        } else {
            Vec::new()
        };
        let registry = registry(Some(Tls {
            certificate,
            client_certificate: false,
        }));
        let options = Options {
            ca_files,
            ..options()
        };
        let error = get(registry.port(), "localhost", options).unwrap_err();
        assert!(
            error.contains("invalid peer certificate: "),
            "{certificate:?} {error}"
        );
        assert_eq!(registry.requests(), [], "{certificate:?}");
    }
}

#[test]
fn client_certificates() {
    let files = files();
    let path = |name| files.path().join(name);
    let registry = registry(Some(Tls {
        certificate: Certificate::Valid,
        client_certificate: true,
    }));
    let without = Options {
        ca_files: vec![path("ca")],
        ..options()
    };
    assert!(get(registry.port(), "localhost", without.clone()).is_err());
    let with = |certificate, key| Options {
        client_certificate: Some(ClientCertificate {
            certificate: path(certificate),
            key: path(key),
        }),
        ..without.clone()
    };
    get(registry.port(), "localhost", with("client", "key")).unwrap();
    for (certificate, key, cause) in [
        ("ca", "key", "cannot use client certificate `"),
        ("key", "key", "it has no certificate in PEM"),
        ("client", "client", "it has no private key in PEM"),
        ("missing", "key", "No such file"),
    ] {
        let error = get(registry.port(), "localhost", with(certificate, key)).unwrap_err();
        assert!(error.contains(cause), "{error}");
    }
}

#[test]
fn other_machines_need_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
            // Closing a connection with unread data resets it.
            let _ = stream.shutdown(Shutdown::Write);
            let _ = stream.read(&mut [0; 4096]);
        }
    });
    // This address leads to this machine, but it is not one that may be used without encryption.
    let error = get(port, "0.0.0.0", options()).unwrap_err();
    assert_eq!(
        error,
        format!(
            "cannot get manifest `0.0.0.0:{port}/a:t`: the registry does not speak TLS\n\
             hint: if it is meant to be used without encryption, allow plain HTTP for `0.0.0.0:{port}`"
        )
    );
    let plain = registry(None);
    let name = format!("0.0.0.0:{}", plain.port());
    let allowed = Options {
        plain_http: vec![name],
        ..options()
    };
    get(plain.port(), "0.0.0.0", allowed).unwrap();
}

#[test]
fn no_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let options = Options {
        timeout: Duration::from_millis(300),
        ..options()
    };
    let error = get(port, "127.0.0.1", options.clone()).unwrap_err();
    assert!(
        error.contains("timed out") || error.contains("almost no data"),
        "{error}"
    );
    drop(listener);
    let error = get(port, "127.0.0.1", options).unwrap_err();
    assert!(error.contains("connection refused"), "{error}");
}
