"""The registry from a compiled copy: what the YAML gave, kept as JSON in a cache directory.

Reading the YAML takes half a second, its copy hundredths of it. A copy is used only if it was
made from the same bytes of the same files in the same order, by the same code; if it is ours
and nobody else could write it; and if it is whole, by its own digest. Any other is as good as
none: the YAML is read, and the copy written anew where it can be.
"""

import json
import os
import stat
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from functools import cached_property
from hashlib import sha256
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from calendar_service.core.later import Later, LaterEvents
from calendar_service.core.model import Event, Registry
from calendar_service.core.season import starting_months
from calendar_service.errors import Fault, RegistryError
from calendar_service.registry.plain import dump, load_event

if TYPE_CHECKING:
    from calendar_service.core.campaign import Campaign

_PREFIX = "registry-"
_LONGEST_SECONDS = 120
_MOST_BYTES = 2**26
_MOST_DIGEST = 65  # and its line end
_MOST_COPIES = 8  # the registries of some checkouts, and what they were a while ago
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_PACKAGE = Path(__file__).parent.parent
# What a damaged copy can raise on its way to values: all of it means "no copy".
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError,
               OverflowError)  # fmt: skip


def load_compiled(paths: Sequence[Path], folder: Path | None, *, apart: bool = False) -> Registry:
    """Return the registry that *paths* hold, from the copy in *folder* where there is a good one.

    Args:
        paths: The files, in the order in which they override.
        folder: Where copies are kept, None for nowhere.
        apart: Whether a process of its own reads the YAML where there is no copy, for a
            service that stays: reading takes half a second, for which this process would
            answer haltingly, and 35 MiB that it would not give back.

    Raises:
        RegistryError: The files have faults; it holds all of them.
    """
    copy = _copy_of(paths, folder) if folder else None
    if copy and (known := _read(copy)):
        return known
    if copy and apart:
        _compile_apart(copy)
        if known := _read(copy):
            return known
    registry = _load_registry(paths)
    if copy and registry.version == copy.version:  # else a file changed in between
        _write(copy, registry)
    return registry


def _compile_apart(copy: "_Copy") -> None:
    """Let a process of its own read the files and keep the copy.

    Faults are of no concern here: whoever reads the files next finds them again.
    """
    # Here, since only a service that stays needs it.
    import subprocess

    # -P: no module is to be taken from the folder that we were started in.
    files = [str(copy.path.parent), *map(str, copy.files)]
    command = [sys.executable, "-P", "-m", __name__, *files]
    with suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(  # noqa: S603 - ourselves
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, timeout=_LONGEST_SECONDS, check=False,
        )  # fmt: skip


class _Copy(NamedTuple):
    """Where the copy of some files is, and what it must say of itself."""

    files: tuple[Path, ...]
    path: Path
    key: str
    version: str


def _copy_of(paths: Sequence[Path], folder: Path) -> _Copy | None:
    """Return where the copy of *paths* is; None where the files or our code cannot be read."""
    try:
        files = sha256(b"".join(sha256(path.read_bytes()).digest() for path in paths)).hexdigest()
        key = sha256(f"{_code()} {files}".encode()).hexdigest()
    except OSError:
        return None
    return _Copy(tuple(paths), folder / f"{_PREFIX}{key}.json", key, files[:16])


