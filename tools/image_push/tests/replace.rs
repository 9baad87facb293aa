//! `attach --replace`: a new statement takes the place of older ones.

#![allow(clippy::unwrap_used)]

mod published;

use std::thread;

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::Engine as _;
use published::{descriptor, digest_of, Image, Published, INDEX, MANIFEST, REPOSITORY};
use registry_fixture::{Fault, Rule, Settings};
use serde_json::Value;

const BUNDLE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";
const REPLACE: &str =
    "attach REPO:latest --predicate vex.json --type openvex --replace --attempts 1 --key a.key";

/// A registry with an image that is signed, and has an SBOM and two VEX documents. The last one is from yesterday.
struct World {
    published: Published,
    image: Image,
    /// The referrers that are not VEX documents.
    others: Vec<String>,
    older: Vec<String>,
    is_api: bool,
}

impl World {
    fn new(is_api: bool) -> Self {
        let published = Published::new(Settings {
            referrers: is_api,
            ..Settings::default()
        });
        let image = published.add("one", "2026-11-21", &["latest"]);
        published.write("sbom.json", "{}");
        published.succeeds("sign REPO:latest --key a.key --no-children");
        published.succeeds("attach REPO:latest --predicate sbom.json --type spdxjson --key a.key");
        let mut world = Self {
            others: published.referrers(&image.index),
            published,
            image,
            older: Vec::new(),
            is_api,
        };
        for day in ["1", "2"] {
            world.write(day);
            let attached = world.published.succeeds(&REPLACE.replace(" --replace", ""));
            world.older.push(last_word(&attached));
        }
        world.write("3");
        world.published.registry.take_requests();
        world
    }

    fn both() -> [Self; 2] {
        [Self::new(true), Self::new(false)]
    }

