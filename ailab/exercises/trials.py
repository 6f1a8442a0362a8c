"""Answers that have to be tried out: each function takes one, tries it with ailab, and returns what came of it.

A file of an exercise names a function as ``trial``; its cases then ask for the facts that it returns, and what is said may quote them
(``$quote``). An :class:`~ailab.errors.AilabError` reaches the learner as it is.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from ailab.show import percent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PIL import Image

    from ailab.qa import QuestionAnswerer
    from ailab.results import Answer

__all__ = [
    "ask_dien_bien",
    "darken_leaf",
    "market_sentence",
    "messages_on_the_wrong_desk",
    "one_rule",
    "one_task",
    "one_threshold",
    "photos_needed",
    "probability_of_leaf",
    "still_personal",
    "summary_length",
    "three_rules",
    "wrong_labels",
]

Facts = dict[str, Any]

_ROUNDED = 0.006  # what two decimals may be off


def _leaf() -> Image.Image:
    from ailab.samples import draw_leaf

    return draw_leaf("maize", "gray_leaf_spot", 16)


def probability_of_leaf(value: float) -> Facts:
    """Compare a number with the probabilities of the drawn maize leaf, the crop not told."""
    from ailab.vision import CropClassifier

    found = CropClassifier().predict_proba([_leaf()])[0].tolist()
    ranked = sorted(found, reverse=True)
    near = [abs(value - other) < _ROUNDED for other in (ranked[0], ranked[1], found[0])]
    return {"is_largest": near[0], "is_second": near[1], "is_first": near[2], "largest": f"{ranked[0]:.2f}", "given": f"{value:g}"}


def darken_leaf(light: float) -> Facts:
    """Look at the drawn maize leaf in another light."""
    from ailab.perturb import relight
    from ailab.vision import CropClassifier

    diagnosis = CropClassifier().diagnose(relight(_leaf(), min(max(light, 0.0), 10.0)), crop="maize")
    return {"problem": diagnosis.photo_problem, "refused": diagnosis.abstained, "sure": percent(diagnosis.confidence)}


@functools.cache
def _rice() -> tuple[list[Image.Image], list[Image.Image]]:
    """Eight drawn leaves with blast and eight with brown spot to teach with; twelve of each to test with."""
    from ailab.samples import draw_leaf

    taught = [("blast", seed) for seed in range(12, 20)] + [("brown_spot", seed) for seed in range(42, 50)]
    new = [("blast", seed) for seed in range(60, 72)] + [("brown_spot", seed) for seed in range(80, 92)]
    return [draw_leaf("rice", *leaf, size=256) for leaf in taught], [draw_leaf("rice", *leaf, size=256) for leaf in new]


def _agreeing(found: Iterable[Any], labels: list[str]) -> int:
    return sum(str(name) == label for name, label in zip(found, labels, strict=True))


def photos_needed(count: float) -> Facts:
    """Teach with so many photos of each kind, and with one less; count the new ones that are named right."""
    from ailab.image_classifier import ImageClassifier

    taught, new = _rice()

    def right(n: int) -> int:
        if not 1 <= n <= 8:
            return 0
        model = ImageClassifier().fit(taught[:n] + taught[8 : 8 + n], ["blast"] * n + ["spot"] * n)
        return _agreeing(model.predict(new), ["blast"] * 12 + ["spot"] * 12)

    n, least = int(count), 0.8 * len(new)
    now, before = right(n), right(n - 1)
    return {"whole": count == n and 1 <= n <= 8, "enough": now >= least, "fewer_enough": before >= least, "right": now, "count": n}


def wrong_labels(count: float) -> Facts:
    """Teach with so many leaves with blast called brown spot, and with one less; count the new leaves with blast that are recognised."""
    from ailab.image_classifier import ImageClassifier

    taught, new = _rice()

    def found(n: int) -> tuple[int, int]:
        labels = ["spot"] * n + ["blast"] * (8 - n) + ["spot"] * 8
        model = ImageClassifier().fit(taught, labels)
        return _agreeing(model.predict(new[:12]), ["blast"] * 12), _agreeing(model.predict(taught), labels)

    n = int(count)
    whole = count == n and 1 <= n <= 6
    (now, own), before = (found(n), found(n - 1)[0]) if whole else ((0, 0), 0)
    return {"whole": whole, "lost": now < 6, "fewer_lost": before < 6, "found": now, "own": own, "count": n}


def _dien_bien() -> QuestionAnswerer:
    from ailab.qa import bundled_answerer

    return bundled_answerer()


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


@functools.cache
def _desks() -> tuple[int, int, int]:
    """How many new messages of citizens there are, how many the machine sorts by itself, and how many of those rightly."""
    from ailab.samples.messages import sample_messages
    from ailab.text_classifier import TextClassifier

    taught = [message for message in sample_messages() if not message.held_out]
    new = [message for message in sample_messages() if message.held_out]
    model = TextClassifier().fit([message.text for message in taught], [message.label for message in taught])
    verdicts = [model.classify(message.text) for message in new]
    right = [verdict.label == message.label for verdict, message in zip(verdicts, new, strict=True) if not verdict.abstained]
    return len(new), len(right), sum(right)


def messages_on_the_wrong_desk(count: float) -> Facts:
    """Compare a number with how many messages a machine sorts by itself and wrongly, and with what it is easily mistaken for."""
    total, by_itself, right = _desks()
    wrong, left = by_itself - right, total - by_itself
    return {
        "is_wrong": count == wrong,
        "is_left": count == left,
        "is_missed": count == total - right,
        "is_right": count == right,
        "wrong": wrong,
        "left": left,
    }


def one_rule(least: float) -> Facts:
    """Sort the first two baskets of fruit by a redness."""
    from ailab.samples.fruit import BASKETS

    first = [(fruit.redness >= least, fruit.good) for fruit in BASKETS[0]]
    return {
        "called_good": sum(said and not good for said, good in first),
        "missed": sum(good and not said for said, good in first),
        "second": sum((fruit.redness >= least) == fruit.good for fruit in BASKETS[1]),
    }


def three_rules(least: Any) -> Facts:
    """Sort the second and the third basket of fruit by a redness for each of the three varieties."""
    from ailab.samples.fruit import BASKETS
    from ailab.sorting import Rule, follow_rules

    if not isinstance(least, (list, tuple)) or [type(number) in {int, float} for number in least] != [True] * 3:
        return {"three": False}
    sizes = {"small": (0, 37), "medium": (38, 52), "large": (53, 1000)}
    rules = [Rule(number, *size) for number, size in zip(least, sizes.values(), strict=True)]
    wrong = {
        name: sum(rule.holds(fruit) != fruit.good for fruit in BASKETS[1] if fruit.size in range(size[0], size[1] + 1))
        for rule, (name, size) in zip(rules, sizes.items(), strict=True)
    }
    third = sum(said == fruit.good for said, fruit in zip(follow_rules(rules, BASKETS[2]), BASKETS[2], strict=True))
    return {"three": True, **wrong, "third": third}
