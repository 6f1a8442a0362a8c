"""Teach a machine to sort short Vietnamese texts: messages to the office that has to act, scams from genuine messages.

A text becomes its syllables and pairs of neighbouring syllables without accents, and beside them the syllables as they are written where they
bear accents: so a message typed without accents is understood, and one with accents loses nothing. They are weighed by how rare they are (TF-IDF) and
a logistic regression learns from them. Each word has its weight, so every decision can be read word by word.

>>> from ailab import TextClassifier
>>> texts = ["Mất xe máy đêm qua", "Trộm cậy cửa lấy xe", "Lúa bị sâu ăn", "Sâu phá ruộng ngô"]
>>> TextClassifier().fit(texts, ["police", "police", "economy", "economy"]).classify("sau an het lua").label
'economy'
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from typing import IO, TYPE_CHECKING, Any, Self

import numpy as np

from ailab.errors import ModelError, TeachingError
from ailab.estimator import Classifier
from ailab.i18n import gettext as _
from ailab.model_file import ModelFile, read_model_file, write_model_file
from ailab.results import TextVerdict, WordWeight
from ailab.text import is_readable, normalize, tokens, unaccent
from ailab.text_features import WordModel, cut_up

if TYPE_CHECKING:
    import os
    from collections.abc import Hashable, Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

    from ailab.results import NoLabel
    from ailab.text_features import Cut

__all__ = ["TextClassifier"]

_FOLDS = 5
_TEMPERATURE, _DRAWN = 1.0, 2.0  # where the temperature is drawn to, and how strongly, in examples: who was taught little is not sure
_STRANGEST = 0.05  # a text that is stranger than all but this share of the taught ones is unfamiliar,
_KNOWN = 0.6  # or one of whose syllables a smaller share is known than this, if most of what was taught has more
_TEXTS = "texts.json"


class TextClassifier(Classifier):
    """Sort texts into kinds that a person has taught, or say that it cannot.

    Follows the conventions of scikit-learn; the inputs are texts, not rows of a table. scikit-learn is imported by :meth:`fit` alone.

    Parameters
    ----------
    C : float, default=10
        How closely the examples are followed (inverse strength of the regularisation of the logistic regression).
    caution : float, default=0.6
        Confidence below which :meth:`classify` does not decide, 0..1.
    names : bool, default=False
        Whether names count as words. If not, capitalised words within a sentence are left out, so that the village does not decide.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        What was taught, in alphabetical order.
    counts_ : dict
        Label -> how many examples it has. Rare labels weigh as much as common ones.
    conflicts_ : tuple of (str, tuple)
        Texts that were given more than once with different labels, and those labels.
    temperature_ : float
        Scores are divided by it, so that a confidence means what it says; found by cross-validation over the examples.
    texts_ : list of (str, label)
        The examples. They are put into a file only on demand, see :meth:`save`.
    """

    def __init__(self, *, C: float = 10.0, caution: float = 0.6, names: bool = False) -> None:  # noqa: N803 - scikit-learn's name
        self.C = C
        self.caution = caution
        self.names = names

    def fit(self, texts: Iterable[str], labels: ArrayLike) -> Self:
        """Learn from examples.

        Parameters
        ----------
        texts : iterable of str
        labels : array-like of shape (n_texts,)
            Texts or whole numbers. Two different ones at least; one example of each will do, twenty are better.

        Raises
        ------
        TeachingError
            If there is no example or only one label, an example has no words or no label, or their numbers differ.
        """
        texts = _listed(texts)
        classes, targets = _classes(texts, labels)
        cut = [cut_up(text, names=self.names) for text in texts]
        self._learned = WordModel.fit(cut, targets, len(classes), self.C)
        self._calibrate(cut, targets, len(classes))
        self.classes_ = classes
        self.texts_ = [(text, classes[target].item()) for text, target in zip(texts, targets, strict=True)]
        self.counts_ = {classes[target].item(): int(n) for target, n in enumerate(np.bincount(targets))}
        self.conflicts_ = _conflicts(self.texts_)
        return self

    def _calibrate(self, cut: Sequence[Cut], targets: NDArray[np.intp], n_classes: int) -> None:
        """Find the temperature, and how many syllables a text is usually known by, on examples that were left out."""
        folds = _folds(cut, targets)
        rows: list[tuple[NDArray[np.float64], int]] = []
        known: list[float] = []
        for fold in range(_FOLDS):
            inside = np.flatnonzero(folds != fold).tolist()
            if len(np.unique(targets[inside])) < 2:
                continue
            learned = WordModel.fit([cut[at] for at in inside], targets[inside], n_classes, self.C)
            taught = set(targets[inside].tolist())
            for at in np.flatnonzero(folds == fold).tolist():
                if targets[at] in taught:
                    rows.append((learned.scores(cut[at]), int(targets[at])))
                    known.append(learned.known(cut[at]))
        self.temperature_ = _temperature(rows)
        self._usual = min(float(np.quantile(known, _STRANGEST)), _KNOWN) if known else 0.0

    def predict_proba(self, texts: Iterable[str]) -> NDArray[np.float64]:
        """Calibrated probability of each label, if it is one of them, shape (n_texts, n_classes); rows sum to one."""
        scores = self._scores(texts)
        return np.asarray(np.exp(_log_softmax(scores / getattr(self, "temperature_", 1.0))))

    def predict(self, texts: Iterable[str]) -> NDArray[Any]:
        """Most probable label of each text, shape (n_texts,). Never abstains: :meth:`classify` does."""
        scores = self._scores(texts)
        return np.asarray(self.classes_[scores.argmax(1)])

    def score(self, texts: Iterable[str], labels: ArrayLike) -> float:
        """Share of the texts whose label is predicted (accuracy, 0..1)."""
        return float(np.mean(self.predict(texts) == np.asarray(labels)))

    def classify(self, text: str) -> TextVerdict:
        """Sort one text.

        Parameters
        ----------
        text : str
            With or without accents.

        Returns
        -------
        TextVerdict

        Raises
        ------
        TeachingError
            If nothing was taught.
        """
        probability = self.predict_proba([text])[0]
        order = np.argsort(-probability, kind="stable")
        ranked = [(self.classes_[at].item(), float(probability[at])) for at in order]
        return TextVerdict(
            text=text, label=ranked[0][0], confidence=ranked[0][1], alternatives=tuple(ranked[1:]),
            reason=self._reason(text, ranked[0][1]), evidence=self.explain(text, label=ranked[0][0]),
        )  # fmt: skip

    def _reason(self, text: str, confidence: float) -> NoLabel | None:
        if not normalize(text).strip():
            return "empty"
        if not is_readable(text):
            return "unreadable"
        known = self._learned.known(cut_up(text, names=self.names))
        if not known or known < self._usual:
            return "unfamiliar"
        return "unsure" if confidence < self.caution else None

    def explain(self, text: str, *, label: Any = None) -> tuple[WordWeight, ...]:
        """What each word of a text says for or against a label.

        Parameters
        ----------
        text : str
        label : optional
            One of ``classes_``. Default: the predicted one.

        Returns
        -------
        tuple of WordWeight
            The heaviest first. A pair of words shares its weight between the two. Words that were not taught, and names, are not there. The weights
            add up to how far the text moves the label away from the mean of the others, in logarithms of odds.
        """
        self._check_taught()
        known = self.classes_.tolist()
        if label is not None and label not in known:
            raise ValueError(_("Unknown label %(label)r. Choose one of classes_.") % {"label": label})
        cut = cut_up(text, names=self.names)
        target = known.index(label) if label is not None else int(self._learned.scores(cut).argmax())
        weights = self._learned.word_weights(cut, target) / self.temperature_
        found = [WordWeight(token.start, token.end, text[token.start : token.end], float(w)) for token, w in zip(cut.tokens, weights, strict=True) if w]
        return tuple(sorted(found, key=lambda word: (-abs(word.weight), word.start)))

    def save(self, target: str | os.PathLike[str] | IO[bytes], *, texts: bool = False) -> None:
        """Write the model to a file, ``my_model.ailab`` for example.

        The file holds the words that were learned, one by one. Names among them can be read there.

        Parameters
        ----------
        target : path or binary file
        texts : bool, default=False
            Put the examples in too: whoever loads the model can go on teaching, and can read them.
        """
        self._check_taught()
        settings = {
            "C": self.C, "caution": self.caution, "names": self.names, "classes": self.classes_.tolist(), "counts": list(self.counts_.values()),
            "temperature": self.temperature_, "usual": self._usual, "words": list(self._learned.vocabulary),
        }  # fmt: skip
        arrays = {name: getattr(self._learned, name) for name in WordModel.ARRAYS}
        files = {_TEXTS: json.dumps(self.texts_, ensure_ascii=False).encode()} if texts else {}
        write_model_file(target, ModelFile(type(self).__name__, settings, arrays, files))

    @classmethod
    def load(cls, source: str | os.PathLike[str] | bytes | IO[bytes]) -> Self:
        """Read a model from a file, from :meth:`save`. Needs numpy alone.

        Parameters
        ----------
        source : path, bytes or binary file

        Raises
        ------
        ModelError
            If the file is damaged, of another kind or of a newer ailab.
        """
        file = read_model_file(source, cls.__name__)
        try:
            return cls._restored(file)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError, RecursionError) as error:
            raise ModelError(_("This file is not a model of ailab, or it is damaged. Choose a file whose name ends in .ailab."), code="broken_model") from error

    @classmethod
    def _restored(cls, file: ModelFile) -> Self:
        settings = file.settings
        numbers = {name: float(settings[name]) for name in ("C", "caution", "temperature", "usual")}
        _check(all(map(math.isfinite, numbers.values())) and numbers["C"] > 0 and numbers["temperature"] > 0 and isinstance(settings["names"], bool))
        classes, counts, words = settings["classes"], settings["counts"], settings["words"]
        _check(len(classes) >= 2 and all(type(label) is type(classes[0]) and isinstance(label, (str, int)) for label in classes))
        _check(classes == sorted(set(classes)) and len(counts) == len(classes) and all(isinstance(n, int) and n > 0 for n in counts))
        _check(all(isinstance(word, str) for word in words) and len(set(words)) == len(words))
        texts = [(text, label) for text, label in json.loads(file.files.get(_TEXTS, b"[]"))]
        _check(all(isinstance(text, str) and label in classes for text, label in texts))
        self = cls(C=numbers["C"], caution=numbers["caution"], names=settings["names"])
        self._learned = WordModel(dict(zip(words, range(len(words)), strict=True)), **{name: file.arrays[name] for name in WordModel.ARRAYS})
        shapes = {"rarity": (len(words),), "weights": (len(classes), len(words)), "bias": (len(classes),)}
        _check(all(file.arrays[name].shape == shape and file.arrays[name].dtype == np.float32 for name, shape in shapes.items()))
        self.temperature_, self._usual, self.classes_ = numbers["temperature"], numbers["usual"], np.array(classes)
        self.counts_, self.texts_, self.conflicts_ = dict(zip(classes, counts, strict=True)), texts, _conflicts(texts)
        return self

    def _scores(self, texts: Iterable[str]) -> NDArray[np.float64]:
        self._check_taught()
        scores = [self._learned.scores(cut_up(text, names=self.names)) for text in _listed(texts)]
        return np.array(scores, np.float64).reshape(-1, len(self.classes_))

    def _check_taught(self) -> None:
        if not hasattr(self, "classes_"):
            raise TeachingError(_("This model has not been taught anything yet. Give it texts of two kinds at least."), code="not_taught")


# --- examples -------------------------------------------------------------------------------------------------------------


def _listed(texts: Iterable[str]) -> list[str]:
    if isinstance(texts, (str, bytes)):
        raise TeachingError(_("Expected a list of texts, got a single one. Write [text], or use classify(text)."), code="one_text")
    texts = list(texts)
    for at, text in enumerate(texts):
        if not isinstance(text, str):
            raise TeachingError(_("Number %(n)d in the list is not a text. Take it out.") % {"n": at + 1}, code="not_a_text")
    return texts


def _classes(texts: Sequence[str], labels: ArrayLike) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Labels in alphabetical order, and which of them each text has; complains where nothing can be learned."""
    given = np.asarray(labels if hasattr(labels, "__array__") else list(labels))  # type: ignore[arg-type]
    if len(texts) != len(given) or given.ndim != 1:
        message = _("There are %(texts)d texts and %(labels)d labels. Give each text one label.")
        raise TeachingError(message % {"texts": len(texts), "labels": len(given)}, code="no_match")
    if not texts:
        raise TeachingError(_("There is nothing to learn from yet. Give at least one text of each of two kinds."), code="no_examples")
    for at, (text, label) in enumerate(zip(texts, given.tolist(), strict=True)):
        if not tokens(text):
            raise TeachingError(_("Text number %(n)d has no words. Write it, or take it out.") % {"n": at + 1}, code="empty_text")
        if not isinstance(label, (str, int)) or label == "":
            raise TeachingError(_("Text number %(n)d has no label. Say of which kind it is.") % {"n": at + 1}, code="no_label")
    if given.dtype == object:  # texts of pandas
        given = given.astype(str)
    classes, targets = np.unique(given, return_inverse=True)
    if len(classes) < 2:
        message = _("All texts are of one kind, “%(label)s”. Add at least one of another kind: only then is there something to tell apart.")
        raise TeachingError(message % {"label": classes[0]}, code="one_class")
    return classes, targets.astype(np.intp)


