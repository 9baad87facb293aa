"""Writes docs/benchmarks.md and its plots from the values that `//bench:all` measured.

    python3 bench/page.py VALUES DOCS    writes DOCS/benchmarks.md and DOCS/benchmarks/*.svg

The words are in benchmarks.md.template, where `$NAME` is the place of a table and its plot. Equal values give equal bytes.
"""

import json
import pathlib
import string
import sys

import plot

TEMPLATE = pathlib.Path(__file__).with_name("benchmarks.md.template")

# The title and the number of decimals of each kind of value.
COLUMNS = {
    "cpu_ms": ("CPU, ms", 0),
    "wall_ms": ("wall, ms", 0),
    "peak_mib": ("memory, MiB", 0),
    "read_mb": ("read, MB", 1),
    "written_mb": ("written, MB", 1),
    "compressed_mb": ("compressed, MB", 2),
    "programs": ("programs started", 0),
    "instructions_per_byte": ("instructions for each byte", 0),
    "hash_instructions_per_byte": ("of hashes, for each byte", 0),
    "processes": ("processes", 0),
    "requests": ("requests", 0),
    "writes": ("that write", 0),
    "packages": ("packages", 0),
    "actions": ("actions", 0),
    "layers": ("layers", 0),
    "manifest_bytes": ("manifest, bytes", 0),
}

# The plot of a table: its title, and the values of its bars.
PLOTS = {
    "layers_cc": ("CPU time: 12 packages of cc to layers", "cpu_ms"),
    "layers_jdk": ("CPU time: the package of Java 17 to a layer", "cpu_ms"),
    "counted": ("Instructions for each byte of a layer", "instructions_per_byte"),
    "resolve_mid": ("CPU time: resolving five packages", "cpu_ms"),
    "push": ("Requests of a push", "requests"),
    "evidence": ("CPU time: evidence about an image", "cpu_ms"),
}


def number(value, decimals):
    """A value in a table; None was not measured."""
    return "–" if value is None else f"{value:,.{decimals}f}"


def ratio(value, base):
    if value is None or not base:
        return "–"
    return f"{value / base:.2f}" if value / base >= 0.1 else f"{value / base:.3f}"


def table(measured):
    """The Markdown table of one measurement. Columns of `ratios` have the ratio to the row `against` next to them."""
    rows, ratios, against = measured["rows"], measured.get("ratios", []), measured.get("against")
    bases = {row["name"]: row for row in rows}
    references = {against} | {row["against"] for row in rows if "against" in row}
    columns = [column for column in COLUMNS if any(column in row for row in rows)]
    titles = [""]
    for column in columns:
        titles += [COLUMNS[column][0]] + ["ratio"] * (column in ratios)
    lines = ["| " + " | ".join(titles) + " |", "| --- " * len(titles) + "|"]
    for row in rows:
        cells = [f"`{row['name']}`" if row.get("command") else row["name"]]
        base = row if row["name"] in references else bases.get(row.get("against", against), {})
        for column in columns:
            cell = number(row.get(column), COLUMNS[column][1])
            # The kernel counts the memory of the measuring program, from before it started the other one.
            small = column == "peak_mib" and row.get(column) is not None and row[column] < measured.get("floor_mib", 0) + 1
            cells.append(f"≤ {cell}" if small else cell)
            if column in ratios:
                cells.append(ratio(row.get(column), base.get(column)))
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(line.replace("|  |", "| |") for line in lines)


def chart(name, measured):
    """The SVG file of a measurement, and its description; (None, None) if it has no plot."""
    if name not in PLOTS:
        return None, None
    title, column = PLOTS[name]
    bars = [(row["name"], row[column]) for row in measured["rows"] if row.get(column) is not None]
    unit, decimals = COLUMNS[column]
    description = f"{unit}: " + "; ".join(f"{label} {number(value, decimals)}" for label, value in bars)
    return plot.bar_chart(title, description, unit, bars), description


def conditions(measured, document):
    """How a table was measured."""
    words = [f"{measured['runs']} runs, medians" if measured["runs"] > 1 else "One run"]
    if measured.get("note"):
        words.append(measured["note"])
    words.append(f"load {measured['load']}")
    if (measured["date"], measured["commit"]) != (document["date"], document["commit"]):
        words.append(f"measured on {measured['date']} with commit `{measured['commit']}`")
    return "; ".join(words)


def part(name, document):
    """The text at the place `$NAME`, and the SVG file."""
    measured = document["tables"].get(name)
    if measured is None:
        return f"Not measured: {document['missing'].get(name, 'it was left out')}.", None
    svg, description = chart(name, measured)
    text = f"{conditions(measured, document)}.\n\n{table(measured)}"
    if measured.get("missing"):
        text += "\n\nNot measured: " + "; ".join(f"`{way}` ({reason})" for way, reason in measured["missing"].items()) + "."
    if svg:
        text += f"\n\n![{description}](benchmarks/{name}.svg)"
    return text, svg


def machine(document):
    """The paragraph about the machine."""
    facts = document["machine"]
    return (
        f"{facts['processor']} ({facts['architecture']}), {facts['cores']} cores, {facts['memory_gib']} GiB, {facts['distribution']},\n"
        f"Linux {facts['kernel']}. Load {facts['load_before']} before and {facts['load_after']} after the measurement."
    )


def peers(document):
    """The table of the peers and their versions."""
    lines = ["| program | version |", "| --- | --- |"]
    for name, version in sorted(document["peers"].items()):
        lines.append(f"| `{name}` | {version or 'not on this machine, left out'} |")
    return "\n".join(lines)


def render(document, template):
    """The text of the page, and each SVG file with its name."""
    parts, plots = {}, {}
    for _, name, *_ in string.Template.pattern.findall(template):
        if name in ("machine", "peers", "date", "commit", "load"):
            continue
        parts[name], svg = part(name, document)
        if svg:
            plots[f"{name}.svg"] = svg
    words = {"date": document["date"], "commit": document["commit"], "machine": machine(document), "peers": peers(document)}
    return string.Template(template).substitute(parts | words), plots


def write(document, docs):
    """Writes the page and its plots below the directory `docs`, and removes plots of an earlier page."""
    page, plots = render(document, TEMPLATE.read_text())
    directory = docs / "benchmarks"
    directory.mkdir(exist_ok=True)
    for file in directory.glob("*.svg"):
        if file.name not in plots:
            file.unlink()
    for name, svg in plots.items():
        (directory / name).write_text(svg)
    (docs / "benchmarks.md").write_text(page)


if __name__ == "__main__":
    write(json.loads(pathlib.Path(sys.argv[1]).read_text()), pathlib.Path(sys.argv[2]))
