//! A push of a plan with statements about its images: SBOM, provenance, VEX.

use registry_fixture::{Fault, Rule, Settings};
use serde_json::{json, Value};
use sign::KeyPair;

use crate::images::{bytes, Image, PlanFiles};
use crate::support::{Run, World};

const SPDX: &str = "https://spdx.dev/Document";
const SLSA: &str = "https://slsa.dev/provenance/v1";

/// A plan with an index `latest` of one image, `latest-amd64`. Both have an SBOM, and the image has a provenance.
struct Pushed {
    world: World,
    index: Image,
    image: Image,
    plan: PlanFiles,
}

impl Pushed {
    fn new(settings: Settings) -> Self {
        let world = World::with(settings);
        let pair = KeyPair::generate(b"").unwrap();
        std::fs::write(world.path("a.key"), &*pair.private_pem).unwrap();
        std::fs::write(world.path("a.pub"), &pair.public_pem).unwrap();
        let image = Image::new(&[bytes(1, 3000)]);
        let index = Image::index(std::slice::from_ref(&image));
        let mut plan = PlanFiles::new();
        for (image, tag) in [(&index, "latest"), (&image, "latest-amd64")] {
            let fields = json!({"name": "static", "distro": "debian12", "tag": tag});
            plan.add(&world.runfiles(), image, &fields);
        }
        let mut pushed = Self {
            world,
            index,
            image,
            plan,
        };
        let (index, image) = (pushed.index.clone(), pushed.image.clone());
        pushed.add(&index, SPDX, &json!({"name": "index"}));
        pushed.add(&image, SPDX, &json!({"name": "image"}));
        pushed.add(&image, SLSA, &statement(&image, SLSA));
        pushed
    }

    fn add(&mut self, image: &Image, predicate_type: &str, content: &Value) {
        let runfiles = self.world.runfiles();
        self.plan
            .add_statement(&runfiles, image, predicate_type, content);
    }

    fn run(&self, more: &[&str]) -> Run {
        let (plan, team) = (self.world.plan(&self.plan), self.world.name("team"));
        let arguments = ["push", "--plan", &plan, "--repository", &team];
        let mut command = self.world.command();
        command
            .args([&arguments[..], more].concat())
            .env("COSIGN_PASSWORD", "");
        self.world.finish(&mut command)
    }

    fn verify(&self, more: &[&str]) -> Run {
        let reference = self.world.name("team/static-debian12");
        let arguments = ["verify", &reference, "--key", "a.pub"];
        self.world.run(&[&arguments[..], more].concat())
    }
}

/// A whole in-toto statement.
fn statement(image: &Image, predicate_type: &str) -> Value {
    let digest = image.digest();
    let hex = digest.strip_prefix("sha256:").unwrap();
    json!({"_type": "https://in-toto.io/Statement/v1", "predicateType": predicate_type,
        "subject": [{"name": "image", "digest": {"sha256": hex}}],
        "predicate": {"buildDefinition": {}}})
}

fn registries() -> [Settings; 2] {
    [true, false].map(|referrers| Settings {
        referrers,
        ..Settings::default()
    })
}

#[test]
fn statements_are_attached_in_the_same_run() {
    for settings in registries() {
        let pushed = Pushed::new(settings);
        let (index, image) = (pushed.index.digest(), pushed.image.digest());
        let wanted = pushed.run(&["--key", "a.key", "--dry-run"]);
        assert!(
            wanted
                .errors
                .contains("signatures and statements: 5 would be attached, 0 unchanged"),
            "{}",
            wanted.errors
        );
        assert_eq!(wanted.success().matches(" would be attached").count(), 3);
        assert_eq!(pushed.world.writes(), 0);

        let run = pushed.run(&["--key", "a.key"]);
        let summary = "signatures and statements: 5 attached, 0 unchanged";
        assert!(run.errors.contains(summary), "{}", run.errors);
        let output = run.success();
        let count = |digest: &str, done: &str| {
            let line = format!("HOST/team/static-debian12@{digest} {done} sha256:");
            output.matches(&line).count()
        };
        assert_eq!((count(&index, "signed"), count(&index, "attached")), (1, 1));
        assert_eq!((count(&image, "signed"), count(&image, "attached")), (1, 2));
        pushed.verify(&["--require", "spdxjson"]).success();
        let missing = pushed.verify(&["--require", SLSA]);
        let problem =
            format!("@{index}`: it has no statement of type `{SLSA}` by a trusted signer");
        assert!(missing.output.contains(&problem), "{}", missing.output);
        missing.failure();

        pushed.world.registry.take_requests();
        let again = pushed.run(&["--key", "a.key"]);
        let summary = "signatures and statements: 0 attached, 5 unchanged";
        assert!(again.errors.contains(summary), "{}", again.errors);
        again.success();
        assert_eq!(pushed.world.writes(), 0);
    }
}

#[test]
fn referrers_are_listed_once_for_each_image() {
    let pushed = Pushed::new(Settings::default());
    pushed.run(&["--key", "a.key"]).success();
    pushed.world.registry.take_requests();
    pushed.run(&["--key", "a.key"]).success();
    assert_eq!(pushed.world.registry.count("GET", "/referrers/"), 2);
    assert_eq!(pushed.world.registry.count("GET", "/blobs/"), 0);
}

