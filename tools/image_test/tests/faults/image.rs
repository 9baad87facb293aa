//! A small valid image, made in memory, for seeded faults.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use blob::Digest;
use md5::{Digest as _, Md5};
use serde_json::{json, Value};
use testkit::{tar, Item, Library, Machine};

pub(crate) const X86_64: u16 = 62;
pub(crate) const AARCH64: u16 = 183;
pub(crate) const LIBRARIES: &str = "usr/lib/x86_64-linux-gnu";

/// A file of a layer.
#[derive(Clone)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) content: Vec<u8>,
    pub(crate) mode: u32,
}

/// A layer: directories, files, and the description of its package.
#[derive(Clone)]
pub(crate) struct Layer {
    /// The text of its history; without one, the entry is missing.
    pub(crate) history: Option<String>,
    pub(crate) media_type: String,
    pub(crate) package: Option<String>,
    pub(crate) before: Vec<Item>,
    pub(crate) files: Vec<File>,
    /// The list of the package; `None` to compute it from the files.
    pub(crate) sums: Option<Vec<(String, String)>>,
    pub(crate) after: Vec<Item>,
    /// A faulty end of the archive.
    pub(crate) end: Option<Vec<u8>>,
}

impl Layer {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            history: Some(name.to_owned()),
            media_type: "application/vnd.oci.image.layer.v1.tar".to_owned(),
            package: None,
            before: Vec::new(),
            files: Vec::new(),
            sums: None,
            after: Vec::new(),
            end: None,
        }
    }

    pub(crate) fn package(name: &str) -> Self {
        Self {
            package: Some(name.to_owned()),
            ..Self::new(&format!("deb {name} 1.0 amd64"))
        }
    }

    pub(crate) fn file(mut self, path: &str, content: impl AsRef<[u8]>, mode: u32) -> Self {
        self.files.push(File {
            path: path.to_owned(),
            content: content.as_ref().to_vec(),
            mode,
        });
        self
    }

    pub(crate) fn then(mut self, item: Item) -> Self {
        self.after.push(item);
        self
    }

    /// The MD5 sums of its files, in the format of a package's list.
    pub(crate) fn own_sums(&self) -> Vec<(String, String)> {
        let files = self.files.iter();
        let listed = files.filter(|file| !file.path.starts_with("etc/"));
        let sums = listed.map(|file| (md5(&file.content), file.path.clone()));
        sums.collect()
    }

    fn tar(&self) -> Vec<u8> {
        let mut files = self.files.clone();
        if let Some(name) = &self.package {
            let status = format!("var/lib/dpkg/status.d/{name}");
            let sums = self.sums.clone().unwrap_or_else(|| self.own_sums());
            let sums: String = sums
                .iter()
                .map(|(sum, path)| format!("{sum}  {path}\n"))
                .collect();
            let control = format!("Package: {name}\nVersion: 1.0\nArchitecture: amd64\n");
            for (path, text) in [
                (status.clone(), control),
                (format!("{status}.md5sums"), sums),
            ] {
                files.push(File {
                    path,
                    content: text.into_bytes(),
                    mode: 0o644,
                });
            }
        }
        let mut directories = BTreeSet::new();
        for file in &files {
            let mut path = file.path.as_str();
            while let Some((directory, _)) = path.rsplit_once('/') {
                directories.insert(directory.to_owned());
                path = directory;
            }
        }
        let mut items = self.before.clone();
        items.extend(directories.iter().map(Item::directory));
        items.extend(
            files
                .iter()
                .map(|file| Item::file(&file.path, &file.content).mode(file.mode)),
        );
        items.extend(self.after.clone());
        let mut bytes = tar(&items);
        if let Some(end) = &self.end {
            bytes.truncate(bytes.len() - 1024);
            bytes.extend(end);
        }
        bytes
    }
}

