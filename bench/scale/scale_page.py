"""Writes docs/scale.md and its plots from the values of docs/scale.json. Equal values give equal bytes.

    scale_page.py SCALE_JSON DIRECTORY
"""

import json
import math
import pathlib
import sys
import textwrap

import plot

NUMBERS = ["packages", "architectures", "images", "variants"]
LABELS = {
    "packages": "packages of the lock",
    "architectures": "architectures",
    "variants": "variants of an image",
    "images": "images",
}


def paragraph(text):
    return textwrap.fill(" ".join(text.split()), width=100, break_long_words=False, break_on_hyphens=False)


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def total(actions):
    return sum(actions.values())


def named(size):
    packages, architectures, images, variants = size
    return f"{packages:,} × {architectures} × {images} × {variants}"


def across(curve, point):
    """The number of a point that its curve changes."""
    return point["size"][NUMBERS.index(curve)]


def line(curve, points, value):
    return [(across(curve, point), value(point)) for point in points]


def exponent(points):
    """The slope between the first and the last point on logarithmic axes: 1 is linear growth, 0 none."""
    (first, low), (last, high) = points[0], points[-1]
    return math.log(high / low) / math.log(last / first)


def added(points):
    """The growth for each additional one of the changed number, between the first and the last point."""
    (first, low), (last, high) = points[0], points[-1]
    return (high - low) / (last - first)


def cpu(point):
    return point["cpu_seconds"]


def heap(point):
    return point["heap_mb"]


def needed(point):
    return total(point["needed"])


def repositories(point):
    return point["package_repositories"]


def introduction(values):
    largest = values["largest"]
    packages, architectures, images, variants = largest["size"]
    return [
        "# Scale",
        "",
        "<!-- Written by `./bazelw run //bench:scale`; `//bench/scale:methods_test` compares it with scale.json. Do not edit. -->",
        "",
        paragraph(f"""A generated module with {packages:,} packages, {architectures} architectures, {images} images and {variants}
            variants of each ({architectures * images * variants:,} images in {images * variants:,} indexes): the cost of its
            analysis, of a new version of glibc, and of its build on {values_of_workers(values)} workers. All numbers are from
            [scale.json](scale.json), which one command writes: [how to repeat it](#method)."""),
        "",
        paragraph(f"""Machine: {values["cpus"]} cores, Bazel {values["bazel"]} with `-Xmx{values["heap_limit"]}`. All times are CPU
            time; between runs it changes by up to a fifth, because the compiler of Bazel's Java machine runs beside the work."""),
        "",
    ]


def values_of_workers(values):
    workers = list(values["largest"]["simulation"]["makespan"])
    return ", ".join(workers[:-1]) + " and " + workers[-1]


def summary(values):
    largest = values["largest"]
    simulation, bump = largest["simulation"], largest["bumps"][0]
    span = simulation["makespan"]
    most = max(span, key=int)
    return [
        "## Results",
        "",
        table(["measure", f"value for {named(largest['size'])}"], [
            ["CPU time of the first analysis", f"{largest['cpu_seconds']:,.0f} s"],
            ["heap after it", f"{largest['heap_mb']:,} MB"],
            ["configured targets", f"{largest['targets_configured']:,}"],
            ["fetched package repositories", f"{largest['package_repositories']:,}"],
            ["actions that Bazel knows", f"{total(largest['actions']):,}"],
            ["actions of a build of all indexes", f"{total(largest['needed']):,}"],
            ["time of all actions, 1 worker", f"{span['1']:,.0f} s"],
            [f"time of all actions, {most} workers", f"{span[most]:,.1f} s"],
            ["new version of glibc: CPU time of the analysis", f"{bump['analysis_cpu_seconds']:,.1f} s"],
            ["new version of glibc: packages that are extracted", f"{bump['actions']['DebExtract']:,}"],
        ]),
        "",
    ]


