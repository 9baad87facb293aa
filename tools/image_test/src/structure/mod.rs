//! Tests of files, contents, metadata and licenses: all tests of container-structure-test except commands.
//!
//! [`Structure`] is a visitor while the image is read. It requests files whose name occurs in a test, evaluates them
//! immediately, and keeps the results, not the contents. Only if the path of a test is a symbolic link to a file with
//! another name is the layer read again afterwards ([`rootfs::ImageExt::read_again`]).

#[cfg(test)]
mod agreement;
mod content;
mod existence;
mod licenses;
mod metadata;
mod mode;
mod tested_files;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Instant;

use blob::Result;
use rootfs::{ContentPart, Image, Inode, Raw, Root, Visitor};
use tarball::Entry;

use crate::config::{Config, Schema};
use crate::environment;
use crate::outcome::{Outcome, Verdict};
use tested_files::TestedFiles;

/// All tests of these kinds in some test files.
#[derive(Debug)]
pub(crate) struct Structure<'a> {
    image: &'a Image,
    configs: &'a [Config],
    /// The variables of the image.
    env: BTreeMap<String, String>,
    tested_files: TestedFiles<'a>,
    /// The entry that is being read.
    inode: Option<Inode>,
}

impl<'a> Structure<'a> {
    /// Prepares the tests; [`Image::read`] follows.
    pub(crate) fn new(image: &'a Image, configs: &'a [Config]) -> Self {
        let mut tested_files = TestedFiles::default();
        for config in configs {
            config
                .contents
                .iter()
                .for_each(|test| tested_files.add_content_test(test));
            config
                .licenses
                .iter()
                .for_each(|test| tested_files.add_license_test(test));
        }
        let env = metadata::env(image);
        Self {
            image,
            configs,
            env,
            tested_files,
            inode: None,
        }
    }

    /// Whether no file has such a test.
    pub(crate) fn is_idle(&self) -> bool {
        self.configs.iter().all(|config| {
            config.existence.is_empty()
                && config.contents.is_empty()
                && config.metadata.is_none()
                && config.licenses.is_empty()
        })
    }

    /// The results, in the order of the files and, in each file, of the kinds of tests.
    pub(crate) fn outcomes(mut self, root: &Root) -> Result<Vec<Outcome>> {
        self.tested_files.read_linked(self.image, root)?;
        let mut outcomes: Vec<_> = left_out(self.configs, root).into_iter().collect();
        let mut contents = 0..;
        for config in self.configs {
            let mut evaluate = |name: String, test: &dyn Fn() -> Vec<String>| {
                let start = Instant::now();
                let verdict = Verdict::of(test());
                outcomes.push(Outcome {
                    suite: config.name.clone(),
                    name,
                    verdict,
                    seconds: start.elapsed().as_secs_f64(),
                });
            };
            // The real tool sets `globalEnvVars` before it tests the existence of files, but not before metadata tests.
            let env =
                (config.schema == Schema::Two).then(|| environment::with_global(&self.env, config));
            for test in &config.existence {
                evaluate(format!("File Existence Test: {}", test.name), &|| {
                    existence::problems(test, env.as_ref(), root)
                });
            }
            for (test, number) in config.contents.iter().zip(contents.by_ref()) {
                evaluate(format!("File Content Test: {}", test.name), &|| {
                    content::problems(test, self.tested_files.content(root, number, &test.path))
                });
            }
            if let Some(test) = &config.metadata {
                evaluate("Metadata Test".to_owned(), &|| {
                    metadata::problems(test, self.image, &self.env)
                });
            }
            for (number, test) in config.licenses.iter().enumerate() {
                evaluate(format!("License Test #{number}"), &|| {
                    licenses::problems(test, root, |path| self.tested_files.license(root, path))
                });
            }
        }
        Ok(outcomes)
    }
}

impl Visitor for Structure<'_> {
    fn raw(&mut self, _layer: usize, raw: &Raw) -> Result<()> {
        self.inode = Some(raw.inode);
        Ok(())
    }

    fn content_part(&mut self, _layer: usize, entry: &Entry) -> ContentPart {
        if self.tested_files.needs(entry) {
            ContentPart::All
        } else {
            ContentPart::None
        }
    }

    fn entry(&mut self, _layer: usize, entry: &Entry, content: &[u8]) -> Result<()> {
        if let Some(inode) = self.inode.filter(|_| self.tested_files.needs(entry)) {
            self.tested_files.evaluate(entry, inode, content);
        }
        Ok(())
    }
}

/// Reports entries of the layers that no runtime could unpack: they may be the real cause of a failed test. The check
/// `layers` fails because of them.
fn left_out(configs: &[Config], root: &Root) -> Option<Outcome> {
    let first = root.problems().first()?;
    let why = match root.problems().len() {
        1 => format!("1 entry cannot be unpacked and is not tested: {first}"),
        count => {
            format!("{count} entries cannot be unpacked and are not tested; the first: {first}")
        }
    };
    Some(Outcome {
        suite: configs.first()?.name.clone(),
        name: "Entries of the layers".to_owned(),
        verdict: Verdict::Skipped(why),
        seconds: 0.0,
    })
}
