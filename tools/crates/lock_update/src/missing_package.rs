//! A requested package that no source has, described for messages.

use apt_resolver::{Choice, Entry, Universe};
use blob::Result;
use message::nearest;

use crate::manifest::PackageItem;

/// A requested package that no source has for an architecture.
#[derive(Clone, Debug)]
pub(crate) struct MissingPackage {
    pub(crate) name: String,
    /// `none`, `no version 2.40` or `none of source sid`.
    pub(crate) what: String,
    /// The source that the request names, in `NAME/SOURCE`.
    pub(crate) source: Option<String>,
    /// The available versions.
    pub(crate) versions: Vec<String>,
    /// The packages that provide the name, if it is a virtual package (Policy 3.6).
    pub(crate) providers: Vec<String>,
    /// Similar names.
    pub(crate) similar_names: Vec<String>,
    /// Other architectures for which the same indexes have the package.
    pub(crate) other_architectures: Vec<String>,
}

impl MissingPackage {
    /// Describes a package that no source has.
    pub(crate) fn describe(universe: &Universe, item: &PackageItem) -> Result<Self> {
        let name = item.name();
        let versions = universe.versions(name)?;
        let mut versions: Vec<&Entry<'_>> = versions.iter().collect();
        versions.sort_by(|a, b| a.package.version.cmp(&b.package.version));
        let available = versions
            .iter()
            .map(|entry| format!("{} ({})", entry.package.version, entry.source.name));
        let providers = universe.providers(name)?;
        let mut providers: Vec<String> = providers
            .iter()
            .map(|entry| entry.package.name.to_string())
            .collect();
        providers.sort();
        providers.dedup();
        let absent = versions.is_empty() && providers.is_empty();
        if absent {
            universe.check_not_malformed(name)?;
        }
        let (similar_names, other_architectures) = if absent {
            (
                similar_names(universe, name),
                universe.other_architectures(name),
            )
        } else {
            Default::default()
        };
        Ok(Self {
            name: name.to_owned(),
            what: match &item.package.choice {
                Choice::Version(version) => format!("no version {version}"),
                Choice::Source(source) => format!("none of source {source}"),
                Choice::Candidate => "none".to_owned(),
            },
            source: match &item.package.choice {
                Choice::Source(source) => Some(source.clone()),
                _ => None,
            },
            versions: available.collect(),
            providers,
            similar_names,
            other_architectures: other_architectures.into_iter().collect(),
        })
    }
}

/// Names of packages that are similar to this one.
pub(crate) fn similar_names(universe: &Universe, name: &str) -> Vec<String> {
    let others = universe.names().into_iter();
    let similar = nearest(name, others.filter(|other| *other != name));
    similar.into_iter().map(str::to_owned).collect()
}
