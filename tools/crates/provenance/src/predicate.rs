use std::collections::BTreeMap;

use blob::{Error, Result};
use message::shorten;
use serde::{Deserialize, Serialize};

use crate::resource::Descriptor;
use crate::{Resource, ResourceKind};

/// The type of these builds: the page that describes their parameters and resources.
pub const BUILD_TYPE: &str =
    "https://github.com/OWNER/distroless/blob/main/docs/reference/formats/provenance.md#build-type-v1";

/// The builder if none is stated: any machine that ran Bazel, so there is no promise about it.
pub const UNSTATED_BUILDER: &str =
    "https://github.com/OWNER/distroless/blob/main/docs/reference/formats/provenance.md#unstated-builder";

/// How an image was built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Predicate {
    /// What was requested.
    pub parameters: Parameters,
    /// The files that the build used, sorted, without duplicates.
    pub dependencies: Vec<Resource>,
    /// A URI of the builder, which says how far its statements can be trusted.
    pub builder: String,
    /// The layers of the image, sorted, without duplicates.
    pub layers: Vec<Resource>,
}

/// The parameters of a build. The same parameters and files give the same image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameters {
    /// The Bazel module that contains the target; `None` if it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module: Option<Module>,
    /// The platform of a single image: `linux/arm64`. `None` for an index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// The module with the rules.
    pub rules: Module,
    /// The values of build settings, by the label of the setting.
    pub settings: BTreeMap<String, String>,
    /// The label of the image or index in its module.
    pub target: String,
}

/// A Bazel module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Module {
    /// The name.
    pub name: String,
    /// The version; empty if the module states none.
    pub version: String,
}

/// The form of a predicate in JSON.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Written {
    build_definition: BuildDefinition,
    run_details: RunDetails,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct BuildDefinition {
    build_type: String,
    external_parameters: Parameters,
    #[serde(default)]
    resolved_dependencies: Vec<Descriptor>,
}

#[derive(Serialize, Deserialize)]
struct RunDetails {
    builder: Builder,
    #[serde(default)]
    byproducts: Vec<Descriptor>,
}

#[derive(Serialize, Deserialize)]
struct Builder {
    id: String,
}

impl Predicate {
    /// The used files of a kind.
    pub fn of_kind(&self, kind: ResourceKind) -> impl Iterator<Item = &Resource> {
        let dependencies = self.dependencies.iter();
        dependencies.filter(move |resource| resource.kind == kind)
    }

    pub(crate) fn written(&self) -> serde_json::Result<Written> {
        let sorted = |resources: &[Resource]| -> serde_json::Result<Vec<Descriptor>> {
            let mut resources: Vec<&Resource> = resources.iter().collect();
            resources.sort();
            resources.dedup();
            resources.into_iter().map(Descriptor::of).collect()
        };
        Ok(Written {
            build_definition: BuildDefinition {
                build_type: BUILD_TYPE.to_owned(),
                external_parameters: self.parameters.clone(),
                resolved_dependencies: sorted(&self.dependencies)?,
            },
            run_details: RunDetails {
                builder: Builder {
                    id: self.builder.clone(),
                },
                byproducts: sorted(&self.layers)?,
            },
        })
    }

    pub(crate) fn read(written: Written) -> Result<Self> {
        let definition = written.build_definition;
        if definition.build_type != BUILD_TYPE {
            let cause = format!(
                "expected `{BUILD_TYPE}`, found `{}`: another program wrote this provenance",
                shorten(&definition.build_type)
            );
            return Err(Error::cannot("use", "buildType", cause));
        }
        let resources = |descriptors: Vec<Descriptor>| -> Result<Vec<Resource>> {
            descriptors.into_iter().map(Descriptor::resource).collect()
        };
        Ok(Self {
            parameters: definition.external_parameters,
            dependencies: resources(definition.resolved_dependencies)?,
            builder: written.run_details.builder.id,
            layers: resources(written.run_details.byproducts)?,
        })
    }
}
