"""Commands and code in the guides, docs/guides/PAGE: the blocks below a heading, up to the next heading."""

import os
import pathlib
import re

GUIDES = pathlib.Path(os.environ["WORKSPACE"], "docs/guides")


def commands(page, heading):
    """The commands below a heading, each in one string, without comment lines."""
    text = re.sub(r"\\\n *", "", code("sh", page, heading))
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def code(language, page, heading):
    """The blocks in a language below a heading."""
    blocks = [block for word, block in _blocks(page, heading) if word == language]
    if not blocks:
        raise SystemExit(f"not so: docs/guides/{page} has no `{language}` below `{heading}`")
    return "\n".join(blocks)


def variables(page):
    """The commands that set the variables of a page, below its heading `Variables`; pages without it use those of
    publishing.md. The variable PAGE_NAME has another value for NAME."""
    set_by_page = {}
    own = re.search("^#+ Variables$", (GUIDES / page).read_text(), re.MULTILINE)
    for line in commands(page, "Variables") if own else commands("publishing.md", "Variables of these pages"):
        name, value = re.fullmatch(r"export (\w+)=(.*)", line).groups()
        set_by_page[name] = value
    for name in [name.removeprefix("PAGE_") for name in os.environ if name.startswith("PAGE_")]:
        if name not in set_by_page:
            raise SystemExit(f"not so: docs/guides/{page} has no variable {name}")
    return [_assignment(name, value) for name, value in set_by_page.items()]


def _assignment(name, value):
    # `$PWD` of a page is the checkout.
    return f'export {name}="${{PAGE_{name}}}"' if f"PAGE_{name}" in os.environ else f"export {name}={value}"


def _blocks(page, heading):
    """The language and the text of each block that is not a file, as `page_files` writes them."""
    lines = iter((GUIDES / page).read_text().splitlines())
    inside, found, is_file, blocks = False, False, False, []
    for line in lines:
        if line.startswith("```"):
            block = list(iter(lines.__next__, "```"))
            if inside and not is_file:
                blocks.append((line[3:], "\n".join(block)))
            is_file = False
        elif line.startswith("<!-- file: "):
            is_file = True
        elif re.match("#+ ", line):
            inside = line.lstrip("#").strip() == heading
            found = found or inside
    if not found:
        raise SystemExit(f"not so: docs/guides/{page} has no heading `{heading}`")
    return blocks
