"""Debian packages as layers, and the command that locks them."""

load("//rules/private:deb_layer.bzl", _deb_layer = "deb_layer")
load("//rules/private/extensions:lock_command.bzl", _debian_lock_run = "debian_lock_run")

deb_layer = _deb_layer
debian_lock_run = _debian_lock_run
