//! The statements of a plan, by the images that they are about.

use std::collections::{HashMap, HashSet};

use blob::{read_regular, Digest, Error, Result, ResultExt};

use super::file::StatementFile;
use crate::content::{Graph, Plan};
use crate::pool;
use crate::published::images;

/// The maximum size of a file with a digest.
const MAX_DIGEST: u64 = 1 << 10;

/// The statements for each image.
#[derive(Debug, Default)]
pub(crate) struct PlannedStatements(HashMap<Digest, Vec<StatementFile>>);

impl PlannedStatements {
    /// Reads the digests in a plan. The files of the statements are not read.
    ///
    /// # Errors
    ///
    /// A digest cannot be read.
    pub(crate) fn read(plan: &Plan) -> Result<Self> {
        let mut all: HashMap<Digest, Vec<StatementFile>> = HashMap::new();
        for statement in &plan.statements {
            let bytes = read_regular(&plan.runfiles.file(&statement.digest), MAX_DIGEST);
            let text = String::from_utf8(bytes.cannot("read digest", &statement.digest)?);
            let text = text.cannot("read digest", &statement.digest)?;
            let digest: Digest = text.trim().parse()?;
            let path = plan.runfiles.file(&statement.file);
            let file = StatementFile::new(path, statement.predicate_type.clone());
            all.entry(digest).or_default().push(file);
        }
        Ok(Self(all))
    }

    /// The statements of an image.
    pub(crate) fn of(&self, image: Digest) -> &[StatementFile] {
        self.0.get(&image).map_or(&[], Vec::as_slice)
    }

    /// Only the statements about images of these graphs.
    ///
    /// # Errors
    ///
    /// A descriptor has no SHA-256 digest. If `graphs` is all of the plan: a statement is about another image.
    pub(crate) fn retain<'g>(
        &mut self,
        graphs: impl IntoIterator<Item = &'g Graph>,
        is_all: bool,
    ) -> Result<()> {
        let mut known: HashSet<Digest> = HashSet::new();
        for graph in graphs {
            known.extend(images(graph)?.iter().map(|image| image.blob.digest));
        }
        if is_all {
            self.check_known(&known)?;
        }
        self.0.retain(|digest, _| known.contains(digest));
        Ok(())
    }

    fn check_known(&self, known: &HashSet<Digest>) -> Result<()> {
        let others = self.0.iter().filter(|(digest, _)| !known.contains(digest));
        let others =
            others.flat_map(|(digest, files)| files.iter().map(move |file| (file.path(), digest)));
        // The first one by its path, so that the message is always the same.
        let Some((path, digest)) = others.min() else {
            return Ok(());
        };
        let cause = format!("it is about `{digest}`, which is not an image of the plan");
        Err(Error::cannot("attach statement", path.display(), cause)
            .hint("`evidence` of a push must be about its `image` or `images`"))
    }

    /// The number of statements.
    pub(crate) fn len(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }

    /// Reads all files, so that a wrong one stops a push before it writes.
    ///
    /// # Errors
    ///
    /// A file cannot be used for its image.
    pub(crate) fn check(&self, jobs: usize) -> Result<()> {
        let files = self.0.iter();
        let files = files.flat_map(|(digest, files)| files.iter().map(|file| (*digest, file)));
        let files: Vec<(Digest, &StatementFile)> = files.collect();
        let checked = pool::map(jobs, &files, |(digest, file)| {
            file.statement(*digest).map(drop)
        });
        checked.into_iter().collect()
    }
}
