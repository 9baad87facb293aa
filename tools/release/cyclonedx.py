"""SBOM of the programs in CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/)."""

import uuid

# The namespace of the serial numbers: equal releases have equal ones.
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "distroless")


def document(inventory):
    """The document, a JSON value."""
    used = {purl for component in inventory.components for purl in component.uses}
    direct = sorted(component.purl for component in inventory.components if component.purl not in used)
    return {
        "bomFormat": "CycloneDX",
        "components": [_component(component) for component in inventory.components],
        "dependencies": [
            {"dependsOn": direct, "ref": inventory.purl},
            *({"dependsOn": sorted(component.uses), "ref": component.purl} for component in inventory.components),
        ],
        "metadata": {
            "component": {
                "bom-ref": inventory.purl,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
                "name": "distroless",
                "purl": inventory.purl,
                "supplier": {"name": "distroless"},
                "type": "application",
                "version": inventory.version,
            },
            "timestamp": inventory.time,
        },
        "serialNumber": f"urn:uuid:{uuid.uuid5(NAMESPACE, inventory.url + '/' + inventory.name)}",
        "specVersion": "1.6",
        "version": 1,
    }


def _component(component):
    value = {"bom-ref": component.purl, "name": component.name, "purl": component.purl, "type": "library", "version": component.version}
    value["supplier"] = {"name": component.supplier}
    if component.licence != "NOASSERTION":
        value["licenses"] = [{"expression": component.licence}]
    if component.sha256:
        value["hashes"] = [{"alg": "SHA-256", "content": component.sha256}]
    return value
