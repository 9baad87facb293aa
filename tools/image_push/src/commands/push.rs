//! `push`: images to registries.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use blob::{Digest, Error, Result};
use clap::Args;
use registry::{Client, Reference, Repository};
use transfer::Progress;

use crate::cache_options::CacheOptions;
use crate::connection::Connection;
use crate::content::{Graph, LayoutSource, Plan, PlanImage, PlanSource, Runfiles};
use crate::naming::{destinations, select, Named, Naming};
use crate::output;
use crate::push::{push, Options, Outcome, Publication, PushedImage, Tag};
use crate::sign::{
    attach_to_pushed, Attachment, Claims, Counts, KeyOptions, Pushed, SigningKey, SIGNER,
};
use crate::statements::PlannedStatements;

/// Push images: an OCI layout, or all images of a plan
///
/// Content that a registry has is not sent again. For each tag, it prints `REPOSITORY:TAG@DIGEST` and `pushed`, `unchanged`
/// or, with `--dry-run`, `would push`. With a signer, it then signs the images, and those that an index lists, as the command
/// `sign` does, and attaches the statements of the plan, such as SBOMs, as the command `attach` does.
#[derive(Debug, Args)]
pub(crate) struct Push {
    /// OCI layout: a directory or a tar archive. `PATH#NAME` is the image with this reference name.
    #[arg(required_unless_present = "plan", conflicts_with = "plan")]
    source: Option<String>,
    /// References of the image: `HOST/PATH:TAG`, or `HOST/PATH@DIGEST` for an image without a tag.
    #[arg(value_name = "REFERENCE", required_unless_present = "plan")]
    references: Vec<String>,
    #[command(flatten)]
    plan: PlanOptions,
    #[command(flatten)]
    options: PushOptions,
    #[command(flatten)]
    cache: CacheOptions,
}

/// The options of every push.
#[derive(Args, Debug)]
pub struct PushOptions {
    /// Repository that may have some of the blobs; other repositories of its registry mount them. May be given several
    /// times.
    #[arg(long, value_name = "HOST/PATH")]
    mount_from: Vec<String>,
    /// Print the tags that would be written, and write nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    key: KeyOptions,
    #[command(flatten)]
    connection: Connection,
}

/// The options for a plan.
#[derive(Debug, Args)]
#[command(next_help_heading = "Plan")]
struct PlanOptions {
    /// Plan: a JSON file that a Bazel rule wrote. The program of a rule has its own plan.
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Repository of the image, or the start of the repositories of all images; may be given several times. It replaces
    /// those of the plan.
    #[arg(
        long = "repository",
        value_name = "HOST/PATH",
        requires = "plan",
        conflicts_with = "source"
    )]
    repositories: Vec<String>,
    /// Further tag, for an image that has no name in the plan; may be given several times.
    #[arg(
        long = "tag",
        value_name = "TAG",
        requires = "plan",
        conflicts_with = "source"
    )]
    tags: Vec<String>,
    /// Only images with these names: `NAME-DISTRO:TAG`, in which `*` means any characters; may be given several times.
    #[arg(
        long,
        value_name = "PATTERN",
        requires = "plan",
        conflicts_with = "source"
    )]
    only: Vec<String>,
    /// Template of `PATH:TAG` for images that have a name, in the language of Jinja, with the fields `name`, `distro`,
    /// `tag`, `variant`, `architecture`, `date` and `runtime`.
    #[arg(
        long,
        value_name = "TEMPLATE",
        requires = "plan",
        conflicts_with = "source"
    )]
    template: Option<String>,
    /// Leave out the statements of the plan. Without this option, a plan with statements needs a signer.
    #[arg(long, requires = "plan", conflicts_with = "source")]
    no_statements: bool,
    /// After the statements of the plan are attached, remove older ones of the same types about the same images, with a
    /// valid signature of this signer. Those of others stay. If the registry refuses to delete one that it lists, the exit
    /// code is 1.
    #[arg(long, requires_all = ["plan", SIGNER], conflicts_with_all = ["source", "no_statements"])]
    replace: bool,
    /// Leave out dated tags (`TAG-YYYYMMDD`).
    #[arg(long, requires = "plan", conflicts_with_all = ["source", "revision"])]
    no_dates: bool,
    /// Number at the end of dated tags (`TAG-YYYYMMDD.NUMBER`), for images that were built again from the same snapshot.
    #[arg(
        long,
        value_name = "NUMBER",
        requires = "plan",
        conflicts_with = "source"
    )]
    revision: Option<u32>,
}

