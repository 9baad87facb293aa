//! Every link of a page leads to a file of the site, or to a web page; every fragment to an element.

use std::collections::BTreeSet;

use crate::fixture::{self, Pages};

/// The values of an attribute in a page.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    page.split(&*start)
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect()
}

fn html(pages: &Pages) -> impl Iterator<Item = (&str, &str)> {
    let pages = pages.iter().filter(|(path, _)| path.ends_with(".html"));
    pages.map(|(path, bytes)| (&**path, std::str::from_utf8(bytes).unwrap()))
}

/// The path of a relative URL in the site.
fn resolve(from: &str, url: &str) -> String {
    let directory = from.rsplit_once('/').map_or("", |(directory, _)| directory);
    match url.strip_prefix("../") {
        Some(rest) => rest.to_owned(),
        None if directory.is_empty() => url.to_owned(),
        None => format!("{directory}/{url}"),
    }
}

#[test]
fn links_resolve() {
    let pages = fixture::site().pages().unwrap();
    for (path, page) in html(&pages) {
        for url in values(page, "href").into_iter().chain(values(page, "src")) {
            let url = url.replace("&#x2f;", "/");
            let (file, fragment) = url.split_once('#').unwrap_or((&url, ""));
            if file.starts_with("https://") {
                continue;
            }
            let target = if file.is_empty() {
                path.to_owned()
            } else {
                resolve(path, file)
            };
            let found = pages.get(&target);
            assert!(
                found.is_some(),
                "{path} links to {url}, which does not exist"
            );
            let text = String::from_utf8_lossy(found.unwrap());
            let ids = values(&text, "id");
            assert!(
                fragment.is_empty() || ids.contains(&fragment),
                "{path} links to {url}"
            );
        }
    }
}

#[test]
fn pages_have_the_structure_that_screen_readers_need() {
    let pages = fixture::site().pages().unwrap();
    for (path, page) in html(&pages) {
        assert!(
            page.starts_with("<!doctype html>\n<html lang=\"en\">"),
            "{path}"
        );
        assert_eq!(page.matches("<h1").count(), 1, "{path}");
        let ids = values(page, "id");
        let distinct: BTreeSet<&&str> = ids.iter().collect();
        assert_eq!(ids.len(), distinct.len(), "{path} has an ID twice");
        assert_eq!(
            page.matches("<table").count(),
            page.matches("<caption>").count(),
            "{path}"
        );
        assert!(!page.contains("<th>"), "{path} has a heading without scope");
        assert!(
            !page.contains(" style="),
            "{path} has a style that its policy forbids"
        );
        assert!(
            !page.contains(" onclick="),
            "{path} has a script that its policy forbids"
        );
    }
}