pub(crate) fn md5(content: &[u8]) -> String {
    let sum = Md5::digest(content);
    sum.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An image for amd64.
#[derive(Clone)]
pub(crate) struct Image {
    pub(crate) layers: Vec<Layer>,
    /// Edits the finished configuration and manifest.
    pub(crate) edit_config: fn(&mut Value),
    pub(crate) edit_manifest: fn(&mut Value),
    /// The layer whose blob is changed after its digest was computed.
    pub(crate) damaged: Option<usize>,
    /// The architecture that the index states for the image.
    pub(crate) listed: Option<String>,
    /// The layer whose blob is missing.
    pub(crate) lost: Option<usize>,
}

impl Image {
    /// A valid image: a program, its library, glibc, and the files of a base image.
    pub(crate) fn sound() -> Self {
        let directory = LIBRARIES;
        let base = Layer::package("base-files")
            .file("etc/debian_version", "12\n", 0o644)
            .file("usr/share/base-files/info", "base\n", 0o644)
            .then(Item::directory("tmp").mode(0o1777))
            .then(Item::directory("srv"))
            .then(Item::directory("lib64"))
            .then(Item::symlink("usr/share/info", "base-files/info"));
        let loader = Library::new(Machine::Little64, X86_64, "ld-linux-x86-64.so.2").build();
        let libc = Library::new(Machine::Little64, X86_64, "libc.so.6")
            .needs("ld-linux-x86-64.so.2")
            .defines("GLIBC_2.2.5")
            .defines("GLIBC_2.36")
            .build();
        let glibc = Layer::package("libc6")
            .file(&format!("{directory}/ld-linux-x86-64.so.2"), loader, 0o755)
            .file(&format!("{directory}/libc.so.6"), libc, 0o755)
            .then(Item::symlink(
                "lib64/ld-linux-x86-64.so.2",
                format!("../{directory}/ld-linux-x86-64.so.2"),
            ));
        let library = Library::new(Machine::Little64, X86_64, "libfoo.so.1")
            .needs("libc.so.6")
            .build();
        let library = Layer::package("libfoo1")
            .file(&format!("{directory}/libfoo.so.1.0"), library, 0o644)
            .then(Item::symlink(
                format!("{directory}/libfoo.so.1"),
                "libfoo.so.1.0",
            ));
        let passwd = Layer::new("passwd").file("etc/passwd", "root:x:0:0::/root:/none\n", 0o644);
        let app = Layer::package("app").file("usr/bin/app", program().build(), 0o755);
        Self {
            layers: vec![base, glibc, library, passwd, app],
            edit_config: |_| {},
            edit_manifest: |_| {},
            damaged: None,
            listed: None,
            lost: None,
        }
    }

    /// The layer with the program.
    pub(crate) fn app(&mut self) -> &mut Layer {
        &mut self.layers[4]
    }

    /// Replaces the program.
    pub(crate) fn set_program(&mut self, program: Library) {
        self.app().files[0].content = program.build();
    }

    /// Writes the image as an OCI layout.
    pub(crate) fn write(&self, directory: &Path) {
        let blobs = directory.join("blobs/sha256");
        fs::create_dir_all(&blobs).unwrap();
        let put = |bytes: &[u8], named: &[u8]| {
            let digest = Digest::of(named);
            fs::write(blobs.join(digest.hex()), bytes).unwrap();
            digest.to_string()
        };
        let mut diff_ids = Vec::new();
        let mut layers = Vec::new();
        for (at, layer) in self.layers.iter().enumerate() {
            let tar = layer.tar();
            let mut bytes = tar.clone();
            if self.damaged == Some(at) {
                bytes[0] ^= 1;
            }
            let digest = put(&bytes, &tar);
            if self.lost == Some(at) {
                fs::remove_file(blobs.join(Digest::of(&tar).hex())).unwrap();
            }
            layers
                .push(json!({"mediaType": layer.media_type, "digest": digest, "size": tar.len()}));
            diff_ids.push(digest);
        }
        let history = self
            .layers
            .iter()
            .filter_map(|layer| layer.history.as_ref());
        let history: Vec<_> = history.map(|text| json!({"created_by": text})).collect();
        let mut config = json!({
            "architecture": "amd64", "os": "linux", "history": history,
            "config": {"User": "0", "WorkingDir": "/", "Env": ["PATH=/usr/bin"], "Entrypoint": ["/usr/bin/app"]},
            "rootfs": {"type": "layers", "diff_ids": diff_ids},
        });
        (self.edit_config)(&mut config);
        let config = config.to_string();
        let mut manifest = json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json",
                "digest": put(config.as_bytes(), config.as_bytes()),
                "size": config.len(),
            },
            "layers": layers,
        });
        (self.edit_manifest)(&mut manifest);
        let manifest = manifest.to_string();
        let mut index = json!({
            "schemaVersion": 2,
            "manifests": [{
                "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "digest": put(manifest.as_bytes(), manifest.as_bytes()),
                "size": manifest.len(),
            }],
        });
        if let Some(architecture) = &self.listed {
            index["manifests"][0]["platform"] =
                json!({"os": "linux", "architecture": architecture});
        }
        fs::write(directory.join("index.json"), index.to_string()).unwrap();
        fs::write(
            directory.join("oci-layout"),
            r#"{"imageLayoutVersion":"1.0.0"}"#,
        )
        .unwrap();
    }
}

/// The program of the valid image.
pub(crate) fn program() -> Library {
    Library::new(Machine::Little64, X86_64, "app")
        .interpreter("/lib64/ld-linux-x86-64.so.2")
        .needs("libfoo.so.1")
        .needs("libc.so.6")
        .needs_version("libc.so.6", "GLIBC_2.36")
}
