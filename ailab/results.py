"""What the demos answer: frozen records of a decision, its confidence, its evidence, and whether to believe it at all.

They hold codes, not prose; :mod:`ailab.show` turns them into prose, in the language in force when they are shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    from ailab.passages import Passage

__all__ = ["Answer", "Citation", "Diagnosis", "NoAnswer", "Reason"]

#: Why a model does not answer.
Reason = Literal["poor_photo", "not_a_leaf", "unsure"]
#: Why a question is not answered.
NoAnswer = Literal["empty", "unreadable", "not_in_base"]


@dataclass(frozen=True)
class Diagnosis:
    """What the model makes of one photo of a leaf. Shows itself in a notebook.

    Attributes
    ----------
    label : str
        Best guess, ``<crop>__<condition>``. It is there even where the model abstains: then it is not an answer.
    confidence : float
        Calibrated probability of ``label``, 0..1; among the classes of ``told_crop`` if the crop was told.
    alternatives : tuple of (str, float)
        The other labels and their probabilities, most probable first.
    reason : {None, 'poor_photo', 'not_a_leaf', 'unsure'}
        Why the model does not answer, or None if it does.
    told_crop : str or None
        The crop, if it was told.
    outlier_probability : float
        Probability that the photo shows none of the leaves that the model knows, 0..1.
    photo_problem : {None, 'too_dark', 'too_bright', 'flat', 'blurred'}
        What is wrong with a poor photo.
    photo : PIL.Image.Image
        The photo as it was used, upright.
    evidence : ndarray of shape (h, w), float32
        Where the evidence for ``label`` is, on the coarse grid of the network, 0..1.
    """

    label: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...]
    reason: Reason | None
    told_crop: str | None
    outlier_probability: float
    photo_problem: str | None
    photo: Image.Image = field(repr=False, compare=False)
    evidence: NDArray[np.float32] = field(repr=False, compare=False)

    @property
    def crop(self) -> str:
        """Crop of the best guess."""
        return self.label.split("__")[0]

    @property
    def condition(self) -> str:
        """Condition of the best guess, ``'healthy'`` or a disease or pest."""
        return self.label.rpartition("__")[2]

    @property
    def abstained(self) -> bool:
        """True where the model does not answer."""
        return self.reason is not None

    def to_dict(self) -> dict[str, Any]:
        """Everything but the photo, ready for JSON."""
        return {
            "label": self.label, "crop": self.crop, "condition": self.condition, "confidence": self.confidence,
            "alternatives": [list(pair) for pair in self.alternatives], "abstained": self.abstained, "reason": self.reason,
            "told_crop": self.told_crop, "outlier_probability": self.outlier_probability, "photo_problem": self.photo_problem,
            "evidence": self.evidence.tolist(),
        }  # fmt: skip

    def _repr_html_(self) -> str:
        from ailab.show import diagnosis_html

        return diagnosis_html(self)


@dataclass(frozen=True)
class Citation:
    """A quotation: characters ``start`` to ``end`` of the text of a passage."""

    passage: Passage
    start: int
    end: int

    @property
    def quote(self) -> str:
        """The quoted words."""
        return self.passage.text[self.start : self.end]

    @property
    def passage_id(self) -> str:
        """Of the passage."""
        return self.passage.id


@dataclass(frozen=True)
class Answer:
    """Answer to one question, all of it quoted. Shows itself in a notebook.

    Attributes
    ----------
    question : str
        As it was typed.
    understood : str
        As it was read: accents put back, slips mended.
    text : str
        The quoted sentence; empty where there is no answer.
    citations : tuple of Citation
        Where the text stands. Where the model abstains it is the best guess, which is not an answer.
    confidence : float
        Probability that the passages hold what is asked, 0..1; given for every question, refused or not.
    reason : {None, 'empty', 'unreadable', 'not_in_base'}
        Why there is no answer, or None if there is one.
    lang : {'vi', 'en'}
        Language of the question.
    hits : tuple of (Passage, float)
        The nearest passages, best first, and how near, 0..1.
    """

    question: str
    understood: str
    text: str
    citations: tuple[Citation, ...]
    confidence: float
    reason: NoAnswer | None
    lang: str
    hits: tuple[tuple[Passage, float], ...] = ()

    @property
    def abstained(self) -> bool:
        """True where there is no answer."""
        return self.reason is not None

    @property
    def passage(self) -> Passage | None:
        """The passage that is quoted, or that came closest."""
        return self.citations[0].passage if self.citations else None

    def to_dict(self) -> dict[str, Any]:
        """Everything, ready for JSON; passages by their ids."""
        return {
            "question": self.question, "understood": self.understood, "text": self.text, "confidence": self.confidence,
            "abstained": self.abstained, "reason": self.reason, "lang": self.lang,
            "citations": [{"passage_id": c.passage_id, "start": c.start, "end": c.end, "quote": c.quote} for c in self.citations],
            "hits": [[passage.id, score] for passage, score in self.hits],
        }  # fmt: skip

    def _repr_html_(self) -> str:
        from ailab.show import answer_html

        return answer_html(self)
