"""SBOM of the programs in SPDX 2.3 (https://spdx.github.io/spdx-spec/v2.3/)."""

import re

MAIN = "SPDXRef-distroless"


def document(inventory):
    """The document, a JSON value."""
    ids = {component.purl: _id(component.purl) for component in inventory.components}
    used = {purl for component in inventory.components for purl in component.uses}
    relations = [_relation("SPDXRef-DOCUMENT", "DESCRIBES", MAIN)]
    relations += [_relation(MAIN, "DEPENDS_ON", ids[each.purl]) for each in inventory.components if each.purl not in used]
    relations += [_relation(ids[each.purl], "DEPENDS_ON", ids[purl]) for each in inventory.components for purl in each.uses]
    return {
        "SPDXID": "SPDXRef-DOCUMENT",
        "creationInfo": {"created": inventory.time, "creators": ["Organization: distroless", f"Tool: distroless-release-{inventory.version}"]},
        "dataLicense": "CC0-1.0",
        "documentNamespace": f"{inventory.url}/releases/tag/v{inventory.version}/{inventory.name}",
        "name": inventory.name,
        "packages": [_main(inventory), *(_package(component, ids[component.purl]) for component in inventory.components)],
        "relationships": relations,
        "spdxVersion": "SPDX-2.3",
    }


def _main(inventory):
    return {
        "SPDXID": MAIN,
        "copyrightText": "NOASSERTION",
        "downloadLocation": f"git+{inventory.url}@v{inventory.version}",
        "externalRefs": [_purl(inventory.purl)],
        "filesAnalyzed": False,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "Apache-2.0",
        "name": "distroless",
        "primaryPackagePurpose": "APPLICATION",
        "supplier": "Organization: distroless",
        "versionInfo": inventory.version,
    }


def _package(component, identifier):
    package = {
        "SPDXID": identifier,
        "copyrightText": "NOASSERTION",
        "downloadLocation": "NOASSERTION",
        "externalRefs": [_purl(component.purl)],
        "filesAnalyzed": False,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": component.licence,
        "name": component.name,
        "primaryPackagePurpose": "LIBRARY",
        "supplier": f"Organization: {component.supplier}",
        "versionInfo": component.version,
    }
    if component.sha256:
        package["checksums"] = [{"algorithm": "SHA256", "checksumValue": component.sha256}]
    return package


def _purl(purl):
    return {"referenceCategory": "PACKAGE-MANAGER", "referenceLocator": purl, "referenceType": "purl"}


def _relation(subject, kind, other):
    return {"relatedSpdxElement": other, "relationshipType": kind, "spdxElementId": subject}


def _id(purl):
    """An identifier has letters, digits, `.` and `-` only. No two package URLs of a release differ in other characters alone."""
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.]+", "-", purl.removeprefix("pkg:"))