def _code() -> str:
    """Return a digest of the code that reads a registry: another version has other copies."""
    digest = sha256(str(sys.hexversion).encode())
    for ring in ("core", "registry"):
        for path in sorted(p for p in (_PACKAGE / ring).iterdir() if p.suffix == ".py"):
            digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _read(copy: _Copy) -> Registry | None:
    try:
        _require_private(copy.path.parent.lstat(), stat.S_IFDIR)
        descriptor = os.open(copy.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            _require_private(os.fstat(descriptor), stat.S_IFREG)
            return _decode(file.readline(_MOST_DIGEST), file.read(_MOST_BYTES), copy)
    except (OSError, *_UNREADABLE):
        return None


def _require_private(state: os.stat_result, kind: int) -> None:
    """Raise PermissionError for what others may write or have put there."""
    own = state.st_uid == os.geteuid() and not state.st_mode & _OTHERS
    if not own or stat.S_IFMT(state.st_mode) != kind:
        raise PermissionError


def _encode(registry: Registry, key: str) -> bytes:
    months = [starting_months(event) for event in registry.events]
    entries = (*map(dump, registry.events), *map(dump, registry.campaigns))
    lines = [_line(entry) for entry in entries]
    head = {
        "key": key,
        "version": registry.version,
        "changed": registry.changed.isoformat(),
        "events": len(registry.events),
        "campaigns": len(registry.campaigns),
        "ends": list(accumulate(map(len, lines))),
        "months": [[n for n, held in enumerate(months) if m in held] for m in range(1, 13)],
    }
    body = b"".join((_line(head), *lines))
    return sha256(body).hexdigest().encode() + b"\n" + body


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _decode(digest: bytes, body: bytes, copy: _Copy) -> Registry:
    """Return the registry of a copy, whose entries are read one by one when they are looked at.

    Raises one of _UNREADABLE for anything else.
    """
    if sha256(body).hexdigest().encode() + b"\n" != digest:
        raise ValueError("cut off or changed")
    first = body.index(b"\n") + 1
    about = json.loads(body[:first])
    if about["key"] != copy.key or about["version"] != copy.version:
        raise ValueError("of another registry")
    ends = [first + end for end in about["ends"]]
    rows = [slice(*places) for places in pairwise([first, *ends])]
    count = about["events"]
    if len(rows) != count + about["campaigns"] or ends[-1] != len(body):
        raise ValueError("lines of no entry")
    entries = _Entries(copy, body, rows[:count], rows[count:])
    return Registry(
        events=LaterEvents(_months(about["months"], count), count, entries.event),
        campaigns=Later(len(entries.campaigns), entries.campaign),
        version=copy.version,
        changed=date.fromisoformat(about["changed"]),
    )


def _months(months: list[list[int]], count: int) -> list[list[int]]:
    """Return the places of events by month; IndexError or TypeError for what is none."""
    known = range(count)
    return [[known[place] for place in months[number]] for number in range(12)]


class _Entries:
    """The lines of a copy, an entry each.

    One that is none, under a good digest, can only come from a hand that may write all our
    files; even then nothing wrong is given out: the YAML is read, and the copy thrown away.
    """

    def __init__(
        self, copy: _Copy, body: bytes, events: list[slice], campaigns: list[slice]
    ) -> None:
        self.copy = copy
        self.body = body  # whole: to cut a megabyte into lines takes longer than to read a month
        self.events = events
        self.campaigns = campaigns

    def event(self, place: int) -> Event:
        """Return the event of a line."""
        try:
            return load_event(json.loads(self.body[self.events[place]]))
        except _UNREADABLE:
            return self._of_yaml.events[place]

    def campaign(self, place: int) -> "Campaign":
        """Return the campaign of a line."""
        # Here, since lists of days need no campaigns.
        from calendar_service.registry.plain_campaigns import load_campaign

        try:
            return load_campaign(json.loads(self.body[self.campaigns[place]]))
        except _UNREADABLE:
            return self._of_yaml.campaigns[place]

    @cached_property
    def _of_yaml(self) -> Registry:
        with suppress(OSError):
            self.copy.path.unlink()
        registry = _load_registry(self.copy.files)
        if registry.version != self.copy.version:  # edited since; the next look reads it anew
            raise RegistryError(
                [Fault(str(self.copy.files[0]), 0, "changed while it was read; try again")]
            )
        return registry


def _load_registry(paths: Sequence[Path]) -> Registry:
    # Here, since YAML and its checks take longer to import than a copy takes to read.
    from calendar_service.registry.loader import load_registry

    return load_registry(paths)


def _write(copy: _Copy, registry: Registry) -> None:
    """Write a copy, whole or not at all; where that is impossible, there is none.

    One that did not read back as what was written would never be of use, so none is kept.
    """
    data = _encode(registry, copy.key)
    back = _decode(data[:_MOST_DIGEST], data[_MOST_DIGEST:], copy)
    if (back.events, back.campaigns) != (registry.events, registry.campaigns):
        return
    # Here, since it is needed once in a registry's life.
    from tempfile import mkstemp

    folder = copy.path.parent
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _require_private(folder.lstat(), stat.S_IFDIR)
        descriptor, draft = mkstemp(dir=folder, prefix=_PREFIX)  # mode 0600
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(draft).replace(copy.path)
        _drop_old(folder)


def _drop_old(folder: Path) -> None:
    """Delete all copies, and drafts of writers that were killed, but the newest."""
    known = sorted(folder.glob(f"{_PREFIX}*"), key=lambda path: path.lstat().st_mtime)
    for path in known[:-_MOST_COPIES]:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    load_compiled([Path(name) for name in sys.argv[2:]], Path(sys.argv[1]))
