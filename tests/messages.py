"""Every sentence of the product, read from the code and the templates; for the translation test.

`python -m tests.messages` prints what has no Chinese yet, ready to be put into a .po file.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from domain.kernel.refusals import Refusal
from webapp import i18n

ROOT = Path(__file__).parent.parent
FOLDERS = ("domain", "webapp", "devicehub", "gateways")
CALLS = {"say", "Message", "_", "gettext", "ngettext", "pgettext"}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
OPTIONS = {"extensions": "jinja2.ext.i18n,jinja2.ext.do", "trim_blocks": "true", "silent": "false"}
BRACES = re.compile(r"\{(\w*)[^{}]*\}")
PERCENTS = re.compile(r"%\((\w+)\)")


class Sentence(NamedTuple):
    """A message id (singular), where it was found, and the context that tells it from others."""

    text: str
    place: str
    context: str | None = None


Key = tuple[str | None, str]  # context and text


def in_python() -> Iterator[Sentence]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and _called(node) in CALLS and node.args:
                    parts = [arg.value for arg in node.args[:2] if isinstance(arg, ast.Constant)]
                    context = parts.pop(0) if _called(node) == "pgettext" and parts else None
                    if parts and isinstance(parts[0], str):
                        place = f"{path.relative_to(ROOT)}:{node.lineno}"
                        yield Sentence(parts[0], place, str(context) if context else None)
    for refusal in Refusal:
        yield Sentence(refusal.message, f"Refusal.{refusal.name}")


def unread_calls() -> list[str]:
    """Calls of say() whose sentence is not written there, so that nobody can find it."""
    found = []
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and _called(node) == "say" and not _written(node):
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    return found


def in_templates() -> Iterator[Sentence]:
    for path in sorted((ROOT / "webapp/templates").rglob("*.*")):
        with path.open("rb") as file:
            for line, called, message, _ in babel_extract(file, list(KEYWORDS), [], OPTIONS):
                parts = message if isinstance(message, tuple) else (message,)
                context = parts[0] if called == "pgettext" else None
                if text := parts[called == "pgettext"]:
                    yield Sentence(text, f"{path.relative_to(ROOT)}:{line}", context)


def sentences() -> dict[Key, str]:
    """Every message id, with its context, and one place where it is said."""
    found = (*in_python(), *in_templates())
    return {(each.context, each.text): each.place for each in found if each.text.strip()}


def entries(locale: str) -> list[tuple[Path, Message]]:
    """Every entry of every .po file of a language."""
    found = []
    for path in i18n.po_files(locale):
        with path.open("rb") as file:
            catalog: Catalog = read_po(file, locale=locale, charset="utf-8")
        found += [(path, message) for message in catalog if message.id]
    return found


def key_of(message: Message) -> Key:
    return message.context, singular(message)


def singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def strings(message: Message) -> list[str]:
    """The translation, or each plural form of it."""
    if message.string is None or isinstance(message.string, str):
        return [message.string or ""]
    return list(message.string)


def placeholders(text: str) -> set[str]:
    return set(BRACES.findall(text)) | set(PERCENTS.findall(text))


def _written(node: ast.Call) -> bool:
    return bool(node.args) and isinstance(node.args[0], ast.Constant)


def _called(node: ast.Call) -> str:
    function = node.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def main() -> None:
    known = {key_of(message) for _, message in entries("zh")}
    for (context, text), place in sentences().items():
        if (context, text) not in known:
            quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            told = f'msgctxt "{context}"\n' if context else ""
            sys.stdout.write(f'#: {place}\n{told}msgid "{quoted}"\nmsgstr ""\n\n')


if __name__ == "__main__":
    main()
