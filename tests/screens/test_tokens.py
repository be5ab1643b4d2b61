"""The look's own rules: one dark scheme, colours only in the tokens, nothing inline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PRODUCT = Path(__file__).parents[2] / "cofu_adopt"
TOKENS = PRODUCT / "static/css/00-tokens.css"
COMPONENTS = [path for path in sorted((PRODUCT / "static/css").rglob("*.css")) if path != TOKENS]
TEMPLATES = sorted(PRODUCT.rglob("*.html"))
DRAWINGS = sorted((PRODUCT / "screens/draw").glob("*.py"))
RAW_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b(?=[\s;,)\"'])|\b(?:rgb|rgba|hsl|hsla)\(")


def without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


def block(selector: str) -> dict[str, str]:
    css = without_comments(TOKENS.read_text())
    start = css.index(selector) + len(selector)
    body = css[css.index("{", start) + 1 : css.index("}", start)]
    return {
        name.strip(): value.strip() for name, value in (line.split(":", 1) for line in body.split(";") if line.strip())
    }


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


LIGHT = block(":root ")
DARK = {**LIGHT, **block(':root[data-theme="dark"]')}


def test_the_two_dark_blocks_are_equal() -> None:
    assert block(':root:not([data-theme="light"])') == block(':root[data-theme="dark"]')


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["--page", "--surface", "--sunk"])
@pytest.mark.parametrize(
    "text", ["--ink", "--ink-2", "--ink-3", "--sea", "--buoy", "--ok", "--warn", "--bad", "--info"]
)
def test_text_can_be_read(scheme: dict[str, str], ground: str, text: str) -> None:
    assert contrast(scheme[text], scheme[ground]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("--on-sea", "--sea"), ("--on-buoy", "--buoy"), ("--buoy-ink", "--buoy-soft"), ("--ok", "--ok-soft"),
        ("--warn", "--warn-soft"), ("--bad", "--bad-soft"), ("--info", "--info-soft"), ("--sea", "--sea-soft"),
        ("--deep-ink", "--deep-1"), ("--deep-line", "--deep-1"), ("--cell-ink", "--cell-free"),
        ("--cell-ink", "--cell-few"), ("--cell-full-ink", "--cell-full"), ("--land-ink", "--land"),
    ],
)  # fmt: skip
def test_text_on_its_own_ground_can_be_read(scheme: dict[str, str], text: str, ground: str) -> None:
    assert contrast(scheme[text], scheme[ground]) >= 4.5


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.name)
def test_components_use_tokens_only(path: Path) -> None:
    css = without_comments(path.read_text())
    assert not RAW_COLOUR.search(css)
    known = set(re.findall(r"(--[\w-]+)\s*:", without_comments(TOKENS.read_text()) + css))
    assert set(re.findall(r"var\((--[\w-]+)", css)) <= known


@pytest.mark.parametrize("path", TEMPLATES + DRAWINGS, ids=lambda path: path.name)
def test_nothing_inline_and_no_raw_colour(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=[\"']|javascript:", text)
    assert not RAW_COLOUR.search(text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)


def test_every_class_of_the_shared_templates_has_a_rule() -> None:
    css = "".join(path.read_text() for path in COMPONENTS)
    known = set(re.findall(r"\.([a-zA-Z][\w-]*)", css))
    used = set()
    for path in TEMPLATES:
        plain = re.sub(r"\{[%{#].*?[%}#]\}", " ", path.read_text(), flags=re.DOTALL)
        for names in re.findall(r'class="([^"]*)"', plain):
            used |= {name for name in names.split() if not name.endswith("-")}
    assert used - known == set()
