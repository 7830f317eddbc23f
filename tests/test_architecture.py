"""The rings of the package: imports point inwards, and the core is pure."""

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "calendar_service"

# Ring -> what it may import of us besides itself. A new module gets its line here.
ALLOWED = {
    "__init__": set(),
    "errors": set(),
    "config": {"errors", "core"},
    "core": {"errors"},
    "registry": {"errors", "core"},
    "formats": {"errors", "core"},
    "mail": {"errors", "core"},
    "store": {"errors", "core"},
    "services": {"config", "core", "errors", "registry", "formats", "mail", "store"},
    "recent": set(),
    "feed_history": {"core", "errors", "formats", "recent", "services", "store"},
    "feeding": {"core", "feed_history", "formats", "recent", "services"},
    "planning": {"core", "errors", "services", "store"},
    "writing": {"core", "formats", "mail", "services", "store"},
    "sending": {"config", "core", "errors", "mail", "services", "store", "writing"},
    "bouncing": {"errors", "mail", "services", "store"},
    "worker": {"bouncing", "errors", "planning", "sending", "services"},
    "web": {"__init__", "errors", "core", "feeding", "formats", "mail", "services", "store"},
    "export": {"__init__", "core", "errors", "feeding", "services", "web"},
    "wsgi": {"errors", "services", "web"},
    "serving": {"wsgi"},
    "cli": {"__init__", "errors", "config", "core", "registry", "formats", "services", "web",
            "worker", "mail", "store", "writing", "bouncing", "feeding", "export"},
}  # fmt: skip
IMPURE = {"os", "pathlib", "io", "socket", "time", "sqlite3", "sqlalchemy", "flask", "yaml",
          "random", "subprocess", "http", "asyncio", "tempfile", "shutil", "logging"}  # fmt: skip


def modules():
    return sorted(PACKAGE.rglob("*.py"))


def ring(path):
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imported(path):
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def our_ring(name):
    parts = name.split(".")
    inner = parts[1] if len(parts) > 1 else "__init__"
    return inner if inner in ALLOWED else "__init__"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_inwards(path):
    ours = {
        our_ring(name) for name in imported(path) if name.split(".")[0] == "calendar_service"
    } - {ring(path)}
    # "from calendar_service.x import y" names the package itself on its way.
    extra = {name for name in ours if name != "__init__"} - ALLOWED[ring(path)]

    assert extra == set()


@pytest.mark.parametrize(
    "path", sorted((PACKAGE / "core").rglob("*.py")), ids=lambda path: path.name
)
def test_the_core_touches_no_disk_network_or_clock(path):
    source = path.read_text(encoding="utf-8")

    assert {name.split(".")[0] for name in imported(path)} & IMPURE == set()
    assert ".today()" not in source
    assert ".now(" not in source


def test_only_the_settings_read_the_environment():
    words = re.compile(r"\bos\.(environ|getenv)|from os import .*(environ|getenv)")
    readers = [path.name for path in modules() if words.search(path.read_text(encoding="utf-8"))]

    assert readers == ["config.py"]


def test_packages_have_empty_init_files_below_the_top():
    for path in PACKAGE.rglob("__init__.py"):
        if path.parent != PACKAGE:
            assert path.read_text(encoding="utf-8") == "", path


def test_every_module_has_its_ring_in_the_table():
    assert {ring(path) for path in modules()} == set(ALLOWED)
