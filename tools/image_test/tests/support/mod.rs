//! Images and test files for tests of the command line.

#![allow(dead_code, unreachable_pub)]
#![allow(clippy::panic, clippy::print_stderr, clippy::unwrap_used)]

use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use blob::Digest;
use serde_json::{json, Value};
use testkit::{tar, Item, Outcome, Workspace};

const TOOL: &str = env!("CARGO_BIN_EXE_image_test");

/// The tool, for any working directory. It finds the emulators that `./bazelw` fetches for tests after those of the
/// machine.
pub fn tool() -> Command {
    let mut tool = Command::new(fs::canonicalize(TOOL).unwrap());
    let path = std::env::var_os("PATH").unwrap_or_default();
    let fetched = std::env::var_os("DISTROLESS_REFERENCE_TOOLS").map(PathBuf::from);
    let fetched = fetched.map(|directory| directory.join("own/usr/bin"));
    let directories = std::env::split_paths(&path).chain(fetched);
    tool.env("PATH", std::env::join_paths(directories).unwrap());
    tool
}

/// The note of the tool in a sandbox without a second user, such as Bazel's.
const ONE_USER: &str = "note: commands run as root of this machine, with few capabilities: \
    this sandbox has no second user ID to map root to\n";

/// Replaces measured times by zeros.
pub fn without_times(text: &str) -> String {
    let mut result = String::new();
    for line in text.split_inclusive('\n') {
        let time = line.get(4..14).filter(|time| time.ends_with('s'));
        let is_number = |time: &str| time[..9].trim_start().parse::<f64>().is_ok();
        match time {
            Some(time) if is_number(time) => {
                result += &format!("{}    0.000s{}", &line[..4], &line[14..]);
            }
            _ => result += line,
        }
    }
    result
}

/// A directory with test files and an image for them.
pub struct Fixture(pub Workspace);

impl Fixture {
    /// A layout `image` of one layer, for an architecture.
    pub fn new(architecture: &str, items: &[Item], config: Value) -> Self {
        let workspace = Workspace::new();
        fs::create_dir_all(workspace.path("image/blobs/sha256")).unwrap();
        let blob = |media_type: &str, bytes: &[u8]| {
            let digest = Digest::of(bytes);
            workspace.write(&format!("image/blobs/sha256/{}", digest.hex()), bytes);
            let media_type = format!("application/vnd.oci.image.{media_type}");
            json!({"mediaType": media_type, "digest": digest.to_string(), "size": bytes.len()})
        };
        let layer = tar(items);
        let config = json!({
            "architecture": architecture,
            "os": "linux",
            "config": config,
            "rootfs": {"type": "layers", "diff_ids": [Digest::of(&layer).to_string()]},
        });
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": blob("config.v1+json", config.to_string().as_bytes()),
            "layers": [blob("layer.v1.tar", &layer)],
        });
        let manifest = blob("manifest.v1+json", manifest.to_string().as_bytes());
        let index = json!({"schemaVersion": 2, "manifests": [manifest]});
        workspace.write("image/index.json", index.to_string());
        workspace.write("image/oci-layout", r#"{"imageLayoutVersion":"1.0.0"}"#);
        Self(workspace)
    }

    /// Runs the tool in the directory.
    pub fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Outcome {
        run(tool().args(arguments).current_dir(self.0.path("")))
    }

    /// Runs the tests of a file of schema 2.
    pub fn test(&self, fields: &str) -> Outcome {
        self.0
            .write("tests.yaml", format!("schemaVersion: 2.0.0\n{fields}"));
        self.run(["--layout=image", "--config=tests.yaml"])
    }
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Outcome {
    let output = command.env_remove("XML_OUTPUT_FILE").output().unwrap();
    Outcome {
        code: output.status.code().unwrap_or(-1),
        stdout: without_times(&String::from_utf8(output.stdout).unwrap()),
        stderr: String::from_utf8(output.stderr)
            .unwrap()
            .replace(ONE_USER, ""),
    }
}

/// The layout of a debug image for this machine (`true`) or for another one. Bazel provides both; otherwise,
/// environment variables may name them.
pub fn debug_layout(native: bool) -> Option<PathBuf> {
    let (own, other) = match std::env::consts::ARCH {
        "aarch64" => ("arm64", "amd64"),
        _ => ("amd64", "arm64"),
    };
    let built = match if native { own } else { other } {
        "amd64" => option_env!("DEBUG_IMAGE_AMD64"),
        _ => option_env!("DEBUG_IMAGE_ARM64"),
    };
    let name = if native {
        "DEBUG_IMAGE"
    } else {
        "FOREIGN_DEBUG_IMAGE"
    };
    let path = built
        .map(PathBuf::from)
        .or_else(|| std::env::var_os(name).map(PathBuf::from));
    if path.is_none() {
        eprintln!("NOT TESTED: no command ran. Set {name} to the layout of a debug image, or let Bazel run this");
    }
    path.map(|path| fs::canonicalize(path).unwrap())
}
