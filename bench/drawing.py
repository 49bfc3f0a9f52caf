"""Curves over powers of ten as SVG: what something costs at each size, one line for each thing, peers dashed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log10
from typing import Final

PEER: Final = " (peer)"
"""So ends the name of what is compared with."""
_WIDE, _HIGH, _LEFT, _TOP = 760, 420, 80, 24
_COLOURS: Final = (
    *("#1f5aa6", "#b3261e", "#2e7d32", "#8a5a00", "#6a1b9a", "#00696e", "#555555", "#999999", "#c2185b"),
)


@dataclass(frozen=True)
class Chart:
    """A drawing's two scales."""

    sizes: Sequence[int]  #: how many obligations, from left to right
    unit: str  #: of what is drawn upwards
    least: float  #: the smallest of it, a power of ten
    most: float  #: the largest

    def drawn(self, found: Mapping[str, Sequence[float]]) -> str:
        """The curves as SVG, both axes by powers of ten."""
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" font-family="sans-serif" font-size="12">',
            f'<rect width="{_WIDE}" height="{_HIGH}" fill="white"/>',
        ]
        for power in range(round(log10(self.least)), round(log10(self.most)) + 1):
            y = self._y(10.0**power)
            lines.append(f'<path d="M{_LEFT} {y:.0f}H{self._x(self.sizes[-1]):.0f}" stroke="#ddd"/>')
            lines.append(
                f'<text x="{_LEFT - 8}" y="{y + 4:.0f}" text-anchor="end">{10.0**power:,.10g} {self.unit}</text>'
            )
        lines += [
            f'<text x="{self._x(size):.0f}" y="{_HIGH - 8}" text-anchor="middle">{size:,} open</text>'
            for size in self.sizes
        ]
        for place, (name, values) in enumerate(found.items()):
            colour = _COLOURS[place % len(_COLOURS)]
            line = f'stroke="{colour}" stroke-width="2"' + (
                ' stroke-dasharray="5 4"' if name.endswith(PEER) else ""
            )
            path = "L".join(
                f"{self._x(size):.0f} {self._y(value):.1f}"
                for size, value in zip(self.sizes, values, strict=True)
            )
            lines.append(f'<path d="M{path}" fill="none" {line}/>')
            x, y = self._x(self.sizes[-1]), _TOP + 18 * place + 10
            lines.append(f'<path d="M{x + 14:.0f} {y}h16" {line}/>')
            lines.append(f'<text x="{x + 36:.0f}" y="{y + 4}">{name.removesuffix(PEER)}</text>')
        return "\n".join([*lines, "</svg>", ""])

    def _x(self, size: int) -> float:
        first, last = log10(self.sizes[0]), log10(self.sizes[-1])
        return _LEFT + 20 + (log10(size) - first) / (last - first) * 320

    def _y(self, value: float) -> float:
        least, most = log10(self.least), log10(self.most)
        return _HIGH - 36 - (log10(max(value, self.least)) - least) / (most - least) * (_HIGH - 36 - _TOP)
