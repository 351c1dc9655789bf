"""Bars on a logarithmic scale, as SVG."""

from __future__ import annotations

import math
from html import escape

COLOURS = ("#1b4965", "#c8553d", "#8a9b68", "#b08ea2", "#777777")
LEFT, WIDTH, BAR = 300, 560, 11


def bars(title: str, figures: dict[str, dict[str, float]]) -> str:
    """A group of bars for each row of *figures*, one bar for each column."""
    names = list(dict.fromkeys(name for values in figures.values() for name in values))
    found = [value for values in figures.values() for value in values.values() if value > 0]
    low = math.floor(math.log10(min(found, default=1)))
    high = max(low + 1, math.ceil(math.log10(max(found, default=10))))

    def x(value: float) -> float:
        return LEFT + WIDTH * (math.log10(max(value, 10**low)) - low) / (high - low)

    parts, y = [f'<text x="8" y="20" font-weight="bold">{escape(title)}</text>'], 36
    for i, name in enumerate(names):
        parts.append(f'<rect x="{LEFT + 130 * i}" y="{y}" width="10" height="10" fill="{_at(i)}"/>')
        parts.append(f'<text x="{LEFT + 14 + 130 * i}" y="{y + 9}">{escape(name)}</text>')
    y, top = y + 24, y + 20
    for row, values in figures.items():
        parts.append(f'<text x="8" y="{y + BAR * len(names) / 2 + 4}">{escape(row)}</text>')
        for i, name in enumerate(names):
            if name in values:
                width = max(1, x(values[name]) - LEFT)
                parts.append(
                    f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR - 2}" '
                    f'fill="{_at(i)}"><title>{escape(name)}: {values[name]:.3g}</title></rect>'
                )
            y += BAR
        y += 8
    for power in range(low, high + 1):
        at = x(10.0**power)
        parts.append(f'<line x1="{at}" x2="{at}" y1="{top}" y2="{y}" stroke="#ccc"/>')
        parts.append(f'<text x="{at}" y="{y + 14}" text-anchor="middle">{10.0**power:g}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 40} {y + 24}" '
        f'font-family="sans-serif" font-size="12">{"".join(parts)}</svg>\n'
    )


def _at(i: int) -> str:
    return COLOURS[i % len(COLOURS)]
