use std::path::PathBuf;
use std::process::Command;

use registry_fixture::{Registry, Settings};

use crate::images::{image, index};
use crate::programs::{output, tools};
use crate::world::World;

struct Cosign {
    program: PathBuf,
    world: World,
}

impl Cosign {
    fn run(&self, arguments: &[&str]) {
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .current_dir(self.world.path(""))
            .env("HOME", self.world.path(""))
            .env("COSIGN_PASSWORD", "password");
        output(&mut command);
    }
}

/// An index and its images, signed by cosign, are copied to a directory and from there to registries with and without the
/// referrers API.
#[test]
fn cosign_accepts_copies() {
    let Some(tools) = tools(&["cosign"]) else {
        return;
    };
    let cosign = Cosign {
        program: tools.join("bin/cosign"),
        world: World::new(),
    };
    let from = Registry::new(Settings::default());
    let list = index(
        &[("amd64", &image("amd64", &["a"]))],
        &serde_json::json!({}),
    );
    list.store(&from, "team/app", Some("latest"));
    let (host, digest) = (from.address(), list.digest());
    cosign.run(&["generate-key-pair"]);
    let signed = format!("{host}/team/app@{digest}");
    let key = [
        "sign",
        "--key=cosign.key",
        "--use-signing-config=false",
        "--tlog-upload=false",
    ];
    cosign.run(&[&key[..], &["--recursive", "--yes", &signed]].concat());
    let source = format!("{host}/team/app");
    cosign.world.run(&["copy", &source, "oci:set"]).output();
    for api in [true, false] {
        let settings = Settings {
            referrers: api,
            ..Settings::default()
        };
        let to = Registry::new(settings);
        let target = format!("{}/mirror", to.address());
        cosign.world.run(&["copy", "oci:set", &target]).output();
        let image = format!("{target}:latest");
        let verify = ["verify", "--key=cosign.pub", "--insecure-ignore-tlog=true"];
        cosign.run(&[&verify[..], &[&image]].concat());
        let child = format!("{target}@{}", image_digest());
        cosign.run(&[&verify[..], &[&child]].concat());
    }
}

fn image_digest() -> String {
    image("amd64", &["a"]).digest()
}
