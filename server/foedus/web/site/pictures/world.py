"""Outlines of the world, from the file that `make assets` fetches; none where it is absent.

The npm package ``world-atlas`` (Natural Earth, public domain) is TopoJSON: countries share their
borders as arcs of quantised points (TopoJSON format specification, section 2.1). It is read once,
projected (Natural Earth projection) and thinned to what a picture of this size can show.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

WIDTH, HEIGHT = 1600.0, 832.0
FILE = Path(__file__).parents[2] / "static" / "vendor" / "world-atlas" / "countries-50m.json"
#: Points nearer to each other than this are one, in units of the picture.
_THIN = 2.2
#: The same for a picture of much of the world, and the pieces of a country in it.
_ROUGH, _PIECES = 8.0, 6
#: Islands smaller than this (width plus height) are left out, where they are not all there is.
_SPECK = 5.0
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """One country: its outline as an SVG path, fine and rough, a point in it, its box.

    The box is (x0, y0, x1, y1); ``small``: hardly to be seen without a dot.
    """

    path: str
    rough: str
    middle: Point
    box: tuple[float, float, float, float]
    small: bool


@dataclass(frozen=True, slots=True)
class World:
    """The countries by ISO 3166-1 numeric code, and all land as one path."""

    shapes: Mapping[str, Shape]
    land: str


@lru_cache(maxsize=2)
def world(file: Path = FILE) -> World | None:
    """The outlines, or ``None`` where the file is not there or is not what it should be."""
    try:
        topology = json.loads(file.read_text(encoding="utf-8"))
        arcs = _arcs(topology)
        shapes: dict[str, Shape] = {}
        land = []
        for country in topology["objects"]["countries"]["geometries"]:
            if country.get("properties", {}).get("name") == "Antarctica":
                continue
            rings = [
                _thin([_project(*point) for point in piece])
                for ring in _rings(country, arcs)
                for piece in _within(ring)
            ]
            shape = _shape(rings)
            if shape is None:
                continue
            land.append(shape.path)
            if country.get("id") and str(country["id"]) not in shapes:
                shapes[str(country["id"])] = shape
        return World(shapes, "".join(land))
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None


def _arcs(topology: dict[str, Any]) -> list[list[Point]]:
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy, *_ in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        found.append(points)
    return found


def _project(longitude: float, latitude: float) -> Point:
    """Natural Earth projection (Patterson, Šavrič and Jenny 2011), in units of the picture."""
    lam, phi = math.radians(longitude), math.radians(latitude)
    p2 = phi * phi
    p4 = p2 * p2
    x = lam * (0.8707 - 0.131979 * p2 + p4 * (-0.013791 + p4 * (0.003971 * p2 - 0.001529 * p4)))
    y = phi * (1.007226 + p2 * (0.015085 + p4 * (-0.044475 + 0.028874 * p2 - 0.005916 * p4)))
    scale = WIDTH / (2 * 0.8707 * math.pi)
    return WIDTH / 2 + x * scale, HEIGHT / 2 - y * scale


def _rings(country: dict[str, Any], arcs: list[list[Point]]) -> Iterable[list[Point]]:
    polygons = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
    for polygon in polygons:
        for ring in polygon[:1]:
            points: list[Point] = []
            for number in ring:
                arc = arcs[number] if number >= 0 else arcs[~number][::-1]
                points += arc[1:] if points else arc
            yield points


def _within(ring: list[Point]) -> Iterable[list[Point]]:
    """A ring of degrees as it lies on a map from -180 to 180: in two pieces where it crosses.

    The package leaves rings whole on the sphere; a map has to cut them at the antimeridian.
    """
    whole, turn = ring[:1], 0.0
    for (before, _), (longitude, latitude) in pairwise(ring):
        if abs(longitude - before) > 180:
            turn += 360.0 if longitude < before else -360.0
        whole.append((longitude + turn, latitude))
    for shift in (0.0, -360.0, 360.0):
        moved = [(longitude + shift, latitude) for longitude, latitude in whole]
        if any(-180 < longitude < 180 for longitude, _ in moved):
            yield [(min(180.0, max(-180.0, longitude)), latitude) for longitude, latitude in moved]


def _thin(ring: list[Point], apart: float = _THIN) -> list[Point]:
    kept = ring[:1]
    for x, y in ring[1:]:
        if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= apart:
            kept.append((x, y))
    return kept if len(kept) > 3 else ring[:1] + ring[len(ring) // 3 :: max(1, len(ring) // 3)]


def _box(points: Iterable[Point]) -> tuple[float, float, float, float]:
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _shape(rings: list[list[Point]]) -> Shape | None:
    sized = sorted(((_extent(_box(ring)), ring) for ring in rings if ring), key=lambda r: -r[0])
    if not sized:
        return None
    kept = [ring for size, ring in sized if size >= _SPECK] or [sized[0][1]]
    largest = _box(sized[0][1])
    middle = ((largest[0] + largest[2]) / 2, (largest[1] + largest[3]) / 2)
    path = "".join(_path(ring) for ring in kept)
    rough = "".join(_path(_thin(ring, _ROUGH)) for ring in kept[:_PIECES])
    return Shape(path, rough, middle, _box(p for ring in kept for p in ring), sized[0][0] < 12)


def _extent(box: tuple[float, float, float, float]) -> float:
    return box[2] - box[0] + box[3] - box[1]


def _path(ring: list[Point]) -> str:
    x, y = round(ring[0][0]), round(ring[0][1])
    start, parts = f"M{x} {y}l", []
    for px, py in ring[1:]:
        dx, dy = round(px) - x, round(py) - y
        if dx or dy:
            parts.append(f"{dx} {dy}")
            x, y = x + dx, y + dy
    return start + " ".join(parts) + "z" if parts else ""


def around(boxes: Iterable[tuple[float, float, float, float]]) -> tuple[float, float, float, float]:
    """The part of the picture (x, y, width, height) that shows these boxes, with some room."""
    found = list(boxes)
    if not found:
        return 0.0, 0.0, WIDTH, HEIGHT
    x0, y0 = min(b[0] for b in found), min(b[1] for b in found)
    x1, y1 = max(b[2] for b in found), max(b[3] for b in found)
    width = max(320.0, (x1 - x0) * 1.25)
    height = max(width * 0.52, (y1 - y0) * 1.25)
    width = min(WIDTH, max(width, height / 0.62))
    height = min(HEIGHT, height)
    x = min(max(0.0, (x0 + x1) / 2 - width / 2), WIDTH - width)
    y = min(max(0.0, (y0 + y1) / 2 - height / 2), HEIGHT - height)
    return round(x), round(y), round(width), round(height)
