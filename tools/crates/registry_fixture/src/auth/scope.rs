//! [Scopes](https://distribution.github.io/distribution/spec/auth/scope/): what a request needs, and what a token allows.

use std::collections::BTreeSet;
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Action {
    Delete,
    Pull,
    Push,
}

/// `repository:NAME:pull,push`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) repository: String,
    pub(crate) actions: BTreeSet<Action>,
}

impl Scope {
    pub(crate) fn new(repository: &str, actions: impl IntoIterator<Item = Action>) -> Self {
        Self {
            repository: repository.to_owned(),
            actions: actions.into_iter().collect(),
        }
    }

    /// `None` if it is no scope of a repository, or has an unknown action.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(':')?;
        let (name, actions) = rest.rsplit_once(':')?;
        let actions: Option<_> = actions.split(',').map(action).collect();
        (kind == "repository").then_some(())?;
        Some(Self {
            repository: name.to_owned(),
            actions: actions?,
        })
    }

    /// Whether these scopes allow all of this one.
    pub(crate) fn is_in(&self, scopes: &[Self]) -> bool {
        let allows = |action: &Action| {
            let of_repository = |scope: &&Self| scope.repository == self.repository;
            let mut scopes = scopes.iter().filter(of_repository);
            scopes.any(|scope| scope.actions.contains(action))
        };
        self.actions.iter().all(allows)
    }
}

fn action(text: &str) -> Option<Action> {
    match text {
        "delete" => Some(Action::Delete),
        "pull" => Some(Action::Pull),
        "push" => Some(Action::Push),
        _ => None,
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let actions = self.actions.iter().map(|action| match action {
            Action::Delete => "delete",
            Action::Pull => "pull",
            Action::Push => "push",
        });
        let actions: Vec<_> = actions.collect();
        write!(f, "repository:{}:{}", self.repository, actions.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_what_it_was_parsed_from() {
        let text = "repository:a/b:pull,push";
        assert_eq!(Scope::parse(text).unwrap().to_string(), text);
        for bad in ["", "repository:a", "registry:catalog:*", "repository:a:fly"] {
            assert_eq!(Scope::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn scopes_of_one_repository_add_up() {
        let scope = |text| Scope::parse(text).unwrap();
        let both = scope("repository:a:pull,push");
        assert!(both.is_in(&[scope("repository:a:pull"), scope("repository:a:push")]));
        assert!(!both.is_in(&[scope("repository:a:pull"), scope("repository:b:push")]));
    }
}
