//! `test`: tests and checks of images.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use blob::Result;
use clap::Args;
use image_store::Images;
use image_test::{Arguments, TestOptions};
use oci::Platform;

use crate::source::ImageSource;

/// The checks that need no list of exceptions. `ownership` and `modes` need one for files that no package has, and `links`
/// needs one for tzdata and other packages of Debian, whose links have targets that maintainer scripts would make.
const DEFAULT_CHECKS: [&str; 5] = ["layers", "closure", "programs", "secrets", "user"];

/// Test images: the tests of files, and checks that apply to every image
///
/// Of an image for several platforms, each platform is tested. Without `--check`, `--config` and tests of a definition, the
/// checks layers, closure, programs, secrets and user run.
#[derive(Args, Debug)]
pub(crate) struct Test {
    /// Images: OCI layout directories, tar archives of layouts, archives of `docker save`, or definitions
    #[arg(value_name = "LAYOUT", default_value = "image.yaml")]
    sources: Vec<PathBuf>,
    #[command(flatten)]
    options: TestOptions,
}

impl Test {
    pub(crate) fn run(&self) -> Result<ExitCode> {
        let mut all = Vec::new();
        for path in &self.sources {
            let source = ImageSource::of(path)?;
            let mut options = self.options.clone();
            if let Some(file) = &source.definition {
                options.add_configs(file.tests());
            }
            options.check_by_default(&DEFAULT_CHECKS);
            if options.platform().is_some() {
                all.push(Arguments::new(source.path, options));
                continue;
            }
            for platform in platforms(&source.path)? {
                let options = match platform {
                    Some(platform) => options.for_platform(platform),
                    None => options.clone(),
                };
                all.push(Arguments::new(source.path.clone(), options));
            }
        }
        Ok(if image_test::run(&all, &mut std::io::stdout())? {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

/// The platforms of an image. `None` is that of a single image.
fn platforms(path: &Path) -> Result<Vec<Option<String>>> {
    let Images { images, .. } = Images::open(path)?;
    if images.len() < 2 {
        return Ok(vec![None]);
    }
    let platforms = images.iter().map(|image| {
        let config = image.config();
        let (os, architecture) = (config.os().to_string(), config.architecture().to_string());
        Some(Platform::of_any(&os, &architecture, config.variant().as_deref()).to_string())
    });
    Ok(platforms.collect())
}
