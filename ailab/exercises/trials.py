"""Answers that have to be tried out: each function takes one, tries it with ailab, and returns what came of it.

A file of an exercise names a function as ``trial``; its cases then ask for the facts that it returns, and what is said may quote them
(``$quote``). An :class:`~ailab.errors.AilabError` reaches the learner as it is.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from ailab.show import percent

if TYPE_CHECKING:
    from PIL import Image

    from ailab.qa import QuestionAnswerer
    from ailab.results import Answer

__all__ = ["ask_dien_bien", "darken_leaf", "market_sentence", "one_task", "one_threshold", "probability_of_leaf", "still_personal", "summary_length"]

Facts = dict[str, Any]

_ROUNDED = 0.006  # what two decimals may be off


def _leaf() -> Image.Image:
    from ailab.samples import draw_leaf

    return draw_leaf("citrus", "canker", 8)


def probability_of_leaf(value: float) -> Facts:
    """Compare a number with the probabilities of the drawn citrus leaf, the crop not told."""
    from ailab.vision import CropClassifier

    found = CropClassifier().predict_proba([_leaf()])[0].tolist()
    ranked = sorted(found, reverse=True)
    near = [abs(value - other) < _ROUNDED for other in (ranked[0], ranked[1], found[0])]
    return {"is_largest": near[0], "is_second": near[1], "is_first": near[2], "largest": f"{ranked[0]:.2f}", "given": f"{value:g}"}


def darken_leaf(light: float) -> Facts:
    """Look at the drawn citrus leaf in another light."""
    from ailab.perturb import relight
    from ailab.vision import CropClassifier

    diagnosis = CropClassifier().diagnose(relight(_leaf(), min(max(light, 0.0), 10.0)), crop="citrus")
    return {"problem": diagnosis.photo_problem, "refused": diagnosis.abstained, "sure": percent(diagnosis.confidence)}


@functools.cache
def _dien_bien() -> QuestionAnswerer:
    from ailab.qa import QuestionAnswerer

    return QuestionAnswerer().fit("dien_bien")


def _told(answer: Answer) -> Facts:
    return {"reason": answer.reason, "quote": answer.text, "sure": percent(answer.confidence), "words": len(answer.question.split())}


def ask_dien_bien(question: str) -> Facts:
    """Ask the bundled base."""
    return _told(_dien_bien().ask(question))


def one_threshold(caution: float) -> Facts:
    """Ask two questions, one that the base can answer and one that it cannot, of a model that is more careful or less."""
    known, unknown = _dien_bien().ask("ham do cat o dau"), _dien_bien().ask("Bảo tàng có bao nhiêu nhân viên?")
    return {"answers_known": known.confidence >= caution, "answers_unknown": unknown.confidence >= caution}


def market_sentence(sentence: str) -> Facts:
    """Make a base of one sentence and ask it when the market is held."""
    from ailab.qa import QuestionAnswerer
    from ailab.text import guess_language

    english = guess_language(sentence) == "en"
    question = "On which day is the market of Ban Mau commune held?" if english else "Chợ phiên xã Bản Mẫu họp ngày nào?"
    passage = {"id": "cho", "text": sentence, "lang": "en" if english else "vi"}
    return _told(QuestionAnswerer().fit([passage]).ask(question)) | {"asks": sentence.rstrip().endswith("?")}


@functools.cache
def _letter_to_villages() -> str:
    from ailab.readers import read_document
    from ailab.samples.documents import sample_documents

    return read_document(sample_documents()[0].path)


def summary_length(count: float) -> Facts:
    """Look for one deadline in a summary of so many sentences, and in one that is a sentence shorter."""
    from ailab.summary import Summarizer

    whole = count == int(count) and 1 <= count <= 40
    held = [
        whole and length >= 1 and "25/9/2026" in Summarizer(n_sentences=length).summarize(_letter_to_villages()).text for length in (int(count), int(count) - 1)
    ]
    return {"whole": whole, "holds": held[0], "shorter_holds": held[1], "count": f"{count:g}"}


def one_task(sentence: str) -> Facts:
    """Look for a task with a deadline in a sentence."""
    from ailab.documents import parse_document

    deadlines = parse_document(sentence).deadlines
    first = deadlines[0] if deadlines else None
    return {
        "deadlines": len(deadlines),
        "raw": first.raw if first else "",
        "date": (first.value or "") if first else "",
        "owner": (first.owner or "") if first else "",
    }


def still_personal(text: str) -> Facts:
    """Look for personal data in a text, and count its words."""
    from ailab.privacy import find_personal_data

    found = find_personal_data(text)
    return {"found": len(found), "words": len(text.split()), "first": found[0].text if found else ""}
