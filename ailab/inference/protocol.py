"""Tensors in the Open Inference Protocol: JSON, or JSON followed by raw bytes (the binary data extension)."""

from __future__ import annotations

import json
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["HEADER_LENGTH", "ProtocolError", "pack", "unpack"]

#: HTTP header with the number of bytes of JSON that come before the raw bytes.
HEADER_LENGTH = "Inference-Header-Content-Length"
_TYPES = {
    "BOOL": "?", "UINT8": "u1", "UINT16": "<u2", "UINT32": "<u4", "UINT64": "<u8", "INT8": "i1", "INT16": "<i2", "INT32": "<i4", "INT64": "<i8",
    "FP16": "<f2", "FP32": "<f4", "FP64": "<f8",
}  # fmt: skip
_NAMES = {np.dtype(code): name for name, code in _TYPES.items()}


class ProtocolError(ValueError):
    """A message that does not follow the protocol."""


def pack(head: Mapping[str, Any], kind: str, tensors: Mapping[str, NDArray[Any]], *, binary: bool) -> tuple[bytes, int]:
    """Write a message.

    Parameters
    ----------
    head : mapping
        Everything but the tensors.
    kind : {'inputs', 'outputs'}
    tensors : mapping of str to ndarray
    binary : bool
        Raw bytes after the JSON rather than numbers in it.

    Returns
    -------
    body : bytes
    length : int
        Bytes of JSON at its beginning.
    """
    entries, raw = [], []
    for name, tensor in tensors.items():
        entry: dict[str, Any] = {"name": name, "shape": list(tensor.shape), "datatype": _NAMES[tensor.dtype.newbyteorder("<")]}
        if binary:
            raw.append(np.ascontiguousarray(tensor).tobytes())
            entry["parameters"] = {"binary_data_size": len(raw[-1])}
        else:
            entry["data"] = tensor.ravel().tolist()
        entries.append(entry)
    text = json.dumps({**head, kind: entries}).encode()
    return b"".join([text, *raw]), len(text)


def unpack(body: bytes, length: int | None, kind: str) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Read a message.

    Parameters
    ----------
    body : bytes
    length : int, optional
        Bytes of JSON at its beginning. Default: all of it.
    kind : {'inputs', 'outputs'}

    Returns
    -------
    head : dict
        The JSON.
    tensors : dict of str to ndarray

    Raises
    ------
    ProtocolError
    """
    try:
        head = json.loads(body[:length])
        place = len(body) if length is None else length
        tensors = {}
        for entry in head[kind]:
            tensors[str(entry["name"])], place = _tensor(entry, body, place)
    except ProtocolError:
        raise
    except (AttributeError, KeyError, OverflowError, TypeError, UnicodeDecodeError, ValueError) as error:
        raise ProtocolError(f"not a message of the Open Inference Protocol: {error}") from error
    return head, tensors


def _tensor(entry: Mapping[str, Any], body: bytes, place: int) -> tuple[NDArray[Any], int]:
    """One tensor, and the place of the next one's raw bytes."""
    dtype, shape = np.dtype(_TYPES[entry["datatype"]]), tuple(int(n) for n in entry["shape"])
    if any(n < 0 for n in shape):
        raise ProtocolError("a shape has no negative numbers")
    size = entry.get("parameters", {}).get("binary_data_size")
    if size is None:
        return np.array(entry["data"], dtype).reshape(shape), place
    if size != prod(shape) * dtype.itemsize or place + size > len(body):
        raise ProtocolError(f"{entry['name']}: {size} bytes do not fit the shape {list(shape)}")
    return np.frombuffer(body, dtype, prod(shape), place).reshape(shape), place + size
