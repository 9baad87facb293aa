"""Tests of the command that updates the lock of a hub."""

load("@bazel_skylib//lib:partial.bzl", "partial")
load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load("//rules/private/extensions:lock_command.bzl", "lock_command")

def _command_test_impl(ctx):
    env = unittest.begin(ctx)
    for lock, manifest, args in [
        ("//:a.lock.json", "//:a.yaml", ["update", "a.yaml"]),
        ("//debs:a.lock.json", "//debs:a.yml", ["update", "debs/a.yml"]),
        ("//debs:b.lock.json", "//:a.yaml", ["update", "a.yaml", "--lock", "debs/b.lock.json"]),
    ]:
        command = lock_command("hub", Label(lock), Label(manifest))
        asserts.equals(env, args, command.args)
        asserts.equals(env, "", command.problem)
    return unittest.end(env)

command_test = unittest.make(_command_test_impl)

def _problem_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(
        env,
        "cannot lock `@hub`: its debian.install() has no `manifest`\nhint: add `manifest = \"//:DISTRO.yaml\"` to it",
        lock_command("hub", Label("//:a.lock.json"), None).problem,
    )
    foreign = Label("@bazel_skylib//:a.yaml")
    asserts.equals(
        env,
        "cannot lock `@hub`: `%s` is not a file of this workspace\nhint: run the lock command in the module that owns this file" % foreign,
        lock_command("hub", Label("//:a.lock.json"), foreign).problem,
    )
    return unittest.end(env)

problem_test = unittest.make(_problem_test_impl)

def lock_command_test_suite(name):
    """All tests of the lock commands."""
    unittest.suite(name, partial.make(command_test, size = "small"), partial.make(problem_test, size = "small"))
