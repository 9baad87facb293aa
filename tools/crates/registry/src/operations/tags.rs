//! Tags: <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags>.

use blob::Result;
use oci::MAX_DOCUMENT;
use serde::Deserialize;
use transfer::Failure;
use ureq::http::{Method, StatusCode, Uri};

use super::{Outcome, RepositoryClient};
use crate::http::{next_page, Pages};
use crate::reference::is_tag;

/// Tags of a page that are requested. Without a number, some registries send all tags, or very few.
const PAGE: usize = 1000;

/// Tags of a repository that are read.
const MAX_TAGS: usize = 200_000;

/// Pages that are read; a registry may send fewer tags than requested.
const MAX_PAGES: usize = 5_000;

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    tags: Option<Vec<String>>,
}

impl RepositoryClient<'_> {
    /// All tags, in the order of the registry, which is mostly that of bytes. `None` if the repository does not exist.
    ///
    /// # Errors
    ///
    /// The registry gives no definite answer, or more tags than are read.
    pub fn tags(&self) -> Result<Option<Vec<String>>> {
        let mut tags = Vec::new();
        let mut pages = Pages::default();
        let mut next = None;
        for _ in 0..MAX_PAGES {
            // Each page is repeated separately.
            let page = self.run("list tags of", "", || {
                let url = match &next {
                    Some(url) => Uri::clone(url),
                    None => self.url(&format!("tags/list?n={PAGE}"))?,
                };
                self.page(url)
            })?;
            let Some((page, link)) = page else {
                return Ok(None);
            };
            tags.extend(page);
            if tags.len() > MAX_TAGS {
                return self.give_up(&format!("it has more than {MAX_TAGS} tags"));
            }
            let Some(link) = link else {
                return Ok(Some(tags));
            };
            if let Err(cause) = pages.add(&link) {
                return self.give_up(cause);
            }
            next = Some(link);
        }
        self.give_up(&format!("it has more than {MAX_PAGES} pages"))
    }

    fn give_up<T>(&self, cause: &str) -> Result<T> {
        self.run("list tags of", "", || Err(Failure::permanent(cause)))
    }

    fn page(&self, url: Uri) -> Outcome<Option<(Vec<String>, Option<Uri>)>> {
        let sent = self.ask(Method::GET, url, Vec::new(), MAX_DOCUMENT)?;
        match sent.response.status() {
            StatusCode::NOT_FOUND => return Ok(None),
            StatusCode::OK => {}
            _ => return Err(self.failed(sent.response)),
        }
        let next = next_page(&sent.url, &sent.response)?;
        let bytes = self.read(sent.response, MAX_DOCUMENT)?;
        let page = serde_json::from_slice::<Page>(&bytes);
        let page = page.map_err(|_| Failure::permanent("the list has another format"))?;
        let tags = page.tags.unwrap_or_default();
        if let Some(tag) = tags.iter().find(|tag| !is_tag(tag)) {
            let shown = message::shorten(tag);
            return Err(Failure::permanent(format!(
                "the list has the invalid tag `{shown}`"
            )));
        }
        Ok(Some((tags, next)))
    }
}
