"""Layers from files, archives and other layers, and the files that every image needs."""

load("//rules/private/image:layer_stack.bzl", _layer_stack = "layer_stack")
load("//rules/private/layer:archive_layer.bzl", _archive_layer = "archive_layer")
load("//rules/private/layer:busybox.bzl", _busybox = "busybox")
load("//rules/private/layer:ca_directory.bzl", _ca_folder = "ca_folder")
load("//rules/private/layer:cacerts.bzl", _cacerts = "cacerts")
load("//rules/private/layer:flatten.bzl", _flatten = "flatten")
load("//rules/private/layer:group.bzl", _group = "group")
load("//rules/private/layer:home.bzl", _home = "home")
load("//rules/private/layer:java_keystore.bzl", _java_keystore = "java_keystore")
load("//rules/private/layer:layer.bzl", _layer = "layer")
load("//rules/private/layer:ld_so_cache.bzl", _ld_so_cache = "ld_so_cache")
load("//rules/private/layer:locale.bzl", _locale = "locale")
load("//rules/private/layer:os_release.bzl", _os_release = "os_release")
load("//rules/private/layer:passwd.bzl", _passwd = "passwd")

archive_layer = _archive_layer
busybox = _busybox
ca_folder = _ca_folder
cacerts = _cacerts
flatten = _flatten
group = _group
home = _home
java_keystore = _java_keystore
layer = _layer
layer_stack = _layer_stack
ld_so_cache = _ld_so_cache
locale = _locale
os_release = _os_release
passwd = _passwd
