//! Tests of the image's configuration.

use std::collections::BTreeMap;

use rootfs::Image;

use crate::config::{Expected, ExpectedValue, MetadataTest};

/// The variables of an image; if one is set twice, the last value.
pub(super) fn env(image: &Image) -> BTreeMap<String, String> {
    let config = image.config().config().as_ref();
    let list = config.and_then(|config| config.env().as_deref());
    let pair = |text: &String| match text.split_once('=') {
        Some((key, value)) => (key.to_owned(), value.to_owned()),
        None => (text.clone(), String::new()),
    };
    list.unwrap_or_default().iter().map(pair).collect()
}

/// The problems of a test.
pub(super) fn problems(
    test: &MetadataTest,
    image: &Image,
    env: &BTreeMap<String, String>,
) -> Vec<String> {
    let config = image.config().config().clone().unwrap_or_default();
    let mut problems = Vec::new();
    let labels = config.labels().clone().unwrap_or_default();
    pairs("variable", &test.env, |key| env.get(key), &mut problems);
    for key in test.unbound_env.iter().filter(|key| env.contains_key(*key)) {
        problems.push(format!("variable `{key}` should not be set, but is"));
    }
    pairs("label", &test.labels, |key| labels.get(key), &mut problems);
    let list = |list: &Option<Vec<String>>| list.clone().unwrap_or_default();
    for (what, expected, found) in [
        ("entrypoint", &test.entrypoint, list(config.entrypoint())),
        ("cmd", &test.cmd, list(config.cmd())),
    ] {
        if let Some(expected) = expected.as_ref().filter(|expected| **expected != found) {
            let (expected, found) = (words(expected), words(&found));
            problems.push(format!("expected {what} {expected}, found {found}"));
        }
    }
    for (what, expected, found) in [
        ("workdir", &test.workdir, config.working_dir()),
        ("user", &test.user, config.user()),
    ] {
        let found = found.as_deref().unwrap_or_default();
        if let Some(expected) = expected.as_ref().filter(|expected| *expected != found) {
            problems.push(format!("expected {what} `{expected}`, found `{found}`"));
        }
    }
    ports(test, &list(config.exposed_ports()), &mut problems);
    let volumes = list(config.volumes());
    for volume in test
        .volumes
        .iter()
        .filter(|volume| !volumes.contains(volume))
    {
        let found = words(&volumes);
        problems.push(format!("expected volume `{volume}`, found {found}"));
    }
    for volume in test
        .unmounted_volumes
        .iter()
        .filter(|volume| volumes.contains(volume))
    {
        problems.push(format!("volume `{volume}` should not exist, but does"));
    }
    problems
}

fn pairs<'a>(
    what: &str,
    expected: &[Expected],
    get: impl Fn(&str) -> Option<&'a String>,
    problems: &mut Vec<String>,
) {
    for Expected { key, value } in expected {
        let Some(found) = get(key) else {
            problems.push(format!("{what} `{key}` should be set, but is not"));
            continue;
        };
        match value {
            ExpectedValue::Is(expected) if expected != found => {
                problems.push(format!(
                    "{what} `{key}`: expected `{expected}`, found `{found}`"
                ));
            }
            ExpectedValue::Matches(pattern) if !pattern.is_in(found.as_bytes()) => {
                let pattern = pattern.source();
                let problem =
                    format!("{what} `{key}`: expected a match of `{pattern}`, found `{found}`");
                problems.push(problem);
            }
            _ => {}
        }
    }
}

/// Compares port numbers: container-structure-test ignores the protocol of the image's ports.
fn ports(test: &MetadataTest, found: &[String], problems: &mut Vec<String>) {
    let number = |port: &String| port.split('/').next().unwrap_or_default().to_owned();
    let numbers: Vec<_> = found.iter().map(number).collect();
    for port in test.exposed_ports.iter().chain(&test.unexposed_ports) {
        if port.contains('/') {
            // It never matches, so an unexposed port would not be tested.
            let number = number(port);
            problems.push(format!(
                "port `{port}`: ports are compared without protocol; write `{number}`"
            ));
        }
    }
    let plain = |port: &&String| !port.contains('/');
    for port in test.exposed_ports.iter().filter(plain) {
        if !numbers.contains(port) {
            problems.push(format!(
                "port `{port}` should be exposed, found {}",
                words(found)
            ));
        }
    }
    for port in test.unexposed_ports.iter().filter(plain) {
        if numbers.contains(port) {
            problems.push(format!("port `{port}` should not be exposed, but is"));
        }
    }
}

/// A list in a message.
fn words(list: &[String]) -> String {
    let words: Vec<_> = list.iter().map(|word| format!("{word:?}")).collect();
    format!("[{}]", words.join(", "))
}
