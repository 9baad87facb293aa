"""Checks of tags, and of names with a tag. Pure functions, so that every message has a test."""

load("//rules/private:repository_name.bzl", "is_tag", "path_problem", "repository_problem")

def tag_problem(tag):
    """Checks a tag (OCI distribution, "Pulling manifests").

    Args:
      tag: the tag.

    Returns:
      A message, or None.
    """
    if is_tag(tag):
        return None
    return "`%s` is not a tag; expected at most 128 letters, digits, `_`, `.` and `-`, with a letter, a digit or `_` first" % tag

def repositories_problem(repositories):
    """Checks the repositories of a push.

    Args:
      repositories: `HOST/PATH` of each.

    Returns:
      A message, or None.
    """
    for repository in repositories:
        problem = repository_problem(repository)
        if problem:
            return "`%s` is not a repository: %s\nhint: %s" % (repository, problem.cause, problem.hint)
    return None

def split_name(name):
    """Splits a name such as `team/server:1`, or `registry.example/server:1`.

    Args:
      name: the name, with a tag.

    Returns:
      A struct of `name`, `tag`, and `problem`, a message or None.
    """
    before, colon, tag = name.rpartition(":")
    if not colon or not before or "/" in tag:
        return struct(name = name, problem = "`%s` has no tag; expected `NAME:TAG`, such as `server:latest`" % name, tag = "")
    problem = path_problem(before) if repository_problem(before) else None
    if problem:
        return struct(name = before, problem = "`%s` is not a name: %s\nhint: %s" % (before, problem.cause, problem.hint), tag = tag)
    return struct(name = before, problem = tag_problem(tag), tag = tag)
