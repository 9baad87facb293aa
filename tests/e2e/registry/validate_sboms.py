"""sbom-validators validate_sboms.py FILE…: validates SBOMs of a release with the validators of other projects."""

import json
import pathlib
import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from ntia_conformance_checker import SbomChecker
from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import JsonLikeDictParser
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document


def problems(path):
    text = pathlib.Path(path).read_text()
    if path.endswith(".cdx.json"):
        return JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    found = validate_full_spdx_document(JsonLikeDictParser().parse(json.loads(text)), "SPDX-2.3")
    return found or (None if SbomChecker(path).compliant else "NTIA's minimum elements are missing")


for path in sys.argv[1:]:
    if problems(path):
        sys.exit(f"not so: {path} is valid: {problems(path)}")
    print(f"{pathlib.Path(path).suffixes[-2]} is valid")
