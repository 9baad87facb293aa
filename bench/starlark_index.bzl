"""A resolver as a module extension has to be: the whole index in dicts, for resolve.py to compare with."""

def _parse(text):
    """Architecture to name to version to fields."""
    packages = {}
    for stanza in text.split("\n\n"):
        fields, last = {}, ""
        for line in stanza.split("\n"):
            if line.startswith(" "):
                fields[last] += "\n" + line
            elif ": " in line:
                last, _, value = line.partition(": ")
                fields[last] = value
        if "Package" in fields:
            names = packages.setdefault(fields["Architecture"], {})
            names.setdefault(fields["Package"], {})[fields["Version"]] = fields
    return packages

def _find(packages, name):
    for architecture in ["amd64", "all"]:
        versions = packages.get(architecture, {}).get(name)
        if versions:
            return versions.values()[0]
    return None

def _closure(packages, requested):
    found, waiting = {}, list(requested)
    for _ in range(1000000):
        if not waiting:
            break
        name = waiting.pop()
        fields = _find(packages, name)
        if name in found or not fields:
            continue
        found[name] = fields["Version"]
        for field in ["Pre-Depends", "Depends"]:
            for relation in fields.get(field, "").split(","):
                first = relation.split("|")[0].split("(")[0].split(":")[0].strip()
                if first:
                    waiting.append(first)
    return found

def _repository_impl(rctx):
    rctx.file("BUILD.bazel", "# %d packages\n" % len(rctx.attr.packages))

_repository = repository_rule(implementation = _repository_impl, attrs = {"packages": attr.string_dict()})

def _index_impl(module_ctx):
    requested = module_ctx.read(Label("//:requested.txt")).split("\n")[0].split(" ")
    packages = _parse(module_ctx.read(Label("//:Packages")))
    _repository(name = "idx", packages = _closure(packages, requested))

index = module_extension(implementation = _index_impl)