/// The parts that all steps of a run use.
struct Run<'a> {
    client: &'a Client<'a>,
    progress: &'a Progress,
    /// The signer, if the images are signed.
    key: Option<&'a SigningKey<'a>>,
}

/// What is pushed together.
struct Work<'a> {
    publications: &'a [Publication<'a>],
    statements: &'a PlannedStatements,
    replaces: bool,
}

impl Push {
    pub(crate) fn run(&self) -> Result<()> {
        match (&self.plan.plan, &self.source) {
            (Some(file), _) => self
                .options
                .run(self.plan.replace, |run| self.push_plan(file, run)),
            (None, Some(source)) => self.options.push_layout(source, &self.references),
            (None, None) => Ok(()),
        }
    }

    fn push_plan(&self, file: &Path, run: &Run<'_>) -> Result<()> {
        let plan = Plan::read(file, Runfiles::of_plan(file))?;
        let selected = select(&plan.images, &self.plan.only)?;
        let naming = self.naming(&plan);
        let cache = self
            .cache
            .cache(&self.options.connection.cache_options(), run.progress)?;
        let source = PlanSource::open(&plan, selected.iter().copied(), cache.as_ref())?;
        let graphs = selected.iter().map(|image| source.graph(image));
        let graphs: Vec<Graph> = graphs.collect::<Result<_>>()?;
        let statements = self.statements(&plan, &graphs, run)?;
        let named = selected.iter().zip(&graphs);
        let named = named.map(|(image, graph)| named_image(image, graph));
        let named: Vec<Named<'_>> = named.collect::<Result<_>>()?;
        let publications = destinations(&named, &naming)?;
        let publications = publications.into_iter().map(|destination| Publication {
            repository: destination.repository,
            images: {
                let images = destination.images.into_iter();
                let images = images.map(|(position, tags)| PushedImage {
                    source: source.of(selected[position]),
                    graph: &graphs[position],
                    tags,
                });
                images.collect()
            },
        });
        let publications: Vec<Publication<'_>> = publications.collect();
        let work = Work {
            publications: &publications,
            statements: &statements,
            replaces: self.plan.replace,
        };
        self.options.publish(&work, run)
    }

    /// The statements about the images that are pushed. They are checked before the first request.
    fn statements(
        &self,
        plan: &Plan,
        graphs: &[Graph],
        run: &Run<'_>,
    ) -> Result<PlannedStatements> {
        if self.plan.no_statements || plan.statements.is_empty() {
            return Ok(PlannedStatements::default());
        }
        let mut statements = PlannedStatements::read(plan)?;
        statements.retain(graphs, self.plan.only.is_empty())?;
        if run.key.is_none() && statements.len() > 0 {
            let object = format!("{} statements", statements.len());
            return Err(Error::cannot("attach", object, "no signer is given").hint(
                "pass --key, --plugin or --identity-token, or leave them out with --no-statements",
            ));
        }
        statements.check(usize::from(self.options.connection.jobs))?;
        Ok(statements)
    }

    fn naming(&self, plan: &Plan) -> Naming {
        let options = &self.plan;
        let repositories = if options.repositories.is_empty() {
            &plan.repositories
        } else {
            &options.repositories
        };
        Naming {
            repositories: repositories.clone(),
            template: options.template.clone().or_else(|| plan.template.clone()),
            has_dates: !options.no_dates,
            revision: options.revision,
            tags: options.tags.clone(),
        }
    }
}

impl PushOptions {
    /// Pushes the image of a layout, and signs it if there is a signer. `source` is `PATH` or `PATH#NAME`.
    ///
    /// # Errors
    ///
    /// The layout or a reference is invalid, or the registry does not accept the image.
    pub fn push_layout(&self, source: &str, references: &[String]) -> Result<()> {
        let references = references.iter();
        let references = references.map(|text| Reference::parse(text));
        let references: Vec<Reference> = references.collect::<Result<_>>()?;
        let (path, name) = LayoutSource::split(source);
        let layout = LayoutSource::open(Path::new(path))?;
        let graph = Graph::read(&layout, &layout.root(name)?.descriptor)?;
        let mut images: BTreeMap<&Repository, Vec<PushedImage<'_>>> = BTreeMap::new();
        for reference in &references {
            let tag = tag(reference, &graph)?;
            let images = images.entry(reference.repository()).or_default();
            add(images, &layout, &graph, tag);
        }
        let publications = images.into_iter().map(|(repository, images)| Publication {
            repository: repository.clone(),
            images,
        });
        let publications: Vec<Publication<'_>> = publications.collect();
        let work = Work {
            publications: &publications,
            statements: &PlannedStatements::default(),
            replaces: false,
        };
        self.run(false, |run| self.publish(&work, run))
    }