REASONS = {
    "packages": """The lock has one entry for each package and architecture. Bazel parses the whole lock, declares one repository
        for each entry, and fetches only the repositories of packages that images use: the heap and the time grow with the
        entries, but one entry costs little. With more packages, the same number of images also uses more different packages
        (from {first_repositories:,} repositories to {last_repositories:,}).""",
    "architectures": """An index analyses its image once for each architecture, and each architecture has its own packages.
        Targets that do not depend on the architecture, such as `/etc/passwd`, are analysed once. So the growth is linear, above
        a constant part: the start of the module, the lock and the rules.""",
    "variants": """A variant adds one image for each architecture and one index. It has the layers of the first variant, so it
        adds no package repository, and only metadata actions. `debug` adds one package for each architecture.""",
    "images": """An image adds its own targets for each architecture and variant, and the packages that no other image uses yet. Few
        packages are in many images, and many packages in few (`libc6` is in all), so the number of different packages grows more
        slowly than the images (exponent {repositories_exponent:.2f}).""",
}


def curve_text(curve, points):
    first, last = points[0], points[-1]
    seconds, memory, actions = (line(curve, points, value) for value in (cpu, heap, needed))
    reason = REASONS[curve].format(
        first_repositories=first["package_repositories"],
        last_repositories=last["package_repositories"],
        repositories_exponent=exponent(line(curve, points, repositories)),
    )
    head = [LABELS[curve], "CPU, s", "heap, MB", "configured targets", "package repositories", "actions, known", "actions, needed"]
    rows = [[
        f"{across(curve, point):,}", f"{cpu(point):,.1f}", f"{heap(point):,}", f"{point['targets_configured']:,}",
        f"{repositories(point):,}", f"{total(point['actions']):,}", f"{needed(point):,}",
    ] for point in points]
    fixed = ", ".join(f"{last['size'][place]:,} {name}" for place, name in enumerate(NUMBERS) if name != curve)
    unit = "thousand packages" if curve == "packages" else LABELS[curve].split(" ")[0].removesuffix("s")
    factor = 1000 if curve == "packages" else 1
    return [
        f"### {LABELS[curve].capitalize()}",
        "",
        f"With {fixed}:",
        "",
        table(head, rows),
        "",
        paragraph(f"""Exponents: CPU time {exponent(seconds):.2f}, heap {exponent(memory):.2f}, actions {exponent(actions):.2f}.
            Each additional {unit} adds {additional(added(seconds) * factor)} and {added(memory) * factor:.2f} MB. {reason}"""),
        "",
    ]


def additional(seconds):
    """CPU seconds as a text. A slope that is negative is smaller than what changes from run to run."""
    return f"{seconds:.2f} CPU s" if seconds > 0 else "no CPU time that can be measured"


def analysis(values):
    lines = [
        "## Analysis",
        "",
        paragraph("""`bazel build --nobuild //...` by a fresh server, without fetched packages. Each curve changes one number. Both axes of
            the plots are logarithmic, so the slope is the exponent of the growth: 1 is linear, 0 is constant."""),
        "",
        "![CPU time of the analysis](scale/analysis_cpu.svg)",
        "",
        "![Heap after the analysis](scale/heap.svg)",
        "",
        "![Actions of a build](scale/actions.svg)",
        "",
    ]
    for curve in LABELS:
        if curve in values["curves"]:
            lines += curve_text(curve, values["curves"][curve])
    return lines