    fn write(&self, day: &str) {
        let document = format!(r#"{{"version": {day}}}"#);
        self.published.write("vex.json", document);
    }

    /// Adds a referrer of the index with this bundle, as another program would.
    fn refer(&self, bundle: &str) -> String {
        let published = &self.published;
        let subject = &self.image.index;
        let (_, bytes) = published.registry.manifest(REPOSITORY, subject).unwrap();
        let subject = descriptor(INDEX, subject, bytes.len());
        let config = published.blob("application/vnd.oci.empty.v1+json", "{}");
        let layer = published.blob(BUNDLE, bundle);
        let manifest = format!(
            r#"{{"schemaVersion":2,"mediaType":"{MANIFEST}","artifactType":"{BUNDLE}","config":{config},"layers":[{layer}],"subject":{subject}}}"#
        );
        let added = published.manifest(None, MANIFEST, &manifest);
        if !self.is_api {
            let mut list = self.list();
            let entry: Value = serde_json::from_str(&added).unwrap();
            list["manifests"].as_array_mut().unwrap().push(entry);
            published.manifest(Some(&self.tag()), INDEX, &list.to_string());
        }
        digest_of(&added)
    }

    fn tag(&self) -> String {
        self.image.index.replace(':', "-")
    }

    fn list(&self) -> Value {
        let registry = &self.published.registry;
        let (_, list) = registry.manifest(REPOSITORY, &self.tag()).unwrap();
        serde_json::from_slice(&list).unwrap()
    }

    /// The referrers that clients find, in the order of the list.
    fn listed(&self) -> Vec<String> {
        if self.is_api {
            return self.published.referrers(&self.image.index);
        }
        let list = self.list();
        let entries = list["manifests"].as_array().unwrap().iter();
        let digests = entries.map(|entry| entry["digest"].as_str().unwrap().to_owned());
        digests.collect()
    }

    /// The referrers that clients find, except signature and SBOM.
    fn vex(&self) -> Vec<String> {
        let mut found = self.listed();
        assert!(self.others.iter().all(|other| found.contains(other)));
        found.retain(|one| !self.others.contains(one));
        found
    }

    /// Replaces, and returns the new statement.
    #[track_caller]
    fn replace(&self) -> String {
        let output = self.published.succeeds(REPLACE);
        last_word(output.lines().next().unwrap())
    }
}

fn last_word(line: &str) -> String {
    line.trim_end().rsplit(' ').next().unwrap().to_owned()
}

#[test]
fn a_new_statement_takes_the_place_of_older_ones() {
    for world in World::both() {
        let (published, index) = (&world.published, &world.image.index);
        let output = published.succeeds(REPLACE);
        let mut lines: Vec<&str> = output.lines().collect();
        let new = last_word(lines.remove(0));
        lines.sort_unstable();
        let mut expected = world
            .older
            .iter()
            .map(|older| format!("REPO@{index} removed {older}"))
            .collect::<Vec<_>>();
        expected.sort_unstable();
        assert_eq!(lines, expected);
        assert!(output.starts_with(&format!("REPO@{index} attached {new}\n")));
        assert_eq!(world.vex(), [new.as_str()]);
        assert_eq!(published.referrers(index).len(), world.others.len() + 1);

        published.take_writes();
        let again = published.succeeds(REPLACE);
        assert_eq!(again, format!("REPO@{index} unchanged {new}\n"));
        assert_eq!(published.take_writes(), 0);

        // An older document is attached again: the key signs as before.
        world.write("1");
        assert_eq!(world.replace(), world.older[0]);
        assert_eq!(world.vex(), [world.older[0].as_str()]);
    }
}

/// Readers that use one statement only take the first one.
#[test]
fn a_list_has_the_newest_statement_first() {
    let world = World::new(false);
    let [first, second] = world.older.clone().try_into().unwrap();
    assert_eq!(world.vex(), [second, first]);
}

#[test]
fn the_new_statement_is_attached_first() {
    for world in World::both() {
        let new = world.replace();
        let requests = world.published.registry.take_requests();
        let writes = requests.iter().filter(|request| {
            request.path.contains("/manifests/")
                && ["PUT", "DELETE"].contains(&request.method.as_str())
        });
        let is_list = |path: &str| path.ends_with(&world.tag());
        let writes: Vec<(&str, bool, bool)> = writes
            .map(|one| {
                let path = one.path.as_str();
                (one.method.as_str(), is_list(path), path.ends_with(&new))
            })
            .collect();
        let (put, list) = (("PUT", false, true), ("PUT", true, false));
        let delete = ("DELETE", false, false);
        if world.is_api {
            assert_eq!(writes, [put, delete, delete]);
        } else {
            assert_eq!(writes, [put, list, list, delete, delete]);
        }
    }
}

#[test]
fn statements_that_this_signer_did_not_make_stay() {
    for world in World::both() {
        let published = &world.published;
        published.add_key("b");
        let of_b = REPLACE.replace("a.key", "b.key");
        let of_b = last_word(&published.succeeds(&of_b));
        assert_eq!(world.vex().len(), 3, "b removed nothing of a");
        // A valid statement about another image, a changed one, and one that the registry has damaged.
        published.succeeds(&format!("{REPLACE} --children"));
        let of_image = published.referrers(&world.image.amd64)[0].clone();
        let bundle = |referrer: &str| String::from_utf8(published.bundle(referrer).1).unwrap();
        let about_other = world.refer(&bundle(&of_image));
        let changed: Value = serde_json::from_str(&bundle(&of_b)).unwrap();
        let mut changed = changed;
        changed["dsseEnvelope"]["payload"] = "e30=".into();
        let changed = world.refer(&changed.to_string());
        let unreadable = world.refer("{}");
        world.write("4");
        let damaged = world.replace();
        published
            .registry
            .tamper(&published.bundle(&damaged).0, b"damaged");
        world.write("5");
        let new = world.replace();
        let mut expected = vec![of_b, about_other, changed, unreadable, damaged, new];
        expected.sort();
        let mut found = world.vex();
        found.sort();
        assert_eq!(found, expected);
    }
}

#[test]
fn a_registry_that_does_not_delete() {
    for world in World::both() {
        let published = &world.published;
        let index = &world.image.index;
        published
            .registry
            .change(|settings| settings.deletes = false);
        let outcome = published.run(REPLACE);
        let new = last_word(outcome.stdout.lines().next().unwrap());
        let refused = |digest: &String| {
            format!("cannot delete manifest `REPO@{digest}`: the registry answered 405 Method Not Allowed")
        };
        if world.is_api {
            assert_eq!(outcome.code, 1);
            assert_eq!(outcome.stdout.lines().count(), 1);
            for older in &world.older {
                let message = format!(
                    "error: cannot replace statement of `REPO@{index}`: {}",
                    refused(older)
                );
                assert!(outcome.stderr.contains(&message), "{}", outcome.stderr);
            }
            assert_eq!(world.vex().len(), 3);
            assert!(world.vex().contains(&new));
        } else {
            assert_eq!(outcome.code, 0, "{}", outcome.stderr);
            for older in &world.older {
                let message = format!(
                    "the registry keeps a statement that is not listed: {}",
                    refused(older)
                );
                assert!(outcome.stderr.contains(&message), "{}", outcome.stderr);
            }
            assert_eq!(world.vex(), [new]);
            published.take_writes();
            published.succeeds(REPLACE);
            assert_eq!(published.take_writes(), 0);
        }
    }
}

/// At each step that writes, the run ends, before the step or after it. The image has a statement nevertheless, and the next
/// run does the rest.
#[test]
fn an_interrupted_run_is_completed() {
    for is_api in [true, false] {
        let world = World::new(is_api);
        world.replace();
        let writes = world.published.take_writes() as u32;
        for step in 0..writes {
            for fault in [Fault::Close, Fault::LoseResponse] {
                let world = World::new(is_api);
                let registry = &world.published.registry;
                for method in ["POST", "PUT", "DELETE"] {
                    let before = preceding(&world, method, step);
                    if let Some(before) = before {
                        registry.fail(Rule::new(fault.clone()).on(method, "").after(before));
                    }
                }
                world.published.run(REPLACE);
                registry.recover();
                assert!(!world.vex().is_empty());
                let new = world.replace();
                assert_eq!(world.vex(), [new], "{is_api} {step} {fault:?}");
            }
        }
    }
}

/// How many requests with this method are among the first `step` ones that write; `None` if none comes later.
fn preceding(world: &World, method: &str, step: u32) -> Option<u32> {
    // As `the_new_statement_is_attached_first` finds; before that, the blob of the bundle.
    let all: &[&str] = if world.is_api {
        &["POST", "PUT", "PUT", "DELETE", "DELETE"]
    } else {
        &["POST", "PUT", "PUT", "PUT", "PUT", "DELETE", "DELETE"]
    };
    let (before, after) = all.split_at((step as usize).min(all.len()));
    let count = before.iter().filter(|one| **one == method).count();
    after.contains(&method).then_some(count as u32)
}

/// A list at a tag has no such guarantee: clients write it without conditional requests.
#[test]
fn two_runs_at_the_same_time_leave_a_statement() {
    let world = World::new(true);
    let delay = Rule::new(Fault::Delay { millis: 5 });
    world.published.registry.fail(delay);
    for round in 0..4 {
        thread::scope(|scope| {
            for number in 0..2 {
                let published = &world.published;
                let name = format!("{round}-{number}.json");
                let document = format!(r#"{{"round": {round}, "number": {number}}}"#);
                published.write(&name, document);
                let run = REPLACE.replace("vex.json", &name);
                scope.spawn(move || published.run(&run));
            }
        });
        assert!(!world.vex().is_empty());
    }
    world.published.registry.recover();
    let new = world.replace();
    assert_eq!(world.vex(), [new]);
}

#[test]
fn an_identity_needs_a_trusted_root() {
    let world = World::new(true);
    let claims = r#"{"iss":"https://issuer.example","sub":"a","aud":"sigstore","email":"a@example.org","email_verified":true,"exp":4102444800}"#;
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let token = format!("{}.{}.{}", part("{}"), part(claims), part("signature"));
    world.published.write("token", token);
    let run = REPLACE.replace("--key a.key", "--identity-token token");
    assert_eq!(
        world.published.fails(&run).1,
        "error: cannot use option `--replace`: signatures of an identity cannot be verified without a trusted root\n\
         hint: pass --trusted-root\n"
    );
    assert_eq!(world.published.registry.requests(), []);
}
