//! What `debian_lock` makes of hostile bytes: answers of servers, logins, apt's sources, YAML.

#![allow(dead_code, unused_imports)]

#[path = "../../tools/debian_lock/src/addresses.rs"]
mod addresses;
#[path = "../../tools/debian_lock/src/apt_sources.rs"]
mod apt_sources;
#[path = "../../tools/debian_lock/src/cache/mod.rs"]
mod cache;
#[path = "../../tools/debian_lock/src/fetcher/mod.rs"]
mod fetcher;
#[path = "../../tools/debian_lock/src/netrc/mod.rs"]
mod netrc;
#[path = "../../tools/debian_lock/src/progress.rs"]
mod progress;
#[path = "../../tools/debian_lock/src/yaml.rs"]
mod yaml;

use std::path::{Path, PathBuf};

use blob::{Blob, Result};
use clap::Parser;
use debian_repo::{Answer, Fetch, Wanted};
use serde::de::DeserializeOwned;

use addresses::{Addresses, Snapshot};
use cache::Cache;
use fetcher::{HttpFetcher, Network};
use netrc::{Netrc, Place};
use progress::Progress;

/// Reads a manifest, or what else is YAML.
///
/// # Errors
///
/// The problem of the text.
pub fn yaml<T: DeserializeOwned>(text: &str) -> std::result::Result<T, String> {
    yaml::read(text)
}

/// Reads logins, and looks for those of a server.
pub fn logins(text: &str) {
    if let Ok(netrc) = Netrc::parse(PathBuf::from("netrc"), text) {
        for scheme in ["http", "https"] {
            let place = Place {
                scheme,
                host: "debian.example",
                port: Some(80),
                path: "/debian/dists",
            };
            let _ = (netrc.find(place), netrc.find_named(place));
        }
    }
}

/// The URLs of apt's sources below a directory like `/etc/apt`.
pub fn apt_sources(directory: &Path) -> Vec<String> {
    apt_sources::read(directory)
}

/// Reads the time of `--snapshot`.
pub fn snapshot(text: &str) -> bool {
    Snapshot::parse(text).is_ok()
}

/// The flags of a fetch: asked once, and no longer than a second.
#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    network: Network,
}

/// Asks servers for a file, with a cache below this directory.
///
/// # Errors
///
/// Whatever a server's answer is refused for.
pub fn fetch(cache: &Path, wanted: &Wanted<'_>) -> Result<Answer> {
    let flags = Flags::parse_from(["x", "--tries", "1", "--timeout", "1"]);
    let progress = Progress::new();
    let addresses = Addresses::of_this_machine(None, "");
    let cache = Cache::at(cache.to_owned());
    HttpFetcher::new(addresses, cache, &progress, &flags.network)?.fetch(wanted)
}

/// The unpacked index, and the file with this SHA-512, in a cache below this directory.
pub fn cached(cache: &Path, index: &Blob, sha512: &str) -> (Option<Vec<u8>>, Option<Blob>) {
    let cache = Cache::at(cache.to_owned());
    (cache.get_derived(index), cache.learned(sha512))
}
