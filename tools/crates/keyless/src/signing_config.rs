//! Signing configurations: the services of a deployment of Sigstore
//! (<https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto>).

use blob::{Error, Result};
use jiff::Timestamp;
use serde::Deserialize;

const MEDIA_TYPE: &str = "application/vnd.dev.sigstore.signingconfig.v0.2+json";

/// The maximum size of a signing configuration, in bytes.
const MAX_SIGNING_CONFIG: usize = 1024 * 1024;

/// The versions of the services that this crate speaks. Fulcio counts its version 2 as 1 here.
const FULCIO: u32 = 1;
const REKOR: u32 = 1;

/// The URLs of the chosen services.
pub(crate) struct Urls {
    pub(crate) fulcio: String,
    pub(crate) rekor: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    media_type: String,
    #[serde(default)]
    ca_urls: Vec<Service>,
    #[serde(default)]
    rekor_tlog_urls: Vec<Service>,
    #[serde(default)]
    rekor_tlog_config: Selection,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Service {
    url: String,
    #[serde(default)]
    major_api_version: u32,
    #[serde(default)]
    valid_for: Validity,
}

#[derive(Default, Deserialize)]
struct Validity {
    start: Option<Timestamp>,
    end: Option<Timestamp>,
}

/// How many of the services are to be used.
#[derive(Default, Deserialize)]
struct Selection {
    #[serde(default)]
    selector: String,
    #[serde(default)]
    count: u32,
}

/// Reads a signing configuration, and chooses the services that are valid at this time.
pub(crate) fn read(name: &str, json: &str, now: Timestamp) -> Result<Urls> {
    let cannot = |cause: &str| Error::cannot("read signing configuration", name, cause);
    if json.len() > MAX_SIGNING_CONFIG {
        return Err(cannot("it is larger than 1 MiB"));
    }
    let document: Document = serde_json::from_str(json)
        .map_err(|error| cannot(&message::shorten(&error.to_string())))?;
    if document.media_type != MEDIA_TYPE {
        let found = message::shorten(&document.media_type);
        let cause = format!("media type: expected `{MEDIA_TYPE}`, found `{found}`");
        return Err(cannot(&cause));
    }
    let fulcio = choose(&document.ca_urls, FULCIO, now);
    let rekor = choose(&document.rekor_tlog_urls, REKOR, now);
    let selection = &document.rekor_tlog_config;
    let logs = match selection.selector.as_str() {
        "ALL" => valid(&document.rekor_tlog_urls, REKOR, now).count(),
        "EXACT" => usize::try_from(selection.count).unwrap_or(usize::MAX),
        _ => 1,
    };
    if logs > 1 {
        return Err(cannot("it requires several logs, which is unsupported"));
    }
    Ok(Urls {
        fulcio: fulcio.ok_or_else(|| {
            cannot("it lists no certificate authority (`caUrls`) of version 1 that is valid now")
        })?,
        rekor: rekor.ok_or_else(|| {
            cannot("it lists no log (`rekorTlogUrls`) of version 1 that is valid now")
                .hint("use a log of Rekor version 1: version 2 is unsupported")
        })?,
    })
}

fn choose(services: &[Service], version: u32, now: Timestamp) -> Option<String> {
    let newest = valid(services, version, now).max_by_key(|service| service.valid_for.start);
    newest.map(|service| service.url.clone())
}

fn valid(services: &[Service], version: u32, now: Timestamp) -> impl Iterator<Item = &Service> {
    services.iter().filter(move |service| {
        let Validity { start, end } = &service.valid_for;
        let is_valid = start.is_none_or(|start| start <= now) && end.is_none_or(|end| now <= end);
        is_valid && service.major_api_version == version
    })
}
