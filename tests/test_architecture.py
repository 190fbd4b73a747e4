"""The shape of the code, kept by the test run instead of by review.

What other tools hold is left to them: layers to import-linter; relative imports, bare ignores and
branching to ruff. Each rule here was broken once to see it fail.
"""

import ast
import importlib
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa

ROOT = Path(__file__).parent.parent
PRODUCT = ("domain", "webapp", "devicehub", "gateways")
ALL_CODE = (*PRODUCT, "tests", "bench", "bin")

SQL_LIBRARIES = {"sqlalchemy", "databases", "aiosqlite", "sqlite3", "asyncpg", "alembic"}
SQL_FILES = {"store.py", "tables.py"}
SQL_PLACES = ("domain/kernel/db/", "domain/kernel/columns.py", "migrations/")
STATEMENT = re.compile(
    r"\s*(SELECT\s.+\sFROM\s|INSERT\s+INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s)", re.S
)
IO_LIBRARIES = {"asyncio", "anyio", "socket", "subprocess", "shutil", "os", "httpx2", "urllib"}
MAX_LINES = 50


@cache
def modules(folders: tuple[str, ...] = PRODUCT) -> list[tuple[str, ast.Module]]:
    """Every Python file in these folders, by its path from the top."""
    return [
        (path.relative_to(ROOT).as_posix(), ast.parse(path.read_text()))
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
    ]


def imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def texts() -> Iterator[tuple[str, str]]:
    """Every text file that is in the project, by its path from the top."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().split("\0"):
        path = ROOT / name
        if not path.is_file() or name.startswith(("static/vendor/", "tests/vendor/")):
            continue
        try:
            yield name, path.read_text()
        except UnicodeDecodeError:
            continue  # an image or a font


def may_hold_sql(path: str) -> bool:
    return Path(path).name in SQL_FILES or path.startswith(SQL_PLACES)


def test_sql_is_written_only_in_stores() -> None:
    for path, tree in modules():
        if may_hold_sql(path):
            continue
        used = {name for name in imports(tree) if name.split(".")[0] in SQL_LIBRARIES}
        tables = {name for name in imports(tree) if re.search(r"\.tables(\.|$)", name)}
        assert not used | tables, f"{path}: move SQL into a store.py"
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not STATEMENT.match(node.value), f"{path}:{node.lineno}: SQL in a string"


def test_a_store_is_used_only_by_its_own_package() -> None:
    for path, tree in modules():
        package = ".".join(Path(path).parent.parts)
        for name in imports(tree):
            if found := re.match(r"(.+)\.store(\.|$)", name):
                home = found[1]
                assert f"{package}.".startswith(f"{home}."), f"{path} imports {name}"


def test_models_do_no_io() -> None:
    for path, tree in modules(("domain",)):
        if Path(path).name != "model.py":
            continue
        assert not any(isinstance(node, ast.AsyncFunctionDef) for node in ast.walk(tree)), path
        for name in imports(tree):
            parts = name.split(".")
            assert parts[0] not in IO_LIBRARIES, f"{path} imports {name}"
            assert not name.startswith("domain.kernel.db"), f"{path} imports {name}"
            assert "store" not in parts, f"{path} imports {name}"


def test_templates_mirror_routes() -> None:
    """webapp/templates/<face>/<noun>/ belongs to webapp/routes/<face>/<noun>.py."""
    templates, routes = ROOT / "webapp/templates", ROOT / "webapp/routes"
    for noun in sorted({path.relative_to(templates).parent for path in templates.rglob("*/*.*")}):
        shared = {"layouts", "shared", "errors", "print"} & {noun.parts[0], noun.parts[-1]}
        if shared:
            continue
        mirrored = (routes / noun).is_dir() or (routes / noun).with_suffix(".py").is_file()
        assert mirrored, f"templates/{noun} has templates and no routes"


def test_functions_fit_on_a_screen() -> None:
    for path, tree in modules(ALL_CODE):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                length = node.end_lineno - node.lineno + 1
                assert length < MAX_LINES, f"{path}:{node.lineno}: {node.name} has {length} lines"


def test_what_is_left_to_do_has_an_issue_number() -> None:
    left_open = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b(?!\(#\d+\))")
    for path, text in texts():
        if path.endswith((".py", ".html", ".css", ".js", ".sh", ".md", ".toml")):
            found = left_open.search(text)
            assert not found, f"{path}: {found} without an issue number, like (#12)"


def test_no_text_is_about_one_machine() -> None:
    """Paths of a developer's machine and addresses of package hosts mean nothing to others."""
    alien = re.compile(
        r"(?<![\w.}/-])/(home|Users|root|wor"
        r"k)/|npm"
        r"js\.(org|com)|python"
        r"hosted|/simple/[\w-]+/"
    )
    for path, text in texts():
        found = alien.search(text)
        assert not found, f"{path}: {found}"


def tables() -> list[sa.Table]:
    found: dict[str, sa.Table] = {}
    for path in sorted((ROOT / "domain").rglob("tables.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        declared = vars(importlib.import_module(name)).values()
        found |= {table.name: table for table in declared if isinstance(table, sa.Table)}
    return list(found.values())


@pytest.mark.parametrize("table", tables(), ids=lambda table: str(table.name))
def test_a_table_names_its_rows_and_its_statuses(table: sa.Table) -> None:
    assert table.primary_key.columns, f"{table.name} has no primary key"
    if "status" in table.c:
        checks = [c for c in table.constraints if isinstance(c, sa.CheckConstraint)]
        assert any(re.search(r"\bstatus\b", str(check.sqltext)) for check in checks), (
            f"{table.name}.status has no CHECK"
        )
