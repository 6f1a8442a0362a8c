"""Style sheets and scripts, compressed once and kept.

The first visit of a phone needs 5 MB of them; compressing them for each visitor would cost more than everything else the server does.
With gzip, because browsers take brotli and zstd over HTTPS only, which a laptop without a name cannot offer.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import tornado.ioloop
import tornado.web
from jupyter_server.base.handlers import FileFindHandler
from voila.static_file_handler import MultiStaticFileHandler, TemplateStaticFileHandler

from ailab.classroom import scripts

if TYPE_CHECKING:
    from asyncio import Future

__all__ = ["ExtensionFiles", "GzipCache", "OwnFiles", "StaticFiles", "TemplateFiles"]

# Spelled out because a Windows registry may call .js text/plain, which browsers refuse to run.
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml", ".ttf": "font/ttf"}
_AN_HOUR = "max-age=3600"
_FOR_GOOD = "public, max-age=31536000, immutable"


class GzipCache:
    """Compressed copies of files, made on first use.

    Parameters
    ----------
    folder : Path
        Where the copies are kept; whoever made it removes it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def copy_of(self, source: Path) -> Path:
        """Path of the compressed copy of a file as it is now."""
        key = f"{source}\0{source.stat().st_mtime_ns}".encode()
        copy = self.folder / f"{hashlib.sha256(key).hexdigest()[:32]}.gz"
        if not copy.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            half = copy.with_suffix(f".{os.getpid()}")
            try:
                half.write_bytes(gzip.compress(source.read_bytes(), 9, mtime=0))
                half.replace(copy)
            except OSError:
                half.unlink(missing_ok=True)
                raise
        return copy


class _Compressed:
    """Mixin for tornado's static file handlers: serve the compressed copy and let browsers keep it for a while."""

    _source: Path | None = None

    def validate_absolute_path(self, root: str, absolute_path: str) -> str | None:
        path: str | None = super().validate_absolute_path(root, absolute_path)  # type: ignore[misc]
        self.set_header("Vary", "Accept-Encoding")  # type: ignore[attr-defined]
        headers = self.request.headers  # type: ignore[attr-defined]
        if path is None or Path(path).suffix not in _TYPES or "Range" in headers or "gzip" not in headers.get("Accept-Encoding", ""):
            return path
        try:
            copy = self.settings["gzip_cache"].copy_of(Path(path))  # type: ignore[attr-defined]
        except OSError:  # the disk is full
            return path
        self._source = Path(path)
        self.set_header("Content-Encoding", "gzip")  # type: ignore[attr-defined]
        return str(copy)

    def get_content_size(self) -> int:
        return Path(self.absolute_path).stat().st_size  # type: ignore[attr-defined] # tornado remembers the size of the original

    def get_content_type(self) -> str:
        path = self._source or Path(self.absolute_path)  # type: ignore[attr-defined]
        return _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"

    def set_headers(self) -> None:
        super().set_headers()  # type: ignore[misc]
        # A file that is asked for with its version will never be another one.
        self.set_header("Cache-Control", _FOR_GOOD if "v" in self.request.arguments else _AN_HOUR)  # type: ignore[attr-defined]


class TemplateFiles(_Compressed, TemplateStaticFileHandler):
    """Files of Voila's templates."""


class StaticFiles(_Compressed, MultiStaticFileHandler):
    """Voila's own scripts."""


class ExtensionFiles(_Compressed, FileFindHandler):
    """Scripts of widgets (JupyterLab extensions)."""


class OwnFiles(_Compressed, tornado.web.StaticFileHandler):
    """Style sheets and scripts of the classroom, and all scripts of Voila as one."""

    FOLDER = Path(__file__).parent / "static"
    #: The style sheet of results, which kernels know, too.
    RESULTS = Path(__file__).parent.parent / "assets" / "results.css"
    _scripts: ClassVar[Future[bytes] | None] = None

    @classmethod
    def address(cls, name: str, base_url: str = "/") -> str:
        """Address of a file that changes when the file changes, so that browsers may keep it for good."""
        version: Any = scripts.version() if name == scripts.NAME else cls.get_content_version(cls.get_absolute_path(str(cls.FOLDER), name))
        return f"{base_url}classroom/static/{name}?v={version[:12]}"

    @classmethod
    def get_absolute_path(cls, root: str, path: str) -> str:
        """Where a file is."""
        return str(cls.RESULTS) if path == cls.RESULTS.name else super().get_absolute_path(root, path)

    def validate_absolute_path(self, root: str, absolute_path: str) -> str | None:
        """Refuse what is no file of the classroom."""
        return super().validate_absolute_path(str(self.RESULTS.parent) if absolute_path == str(self.RESULTS) else root, absolute_path)

    def compute_etag(self) -> str | None:
        """Name of what is in the file."""
        return f'"{scripts.version()}"' if self.path_args[0] == scripts.NAME else super().compute_etag()

    async def get(self, path: str, include_body: bool = True) -> None:
        """Answer with a file."""
        if path == scripts.NAME:
            await self._send_scripts()
        else:
            await super().get(path, include_body)

    async def _send_scripts(self) -> None:
        """Forty visitors who come at once wait for the same work, and the classroom for none of it."""
        if OwnFiles._scripts is None:
            OwnFiles._scripts = tornado.ioloop.IOLoop.current().run_in_executor(None, scripts.compressed)
        data = await OwnFiles._scripts
        self.set_header("Content-Type", _TYPES[".js"])
        self.set_header("Cache-Control", _FOR_GOOD)
        self.set_header("Vary", "Accept-Encoding")
        if "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
        else:
            data = gzip.decompress(data)
        self.finish(data)
