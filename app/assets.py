"""Files for the browser, under names that change with their content.

``js/page.js`` is served as ``/static/js/page.<hash>.js`` and may be cached for ever; the
modules' own relative imports reach the hashed names through the page's import map. Under its plain
name a file is as it was written; under the hashed one, without the comments that take a quarter of
what modules weigh, and a style sheet with those that it imports: asking for a small one takes
longer than fetching it.
"""

import gzip
import hashlib
import mimetypes
import posixpath
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import orjson
from starlette.requests import Request
from starlette.responses import Response

_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_TEXT = ("text/", "application/json", "image/svg+xml")
_IMPORT = re.compile(r'^(?:import|export)\s(?:[^"\';]*?\sfrom\s)?"(\.[^"]+)";', re.MULTILINE)
_COMMENT = re.compile(rb"^[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*\n", re.MULTILINE | re.DOTALL)
"""One that has its lines for itself, in JavaScript or CSS."""
_SHEET = re.compile(rb'^@import "([^"]+)";\n', re.MULTILINE)
"""A style sheet that another takes in."""
_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")
"""In what a client takes; with a quality of 0 it does not."""
_SMALL = 1024
"""Bytes below which compression saves nothing."""


@dataclass(frozen=True)
class Asset:
    """One file, or page, in memory."""

    content: bytes
    media_type: str
    cache_control: str = _ASK_AGAIN
    headers: dict[str, str] = field(default_factory=dict)
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", hashlib.sha256(self.content).hexdigest()[:12])

    @cached_property
    def compressed(self) -> bytes | None:
        """The content with gzip, where that is worth it: done once, when it is first wanted."""
        small = len(self.content) < _SMALL or not self.media_type.startswith(_TEXT)
        return None if small else gzip.compress(self.content, mtime=0)

    def answer(self, request: Request) -> Response:
        """Answer with the content, compressed where the client takes it, or with 304."""
        headers = self.headers | {"Cache-Control": self.cache_control, "Vary": "Accept-Encoding"}
        if self.cache_control != _FOREVER:  # which nobody asks for again
            headers["ETag"] = f'"{self.digest}"'
        if self.digest in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        content = self.content
        if _GZIP.search(request.headers.get("accept-encoding", "")) and self.compressed:
            content = self.compressed
            headers["Content-Encoding"] = "gzip"
        return Response(content, media_type=self.media_type, headers=headers)


class Assets:
    """Files that are read once and served from memory."""

    def __init__(self, folder: Path, *others: Path) -> None:
        """Read all files below a folder, by their paths in it, and others by their names."""
        self._assets: dict[str, Asset] = {}
        self._urls: dict[str, str] = {}
        paths = {
            path.relative_to(folder).as_posix(): path
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        for name, path in (paths | {path.name: path for path in others}).items():
            media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
            self._assets[name] = Asset(path.read_bytes(), media_type)
        for name in list(self._assets):
            self._hash(name)

    def _hash(self, name: str) -> None:
        content, media_type = self._assets[name].content, self._assets[name].media_type
        if name.endswith((".js", ".css")) and "/" in name:  # others' files stay as they are
            content = _COMMENT.sub(b"", self._whole(name))
        asset = Asset(content, media_type, _FOREVER)
        stem, dot, suffix = name.rpartition(".")
        hashed = f"{stem}.{asset.digest}{dot}{suffix}"
        self._assets[hashed] = asset
        self._urls[name] = f"/static/{hashed}"

    def _whole(self, name: str) -> bytes:
        """Return a file's content, a style sheet's with what it imports in its place."""
        content = self._assets[name].content
        if not name.endswith(".css"):
            return content
        folder = posixpath.dirname(name)
        return _SHEET.sub(
            lambda found: self._whole(posixpath.normpath(f"{folder}/{found[1].decode()}")), content
        )

    def get(self, name: str) -> Asset | None:
        """Return the asset of this plain or hashed name."""
        return self._assets.get(name)

    def url(self, name: str) -> str:
        """Return the hashed address of a file, by its plain name; KeyError without one."""
        return self._urls[name]

    def import_map(self) -> str:
        """Return the JSON that leads each module's plain address to its hashed one."""
        imports = {f"/static/{name}": self.url(name) for name in self.modules()}
        return orjson.dumps({"imports": imports}).decode()

    def modules(self) -> list[str]:
        """Return the plain names of the JavaScript modules."""
        return [name for name in self._urls if name.startswith("js/") and name.endswith(".js")]

    def imported_by(self, name: str) -> list[str]:
        """Return the plain names of all modules that a module needs, its own last."""
        found: dict[str, None] = {}

        def visit(name: str) -> None:
            if name in found:
                return
            found[name] = None
            source = self._assets[name].content.decode()
            for path in _IMPORT.findall(source):
                visit(posixpath.normpath(posixpath.join(posixpath.dirname(name), path)))
            found[name] = found.pop(name)

        visit(name)
        return list(found)