def _same(text: str) -> str:
    """Equal for texts that differ in case, accents, spaces and punctuation only."""
    return " ".join(unaccent(token.text) for token in tokens(text))


def _conflicts(texts: Iterable[tuple[str, Any]]) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    labels: defaultdict[str, dict[Hashable, str]] = defaultdict(dict)
    for text, label in texts:
        labels[_same(text)].setdefault(label, text)
    return tuple((next(iter(given.values())), tuple(given)) for given in labels.values() if len(given) > 1)


def _folds(cut: Sequence[Cut], targets: NDArray[np.intp]) -> NDArray[np.intp]:
    """In which of the folds each example is left out: the classes evenly, the same text always together."""
    number: dict[str, int] = {}
    used: Counter[int] = Counter()
    for text, target in zip(cut, targets.tolist(), strict=True):
        key = " ".join(unaccent(token.text) for token in text.tokens)
        if key not in number:
            number[key] = used[target] % _FOLDS
            used[target] += 1
    return np.array([number[" ".join(unaccent(token.text) for token in text.tokens)] for text in cut], np.intp)


def _log_softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    shifted = scores - scores.max(-1, keepdims=True, initial=-np.inf)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(-1, keepdims=True)))


def _temperature(rows: Sequence[tuple[NDArray[np.float64], int]]) -> float:
    """The temperature at which the labels of the examples that were left out are most likely, drawn towards the usual one."""
    grid = np.geomspace(0.2, 8, 61)
    loss = [_DRAWN * math.log(t / _TEMPERATURE) ** 2 - sum(float(_log_softmax(scores / t)[target]) for scores, target in rows) for t in grid]
    return float(grid[int(np.argmin(loss))])


def _check(fine: bool) -> None:
    if not fine:
        raise ValueError("settings")
