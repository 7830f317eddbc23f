"""The folder of an exported site: what changed is written, what vanished is removed.

manifest.json says which files are ours, and of each what it was made from. Before the first new
file is written it names those to come as well, so that a run that was cut off leaves nothing that
the next one does not know.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from calendar_service.errors import ExportFolderError
from calendar_service.web.publication import gzipped

MANIFEST = "manifest.json"
FORMAT = 1
_DRAFT = ".export-"  # begins the name of a file that is being written


@dataclass(slots=True)
class Folder:
    """A folder while a site is written to it.

    Attributes:
        path: Where it is.
        owned: The files that an earlier run wrote, or was about to write.
        about: What the manifest says of the whole site.
        before: What the manifest of the earlier run says of each file, by path.
        entries: What that of this one says.
        written, unchanged, removed: How many files, their gzip forms not counted.
    """

    path: Path
    owned: frozenset[str]
    about: Mapping[str, Any]
    before: Mapping[str, dict[str, Any]]
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    written: int = 0
    unchanged: int = 0
    removed: int = 0

    def holds(self, path: str, made_from: str) -> bool:
        """Return whether a file and its gzip form are there, whole, and made from this."""
        entry = self.before.get(path)
        if entry is None or entry.get("from") != made_from:
            return False
        forms = [(path, entry), (f"{path}.gz", entry["gzip"])]
        return all(said is None or self._is_whole(form, said) for form, said in forms)

    def _is_whole(self, path: str, said: Mapping[str, Any]) -> bool:
        with _told(self.path / path):
            try:
                data = (self.path / path).read_bytes()
            except FileNotFoundError:
                return False
        return all(said[name] == value for name, value in _measured(data).items())

    def keep(self, path: str) -> None:
        """Leave a file of the earlier run as it is."""
        self.entries[path] = self.before[path]
        self.unchanged += 1

    def put(self, path: str, data: bytes, media_type: str, link: str, made_from: str) -> None:
        """Write a file and its gzip form, unless they are there already."""
        if self._write(path, data):
            self.written += 1
        else:
            self.unchanged += 1
        entry = {"path": path, "link": link, "type": media_type, **_measured(data), "gzip": None}
        entry["from"] = made_from
        small = gzipped(data, media_type)
        if small is not None:
            self._write(f"{path}.gz", small)
            entry["gzip"] = _measured(small)
        self.entries[path] = entry

    def finish(self) -> None:
        """Remove what an earlier run wrote and this one did not, and write the manifest."""
        kept = set(_paths(self.entries.values()))
        for path in sorted(self.owned - kept):
            self._remove(path)
        manifest = {**self.about, "files": [self.entries[path] for path in sorted(self.entries)]}
        self._write(MANIFEST, _dumped(manifest))

    def announce(self, paths: Iterable[str]) -> None:
        """Enter *paths* into the manifest as ours, before they are."""
        files = [self.before[path] for path in sorted(self.before)]
        self._write(MANIFEST, _dumped({**self.about, "files": files, "pending": sorted(paths)}))

    def _write(self, path: str, data: bytes) -> bool:
        """Put *data* in place at once; return False when it is there already."""
        target = self.path / path
        with _told(target):
            if target.is_file() and target.read_bytes() == data:
                return False
            target.parent.mkdir(parents=True, exist_ok=True)
            draft = self.path / f"{_DRAFT}{secrets.token_hex(8)}"
            try:
                draft.write_bytes(data)
                draft.replace(target)
            finally:
                draft.unlink(missing_ok=True)
        return True

    def _remove(self, path: str) -> None:
        target = self.path / path
        with _told(target):
            if not target.is_file():
                return
            target.unlink()
            self.removed += not path.endswith(".gz")
            parent = target.parent
            while parent != self.path and not any(parent.iterdir()):
                parent.rmdir()
                parent = parent.parent


def open_folder(path: Path, planned: Iterable[str], about: Mapping[str, Any]) -> Folder:
    """Return the folder at *path*, ready for the files *planned*; nothing of others is lost.

    Raises:
        ExportFolderError: It holds files of others, leads to some, or cannot be written.
    """
    coming = {form for name in planned for form in (name, f"{name}.gz")}
    with _told(path):
        path.mkdir(parents=True, exist_ok=True)
        if (path / MANIFEST).exists():
            owned, before = _owned(path / MANIFEST)
        elif any(not entry.name.startswith(_DRAFT) for entry in path.iterdir()):
            raise ExportFolderError(
                path, "is not empty, and no export made it", "give a new or an empty folder"
            )
        else:
            owned, before = frozenset(), {}
        _refuse_links(path, coming | owned)
        for name in sorted(coming - owned):
            if (path / name).exists():
                raise ExportFolderError(path / name, "is not ours", "move it away")
        for draft in path.glob(f"{_DRAFT}*"):  # of a run that was cut off
            draft.unlink()
    folder = Folder(path, owned, {"format": FORMAT, **about}, before)
    if coming - owned:
        folder.announce(coming | owned)
    return folder


def _refuse_links(folder: Path, names: Iterable[str]) -> None:
    """Refuse a link below the folder on the way to a file: what it leads to is not ours."""
    parents = {parent for name in names for parent in PurePosixPath(name).parents}
    for parent in sorted(parents - {PurePosixPath()}):
        if (folder / parent).is_symlink():
            raise ExportFolderError(
                folder / parent, "is a link, which may lead to files of others", "move it away"
            )


def _owned(manifest: Path) -> tuple[frozenset[str], dict[str, dict[str, Any]]]:
    """Return the files that a manifest names, and what it says of them; of its own folder alone."""
    try:
        found = json.loads(manifest.read_bytes())
        if found["format"] != FORMAT:
            raise ValueError
        paths = frozenset([*_paths(found["files"]), *found.get("pending", [])])
        if any(PurePosixPath(path).is_absolute() or ".." in path.split("/") for path in paths):
            raise ValueError
        before = {entry["path"]: entry for entry in found["files"]}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        remedy = "give a new folder, or empty this one if nothing in it is yours"
        raise ExportFolderError(manifest, "is not the manifest of an export", remedy) from None
    return paths, before


def _paths(entries: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for entry in entries:
        yield entry["path"]
        if entry["gzip"]:
            yield f"{entry['path']}.gz"


def _measured(data: bytes) -> dict[str, Any]:
    return {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _dumped(manifest: Mapping[str, Any]) -> bytes:
    return (json.dumps(manifest, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what the disk refuses into an error of ours that names *path*."""
    try:
        yield
    except OSError as error:
        reason = f"cannot be written: {error.strerror or error}"
        raise ExportFolderError(path, reason, "mend that, or give another DIR") from error
