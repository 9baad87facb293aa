//! The repository and the tags of each image.

use std::collections::BTreeMap;

use blob::{Digest, Error, Result};
use registry::{Reference, Repository};

use super::tags::tags;
use super::template::{Template, DEFAULT};
use crate::content::PlanImage;
use crate::push::Tag;

/// How images are named.
#[derive(Debug)]
pub(crate) struct Naming {
    /// `HOST/PATH`: the repository of an image without a name, and the start of all others.
    pub(crate) repositories: Vec<String>,
    /// The template of an image with a name.
    pub(crate) template: Option<String>,
    /// Whether images get dated tags.
    pub(crate) has_dates: bool,
    /// The number at the end of dated tags.
    pub(crate) revision: Option<u32>,
    /// Further moving tags of images without a name.
    pub(crate) tags: Vec<String>,
}

/// An image and the digest that its tags will point to.
pub(crate) struct Named<'a> {
    pub(crate) image: &'a PlanImage,
    pub(crate) digest: Digest,
}

/// The images of a repository.
#[derive(Debug)]
pub(crate) struct Destination {
    pub(crate) repository: Repository,
    /// Positions of images, and their tags.
    pub(crate) images: Vec<(usize, Vec<Tag>)>,
}

/// A tag of a repository, and the image that has it.
struct Entry {
    position: usize,
    is_immutable: bool,
}

type Repositories = BTreeMap<Repository, BTreeMap<String, Entry>>;

/// The repositories and tags of all images.
///
/// # Errors
///
/// There is no repository or no tag, a reference is invalid, or two different images have the same reference. All such
/// pairs are named.
pub(crate) fn destinations(images: &[Named<'_>], naming: &Naming) -> Result<Vec<Destination>> {
    check(images, naming)?;
    let template = Template::new(naming.template.as_deref().unwrap_or(DEFAULT));
    let mut repositories = Repositories::new();
    let mut problems = Vec::new();
    for (position, named) in images.iter().enumerate() {
        for tag in tags(named.image, naming) {
            for root in &naming.repositories {
                let (repository, name) = reference(&template, root, named.image, &tag.name)?;
                let tags = repositories.entry(repository.clone()).or_default();
                let is_immutable = tag.is_immutable;
                let entry = tags.entry(name.clone()).or_insert(Entry {
                    position,
                    is_immutable,
                });
                // A template without the tag gives all tags of an image the same reference, which then moves.
                entry.is_immutable &= is_immutable;
                let other = &images[entry.position];
                if other.digest != named.digest {
                    let (left, right) = (other.image.title(), named.image.title());
                    problems.push(format!("`{repository}:{name}` is the reference of `{left}` ({}) and of `{right}` ({})", other.digest, named.digest));
                }
            }
        }
    }
    if !problems.is_empty() {
        let object = format!("{} images", images.len());
        let error = Error::cannot("name", object, problems.join("; "));
        return Err(error.hint("use more fields in the template, such as `{{ tag }}`"));
    }
    Ok(repositories.into_iter().map(destination).collect())
}

fn check(images: &[Named<'_>], naming: &Naming) -> Result<()> {
    if naming.repositories.is_empty() {
        let object = format!("{} images", images.len());
        let error = Error::cannot("push", object, "no repository is given");
        return Err(error.hint("add `--repository HOST/PATH`"));
    }
    let named = images.iter().find(|named| !named.image.name.is_empty());
    if let (Some(named), Some(tag)) = (named, naming.tags.first()) {
        let cause = format!("`{}` has its own tags", named.image.title());
        let error = Error::cannot("use tag", tag, cause);
        return Err(error.hint("change the tags of the images with `--template`"));
    }
    let lacks_tag = |named: &&Named<'_>| tags(named.image, naming).is_empty();
    match images.iter().find(lacks_tag) {
        Some(named) => {
            let error = Error::cannot("push", named.image.title(), "it has no tag");
            Err(error.hint("add `--tag TAG`"))
        }
        None => Ok(()),
    }
}

/// The repository and the tag of an image.
fn reference(
    template: &Template<'_>,
    root: &str,
    image: &PlanImage,
    tag: &str,
) -> Result<(Repository, String)> {
    let root = root.trim_end_matches('/');
    if image.name.is_empty() {
        let reference = Reference::with_tag(Repository::parse(root)?, tag)?;
        return Ok((reference.repository().clone(), tag.to_owned()));
    }
    let mut rendered = template.render(image, tag)?;
    if !rendered.contains(':') {
        rendered = format!("{rendered}:{tag}");
    }
    let reference = Reference::parse(&format!("{root}/{rendered}"));
    let reference = reference.map_err(|error| error.within("name", image.title()))?;
    match reference.tag().filter(|_| reference.digest().is_none()) {
        Some(tag) => Ok((reference.repository().clone(), tag.to_owned())),
        None => {
            let cause = format!("expected PATH:TAG from the template, found `{rendered}`");
            Err(Error::cannot("name", image.title(), cause))
        }
    }
}

fn destination((repository, tags): (Repository, BTreeMap<String, Entry>)) -> Destination {
    let mut images: BTreeMap<usize, Vec<Tag>> = BTreeMap::new();
    for (name, entry) in tags {
        let is_immutable = entry.is_immutable;
        let tag = Tag { name, is_immutable };
        images.entry(entry.position).or_default().push(tag);
    }
    Destination {
        repository,
        images: images.into_iter().collect(),
    }
}

#[cfg(test)]
mod tests;
