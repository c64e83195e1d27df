"""Draws what a path costs against the size of the run: an SVG of log-log panels, one below the other.

Black on white with direct labels, so that it reads in grey and on a phone.
"""

import math

WIDTH, PANEL, LEFT, RIGHT, TOP, BOTTOM = 440, 250, 64, 30, 46, 50


def power(value):
    """1,000 as 1,000 and 1,000,000 as 10⁶."""
    if value >= 10_000:
        return "10" + "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in str(round(math.log10(value))))
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def short(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2g}"


class Axis:
    """A logarithmic axis from `low` to `high`, both whole powers of ten or the ends of the data."""

    def __init__(self, values, start, end, whole):
        self.low, self.high = min(values), max(values)
        if whole:
            self.low, self.high = 10 ** math.floor(math.log10(self.low)), 10 ** math.ceil(math.log10(self.high))
            if self.high == self.low:
                self.high *= 10
        self.start, self.end = start, end

    def place(self, value):
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return self.start + share * (self.end - self.start)

    def decades(self):
        return [10 ** k for k in range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
                if self.low <= 10 ** k <= self.high]


def text(x, y, words, anchor="middle", extra=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{extra}>{words}</text>'


def panel(offset, title, x_title, unit, points):
    """One panel; `points` are pairs of size and cost."""
    sizes, costs = [size for size, _ in points], [cost for _, cost in points]
    x = Axis(sizes, LEFT + 16, WIDTH - RIGHT, False)
    y = Axis(costs, offset + PANEL - BOTTOM, offset + TOP, True)
    parts = [text(8, offset + 20, f"{title}, {unit}", "start", ' class="title"')]
    for value in y.decades():
        level = y.place(value)
        parts.append(f'<path class="grid" d="M{LEFT} {level:.1f}H{WIDTH - RIGHT + 8}"/>')
        parts.append(text(LEFT - 8, level + 5, power(value), "end"))
    foot = offset + PANEL - BOTTOM
    for size in sizes:
        parts.append(f'<path class="tick" d="M{x.place(size):.1f} {foot}v5"/>')
        parts.append(text(x.place(size), foot + 20, power(size)))
    parts.append(text((LEFT + WIDTH - RIGHT) / 2, foot + 39, x_title))
    # What cost in proportion to the size would be, from the largest size back.
    first = max(sizes[0], sizes[-1] * y.low / costs[-1])
    ends = [(size, costs[-1] * size / sizes[-1]) for size in (first, sizes[-1])]
    line = " ".join(f"{x.place(size):.1f},{y.place(cost):.1f}" for size, cost in ends)
    parts.append(f'<polyline class="proportion" points="{line}"/>')
    line = " ".join(f"{x.place(size):.1f},{y.place(cost):.1f}" for size, cost in points)
    parts.append(f'<polyline class="cost" points="{line}"/>')
    for size, cost in points:
        at = x.place(size), y.place(cost)
        parts.append(f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="4"/>')
        above = at[1] - 10 if at[1] > offset + TOP + 8 else at[1] + 20
        parts.append(text(at[0] - 4, above, short(cost), "middle", ' class="value"'))
    return "\n".join(parts)


def draw(panels):
    """The SVG of `panels`: title, title of the sizes, unit of the cost, points."""
    height = PANEL * len(panels) + 34
    body = "\n".join(panel(index * PANEL, *each) for index, each in enumerate(panels))
    note = text(8, height - 12, "dashed: in proportion to the size; both axes logarithmic", "start")
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"
 role="img" aria-label="What a path costs against paths, factors, banks, quarters and hidden units">
<style>
text {{ font: 14px sans-serif; fill: #222 }} .title {{ font-weight: bold; font-size: 15px }}
.value {{ paint-order: stroke; stroke: #fff; stroke-width: 4px }}
.grid {{ stroke: #ddd }} .tick {{ stroke: #666 }} .cost {{ fill: none; stroke: #000; stroke-width: 2 }}
.proportion {{ fill: none; stroke: #777; stroke-width: 1.5; stroke-dasharray: 5 4 }}
</style>
<rect width="100%" height="100%" fill="#fff"/>
{body}
{note}
</svg>
"""
