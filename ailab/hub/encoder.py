"""Texts as vectors, by an encoder in the Hugging Face format that lies on this machine."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.errors import ModelError
from ailab.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Encoder", "find_model"]

_NAME = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?", re.ASCII)
_TOKENIZERS = ("tokenizer.json", "vocab.txt", "vocab.json", "sentencepiece.bpe.model", "spiece.model", "tokenizer.model")
_WEIGHTS, _SHARDS = "model.safetensors", "model.safetensors.index.json"
#: Formats that can run a program when they are opened, or that need another library.
_OTHER_WEIGHTS = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl", "*.h5", "*.msgpack")
_POOLING = "1_Pooling/config.json"
_FETCHED = (
    "config.json",
    "generation_config.json",
    _POOLING,
    _WEIGHTS,
    _SHARDS,
    "model-*.safetensors",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "merges.txt",
    *_TOKENIZERS,
)
_LONGEST = 512  # tokens of one text


class Encoder:
    """Turn texts into vectors of length one; the nearer two texts are in meaning, the nearer to one is their product.

    The vector of a text is the mean over its tokens, or the first one where ``1_Pooling/config.json`` of the model says so.

    Parameters
    ----------
    model : str or path
        Folder of a model: ``config.json``, a tokenizer, and weights as ``.safetensors``. Or its name on Hugging Face.
    download : bool, default=False
        Fetch a model that is given by its name. Otherwise it must lie on this machine already.
    device : str, optional
        ``'cpu'``, ``'cuda'`` and so on. By default the graphics card, if there is one.
    batch_size : int, default=16
        Texts that are encoded together.

    Raises
    ------
    ModelError
        With ``code`` one of ``'no_such_model'``, ``'download_failed'``, ``'incomplete'``, ``'pickled'``, ``'no_torch'``, ``'not_an_encoder'``.
    """

    def __init__(self, model: str | os.PathLike[str], *, download: bool = False, device: str | None = None, batch_size: int = 16) -> None:
        if batch_size < 1:
            raise ValueError(_("Choose a batch_size of 1 or more."))
        self.folder = find_model(model, download=download)
        self.batch_size = batch_size
        torch, transformers = libraries()
        self.device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        self._first_token = _reads_first_token(self.folder)
        safe = {"local_files_only": True, "trust_remote_code": False}
        try:
            self._tokenizer = transformers.AutoTokenizer.from_pretrained(str(self.folder), **safe)
            self._network, found = transformers.AutoModel.from_pretrained(str(self.folder), use_safetensors=True, output_loading_info=True, **safe)
            missing = [name for name in found["missing_keys"] if "pooler" not in name]  # nothing here goes through the pooler
            if missing:
                raise _not_an_encoder(self.folder, f"{len(missing)} × {missing[0]}")  # noqa: TRY301 - half a model would encode noise
            self._network.to(self.device).eval()
            self._longest = min(self._tokenizer.model_max_length, _LONGEST, getattr(self._network.config, "max_position_embeddings", _LONGEST) - 2)
            self.encode(["a", "b c"])
        except ModelError:
            raise
        except Exception as error:  # what a foreign file can break has no list
            raise _not_an_encoder(self.folder, f"{type(error).__name__}: {error}") from error

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode texts.

        Parameters
        ----------
        texts : sequence of str
            With the prefix that the model wants.

        Returns
        -------
        ndarray of shape (n_texts, n_dimensions), float32
            Rows of length one; zeros for a text without a single token.
        """
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))  # texts of like length together: less padding
        vectors: list[NDArray[np.float32]] = [np.zeros(0, np.float32)] * len(texts)
        for begin in range(0, len(order), self.batch_size):
            batch = order[begin : begin + self.batch_size]
            for at, vector in zip(batch, self._batch([texts[at] for at in batch]), strict=True):
                vectors[at] = vector
        return np.stack(vectors) if vectors else np.zeros((0, int(self._network.config.hidden_size)), np.float32)

    def _batch(self, texts: list[str]) -> NDArray[np.float32]:
        torch, _transformers = libraries()
        given = self._tokenizer(texts, padding=True, truncation=True, max_length=self._longest, return_tensors="pt").to(self.device)
        if not given["input_ids"].numel():  # empty texts, and a tokenizer that puts nothing around them
            return np.zeros((len(texts), int(self._network.config.hidden_size)), np.float32)
        with torch.inference_mode():
            states = self._network(**given).last_hidden_state
        mask = given["attention_mask"].unsqueeze(-1)
        pooled = states[:, 0] if self._first_token else (states * mask).sum(1) / mask.sum(1).clamp(min=1)
        vectors: NDArray[np.float32] = torch.nn.functional.normalize(pooled.float(), dim=1).cpu().numpy()
        if not np.isfinite(vectors).all():
            raise _not_an_encoder(self.folder, "NaN")
        return vectors


