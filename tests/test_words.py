"""Every Chinese word of the product has its English, one English everywhere, compiled as it is written."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.source import PACKAGE

ROOT = "."
"""The slice of what lies in cofu_adopt/ itself and its templates."""
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%")
TEMPLATE_CODE = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
SAID_IN_CHINESE = re.compile(r'lang="zh-Hans">[^<]*<')
"""Words that stand in both languages side by side."""


def slices() -> list[str]:
    return [ROOT, *sorted(path.name for path in PACKAGE.iterdir() if is_slice(path))]


def is_slice(path: Path) -> bool:
    return (path / "__init__.py").exists()


def folder(name: str) -> Path:
    return PACKAGE / name / "translations" / "en" / "LC_MESSAGES"


@cache
def extracted(name: str) -> frozenset[str]:
    """The words that `make words` collects for a slice."""
    found: set[str] = set()
    if name == ROOT:
        sources = [(PACKAGE / "templates", METHODS), (PACKAGE, [("*.py", "python")])]
    else:
        sources = [(PACKAGE / name, METHODS)]
    for where, methods in sources:
        for file, _line, words, _comments, _context in extract_from_dir(where, methods, keywords=KEYWORDS):
            if name == ROOT and where == PACKAGE and "/" in str(file):
                continue
            found.update([words] if isinstance(words, str) else {form for form in words if form})
    return frozenset(found)


def catalog(name: str) -> Catalog:
    path = folder(name) / "messages.po"
    if not path.exists():
        return Catalog(locale="en")
    with path.open("rb") as file:
        return read_po(file, locale="en")


def messages(name: str) -> list[Message]:
    return [message for message in catalog(name) if message.id]


def faults(said: frozenset[str], known: Catalog) -> list[str]:
    """What is wrong with the English of the words that are `said`."""
    found = []
    for words in sorted(said):
        message = known.get(words)
        english = forms(message.string) if message is not None else []
        if message is None or not all(english):
            found.append(f"no English: {words}")
        elif message.fuzzy:
            found.append(f"fuzzy: {words}")
        elif any(placeholders(words) != placeholders(form) for form in english):
            found.append(f"other placeholders: {words} / {message.string}")
        elif any(CHINESE.search(form) for form in english):
            found.append(f"Chinese in the English: {message.string}")
    found += [
        f"not said any more: {message.id}" for message in known if message.id and forms(message.id)[0] not in said
    ]
    found += [f"obsolete: {words}" for words in known.obsolete]
    return found


def forms(words: str | tuple[str, ...] | list[str] | None) -> list[str]:
    """One form, or the singular and the plural."""
    return [words] if isinstance(words, str) else list(words or [""])


def placeholders(words: str) -> list[str]:
    return sorted(found.group() for found in PLACEHOLDER.finditer(words))


@pytest.mark.parametrize("name", slices())
def test_every_word_has_its_english(name: str) -> None:
    found = faults(extracted(name), catalog(name))
    assert not found, f"{name}: run `make words`, then mend {len(found)} in its messages.po:\n" + "\n".join(found)


@pytest.mark.parametrize("name", slices())
def test_what_is_compiled_is_what_is_written(name: str) -> None:
    if not (folder(name) / "messages.po").exists():
        assert not extracted(name), f"{name} speaks and has no messages.po: run `make words`"
        return
    compiled = BytesIO()
    write_mo(compiled, catalog(name))
    assert (folder(name) / "messages.mo").read_bytes() == compiled.getvalue(), f"{name}: run `make words`"


def test_the_same_words_have_the_same_english_everywhere() -> None:
    english: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name in slices():
        for message in messages(name):
            if message.string:
                english[str(message.id)][str(message.string)].append(name)
    twofold = [f"{words}: {dict(said)}" for words, said in english.items() if len(said) > 1]
    assert not twofold, "\n".join(twofold)


def test_something_is_collected_from_code_and_templates() -> None:
    assert "没有找到这一页。" in extracted("core")
    assert "跳到正文" in extracted(ROOT)
    assert sum(len(extracted(name)) for name in slices()) > 100


def test_each_fault_is_seen() -> None:
    known = Catalog(locale="en")
    known.add("好 %(rope)s", "fine %(rope)s")
    known.add("错 %(rope)s", "wrong %(ropes)s")
    known.add("疑", "in doubt", flags=["fuzzy"])
    known.add("空", "")
    known.add("中", "中")
    known.add("旧", "old")
    said = frozenset({"好 %(rope)s", "错 %(rope)s", "疑", "空", "中", "无"})
    assert sorted(fault.split(":")[0] for fault in faults(said, known)) == [
        "Chinese in the English",
        "fuzzy",
        "no English",
        "no English",
        "not said any more",
        "other placeholders",
    ]


def test_no_template_says_chinese_that_nobody_can_translate() -> None:
    for path in sorted(PACKAGE.glob("**/templates/**/*.html")):
        plain = TEMPLATE_CODE.sub("", SAID_IN_CHINESE.sub("", path.read_text(encoding="utf-8")))
        found = [line.strip() for line in plain.splitlines() if CHINESE.search(line)]
        assert not found, f"{path.relative_to(PACKAGE)}: {found}"
