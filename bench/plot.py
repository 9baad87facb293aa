"""Draws plots of measured values as SVG text, for pages below docs/.

    line_chart(title, description, x, y, series, log=False)
    bar_chart(title, description, unit, bars)

A plot has a title and a description for screen readers (https://www.w3.org/TR/SVG2/struct.html#TitleElement). It is readable
in light and in dark mode, and series differ by shape, not only by colour. Equal values give equal bytes.
"""

import math
import re
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 760, 400
LEFT, RIGHT, TOP, BOTTOM = 84, 180, 52, 60
LINE_HEIGHT = 16

STYLE = """
    .page { fill: #ffffff } .text { fill: #24292f; font: 13px sans-serif } .head { font-size: 15px; font-weight: bold }
    .grid { stroke: #d0d7de; stroke-width: 1 } .line { fill: none; stroke-width: 2 }
    .s0 { stroke: #0550ae } .s1 { stroke: #b35900 } .s2 { stroke: #116329 } .s3 { stroke: #8250df } .s4 { stroke: #a40e26 }
    .f0 { fill: #0550ae } .f1 { fill: #b35900 } .f2 { fill: #116329 } .f3 { fill: #8250df } .f4 { fill: #a40e26 }
    @media (prefers-color-scheme: dark) {
      .page { fill: #0d1117 } .text { fill: #e6edf3 } .grid { stroke: #30363d }
      .s0 { stroke: #79c0ff } .s1 { stroke: #ffa657 } .s2 { stroke: #7ee787 } .s3 { stroke: #d2a8ff } .s4 { stroke: #ff7b72 }
      .f0 { fill: #79c0ff } .f1 { fill: #ffa657 } .f2 { fill: #7ee787 } .f3 { fill: #d2a8ff } .f4 { fill: #ff7b72 }
    }
"""
COLOURS = 5
DASHES = ["", "7 4", "2 3", "10 3 2 3", "1 5"]