def bump_section(values):
    largest, small = values["largest"], values["rebuild"]
    kinds = sorted({kind for bump in largest["bumps"] for kind in bump["actions"]} | set(largest["needed"]))
    packages, architectures, images, variants = small["size"]
    replaced = small["replaced_layers"]
    rows = [[f"`{kind}`", f"{largest['needed'].get(kind, 0):,}", *(f"{bump['actions'].get(kind, 0):,}" for bump in largest["bumps"])] for kind in kinds]
    rows.append(["time of all, s", f"{largest['simulation']['worker_seconds']:,.0f}", *(f"{bump['worker_seconds']:,.0f}" for bump in largest["bumps"])])
    rows.append(["CPU time of the analysis, s", f"{cpu(largest):,.1f}", *(f"{bump['analysis_cpu_seconds']:,.1f}" for bump in largest["bumps"])])
    heads = [", ".join(f"`{name}`" for name in bump["packages"]) for bump in largest["bumps"]]
    return [
        "## A new version of a package",
        "",
        paragraph("""The lock gets a new version of packages that all images have, and the same server analyses again. The table has the
            actions whose command or source files changed, and all actions after them: the upper bound of a build. glibc is two
            packages, `libc6` and `libc-bin`."""),
        "",
        table(["actions", "first build", *(f"new {head}" for head in heads)], rows),
        "",
        "![Actions after a new version of glibc](scale/bump.svg)",
        "",
        paragraph("""After a new version Bazel loads the repositories of the changed packages again, and analyses what uses them: here all
            images, because all have `libc6`. The labels of the hub depend on the names and architectures in the lock only."""),
        "",
        paragraph(f"""Each new package is extracted once for each architecture, for any number of images and variants; a package for all
            architectures, such as `tzdata`, once in total. `ImageWrite`, `ImageIndexWrite`, `ImageCheck` and `ImageLayout` handle
            metadata: they read no package, and a layout consists of links. Images with `libc-bin` have a cache of the dynamic loader.
            `LayerAssemble` writes it from what `DebExtract` has noted about the libraries of each package, so it reads no package. It
            may run once for each of these images and architectures: {share(largest['bumps'][0]):.0f} % of the time after the new
            glibc."""),
        "",
        paragraph(f"""The same in reality: a module of {named(small['size'])} with small packages is built with the real tools, gets the new glibc,
            and is built again. This build extracted {small['ran'].get('DebExtract', 0)} of {small['first']['DebExtract']} packages (2
            packages × {architectures} architectures), made {small['ran'].get('LayerAssemble', 0)} caches, and wrote metadata
            ({sum(number for kind, number in small['ran'].items() if kind.startswith('Image'))} actions). Then the module gets a new `tzdata`,
            which has no libraries: {small['ran_without_libraries'].get('DebExtract', 0)} package was extracted,
            {small['ran_without_libraries'].get('LayerAssemble', 0)} caches were made. The table above counts such caches, because it does
            not know what an action writes. The benchmark fails if any other action runs."""),
        "",
        table(["image", "replaced layers", "layers"], [
            ["without `libc-bin`", spelled(replaced["without_cache"]), "`libc6`"],
            ["with `libc-bin`", spelled(replaced["with_cache"]), "`libc6`, `libc-bin`, and the cache, which contains the version of glibc"],
        ]),
        "",
    ]


def share(bump):
    """The percentage of the time that writes caches of the dynamic loader."""
    return 100 * bump["seconds_of_kinds"].get("LayerAssemble, ld.so.cache", 0) / bump["worker_seconds"]


def spelled(numbers):
    return ", ".join(str(number) for number in numbers)


def lower_bound(simulation, workers):
    return max(simulation["worker_seconds"] / workers, simulation["critical_path_seconds"])


def workers_section(values):
    simulation = values["largest"]["simulation"]
    span = {int(workers): seconds for workers, seconds in simulation["makespan"].items()}
    knee = simulation["worker_seconds"] / simulation["critical_path_seconds"]
    chain = "; ".join(f"{kind} ({seconds:.3f} s)" for kind, seconds in simulation["critical_path"])
    rows = [[f"{workers:,}", f"{seconds:,.1f}", f"{lower_bound(simulation, workers):,.1f}", f"{100 * simulation['worker_seconds'] / workers / seconds:.0f} %"] for workers, seconds in sorted(span.items())]
    models = [[
        kind, model["actions"], f"{model['constant_seconds'] * 1000:.2f}", rate(model), error(model),
    ] for kind, model in values["times"].items()]
    return [
        "## Workers",
        "",
        paragraph(f"""A simulation: the graph of the {total(simulation['actions']):,} actions that a build of all indexes needs, on equal workers. A free
            worker takes the ready action with the longest chain of actions after it. No schedule can be shorter than the time of all
            actions ({simulation['worker_seconds']:,.0f} s) divided by the workers, or than the critical path
            ({simulation['critical_path_seconds']:,.1f} s)."""),
        "",
        table(["workers", "makespan, s", "lower bound, s", "workers busy"], rows),
        "",
        "![Makespan](scale/makespan.svg)",
        "",
        paragraph(f"""The makespan falls in proportion to the workers until it meets the critical path: more than about {knee:,.0f} workers cannot
            help. The critical path is {chain}. Its length is that of the longest action, which reads the largest packages: each image
            and each package depends only on its own packages, so more images make the graph wider, not deeper."""),
        "",
        paragraph(f"""The time of an action is modelled as a constant and a part for each byte of its packages or each input. The models are from
            the real actions of {", ".join(f"`{image}`" for image in values["measured_images"])}: the tool of each action runs alone,
            {values["runs"]} times, and the fastest run counts (user and system time). With two actions or
            fewer, the error is unknown."""),
        "",
        table(["actions", "measured", "constant, ms", "and for each unit", "mean relative error"], models),
        "",
        "Time of all actions of the first build by kind, in seconds:",
        "",
        table(["actions", "s", "part"], [
            [kind, f"{seconds:,.1f}", f"{100 * seconds / simulation['worker_seconds']:.0f} %"] for kind, seconds in simulation["seconds_of_kinds"].items()
        ]),
        "",
        paragraph("""The model does not have the download of packages, the transfer between workers and a cache, and Bazel's own time for each
            action. With remote execution, `ImageLayout` runs on the machine of the user, because it makes hard links."""),
        "",
    ]


