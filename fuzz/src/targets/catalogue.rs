//! The catalogue site: its description, and the history of images.

use blob::{Error, Result};
use catalogue::{pages, Catalogue, Description, Files};
use image_contents::Contents;

use super::{target, Outcome, Target};

const HISTORY: &[&str] = &[
    "\"records\":[",
    "\"locks\":{\"debian12\":\"2026-11-20T02:11:10Z\"}",
    "\"images\":{\"static-debian12\":",
    "\"latest\":{\"architectures\":{\"amd64\":{\"size\":",
    "\"packages\":{\"libc6\":{\"amd64\":",
    "null",
    "18446744073709551615",
    "<script>",
    "[[[[",
];

/// A site with one image, whose history is the input.
const SITE: &[u8] = br#"{"version": 1, "title": "t", "repository": "", "source": "", "vendor": "", "distros": [], "missing": [],
"history": "history", "sets": [{"name": "static", "distro": "debian12", "family": "static", "base": "", "targets": {},
"aliases": {}, "lacks": {}, "indexes": [], "images": [{"tag": "latest", "contents": "contents"}]}]}"#;

/// The contents of the image.
const IMAGE: &str = r#"{"version": 1, "contents": {"image": {"architecture": "amd64", "os": "linux", "name": "static",
"created": "2026-11-20T02:11:10Z", "settings": {},
"config": "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
"digest": "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"}}}"#;

pub(super) fn targets() -> Vec<Target> {
    vec![
        target(
            "site_description",
            &["\"sets\":[", "\"../x\"", "{}"],
            |input| {
                let _ = Description::parse("site", input);
                Ok(())
            },
        ),
        target("site_history", HISTORY, history),
    ]
}

struct Input<'a>(&'a [u8]);

impl Files for Input<'_> {
    fn read(&self, path: &str, _most: u64) -> Result<Vec<u8>> {
        match path {
            "history" => Ok(self.0.to_vec()),
            "contents" => Contents::parse(path, IMAGE.as_bytes())?.to_json(),
            _ => Err(Error::cannot("read", path, "there is no such file")),
        }
    }
}

/// A history that is accepted gives pages without its markup.
fn history(input: &[u8]) -> Outcome {
    let description = Description::parse("site", SITE).map_err(|error| error.to_string())?;
    let Ok(catalogue) = Catalogue::read(&description, &Input(input)) else {
        return Ok(());
    };
    let pages = pages(&catalogue).map_err(|error| error.to_string())?;
    for (path, bytes) in pages {
        let text = String::from_utf8(bytes).map_err(|error| error.to_string())?;
        if path.ends_with(".html") && text.contains("<script>") {
            return Err(format!("{path} has markup of the history"));
        }
    }
    Ok(())
}
