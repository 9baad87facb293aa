"""Imports every module of the standard library but those of other systems and of packages that are not here."""

import importlib
import os
import pkgutil
import sys

SKIPPED = {
    # These start something.
    "antigravity",
    "idlelib",
    "lib2to3.pgen2.conv",
    "this",
    # These want a package of their own, or what it brings.
    "_distutils_system_mod",
    "dbm.gnu",
    "test",
    "tkinter",
    "turtle",
    "turtledemo",
    # These are for other systems.
    "_aix_support",
    "_ios_support",
    "_msi",
    "_osx_support",
    "_pyrepl._minimal_curses",
    "_pyrepl.windows_console",
    "asyncio.windows_events",
    "asyncio.windows_utils",
    "ctypes.wintypes",
    "distutils._msvccompiler",
    "distutils.command.bdist_msi",
    "distutils.msvc9compiler",
    "distutils.msvccompiler",
    "encodings.cp65001",
    "encodings.mbcs",
    "encodings.oem",
    "msilib",
    "multiprocessing.popen_spawn_win32",
}


def skipped(name):
    return name.endswith("__main__") or any(
        name == skip or name.startswith(skip + ".") for skip in SKIPPED
    )


def names(paths, prefix=""):
    for module in pkgutil.iter_modules(paths, prefix):
        if skipped(module.name):
            continue
        yield module.name
        if module.ispkg:
            folders = [os.path.join(path, module.name.rpartition(".")[2]) for path in paths]
            yield from names(folders, module.name + ".")


found = sorted(set(names([path for path in sys.path if "lib" in path])) | set(sys.builtin_module_names))
failed = []
for name in found:
    try:
        importlib.import_module(name)
    except BaseException as error:  # a module may even exit
        failed.append("%s: %r" % (name, error))
print("\n".join(failed) or "all import" if len(found) > 400 else "only %d modules" % len(found))
sys.exit(bool(failed))
