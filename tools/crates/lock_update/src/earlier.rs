//! The result of an earlier run: if nothing has changed that a lock depends on, the lock that exists is right, and no index
//! needs to be read. Signatures and dates of the Releases are checked in every run, before this.

use std::fmt::Write;

use apt_archive::Fetch;
use blob::{Digest, Result};
use lock::Lock;
use serde::{Deserialize, Serialize};

use crate::available::IndexReader;
use crate::manifest::Manifest;
use crate::notes::Note;
use crate::open::{Content, OpenedSource};
use crate::parallel::in_parallel;
use crate::settings::Settings;

/// The version of the key and of [`Remembered`].
const VERSION: u32 = 1;

/// The place of a result.
pub(crate) struct Earlier(Digest);

/// What is stored of a result. If the file is damaged, it confirms no lock.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Remembered {
    /// The SHA-256 of the lock as JSON, in hexadecimal digits.
    lock: String,
    /// The notes about packages and indexes.
    notes: Vec<Note>,
}

impl Earlier {
    /// The earlier result for these Releases. `None` if a lock depends on more: on package files, or on indexes of which no
    /// note tells whether the mirrors have them.
    pub(crate) fn of(
        manifest: &Manifest,
        sources: &[OpenedSource<'_>],
        settings: &Settings<'_>,
    ) -> Option<Self> {
        let program = settings.program?;
        let from = manifest.architecture_all_from.as_ref();
        let is_noted =
            from.is_none_or(|from| sources.iter().all(|opened| opened.source.serves(from)));
        if !is_noted || !manifest.debs.is_empty() {
            return None;
        }
        let mut text = format!("{VERSION}\n{program}\n{}\n{manifest:?}\n", settings.distro);
        for opened in sources {
            let Content::Signed { signed, .. } = &opened.content else {
                return None;
            };
            let (evidence, keys) = (&signed.evidence, &signed.signed_by);
            let _ = writeln!(text, "{} {evidence:?} {keys:?}", opened.source.key());
        }
        Some(Self(Digest::of(text.as_bytes())))
    }

    /// The notes of the earlier result, if it was this lock. Mirrors are asked again for indexes that they lacked; `None`
    /// if one has such an index now.
    ///
    /// # Errors
    ///
    /// A mirror does not answer.
    pub(crate) fn notes(&self, lock: &Lock, reader: &IndexReader<'_>) -> Result<Option<Vec<Note>>> {
        // Another user could hide an update with a result.
        let stored = reader.fetch.find_result(&self.0);
        let stored = stored.and_then(|bytes| serde_json::from_slice::<Remembered>(&bytes).ok());
        let Some(remembered) = stored.filter(|stored| stored.lock == digest(lock)) else {
            return Ok(None);
        };
        let notes = in_parallel(&remembered.notes, |note| ask_again(note, reader))?;
        Ok(notes.into_iter().collect())
    }

    /// Stores a result for the next run.
    pub(crate) fn remember(&self, lock: &Lock, notes: &[Note], fetch: &dyn Fetch) {
        let remembered = Remembered {
            lock: digest(lock),
            notes: notes.to_vec(),
        };
        if let Ok(bytes) = serde_json::to_vec(&remembered) {
            fetch.put_result(&self.0, &bytes);
        }
    }
}

/// The note with the answers of today. `None` if a mirror has the index of the note.
fn ask_again(note: &Note, reader: &IndexReader<'_>) -> Result<Option<Note>> {
    let Note::Unverified {
        source,
        architecture,
        ..
    } = note
    else {
        return Ok(Some(note.clone()));
    };
    let mut sources = reader.sources.iter();
    let Some(opened) = sources.find(|opened| opened.source.key() == source) else {
        return Ok(None);
    };
    let missing = reader.missing(opened, architecture)?;
    Ok(missing.map(|missing| Note::Unverified {
        source: source.clone(),
        architecture: architecture.clone(),
        details: missing.details,
    }))
}

fn digest(lock: &Lock) -> String {
    Digest::of(lock.to_json().as_bytes()).hex()
}
