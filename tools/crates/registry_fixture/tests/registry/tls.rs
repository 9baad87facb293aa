//! HTTPS.

use registry_fixture::{Certificate, Registry, Settings, Tls, CA, CLIENT_CERTIFICATE, CLIENT_KEY};
use ureq::tls::{Certificate as Pem, ClientCert, PrivateKey, RootCerts, TlsConfig};
use ureq::Agent;

fn registry(certificate: Certificate, client_certificate: bool) -> Registry {
    Registry::new(Settings {
        tls: Some(Tls {
            certificate,
            client_certificate,
        }),
        ..Settings::default()
    })
}

fn status(registry: &Registry, client: Option<ClientCert>) -> Result<u16, String> {
    let ca = Pem::from_pem(CA.as_bytes()).unwrap();
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&[ca]))
        .client_cert(client)
        .build();
    let agent: Agent = Agent::config_builder().tls_config(tls).build().into();
    let answer = agent.get(format!("{}/v2/", registry.url())).call();
    answer
        .map(|answer| answer.status().as_u16())
        .map_err(|error| error.to_string())
}

#[test]
fn clients_with_the_ca_connect() {
    let registry = registry(Certificate::Valid, false);
    assert!(registry.url().starts_with("https://"));
    assert_eq!(status(&registry, None), Ok(200));
}

#[test]
fn clients_refuse_other_certificates() {
    for certificate in [
        Certificate::Expired,
        Certificate::OtherName,
        Certificate::UnknownCa,
    ] {
        let refused = status(&registry(certificate, false), None);
        assert!(refused.is_err(), "{certificate:?}");
    }
}

#[test]
fn the_registry_may_ask_for_a_certificate() {
    let registry = registry(Certificate::Valid, true);
    assert!(status(&registry, None).is_err());
    let chain = [Pem::from_pem(CLIENT_CERTIFICATE.as_bytes()).unwrap()];
    let key = PrivateKey::from_pem(CLIENT_KEY.as_bytes()).unwrap();
    let client = ClientCert::new_with_certs(&chain, key);
    assert_eq!(status(&registry, Some(client)), Ok(200));
}
