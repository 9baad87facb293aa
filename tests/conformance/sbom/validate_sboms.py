"""Validates the SBOMs of images in all formats, with the validators of other projects.

    sbom-validators validate_sboms.py --writer PROGRAM --scratch DIRECTORY CONTENTS...

Each CONTENTS is the contents file of an image or an index. The documents exist only while they are validated: those of
all images need gigabytes.

Images share most of their content. A file, or a package of CycloneDX, that was in a document before is left out of the
document that the validator gets: it would be the same JSON object again. Before that, this program checks that the
identifiers in the whole document are unique and that every reference has a target, which is all that the rest of a
document says about such an object.

NTIA's minimum elements require a supplier, so the documents name an organization. Images state it as their vendor.

The last line has the number of documents, and how many license names of packages are identifiers of SPDX or have a text.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import time

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from license_expression import get_spdx_licensing
from ntia_conformance_checker import SbomChecker
from spdx_python_model import load
from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import JsonLikeDictParser
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

ORGANIZATION = "Conformance Test"

FORMATS = ["spdx-2.3", "spdx-3.0.1", "cyclonedx-1.6", "cyclonedx-1.7"]

# At least this part of the license names has an identifier or a text.
LICENSES = 0.98

# The text of a license whose text is missing (tools/crates/contents_from_build/src/licenses.rs).
MISSING_TEXT = "does not contain its text."


class Seen:
    """JSON objects that were in earlier documents."""

    def __init__(self):
        self.texts = set()

    def unseen(self, objects):
        """The objects that were in no earlier document. They are seen from now on."""
        new = []
        for one in objects:
            key = hash(json.dumps(one, sort_keys=True))
            if key not in self.texts:
                self.texts.add(key)
                new.append(one)
        return new


def expect_references(identifiers, references):
    """Fails if an identifier is repeated, or a reference has no target."""
    known = set(identifiers)
    if len(known) != len(identifiers):
        raise ValueError("an identifier is not unique")
    missing = set(references) - known
    if missing:
        raise ValueError(f"references without a target: {sorted(missing)[:3]}")


def check_ntia(document, path, kind):
    path.write_text(json.dumps(document))
    checker = SbomChecker(str(path), sbom_spec=kind)
    if not checker.compliant:
        raise ValueError(f"the minimum elements of NTIA are incomplete: {checker.all_components_without_info}")


class Spdx2:
    def __init__(self, licenses):
        self.seen = Seen()
        self.licenses = licenses

    def check(self, document, path):
        relations = document["relationships"]
        elements = document["packages"] + document.get("files", [])
        texts = document.get("hasExtractedLicensingInfos", [])
        identifiers = ["SPDXRef-DOCUMENT"] + [one["SPDXID"] for one in elements] + [one["licenseId"] for one in texts]
        ends = [one[end] for one in relations for end in ("spdxElementId", "relatedSpdxElement")]
        expect_references(identifiers, ends)
        self.licenses.check(document["packages"], texts)
        files = self.seen.unseen(document.get("files", []))
        left_out = {one["SPDXID"] for one in document.get("files", [])} - {one["SPDXID"] for one in files}
        document["files"] = files
        document["relationships"] = [one for one in relations if one["relatedSpdxElement"] not in left_out]
        if document["spdxVersion"] != "SPDX-2.3":
            raise ValueError("the version is wrong")
        messages = validate_full_spdx_document(JsonLikeDictParser().parse(document))
        if messages:
            raise ValueError("; ".join(message.validation_message for message in messages[:3]))
        check_ntia(document, path, "spdx2")


class Licenses:
    """The license expressions of packages."""

    def __init__(self):
        self.licensing = get_spdx_licensing()
        self.valid = set()
        # Expression and document are not enough: a name without a text belongs to its package.
        self.names = {}

    def check(self, packages, texts):
        texts = {one["licenseId"]: one["extractedText"] for one in texts}
        for package in packages:
            expression = package["licenseDeclared"]
            if expression == "NOASSERTION":
                continue
            names = {str(name) for name in self.licensing.license_symbols(expression, unique=True, decompose=True)}
            if expression not in self.valid:
                self.check_expression(expression, names)
            for name in names:
                text = texts.get(name, "") if name.startswith("LicenseRef-") else "listed by SPDX"
                kind = "identifiers" if text == "listed by SPDX" else "without" if text.endswith(MISSING_TEXT) or not text else "texts"
                self.names[(package["name"], package["versionInfo"], name)] = kind

    def check_expression(self, expression, names):
        known = expression
        for name in sorted(names, key=len, reverse=True):
            if name.startswith("LicenseRef-"):
                known = known.replace(name, "MIT")
        errors = self.licensing.validate(known, strict=True).errors
        if errors:
            raise ValueError(f"license expression `{expression}`: {errors}")
        self.valid.add(expression)

    def summary(self):
        kinds = list(self.names.values())
        count = {kind: kinds.count(kind) for kind in ("identifiers", "texts", "without")}
        part = 1 - count["without"] / max(len(kinds), 1)
        text = f"{len(kinds)} license names of packages: {count['identifiers']} identifiers of SPDX, {count['texts']} with a text, {count['without']} without ({part:.2%} known)"
        return text, part


class Spdx3:
    def __init__(self):
        self.seen = Seen()

    def check(self, document, path):
        graph = document["@graph"]
        identifier = lambda node: node.get("spdxId", node.get("@id"))
        ends = [end for node in graph if node["type"] == "Relationship" for end in [node["from"]] + node["to"]]
        ends += [end for node in graph for end in node.get("rootElement", [])]
        expect_references([identifier(node) for node in graph], ends)
        document["@graph"] = self.without_seen_files(graph)
        path.write_text(json.dumps(document))
        load(path)
        check_ntia(document, path, "spdx3")


    def without_seen_files(self, graph):
        # The identifier of an element begins with that of the document.
        start = len(next(node["spdxId"] for node in graph if node["type"] == "SpdxDocument").split("#")[0])
        files = [node for node in graph if node["type"] == "software_File"]
        new = {one["spdxId"] for one in self.seen.unseen([dict(one, spdxId=one["spdxId"][start:]) for one in files])}
        left_out = {one["spdxId"] for one in files if one["spdxId"][start:] not in new}
        kept = []
        for node in graph:
            if node["type"] == "Relationship":
                node["to"] = [end for end in node["to"] if end not in left_out]
            if node.get("spdxId") not in left_out and node.get("to") != []:
                kept.append(node)
        return kept


class CycloneDx:
    def __init__(self, version):
        self.version = version
        self.seen = Seen()
        self.validator = JsonStrictValidator(getattr(SchemaVersion, "V" + version.replace(".", "_")))

    def check(self, document, _path):
        if document["specVersion"] != self.version:
            raise ValueError("the version is wrong")
        root = document["metadata"]["component"]
        listed = list(components([root] + document["components"]))
        named = [one["bom-ref"] for one in listed]
        used = [ref for one in document["dependencies"] for ref in [one["ref"]] + one.get("dependsOn", [])]
        expect_references(named, used)
        for one in [root] + document["components"]:
            if "components" in one:
                one["components"] = self.seen.unseen(one["components"])
        document["components"] = self.seen.unseen(document["components"])
        error = self.validator.validate_str(json.dumps(document))
        if error:
            raise ValueError(str(error)[:500])


def components(listed):
    for one in listed:
        yield one
        yield from components(one.get("components", []))


def write(writer, contents, scratch):
    """Writes the SBOMs of an image. Returns the files by format."""
    files = {name: scratch / f"{name}.json" for name in FORMATS}
    command = [writer, "sbom", f"--contents={contents}", f"--organization={ORGANIZATION}"]
    for name, file in files.items():
        command += [f"--format={name}", f"--output={file}"]
    subprocess.run(command, check=True, stderr=subprocess.PIPE, text=True)
    return files


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--writer", required=True)
    parser.add_argument("--scratch", type=pathlib.Path, required=True)
    parser.add_argument("contents", nargs="+")
    options = parser.parse_args()
    licenses = Licenses()
    validators = {
        "spdx-2.3": Spdx2(licenses),
        "spdx-3.0.1": Spdx3(),
        "cyclonedx-1.6": CycloneDx("1.6"),
        "cyclonedx-1.7": CycloneDx("1.7"),
    }
    problems, number, seconds, namespaces = 0, 0, dict.fromkeys(FORMATS, 0.0), set()
    for contents in options.contents:
        try:
            files = write(options.writer, contents, options.scratch)
        except subprocess.CalledProcessError as error:
            problems += 1
            print(f"{contents}: {error.stderr.strip()}")
            continue
        for name, file in files.items():
            started = time.monotonic()
            document = json.loads(file.read_bytes())
            identity = document.get("documentNamespace") or document.get("serialNumber")
            try:
                if identity and (name, identity) in namespaces:
                    raise ValueError(f"another document has the identity `{identity}`, too")
                namespaces.add((name, identity))
                validators[name].check(document, options.scratch / f"checked.{'spdx' if name == 'spdx-2.3' else 'spdx3'}.json")
            except Exception as error:  # The validators have no common type of errors.
                problems += 1
                print(f"{contents}: {name}: {type(error).__name__}: {error}", flush=True)
            number += 1
            seconds[name] += time.monotonic() - started
    text, part = licenses.summary()
    times = ", ".join(f"{name} {value:.0f} s" for name, value in seconds.items())
    print(f"{number} documents, {problems} refused ({times}); {text}")
    return 1 if problems or part < LICENSES else 0


if __name__ == "__main__":
    sys.exit(main())