#[test]
fn accepted_statements_are_saved() {
    let pushed = Pushed::new(Settings::default());
    pushed.run(&["--key", "a.key"]).success();
    pushed.verify(&["--save-statements", "saved"]).success();
    let hex = pushed.image.digest().replace(':', "-");
    let read = |name: &str| {
        let path = pushed.world.path(&format!("saved/{hex}.{name}"));
        serde_json::from_slice::<Value>(&std::fs::read(path).unwrap()).unwrap()
    };
    let saved = read("spdxjson.json");
    assert_eq!(saved["predicate"], json!({"name": "image"}));
    assert_eq!(saved["predicateType"], SPDX);
    assert!(read("slsaprovenance1.sigstore.json")["dsseEnvelope"].is_object());
    let mut names = std::fs::read_dir(pushed.world.path("saved")).unwrap();
    assert_eq!(names.by_ref().count(), 6);
    // A file in the place of the directory.
    let refused = pushed.verify(&["--save-statements", "a.pub"]);
    assert!(
        refused
            .output
            .contains("problem: cannot verify `HOST/team/static-debian12@"),
        "{}",
        refused.output
    );
    refused.failure();
}

#[test]
fn statements_need_a_signer() {
    let pushed = Pushed::new(Settings::default());
    assert_eq!(
        pushed.run(&[]).failure(),
        "error: cannot attach `3 statements`: no signer is given\n\
         hint: pass --key, --plugin or --identity-token, or leave them out with --no-statements"
    );
    assert_eq!(pushed.world.registry.requests(), []);
    let output = pushed.run(&["--no-statements"]).success();
    assert_eq!(output.lines().count(), 2, "{output}");
    let output = pushed.run(&["--no-statements", "--key", "a.key"]).success();
    assert!(!output.contains(" attached "), "{output}");
}

/// A change of a plan, and a part of the message.
type Case<'a> = (&'a dyn Fn(&mut Pushed), &'a str);

#[test]
fn wrong_statements_stop_the_push() {
    let other = Image::new(&[bytes(2, 3000)]);
    let about_other = |pushed: &mut Pushed| pushed.add(&other, SPDX, &json!({}));
    let of_other = |pushed: &mut Pushed| {
        let index = pushed.index.clone();
        pushed.add(&index, SLSA, &statement(&other, SLSA));
    };
    let list = |pushed: &mut Pushed| {
        let index = pushed.index.clone();
        pushed.add(&index, SPDX, &json!([]));
    };
    let digest = other.digest();
    let cases: [Case<'_>; 3] = [
        (&about_other, &format!("`: it is about `{digest}`, which is not an image of the plan\nhint: `evidence` of a push must be about its `image` or `images`")),
        (&of_other, "`: it is a statement about another image, expected `sha256:"),
        (&list, "`: expected a JSON object"),
    ];
    for (change, message) in cases {
        let mut pushed = Pushed::new(Settings::default());
        change(&mut pushed);
        let error = pushed.run(&["--key", "a.key"]).failure();
        assert!(error.contains(message), "{error}");
        assert_eq!(pushed.world.registry.requests(), []);
    }
    // A part of a plan does not need the statements about the others.
    let mut pushed = Pushed::new(Settings::default());
    about_other(&mut pushed);
    let only = ["--key", "a.key", "--only", "*:latest-amd64"];
    let output = pushed.run(&only).success();
    assert_eq!(output.matches(" attached ").count(), 2, "{output}");
}

#[test]
fn a_failure_leaves_the_other_statements() {
    let pushed = Pushed::new(Settings::default());
    let path = format!("/referrers/{}", pushed.index.digest());
    pushed
        .world
        .registry
        .fail(Rule::new(Fault::status(403)).on("GET", &path));
    let run = pushed.run(&["--key", "a.key", "--attempts=1"]);
    assert_eq!(
        run.output.matches(" attached ").count(),
        2,
        "{}",
        run.output
    );
    run.failure();
    pushed.world.registry.recover();
    let output = pushed.run(&["--key", "a.key"]).success();
    assert_eq!(output.matches(" attached ").count(), 1, "{output}");
}

#[test]
fn statements_that_a_plan_no_longer_has_are_replaced() {
    for settings in registries() {
        let mut pushed = Pushed::new(settings);
        let index = pushed.index.clone();
        pushed.run(&["--key", "a.key"]).success();
        // Two statements of one type, and neither replaces the other.
        pushed.plan.plan["statements"]
            .as_array_mut()
            .unwrap()
            .remove(0);
        pushed.add(&index, SPDX, &json!({"name": "corrected"}));
        pushed.add(&index, SPDX, &json!({"name": "other tool"}));
        pushed.world.registry.take_requests();
        let wanted = pushed.run(&["--key", "a.key", "--replace", "--dry-run"]);
        let summary =
            "signatures and statements: 2 would be attached, 4 unchanged, 1 would be removed";
        assert!(wanted.errors.contains(summary), "{}", wanted.errors);
        assert_eq!(wanted.success().matches(" would be removed ").count(), 1);
        assert_eq!(pushed.world.writes(), 0);

        let run = pushed.run(&["--key", "a.key", "--replace"]);
        let summary = "signatures and statements: 2 attached, 4 unchanged, 1 removed";
        assert!(run.errors.contains(summary), "{}", run.errors);
        run.success();
        pushed.world.registry.take_requests();
        let again = pushed.run(&["--key", "a.key", "--replace"]);
        let summary = "signatures and statements: 0 attached, 6 unchanged\n";
        assert!(again.errors.contains(summary), "{}", again.errors);
        again.success();
        assert_eq!(pushed.world.writes(), 0);
    }
}

#[test]
fn replacing_needs_a_signer_and_statements() {
    let pushed = Pushed::new(Settings::default());
    for options in [
        &["--replace"][..],
        &["--replace", "--key", "a.key", "--no-statements"],
    ] {
        assert_eq!(pushed.run(options).code, Some(2));
    }
}
