//! Paths of endpoints.

/// A path below `/v2/`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Route {
    /// The name of the repository, which may be invalid; empty for [`Endpoint::Base`].
    pub(super) repository: String,
    pub(super) endpoint: Endpoint,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    Base,
    Blob(String),
    Uploads,
    Upload(String),
    Manifest(String),
    Tags,
    Referrers(String),
}

impl Route {
    pub(super) fn of(path: &str) -> Option<Self> {
        let rest = path.strip_prefix("/v2")?;
        if rest.is_empty() || rest == "/" {
            return Some(Self {
                repository: String::new(),
                endpoint: Endpoint::Base,
            });
        }
        let rest = rest.strip_prefix('/')?;
        // Longest ends first: a part of a repository's name may be `blobs`.
        let mut parts: Vec<&str> = rest.split('/').collect();
        let endpoint = match parts.as_slice() {
            [.., "blobs", "uploads", ""] => Endpoint::Uploads,
            [.., "blobs", "uploads", id] => Endpoint::Upload((*id).to_owned()),
            [.., "blobs", "uploads"] => Endpoint::Uploads,
            [.., "blobs", digest] => Endpoint::Blob((*digest).to_owned()),
            [.., "manifests", reference] => Endpoint::Manifest((*reference).to_owned()),
            [.., "tags", "list"] => Endpoint::Tags,
            [.., "referrers", digest] => Endpoint::Referrers((*digest).to_owned()),
            _ => return None,
        };
        let is_long = matches!(parts.as_slice(), [.., "blobs", "uploads", _]);
        parts.truncate(parts.len() - if is_long { 3 } else { 2 });
        Some(Self {
            repository: parts.join("/"),
            endpoint,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(path: &str) -> Option<(String, Endpoint)> {
        Route::of(path).map(|route| (route.repository, route.endpoint))
    }

    fn some(repository: &str, endpoint: Endpoint) -> Option<(String, Endpoint)> {
        Some((repository.to_owned(), endpoint))
    }

    #[test]
    fn finds_endpoints() {
        let id = || "x".to_owned();
        assert_eq!(route("/v2/"), some("", Endpoint::Base));
        assert_eq!(route("/v2/a/b/blobs/x"), some("a/b", Endpoint::Blob(id())));
        assert_eq!(route("/v2/a/blobs/uploads/"), some("a", Endpoint::Uploads));
        assert_eq!(route("/v2/a/blobs/uploads"), some("a", Endpoint::Uploads));
        assert_eq!(
            route("/v2/a/blobs/uploads/x"),
            some("a", Endpoint::Upload(id()))
        );
        assert_eq!(
            route("/v2/a/manifests/x"),
            some("a", Endpoint::Manifest(id()))
        );
        assert_eq!(route("/v2/a/tags/list"), some("a", Endpoint::Tags));
        assert_eq!(
            route("/v2/a/referrers/x"),
            some("a", Endpoint::Referrers(id()))
        );
    }

    #[test]
    fn a_part_of_a_name_may_be_the_name_of_an_endpoint() {
        assert_eq!(
            route("/v2/blobs/manifests/x"),
            some("blobs", Endpoint::Manifest("x".to_owned()))
        );
        assert_eq!(
            route("/v2/a/tags/tags/list"),
            some("a/tags", Endpoint::Tags)
        );
    }

    #[test]
    fn other_paths_have_no_endpoint() {
        for path in [
            "",
            "/",
            "/v1/",
            "/v2x",
            "/v2/a",
            "/v2/_catalog",
            "/v2/a/tags/other",
        ] {
            assert_eq!(route(path), None, "{path}");
        }
    }
}