def number(value):
    """A value of an axis or a bar: at most three significant digits, with thousands separated."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 0.001 else f"{value:.0e}"


def place(value):
    """A coordinate: one decimal, so that platforms do not differ in the last digits."""
    return f"{value:.1f}"


def steps(highest):
    """Values of a linear axis from 0 to HIGHEST or more: 4 to 10 equal steps of 1, 2 or 5 times a power of ten."""
    if highest <= 0:
        return [0, 1]
    power = 10.0 ** math.floor(math.log10(highest / 4))
    step = next(factor * power for factor in (1, 2, 5, 10) if highest / (factor * power) <= 8)
    return [step * index for index in range(math.ceil(highest / step - 1e-9) + 1)]


def powers(values):
    """The powers of ten around VALUES, which are above 0."""
    first, last = math.floor(math.log10(min(values)) + 1e-9), math.ceil(math.log10(max(values)) - 1e-9)
    return [10.0 ** exponent for exponent in range(first, max(last, first + 1) + 1)]


class Axis:
    """Maps values to coordinates between START and END."""

    def __init__(self, values, start, end, log):
        if log and min(values) <= 0:
            raise ValueError("cannot draw a value of 0 or less on a logarithmic axis")
        self.log, self.start, self.end = log, start, end
        self.ticks = powers(values) if log else steps(max(values))
        self.low, self.high = self.scaled(self.ticks[0]), self.scaled(self.ticks[-1])

    def scaled(self, value):
        return math.log10(value) if self.log else value

    def at(self, value):
        return self.start + (self.scaled(value) - self.low) / (self.high - self.low) * (self.end - self.start)


def text(x, y, content, anchor="start", more="", kind="text"):
    return f'<text class="{kind}" x="{place(x)}" y="{place(y)}" text-anchor="{anchor}"{more}>{escape(content)}</text>'


def document(title, description, height, body):
    """The SVG file. The identifiers come from the title, because a page may contain several plots."""
    name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-labelledby="{name}-title {name}-desc">',
        f'  <title id="{name}-title">{escape(title)}</title>',
        f'  <desc id="{name}-desc">{escape(description)}</desc>',
        f"  <style>{STYLE}  </style>",
        f'  <rect class="page" width="{WIDTH}" height="{height}"/>',
        "  " + text(16, 26, title, kind="text head"),
        *("  " + line for line in body),
        "</svg>",
        "",
    ])


def mark(index, x, y):
    """The mark of a point. The shape belongs to the series: circle, square, triangle, diamond, bar."""
    kind = f'class="f{index % COLOURS}"'
    shapes = [None, [(-4, -4), (4, -4), (4, 4), (-4, 4)], [(0, -5), (5, 4), (-5, 4)], [(0, -5), (5, 0), (0, 5), (-5, 0)], [(-5, -2), (5, -2), (5, 2), (-5, 2)]]
    shape = shapes[index % COLOURS]
    if shape is None:
        return f'<circle {kind} cx="{place(x)}" cy="{place(y)}" r="4"/>'
    points = " ".join(f"{place(x + right)},{place(y + down)}" for right, down in shape)
    return f'<polygon {kind} points="{points}"/>'


def label_places(ends):
    """Moves the labels at the ends of the lines apart: (y, index) to index to y."""
    found, lowest = {}, -math.inf
    for y, index in sorted(ends):
        lowest = max(y, lowest + LINE_HEIGHT)
        found[index] = lowest
    return found


def line_chart(title, description, x, y, series, log=False):
    """Lines over a common axis.

    `x` and `y` are the titles of the axes, with units. `series` is a list of (name, list of (x, y)); the points are drawn from
    left to right. With `log`, both axes are logarithmic, so that the slope of a line is the exponent of its growth.
    """
    points = [point for _, line in series for point in line]
    across = Axis([value for value, _ in points], LEFT, WIDTH - RIGHT, log)
    up = Axis([value for _, value in points], HEIGHT - BOTTOM, TOP, log)
    body = []
    for tick in across.ticks:
        body.append(f'<path class="grid" d="M{place(across.at(tick))} {TOP}V{HEIGHT - BOTTOM}"/>')
        body.append(text(across.at(tick), HEIGHT - BOTTOM + 18, number(tick), "middle"))
    for tick in up.ticks:
        body.append(f'<path class="grid" d="M{LEFT} {place(up.at(tick))}H{WIDTH - RIGHT}"/>')
        body.append(text(LEFT - 8, up.at(tick) + 4, number(tick), "end"))
    body.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 16, x, "middle"))
    middle = (TOP + HEIGHT - BOTTOM) / 2
    body.append(text(20, middle, y, "middle", f' transform="rotate(-90 20 {place(middle)})"'))
    ends = []
    for index, (_, line) in enumerate(series):
        line = sorted(line)
        path = "L".join(f"{place(across.at(right))} {place(up.at(top))}" for right, top in line)
        dash = f' stroke-dasharray="{DASHES[index % COLOURS]}"' if DASHES[index % COLOURS] else ""
        body.append(f'<path class="line s{index % COLOURS}" d="M{path}"{dash}/>')
        body += [mark(index, across.at(right), up.at(top)) for right, top in line]
        ends.append((up.at(line[-1][1]), index))
    for index, top in label_places(ends).items():
        body.append(mark(index, WIDTH - RIGHT + 14, top))
        body.append(text(WIDTH - RIGHT + 24, top + 4, series[index][0]))
    return document(title, description, HEIGHT, body)


def bar_chart(title, description, unit, bars):
    """Horizontal bars from 0: `bars` is a list of (name, value), drawn from top to bottom; `unit` is the title of the axis."""
    left, row = 230, 26
    height = TOP + row * len(bars) + BOTTOM - 10
    across = Axis([value for _, value in bars], left, WIDTH - 90, False)
    body = []
    for tick in across.ticks:
        body.append(f'<path class="grid" d="M{place(across.at(tick))} {TOP - 6}V{height - BOTTOM + 10}"/>')
        body.append(text(across.at(tick), height - BOTTOM + 26, number(tick), "middle"))
    for index, (name, value) in enumerate(bars):
        top = TOP + row * index
        body.append(text(left - 8, top + 14, name, "end"))
        body.append(f'<rect class="f0" x="{left}" y="{top}" width="{place(across.at(value) - left)}" height="18"/>')
        body.append(text(across.at(value) + 6, top + 14, number(value)))
    body.append(text((left + WIDTH - 90) / 2, height - 8, unit, "middle"))
    return document(title, description, height, body)