    /// Gets the signer and a client, and calls `work` with them.
    fn run(&self, replaces: bool, work: impl FnOnce(&Run<'_>) -> Result<()>) -> Result<()> {
        let progress = output::progress();
        let key = if self.key.is_given() {
            Some(self.key.signing_key(&self.connection, &progress)?)
        } else {
            None
        };
        if let Some(key) = key.as_ref().filter(|_| replaces) {
            key.check_replace()?;
        }
        let client = self.connection.client(&progress)?;
        work(&Run {
            client: &client,
            progress: &progress,
            key: key.as_ref(),
        })
    }

    /// Pushes the images, and signs those that are there.
    fn publish(&self, work: &Work<'_>, run: &Run<'_>) -> Result<()> {
        let options = self.options()?;
        let summary = push(run.client, run.progress, work.publications, &options)?;
        let succeeded = summary.pushed.iter();
        let succeeded = succeeded.filter(|pushed| pushed.outcome != Outcome::Failed);
        let succeeded = succeeded.map(|pushed| (pushed.repository.to_string(), pushed.digest));
        let succeeded: HashSet<(String, Digest)> = succeeded.collect();
        let pushed = summary.report(run.progress);
        let Some(key) = run.key else {
            return pushed;
        };
        let signed = self.sign(work, &succeeded, key, run);
        if let Ok(counts) = &signed {
            run.progress.line(&counts.to_string());
        }
        output::last_of(pushed.err().into_iter().chain(signed.err()).collect())
    }

    fn sign(
        &self,
        work: &Work<'_>,
        succeeded: &HashSet<(String, Digest)>,
        key: &SigningKey<'_>,
        run: &Run<'_>,
    ) -> Result<Counts> {
        let is_there = |repository: &Repository, graph: &Graph| {
            let root = graph.root().map(|root| root.blob.digest);
            root.is_some_and(|root| succeeded.contains(&(repository.to_string(), root)))
        };
        let pushed = work.publications.iter().map(|publication| {
            let repository = publication.repository.clone();
            let graphs = publication.images.iter().map(|image| image.graph);
            let graphs = graphs
                .filter(|graph| is_there(&repository, graph))
                .collect();
            Pushed { repository, graphs }
        });
        let pushed: Vec<Pushed<'_>> = pushed.collect();
        let attachment = Attachment {
            claims: Claims::Planned(work.statements),
            jobs: usize::from(self.connection.jobs),
            is_dry_run: self.dry_run,
            replaces: work.replaces,
            progress: run.progress,
        };
        attach_to_pushed(run.client, key, &pushed, &attachment)
    }

    fn options(&self) -> Result<Options> {
        let mount_from = self.mount_from.iter();
        let mount_from = mount_from.map(|text| Repository::parse(text));
        Ok(Options {
            jobs: usize::from(self.connection.jobs),
            mount_from: mount_from.collect::<Result<_>>()?,
            is_dry_run: self.dry_run,
        })
    }
}

/// The tag of a reference; `None` if it names the image by its digest.
fn tag(reference: &Reference, graph: &Graph) -> Result<Option<Tag>> {
    let Some(expected) = reference.digest() else {
        return Ok(Some(Tag::moving(reference.tag().unwrap_or("latest"))));
    };
    let found = graph.root().map(|root| root.blob.digest);
    if found != Some(expected) {
        let found = found.map(|digest| digest.to_string()).unwrap_or_default();
        let cause = format!("the image has the digest {found}");
        return Err(Error::cannot("push to", reference, cause));
    }
    Ok(reference.tag().map(Tag::moving))
}

fn add<'a>(
    images: &mut Vec<PushedImage<'a>>,
    source: &'a LayoutSource,
    graph: &'a Graph,
    tag: Option<Tag>,
) {
    let known = |tag: &Tag| images.iter().any(|image| image.tags.contains(tag));
    let tags: Vec<Tag> = tag.clone().into_iter().filter(|tag| !known(tag)).collect();
    if tag.is_none() || !tags.is_empty() {
        images.push(PushedImage {
            source,
            graph,
            tags,
        });
    }
}

fn named_image<'a>(image: &'a PlanImage, graph: &Graph) -> Result<Named<'a>> {
    let root = graph.root();
    let root = root.ok_or_else(|| Error::cannot("push", image.title(), "it has no manifest"))?;
    Ok(Named {
        image,
        digest: root.blob.digest,
    })
}
