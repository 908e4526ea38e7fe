"""Colours can be read: 4.5:1 for text, 3:1 for what marks a control, in light and dark (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from functools import cache

import pytest

from portal.core import assets

COLOURS = ("slate", "red", "orange", "amber", "green", "teal", "blue", "indigo", "violet", "pink")
SCHEMES = ("light", "dark")
Rgb = tuple[float, float, float]


@cache
def tokens() -> dict[str, str]:
    css = re.sub(r"/\*.*?\*/", "", (assets.SOURCE / "css/tokens.css").read_text(), flags=re.DOTALL)
    root = css[css.index(":root") : css.index("@media")]
    return dict(re.findall(r"--([a-z0-9-]+):\s*([^;]+);", root))


def colour(value: str, scheme: str, accent: str = "teal") -> Rgb:
    """A value as red, green and blue from 0 to 1. Knows the few forms that tokens.css uses, and no more."""
    value = value.strip()
    if found := re.fullmatch(r"#([0-9a-f]{6})", value):
        return tuple(int(found[1][at : at + 2], 16) / 255 for at in (0, 2, 4))  # type: ignore[return-value]
    if found := re.fullmatch(r"light-dark\(([^,]+),([^,]+)\)", value):
        return colour(found[1 + SCHEMES.index(scheme)], scheme, accent)
    if found := re.fullmatch(r"var\(--([a-z0-9-]+)\)", value):
        return colour(tokens()[accent if found[1] == "accent" else found[1]], scheme, accent)
    if found := re.fullmatch(r"color-mix\(in srgb, (.+) (\d+)%, (.+)\)", value):
        one, other, share = colour(found[1], scheme, accent), colour(found[3], scheme, accent), int(found[2]) / 100
        return tuple(a * share + b * (1 - share) for a, b in zip(one, other, strict=True))  # type: ignore[return-value]
    raise AssertionError(f"cannot read {value!r}")


def contrast(one: Rgb, other: Rgb) -> float:
    """The ratio of WCAG 2.2, 1 to 21."""

    def luminance(rgb: Rgb) -> float:
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ratio(text: str, ground: str, scheme: str, accent: str = "teal") -> float:
    return contrast(colour(f"var(--{text})", scheme, accent), colour(f"var(--{ground})", scheme, accent))


def test_the_measure_itself():
    assert contrast((0, 0, 0), (1, 1, 1)) == pytest.approx(21)
    assert contrast((1, 1, 1), (1, 1, 1)) == 1
    assert contrast(colour("#777777", "light"), (1, 1, 1)) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("text", "grounds"),
    [
        ("ink", "paper paper-2 raised good-soft warn-soft bad-soft plan-soft"),
        ("ink-2", "paper paper-2 raised"),
        ("good", "paper paper-2 good-soft"),
        ("warn", "paper paper-2 warn-soft"),
        ("bad", "paper paper-2 raised bad-soft"),
        ("plan", "paper paper-2 plan-soft"),
    ],
)
def test_text_is_legible(scheme: str, text: str, grounds: str):
    for ground in grounds.split():
        assert ratio(text, ground, scheme) >= 4.5, ground


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("accent", COLOURS)
def test_every_colour_serves_as_accent(scheme: str, accent: str):
    for ground in ("paper", "paper-2", "accent-soft"):
        assert ratio("accent", ground, scheme, accent) >= 4.5, ground
    assert ratio("accent-ink", "accent", scheme, accent) >= 4.5
    assert ratio("ink", "accent-soft", scheme, accent) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_controls_can_be_found(scheme: str):
    for ground in ("paper", "paper-2"):
        assert ratio("edge", ground, scheme) >= 3
        for name in COLOURS:
            assert ratio(name, ground, scheme) >= 3


def test_initials_can_be_read_on_every_avatar():
    css = (assets.SOURCE / "css/avatar.css").read_text()
    grounds = re.findall(r"&\.a(\d) \{ background: (#[0-9a-f]{6}); \}", css)
    assert [number for number, _ in grounds] == list("0123456789")
    for number, ground in grounds:
        assert contrast((1, 1, 1), colour(ground, "light")) >= 4.5, number


def test_every_colour_can_be_chosen():
    css = (assets.SOURCE / "css/tokens.css").read_text()
    for name in COLOURS:
        assert f".colour-{name} {{ --colour: var(--{name}); }}" in css
        assert f'[data-accent="{name}"] {{ --accent: var(--{name}); }}' in css
