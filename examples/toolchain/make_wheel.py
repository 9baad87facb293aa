"""Packs modules as a wheel: make_wheel.py OUTPUT NAME VERSION PREFIX FILE..."""

import base64
import hashlib
import sys
import zipfile

# The oldest time that a zip file can have, instead of the time of the build.
TIME = (1980, 1, 1, 0, 0, 0)


def main(output, name, version, prefix, *paths):
    info = f"{name}-{version}.dist-info"
    files = {}
    for path in sorted(paths):
        with open(path, "rb") as file:
            files[path.removeprefix(prefix + "/")] = file.read()
    files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: make_wheel\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    record = "".join(f"{path},sha256={digest(content)},{len(content)}\n" for path, content in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    with zipfile.ZipFile(output, "w") as wheel:
        for path, content in files.items():
            member = zipfile.ZipInfo(path, TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            wheel.writestr(member, content)


def digest(content):
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")


main(*sys.argv[1:])
