"""links.py DIRECTORY: every relative link in the Markdown files below DIRECTORY has a target, and every anchor a heading.

Prints one line for each link without a target, then the number of links; the exit code is 1 if there is such a line.
"""

import os
import pathlib
import re
import sys

# `[text](target)`, not followed into code, which is no link.
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"`[^`\n]*`")
HEADING = re.compile(r"#{1,6} +(.*)")
# What a checkout has beside its own files, and goldens whose links are right only where the text goes.
SKIPPED = {".git", "target", "node_modules"}


def markdown(root):
    for directory, names, files in os.walk(root):
        names[:] = [n for n in names if n not in SKIPPED and not n.startswith("bazel-")]
        yield from (pathlib.Path(directory, f) for f in sorted(files) if f.endswith(".md") and not f.startswith("expected"))


def prose(path):
    """The lines outside of fenced code."""
    fenced = False
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced:
            yield line


def anchors(path):
    """The anchors of a file's headings, as GitHub makes them: a repeated one gets a number."""
    found, times = set(), {}
    for line in prose(path):
        heading = HEADING.match(line)
        if heading:
            text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1]).strip().lower()
            anchor = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
            number = times.get(anchor, 0)
            times[anchor] = number + 1
            found.add(f"{anchor}-{number}" if number else anchor)
    return found


def problem(root, path, link):
    """What is wrong with a link, or None."""
    target, _, anchor = link.partition("#")
    file = (path.parent / target).resolve() if target else path.resolve()
    if not file.is_relative_to(root):
        return "it leads out of the checkout"
    if not file.exists():
        return "there is no such file"
    if anchor and (file.suffix != ".md" or anchor not in anchors(file)):
        return f"there is no heading for #{anchor}"
    return None


def main(root):
    number, wrong = 0, 0
    for path in markdown(root):
        for line in prose(path):
            for link in LINK.findall(CODE.sub("", line)):
                # Other hosts are not asked.
                if re.match(r"[a-z]+:", link):
                    continue
                number += 1
                cause = problem(root, path, link)
                if cause:
                    wrong += 1
                    print(f"{path.relative_to(root)}: {link}: {cause}")
    print(f"{number} links")
    return 1 if wrong else 0


sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
