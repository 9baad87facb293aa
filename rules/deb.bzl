"""Debian packages as layers, the list of the packages in images, and the command that writes locks."""

load("//rules/private/deb:control_archive.bzl", _control_archive = "control_archive")
load("//rules/private/deb:deb_layer.bzl", _deb_layer = "deb_layer")
load("//rules/private/deb:dpkg_status.bzl", _dpkg_status = "dpkg_status")
load("//rules/private/deb:dpkg_statusd.bzl", _dpkg_statusd = "dpkg_statusd")
load("//rules/private/deb:image_packages.bzl", _image_packages = "image_packages")
load("//rules/private/extensions:lock_command.bzl", _debian_lock_run = "debian_lock_run")

control_archive = _control_archive
deb_layer = _deb_layer
debian_lock_run = _debian_lock_run
dpkg_status = _dpkg_status
dpkg_statusd = _dpkg_statusd
image_packages = _image_packages
