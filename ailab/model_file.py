"""A model that a person taught, as one file: a zip of JSON, numbers (safetensors) and small photos.

Nothing in it is ever executed when it is opened, unlike a pickle, and everything in it is checked before it is used: such files pass from hand
to hand. Name them ``*.ailab``.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from ailab.errors import ModelError
from ailab.i18n import gettext as _

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ModelFile", "read_model_file", "write_model_file"]

VERSION = 1
_LARGEST = 64 * 2**20  # bytes, unpacked
_LARGEST_HEAD = 4 * 2**20  # bytes of JSON
_MOST = 2000  # members
_JSON, _NUMBERS = "ailab.json", "arrays.safetensors"


@dataclass(frozen=True)
class ModelFile:
    """What is in the file of a model.

    Attributes
    ----------
    kind : str
        Name of the estimator, ``"ImageClassifier"`` for example.
    settings : dict
        Anything that JSON can hold.
    arrays : dict of str to ndarray
        Finite numbers.
    files : dict of str to bytes
        Files that belong to the model, such as the photos that it learned from.
    """

    kind: str
    settings: dict[str, Any]
    arrays: dict[str, NDArray[Any]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)


def write_model_file(target: str | os.PathLike[str] | IO[bytes], model: ModelFile) -> None:
    """Write a model; a file on disk is replaced only when the new one is whole.

    Parameters
    ----------
    target : path or binary file
    model : ModelFile

    Raises
    ------
    ModelError
        If it is more than :func:`read_model_file` reads; nothing is written then.
    """
    from safetensors.numpy import save

    numbers = save({name: np.ascontiguousarray(array) for name, array in model.arrays.items()})
    members = {_NUMBERS: numbers} | {f"files/{name}": data for name, data in model.files.items()}
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in members.items()}
    head = {"format": "ailab", "version": VERSION, "kind": model.kind, "settings": model.settings, "sha256": sums}
    members = {_JSON: json.dumps(head, ensure_ascii=False, indent=1).encode()} | members
    if len(members) > _MOST or len(members[_JSON]) > _LARGEST_HEAD or sum(map(len, members.values())) > _LARGEST:
        raise ModelError(_("This is too much for one file. Save the model without its photos, or teach it fewer."), code="large_model")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)  # no date: the same model gives the same bytes
    if isinstance(target, (str, os.PathLike)):
        path = os.fspath(target)
        new = f"{path}.new"
        with open(new, "wb") as file:  # noqa: PTH123 - path may be text
            file.write(buffer.getvalue())
        os.replace(new, path)  # noqa: PTH105
    else:
        target.write(buffer.getvalue())


def read_model_file(source: str | os.PathLike[str] | bytes | IO[bytes], kind: str) -> ModelFile:
    """Read a model and check that it is whole.

    Parameters
    ----------
    source : path, bytes or binary file
    kind : str
        The estimator that will use it.

    Returns
    -------
    ModelFile

    Raises
    ------
    ModelError
        If it is not such a file, is damaged, too big, of another kind or of a newer ailab.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source) as archive:
            members = _members(archive)
        if len(members[_JSON]) > _LARGEST_HEAD:  # nested lists take twenty-five times their length
            raise _broken()
        head = json.loads(members.pop(_JSON))
        if head["format"] != "ailab" or not isinstance(head["version"], int):
            raise _broken()
        if head["version"] > VERSION:
            raise ModelError(_("This model was made by a newer ailab. Install the newest ailab, then load it again."), code="newer_model")
        if head["kind"] != kind:
            raise _other_kind(str(head["kind"]))
        if {name: hashlib.sha256(data).hexdigest() for name, data in members.items()} != head["sha256"]:
            raise _broken()
        settings = head["settings"]
        arrays = _arrays(members.pop(_NUMBERS))
    except FileNotFoundError as error:
        message = _("There is no file “%(name)s”. Check its name and folder.")
        raise ModelError(message % {"name": error.filename}, code="no_file") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError, struct.error, RecursionError, NotImplementedError, RuntimeError, EOFError) as error:
        if isinstance(error, ModelError):
            raise
        raise _broken() from error
    except (zipfile.BadZipFile, zlib.error) as error:
        raise _broken() from error
    return ModelFile(kind, settings, arrays, {name.removeprefix("files/"): data for name, data in members.items()})


def _members(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Contents of the archive, never more than the limit, whatever the archive says of itself."""
    if len(archive.infolist()) > _MOST:
        raise _broken()
    found: dict[str, bytes] = {}
    left = _LARGEST
    for info in archive.infolist():
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise _broken()
        with archive.open(info) as member:
            data = member.read(left + 1)
        left -= len(data)
        if left < 0 or info.filename in found:
            raise _broken()
        found[info.filename] = data
    return found


def _arrays(data: bytes) -> dict[str, NDArray[Any]]:
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        arrays: dict[str, NDArray[Any]] = load(data)
    except SafetensorError as error:
        raise _broken() from error
    if not all(np.isfinite(array).all() for array in arrays.values()):
        raise _broken()
    return arrays


def _broken() -> ModelError:
    return ModelError(_("This file is not a model of ailab, or it is damaged. Choose a file whose name ends in .ailab."), code="broken_model")


def _other_kind(kind: str) -> ModelError:
    message = {
        "ImageClassifier": _("This model sorts pictures. Load it in the lesson “Teach a machine yourself”."),
        "TextClassifier": _("This model sorts texts. Load it in the lesson about citizens' messages."),
    }.get(kind, _("This model does something else. Load it in the lesson that made it."))
    return ModelError(message, code="other_kind")
