//! The parts of a document and their relations, which all formats have in common.

use std::collections::{BTreeMap, BTreeSet};

use blob::{Error, Result};
use image_contents::{Image, Layer};

use crate::check;
use crate::component::{Component, FileNode, PackageNode};
use crate::file::File;
use crate::identifier::{escape, short_hash};
use crate::license_texts::LicenseTexts;
use crate::Subject;

/// The parts of a document by their identifiers.
pub(crate) struct Inventory<'a> {
    /// The identifier of the index or the image that the document is about.
    pub(crate) root: String,
    pub(crate) components: BTreeMap<String, Component<'a>>,
    /// The identifiers of the direct parts of each component.
    pub(crate) parts: BTreeMap<String, BTreeSet<String>>,
    pub(crate) texts: LicenseTexts<'a>,
    /// The name and the creation time of the subject.
    pub(crate) name: &'a str,
    pub(crate) created: &'a str,
    problems: Vec<String>,
}

impl<'a> Inventory<'a> {
    /// Lists the parts. The document of an index has no files: those of its images have them.
    ///
    /// # Errors
    ///
    /// The model has values that the formats do not allow, or two components with one identifier.
    pub(crate) fn of(subject: Subject<'a>) -> Result<Self> {
        let images = subject.images();
        let layers = images.iter().flat_map(|image| &image.layers);
        let licenses = layers.flat_map(|layer| {
            let packages = layer.packages.iter().map(|package| &package.licenses);
            packages.chain(layer.runtimes.iter().map(|runtime| &runtime.licenses))
        });
        let mut inventory = Self {
            root: String::new(),
            components: BTreeMap::new(),
            parts: BTreeMap::new(),
            texts: LicenseTexts::of(licenses),
            name: subject.name(),
            created: subject.created(),
            problems: check::problems(subject),
        };
        match subject {
            Subject::Image(image) => inventory.root = inventory.add_image(image, true),
            Subject::Index(index) => {
                let id = format!("Index-{}", index.digest.hex());
                inventory.add(None, &id, Component::Index(index));
                for image in &index.images {
                    let image = inventory.add_image(image, false);
                    inventory.add_part(&id, &image);
                }
                inventory.root = id;
            }
        }
        if inventory.problems.is_empty() {
            Ok(inventory)
        } else {
            let cause = inventory.problems.join("; ");
            Err(Error::cannot("write the SBOM of", subject.name(), cause))
        }
    }

    fn add_image(&mut self, image: &'a Image, with_files: bool) -> String {
        let id = format!("Image-{}", image.digest.hex());
        self.add(None, &id, Component::Image(image));
        let system = image.distro.as_ref().map(|distro| {
            let name = format!("OperatingSystem-{}-{}", distro.id, distro.version);
            let system = escape(&name);
            self.add(Some(&id), &system, Component::System(distro));
            system
        });
        for (position, layer) in image.layers.iter().enumerate() {
            let layer_id = format!("Layer-{}", layer.digest.hex());
            self.add(Some(&id), &layer_id, Component::Layer(layer));
            let owned = self.add_owners(image, layer, &layer_id, system.as_deref());
            if with_files {
                let generated = layer.entries.iter().filter_map(File::of);
                let generated = generated.map(|file| (layer_id.clone(), file, Some(layer)));
                for (owner, file, generated_by) in generated.chain(owned) {
                    let file_id = short_hash(&[&position.to_string(), file.path]);
                    let node = FileNode { file, generated_by };
                    self.add(
                        Some(&owner),
                        &format!("File-{file_id}"),
                        Component::File(node),
                    );
                }
            }
        }
        id
    }

    /// Adds packages and runtimes; returns their files with the identifiers of the owners.
    fn add_owners(
        &mut self,
        image: &'a Image,
        layer: &'a Layer,
        layer_id: &str,
        system: Option<&str>,
    ) -> Vec<(String, File<'a>, Option<&'a Layer>)> {
        let mut files = Vec::new();
        for package in &layer.packages {
            let id = &package.id;
            let name = format!("Package-deb-{}-{}-{}", id.name, id.version, id.architecture);
            let id = escape(&name);
            let distro = image.distro.as_ref();
            let node = PackageNode {
                package,
                distro,
                layer,
            };
            self.add(Some(layer_id), &id, Component::Package(node));
            if let Some(system) = system {
                self.add_part(system, &id);
            }
            let owned = package.entries.iter().filter_map(File::of);
            files.extend(owned.map(|file| (id.clone(), file, None)));
        }
        for runtime in &layer.runtimes {
            // The archives of several architectures differ, and their package URLs.
            let archive = short_hash(&[&runtime.purl]);
            let (name, version) = (&runtime.name, &runtime.version);
            let id = escape(&format!("Package-runtime-{name}-{version}-{archive}"));
            self.add(Some(layer_id), &id, Component::Runtime(runtime));
            let owned = runtime.entries.iter().filter_map(File::of);
            files.extend(owned.map(|file| (id.clone(), file, None)));
        }
        files
    }

    fn add(&mut self, owner: Option<&str>, id: &str, component: Component<'a>) {
        match self.components.get(id) {
            Some(known) if known.is_same(&component) => {}
            Some(_) => self.problems.push(format!(
                "two different components have the identifier `{id}`"
            )),
            None => {
                self.components.insert(id.to_owned(), component);
            }
        }
        if let Some(owner) = owner {
            self.add_part(owner, id);
        }
    }

    fn add_part(&mut self, owner: &str, part: &str) {
        let parts = self.parts.entry(owner.to_owned()).or_default();
        parts.insert(part.to_owned());
    }

    /// The identifiers of the direct parts of a component.
    pub(crate) fn parts(&self, id: &str) -> impl Iterator<Item = &str> {
        self.parts.get(id).into_iter().flatten().map(|part| &**part)
    }

    /// The files that are direct parts of a component.
    pub(crate) fn files(&self, id: &str) -> impl Iterator<Item = (&str, &FileNode<'a>)> {
        self.parts(id)
            .filter_map(|part| match self.components.get(part)? {
                Component::File(node) => Some((part, node)),
                _ => None,
            })
    }
}
