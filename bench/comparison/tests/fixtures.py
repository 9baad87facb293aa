"""Small archives and layouts."""

import io
import tarfile

import layouts


def archive(path, entries):
    """Writes a tar; `entries`: path to a text, to ("link", target), to ("hard", target), or to None for a directory. A path may
    be followed by its mode: `bin/su 4755`."""
    with tarfile.open(path, "w") as tar:
        for name, content in entries.items():
            name, _, mode = name.partition(" ")
            member = tarfile.TarInfo(name)
            member.mode = int(mode or "644", 8)
            data = b""
            if content is None:
                member.type = tarfile.DIRTYPE
            elif isinstance(content, tuple):
                member.type = tarfile.SYMTYPE if content[0] == "link" else tarfile.LNKTYPE
                member.linkname = content[1]
            else:
                data = content.encode()
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return path


def layer(path, entries):
    """Writes a compressed layer."""
    plain = archive(path, entries)
    layouts.compress(plain, f"{plain}.gz")
    return f"{plain}.gz"


def image(directory, *layers):
    """An image of such layers."""
    files = [(layer(directory / f"{number}.tar", entries), f"layer {number}") for number, entries in enumerate(layers)]
    return layouts.write(directory / "layout", files, {})
