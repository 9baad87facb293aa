//! The standard files of an image without a base, as `image_from_packages` makes them.

use blob::Result;
use image_definition::{Definition, LdSoCacheLayer};

use super::derived::{ld_so_cache, Derived};
use super::entries::{lines, listed, os_release};
use super::layer::Layer;
use super::packages::Locked;
use super::step::Entry;
use super::steps::Steps;

const NOBODY: u32 = 65534;

/// The lookup order of users and hosts: files first.
const NSSWITCH: &str = "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n";

/// The search path of programs.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The bundle that the layer of certificates has.
const BUNDLE: &str = "/etc/ssl/certs/ca-certificates.crt";

/// The package whose files are only in the CA bundle.
pub(crate) const CERTIFICATES: &str = "ca-certificates";

/// Name, number and home directory.
fn accounts(definition: &Definition) -> Vec<(&str, u32, String)> {
    let mut accounts = vec![
        ("root", 0, "/root".to_owned()),
        ("nobody", NOBODY, "/nonexistent".to_owned()),
    ];
    for (name, id) in definition.users.iter() {
        accounts.push((name, *id, format!("/home/{name}")));
    }
    accounts
}

/// The layers of the standard files, on top of those of the packages.
pub(crate) fn layers(
    steps: &mut Steps,
    definition: &Definition,
    locked: Locked<'_>,
    names: &[String],
    packages: &[Layer],
) -> Result<Vec<Layer>> {
    let compression = definition.compression;
    let has = |package: &str| names.iter().any(|name| name == package);
    let mut layers = accounts_layers(steps, definition);
    let tmp = Entry::directory("/tmp", "1777", 0);
    let nsswitch = Entry::text("etc/nsswitch.conf", NSSWITCH.to_owned());
    let entries = vec![nsswitch, tmp];
    layers.push(listed(
        steps,
        entries,
        "files",
        "nsswitch, tmp",
        compression,
    ));
    if has(CERTIFICATES) {
        let cacerts = Derived {
            command: "cacerts",
            package: CERTIFICATES,
            options: vec![("--mode", "0644")],
            extra: &[],
            created_by: "cacerts",
        };
        layers.push(cacerts.add(steps, locked, compression)?);
    }
    if !definition.os_release.is_empty() {
        let entry = os_release(&definition.os_release);
        layers.push(listed(
            steps,
            vec![entry],
            "os_release",
            "os-release",
            compression,
        ));
    }
    if has("libc-bin") {
        let options = LdSoCacheLayer::default();
        layers.push(ld_so_cache(steps, definition, &options, packages, locked)?);
    }
    Ok(layers)
}

fn accounts_layers(steps: &mut Steps, definition: &Definition) -> Vec<Layer> {
    let accounts = accounts(definition);
    let passwd: Vec<String> = accounts
        .iter()
        .map(|(name, id, home)| format!("{name}:x:{id}:{id}:{name}:{home}:/sbin/nologin"))
        .collect();
    let group: Vec<String> = accounts
        .iter()
        .map(|(name, id, _)| format!("{name}:x:{id}:"))
        .collect();
    let mut home = vec![Entry::directory("/root", "0700", 0)];
    if !definition.users.is_empty() {
        home.push(Entry::directory("/home", "0755", 0));
    }
    for (name, id) in definition.users.iter() {
        home.push(Entry::directory(&format!("/home/{name}"), "0700", *id));
    }
    let passwd = Entry::text("etc/passwd", lines(&passwd));
    let group = Entry::text("etc/group", lines(&group));
    let compression = definition.compression;
    vec![
        listed(steps, vec![passwd], "passwd", "passwd", compression),
        listed(steps, vec![group], "group", "group", compression),
        listed(steps, home, "home", "home", compression),
    ]
}

/// The variables of an image with standard files, before those of the definition: a known name keeps its place.
pub(crate) fn variables(definition: &Definition, names: &[String]) -> Vec<(String, String)> {
    let mut variables = Vec::new();
    if definition.has_standard_files() {
        variables.push(("PATH".to_owned(), PATH.to_owned()));
        if names.iter().any(|name| name == CERTIFICATES) {
            variables.push(("SSL_CERT_FILE".to_owned(), BUNDLE.to_owned()));
        }
    }
    for (name, value) in definition.env.iter() {
        match variables.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => value.clone_into(known),
            None => variables.push((name.to_owned(), value.clone())),
        }
    }
    variables
}
