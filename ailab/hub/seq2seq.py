"""Summaries by a sequence-to-sequence model in the Hugging Face format that lies on this machine: T5, mBART and their kin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ailab.errors import ModelError
from ailab.hub.abstractive import AbstractiveSummarizer, Draft, read_what_fits
from ailab.hub.encoder import find_model, in_short, libraries
from ailab.hub.server import Reply, ServerFailure
from ailab.i18n import gettext as _
from ailab.text import normalize

if TYPE_CHECKING:
    import os
    from pathlib import Path

__all__ = ["Seq2SeqSummarizer"]

#: What of the settings that come with a model is kept; the rest could draw lots, watch the clock, or want a program.
_KEPT = (
    "bos_token_id", "eos_token_id", "pad_token_id", "decoder_start_token_id", "forced_bos_token_id", "length_penalty", "no_repeat_ngram_size",
    "repetition_penalty", "bad_words_ids", "suppress_tokens",
)  # fmt: skip


class Seq2SeqSummarizer(AbstractiveSummarizer):
    """Let a model on this machine write a summary, and check what it wrote. Nothing leaves the machine.

    The model is loaded when it is needed first. It always writes the same of the same text.

    Parameters
    ----------
    model : str or path
        Folder of a model: ``config.json``, a tokenizer, and weights as ``.safetensors``. Or its name on Hugging Face.
    prefix : str, default=""
        What the model wants before the text: ``"vietnews: "`` for ViT5, ``"summarize: "`` for T5. The tokenizer adds the ``</s>``
        at the end.
    download : bool, default=False
        Fetch a model that is given by its name. Otherwise it must lie on this machine already.
    device : str, optional
        ``'cpu'``, ``'cuda'`` and so on. By default the graphics card, if there is one.
    max_new_tokens : int, default=256
        Longest summary.
    max_input_tokens : int, default=1024
        Longest text, where the model does not say that it reads less. Of a longer document it reads the sentences that an extract
        would take first.
    beams : int, default=4
        Summaries that are weighed against each other. One is fastest.

    Raises
    ------
    ModelError
        When it is needed first, with ``code`` one of ``'no_such_model'``, ``'download_failed'``, ``'incomplete'``, ``'pickled'``,
        ``'no_torch'``, ``'not_a_summarizer'``.
    """

    def __init__(
        self, model: str | os.PathLike[str], prefix: str = "", *, download: bool = False, device: str | None = None,
        max_new_tokens: int = 256, max_input_tokens: int = 1024, beams: int = 4,
    ) -> None:  # fmt: skip
        if min(max_new_tokens, max_input_tokens, beams) < 1:
            raise ValueError(_("max_new_tokens, max_input_tokens and beams have to be 1 or more."))
        self.model = model
        self.prefix = prefix
        self.download = download
        self.device = device
        self.max_new_tokens = max_new_tokens
        self.max_input_tokens = max_input_tokens
        self.beams = beams
        self._writer: _Writer | None = None

    def _draft(self, source: str) -> Draft:
        writer = self._loaded()
        plain = writer.without_signs(source)
        text, share = read_what_fits(plain, lambda piece: writer.size(self.prefix + piece), min(self.max_input_tokens, writer.longest_input))
        return Draft(source, text, self.prefix + text, cut=share)

    def _write(self, draft: Draft) -> Reply:
        reply = self._loaded().write(draft.body, self.max_new_tokens, self.beams)
        if not reply.cut_off and not any(map(str.isalnum, reply.text)):
            raise ServerFailure("no_reply", sent=False)
        return reply

    def _loaded(self) -> _Writer:
        if self._writer is None:
            self._writer = _Writer(find_model(self.model, download=self.download), self.device)
        return self._writer


class _Writer:
    """A model and its tokenizer, loaded."""

    def __init__(self, folder: Path, device: str | None) -> None:
        self._torch, transformers = libraries()
        self._folder = folder
        self._device = device or ("cuda" if self._torch.cuda.is_available() else "cpu")
        safe = {"local_files_only": True, "trust_remote_code": False}
        try:
            self._tokenizer = transformers.AutoTokenizer.from_pretrained(str(folder), **safe)
            self._network, found = transformers.AutoModelForSeq2SeqLM.from_pretrained(str(folder), use_safetensors=True, output_loading_info=True, **safe)
            if found["missing_keys"]:  # half a model would write noise
                missing = sorted(found["missing_keys"])
                raise _not_a_summarizer(folder, f"{len(missing)} × {missing[0]}")  # noqa: TRY301
            self._network.to(self._device).eval()
            kept = {name: getattr(self._network.generation_config, name, None) for name in _KEPT}
            self._network.generation_config = transformers.GenerationConfig(**{name: value for name, value in kept.items() if value is not None})
            ends = self._network.generation_config.eos_token_id
            self._ends = set(ends) if isinstance(ends, (list, tuple)) else {ends}
            config = self._network.config
            self.longest_input = min(int(self._tokenizer.model_max_length), _places(getattr(config, "encoder", config)))
            self._longest_output = _places(getattr(config, "decoder", config))
            self.write("a b c", 2, 1)
        except ModelError:
            raise
        except Exception as error:  # what a foreign file can break has no list
            raise _not_a_summarizer(folder, f"{type(error).__name__}: {error}") from error

    def without_signs(self, text: str) -> str:
        """Text without what the tokenizer would take for a sign of its own: ``</s>`` in a document would end it there."""
        for sign in sorted(self._tokenizer.all_special_tokens, key=len, reverse=True):
            text = text.replace(sign, " ")
        return text

    def size(self, text: str) -> int:
        """Tokens of a text."""
        return len(self._tokenizer(text, verbose=False)["input_ids"])

    def write(self, text: str, most: int, beams: int) -> Reply:
        """Write something about a text."""
        most = min(most, self._longest_output)
        given = self._tokenizer(text, truncation=True, max_length=self.longest_input, return_tensors="pt").to(self._device)
        options = {"max_new_tokens": most, "num_beams": beams, "early_stopping": beams > 1, "do_sample": False}
        try:
            with self._torch.inference_mode():
                out = self._network.generate(given["input_ids"], attention_mask=given["attention_mask"], **options)[0]
        except (RuntimeError, ValueError, IndexError) as error:  # too little memory; settings that contradict each other; a vocabulary of another model
            raise _not_a_summarizer(self._folder, f"{type(error).__name__}: {error}") from error
        written = normalize(self._tokenizer.decode(out, skip_special_tokens=True)).strip()
        return Reply(written, cut_off=len(out) > most and int(out[-1]) not in self._ends)


def _places(config: Any) -> int:
    """Longest text of half of a network; one that counts distances, as T5 does, has no limit of its own."""
    return int(getattr(config, "max_position_embeddings", None) or 1 << 20) - 2


def _not_a_summarizer(folder: Path, detail: str) -> ModelError:
    message = _(
        "The model in “%(name)s” cannot be used: it is damaged, it does not write one text about another, or it needs a program of its own, "
        "which is never run. Details: %(detail)s. Copy the folder again, or choose another model."
    )
    return ModelError(message % {"name": folder, "detail": in_short(detail)}, code="not_a_summarizer")
