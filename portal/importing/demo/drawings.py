"""The pictures of the demonstration, drawn when they are needed: a text says `![…](drawing:name)`."""

import math
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFont

SIZE = (960, 560)
SEA, LAND, ROAD, INK, PAPER = "#cfe3ee", "#e9ead9", "#ffffff", "#22303a", "#f7f7f5"
TEAL, RUST, VIOLET, GREY = "#0f766e", "#b4540a", "#6d3fa8", "#8a949c"
STOPS = ((130, 420), (210, 300), (330, 345), (420, 210), (560, 250), (640, 390), (780, 330), (850, 170))


def draw(name: str) -> bytes:
    """A drawing as PNG. Raises KeyError for one that there is not."""
    image = Image.new("RGB", SIZE, PAPER)
    DRAWINGS[name](ImageDraw.Draw(image))
    kept = BytesIO()
    image.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def _write(canvas: ImageDraw.ImageDraw, at: tuple[float, float], words: str, size: int = 24, fill: str = INK) -> None:
    canvas.text(at, words, fill=fill, font=ImageFont.load_default(size), anchor="lm")


def _pin(canvas: ImageDraw.ImageDraw, at: tuple[float, float], fill: str, words: str = "") -> None:
    x, y = at
    canvas.polygon([(x - 13, y - 24), (x + 13, y - 24), (x, y)], fill=fill)
    canvas.ellipse([x - 15, y - 44, x + 15, y - 14], fill=fill)
    canvas.text((x, y - 29), words, fill="white", font=ImageFont.load_default(17), anchor="mm")


def _null_island(canvas: ImageDraw.ImageDraw) -> None:
    """Every pin at the same place in the sea."""
    canvas.rectangle([0, 0, *SIZE], fill=SEA)
    coast = [
        (0, 0),
        (960, 0),
        (960, 120),
        (900, 150),
        (815, 190),
        (700, 140),
        (560, 165),
        (430, 120),
        (250, 150),
        (0, 90),
    ]
    canvas.polygon(coast, fill=LAND, outline=GREY)
    for place in range(0, 960, 120):
        canvas.line([(place, 0), (place, 560)], fill="#bcd3df")
    canvas.line([(0, 360), (960, 360)], fill=GREY, width=2)
    canvas.line([(480, 0), (480, 560)], fill=GREY, width=2)
    for number in range(18):
        turn = number * 2.4
        _pin(canvas, (480 + 5 * number**0.5 * math.cos(turn) * 3, 360 + 4 * number**0.5 * math.sin(turn) * 3), RUST)
    _write(canvas, (520, 400), "312 stops at 0.0000, 0.0000")


def _tours(canvas: ImageDraw.ImageDraw) -> None:
    """Three tours that differ by their line as well as by their colour."""
    canvas.rectangle([0, 0, *SIZE], fill=LAND)
    for y in range(80, 560, 95):
        canvas.line([(0, y), (960, y - 40)], fill=ROAD, width=9)
    for x in range(90, 960, 150):
        canvas.line([(x, 0), (x + 50, 560)], fill=ROAD, width=9)
    lines = ((TEAL, 0, 0, "Tour 1"), (RUST, 70, 14, "Tour 2"), (VIOLET, -75, 4, "Tour 3"))
    for number, (colour, lower, gap, words) in enumerate(lines):
        points = [(x, y + lower) for x, y in STOPS]
        _dashed(canvas, points, colour, gap)
        for place, point in enumerate(points[:: 2 if number else 1], 1):
            _pin(canvas, point, colour, str(place))
        _dashed(canvas, [(40, 40 + 26 * number), (120, 40 + 26 * number)], colour, gap)
        _write(canvas, (135, 40 + 26 * number), words, 20)


def _dashed(canvas: ImageDraw.ImageDraw, points: list[tuple[int, int]], colour: str, gap: int) -> None:
    for (x, y), (to_x, to_y) in pairwise(points):
        if not gap:
            canvas.line([(x, y), (to_x, to_y)], fill=colour, width=7)
            continue
        length = math.dist((x, y), (to_x, to_y))
        step = gap * 2
        for done in range(0, int(length), step):
            share, end = done / length, min(done + gap, length) / length
            ends = [(x + (to_x - x) * part, y + (to_y - y) * part) for part in (share, end)]
            canvas.line(ends, fill=colour, width=7)


def _label(canvas: ImageDraw.ImageDraw) -> None:
    """A label on which the last line does not fit."""
    canvas.rectangle([130, 60, 830, 480], fill="white", outline=INK, width=3)
    _write(canvas, (165, 130), "Wholesale Kitchens of Greater", 40)
    _write(canvas, (165, 195), "Harrowby and the Northern Dales", 40)
    _write(canvas, (165, 300), "Unit 7, Old Cannery Yard", 36)
    for place in range(44):
        width = 3 + (place * 7) % 9
        canvas.rectangle([165 + place * 14, 350, 165 + place * 14 + width, 420], fill=INK)
    _write(canvas, (165, 482), "BX4 1QD Harrowby", 40)
    canvas.rectangle([126, 484, 834, 560], fill=PAPER)
    canvas.line([(100, 483), (860, 483)], fill=RUST, width=3)
    _write(canvas, (600, 515), "end of the label", 20, RUST)


def _battery(canvas: ImageDraw.ImageDraw) -> None:
    """Battery over a morning, with positions sent often and seldom."""
    canvas.line([(110, 60), (110, 460), (900, 460)], fill=INK, width=3)
    for place, words in enumerate(("100 %", "75 %", "50 %", "25 %", "0 %")):
        _write(canvas, (30, 60 + place * 100), words, 20)
        canvas.line([(110, 60 + place * 100), (900, 60 + place * 100)], fill="#dcdfe0")
    for hour in range(5):
        _write(canvas, (100 + hour * 190, 490), f"{8 + hour}:00", 20)
    sent = ((41, RUST, "every 10 s", 24), (22, VIOLET, "every 60 s", 24), (14, TEAL, "at stops", -24))
    for drop, colour, words, beside in sent:
        points = [(110 + step * 19, 60 + step * drop / 40 * 4 + 3 * math.sin(step / 2)) for step in range(41)]
        canvas.line(points, fill=colour, width=6, joint="curve")
        _write(canvas, (770, points[-1][1] + beside), words, 20, colour)


DRAWINGS: dict[str, Callable[[ImageDraw.ImageDraw], None]] = {
    "null-island": _null_island,
    "tours": _tours,
    "label": _label,
    "battery": _battery,
}