def find_model(model: str | os.PathLike[str], *, download: bool = False) -> Path:
    """Folder of a model, after a look at whether all of its files are there.

    Parameters
    ----------
    model : str or path
        Its folder or its name.
    download : bool, default=False
        Fetch it if it is given by its name.

    Returns
    -------
    path

    Raises
    ------
    ModelError
        As :class:`Encoder`.
    """
    given = os.fspath(model)
    folder = Path(given).expanduser()
    if not given or not folder.is_dir():
        if not isinstance(model, str) or not _NAME.fullmatch(given):
            raise _no_such_folder(given)
        folder = _snapshot(given, download=download)
    _check(folder)
    return folder


def _snapshot(name: str, *, download: bool) -> Path:
    """Folder where the library keeps a model that has a name."""
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, local_files_only=not download, allow_patterns=list(_FETCHED)))
    except Exception as error:  # network, disk, name, rights: each with classes of its own
        if download:
            message = _("“%(name)s” could not be fetched: %(detail)s. Check the name and the connection, or bring the model on a USB stick: %(how)s")
            raise ModelError(message % {"name": name, "detail": in_short(error), "how": _how(name)}, code="download_failed") from error
        message = _("There is no folder “%(name)s”, and no model of this name lies on this machine. %(how)s")
        raise ModelError(message % {"name": name, "how": _how(name)}, code="no_such_model") from error


def _how(name: str) -> str:
    message = _(
        "On a machine with internet, run “hf download %(name)s --local-dir FOLDER”, carry the folder here on a USB stick, and give its path. "
        "Or pass download=True where this machine has internet."
    )
    return message % {"name": name}


def _no_such_folder(name: str) -> ModelError:
    return ModelError(_("There is no folder “%(name)s”. Give the folder that holds the model, or the name of a model.") % {"name": name}, code="no_such_model")


def _check(folder: Path) -> None:
    """Raise ModelError unless a folder has a configuration, a tokenizer and safe weights."""
    missing = [] if (folder / "config.json").is_file() else ["config.json"]
    if not any((folder / name).is_file() for name in _TOKENIZERS):
        missing.append("tokenizer.json")
    weights = _missing_weights(folder)
    if weights and any(found for pattern in _OTHER_WEIGHTS for found in folder.glob(pattern)):
        message = _(
            "The model in “%(name)s” has its weights in a format that can hide a program, so it is not opened. "
            "Get a model whose weights are called model.safetensors."
        )
        raise ModelError(message % {"name": folder}, code="pickled")
    if missing + weights:
        message = _("The folder “%(name)s” is not a complete model. These files are missing: %(missing)s. Copy the whole folder again.")
        raise ModelError(message % {"name": folder, "missing": ", ".join(missing + weights)}, code="incomplete")


def _missing_weights(folder: Path) -> list[str]:
    if (folder / _WEIGHTS).is_file():
        return []
    if not (folder / _SHARDS).is_file():
        return [_WEIGHTS]
    try:
        shards = sorted({str(name) for name in json.loads((folder / _SHARDS).read_text("utf-8"))["weight_map"].values()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return [_SHARDS]
    unsafe = [name for name in shards if not name.endswith(".safetensors")]
    return unsafe or [name for name in shards if not (folder / name).is_file()]


def _reads_first_token(folder: Path) -> bool:
    try:
        return json.loads((folder / _POOLING).read_text("utf-8")).get("pooling_mode_cls_token") is True
    except (OSError, ValueError, AttributeError):
        return False


def libraries() -> tuple[Any, Any]:
    try:
        import torch
        import transformers
    except (ImportError, OSError) as error:  # OSError: a DLL that Windows does not have
        message = _("PyTorch or transformers does not work on this machine: %(detail)s. Run ailab doctor.")
        raise ModelError(message % {"detail": in_short(error)}, code="no_torch") from error
    return torch, transformers


def _not_an_encoder(folder: Path, detail: str) -> ModelError:
    message = _(
        "The model in “%(name)s” cannot be used: it is damaged, it does not encode text, or it needs a program of its own, which is never run. "
        "Details: %(detail)s. Copy the folder again, or choose another model."
    )
    return ModelError(message % {"name": folder, "detail": in_short(detail)}, code="not_an_encoder")


def in_short(error: object) -> str:
    """First line of what a library says, without its full stop."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200].rstrip(". ")