def error(model):
    """A line through two points has no error, which says nothing."""
    return f"{100 * model['mean_relative_error']:.0f} %" if model["actions"] > 2 else "unknown"


def rate(model):
    if not model["seconds_per_unit"]:
        return "none"
    if model["unit"] == "input":
        return f"{model['seconds_per_unit'] * 1000:.3f} ms for each input"
    return f"{model['seconds_per_unit'] * 1e9:.1f} ms for each MB of packages"


def method():
    return [
        "## Method",
        "",
        "```sh",
        "./bazelw run //bench:scale",
        "```",
        "",
        paragraph("""`bench/scale` generates the workspaces. Sizes of packages are drawn from the committed locks,
            where Java and Python make many packages large, so these images are larger than most. As in these locks, nine of ten
            packages depend on `libc6`, and one of ten is for all architectures. An image has `base-files`, `libc6`, `netbase`,
            `tzdata`, and one to four other packages with their dependencies, 60 packages at most; every second image has `libc-bin`.
            The variants are `latest`, `nonroot`, `debug` and `debug_nonroot`. For the analysis, all packages share one small file,
            because Bazel does not read packages before it runs actions; the actions and their commands are those of real
            packages. CPU time is that of Bazel's server, with its garbage collection and the compilation of itself. The heap is
            measured after a garbage collection. "Actions, known" counts also those that only other commands need, such as SBOMs and
            archives."""),
        "",
    ]


def plots(values):
    curves, largest = values["curves"], values["largest"]
    simulation = largest["simulation"]
    span = sorted((int(workers), seconds) for workers, seconds in simulation["makespan"].items())

    def chart(title, unit, value):
        series = [(LABELS[curve], line(curve, curves[curve], value)) for curve in LABELS if curve in curves]
        ends = "; ".join(f"{name}: from {plot.number(points[0][1])} at {points[0][0]:,} to {plot.number(points[-1][1])} at {points[-1][0]:,}" for name, points in series)
        return plot.line_chart(title, f"{unit}. {ends}.", "number that the curve changes", unit, series, log=True)

    bump = largest["bumps"][0]["actions"]
    return {
        "scale/analysis_cpu.svg": chart("CPU time of the analysis", "CPU seconds", cpu),
        "scale/heap.svg": chart("Heap after the analysis", "MB", heap),
        "scale/actions.svg": chart("Actions of a build", "actions", needed),
        "scale/makespan.svg": plot.line_chart(
            "Makespan",
            "Seconds of the simulated build. " + "; ".join(f"{workers:,} workers: {plot.number(seconds)} s" for workers, seconds in span) + ".",
            "workers",
            "seconds",
            [("makespan", span), ("lower bound", [(workers, lower_bound(simulation, workers)) for workers, _ in span])],
            log=True,
        ),
        "scale/bump.svg": plot.bar_chart(
            "Actions after a new version of glibc",
            "; ".join(f"{kind}: {number:,}" for kind, number in bump.items()) + ".",
            "actions that may run again",
            list(bump.items()),
        ),
    }


def render(values):
    """File names below docs/ to their text."""
    parts = [introduction(values), summary(values), analysis(values), bump_section(values), workers_section(values), method()]
    page = "\n".join(text for part in parts for text in part)
    return {"scale.md": page.rstrip("\n") + "\n", **plots(values)}


def main():
    values, output = json.loads(pathlib.Path(sys.argv[1]).read_text()), pathlib.Path(sys.argv[2])
    (output / "scale").mkdir(parents=True, exist_ok=True)
    for name, text in render(values).items():
        (output / name).write_text(text)


if __name__ == "__main__":
    main()
