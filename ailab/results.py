"""What the demos answer: frozen records of a decision, its confidence, its evidence, and whether to believe it at all.

They hold codes, not prose; :mod:`ailab.show` turns them into prose, in the language in force when they are shown.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import datetime as dt

    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    from ailab.passages import Passage

__all__ = [
    "AdministrativeDocument",
    "Answer",
    "CheckCode",
    "CheckResult",
    "Citation",
    "ClozeKind",
    "ClozeQuestion",
    "ClozeQuiz",
    "Deadline",
    "DeadlineOp",
    "Diagnosis",
    "MaskedText",
    "NoAnswer",
    "NoLabel",
    "PersonalData",
    "PersonalDataKind",
    "PhotoReview",
    "Reason",
    "SecrecyMark",
    "Summary",
    "SummarySentence",
    "Task",
    "TextVerdict",
    "WordWeight",
]

#: Why a model does not answer.
Reason = Literal["poor_photo", "not_a_leaf", "unsure", "unfamiliar"]
#: Why a question is not answered.
NoAnswer = Literal["empty", "unreadable", "not_in_base"]
#: What a question leaves out.
ClozeKind = Literal["date", "number", "name", "term"]
#: Why a text is not sorted.
NoLabel = Literal["empty", "unreadable", "unfamiliar", "unsure"]
#: What a check says of an answer to an exercise.
CheckCode = Literal["right", "wrong", "type", "blank"]
#: How a date bounds a task: done before it, by it (inclusive), an event on it, the end of a range, the last day of a period; without a date:
#: again and again, or counted from an event.
DeadlineOp = Literal["before", "by", "on", "range", "period", "recurring", "relative"]
PersonalDataKind = Literal[
    "national_id", "old_id", "passport", "phone", "email", "dob", "address", "bank_account", "tax_code", "social_insurance", "plate", "person_name",
    "sensitive_health", "sensitive",
]  # fmt: skip


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
    reason : {None, 'poor_photo', 'not_a_leaf', 'unsure', 'unfamiliar'}
        Why the model does not answer, or None if it does. ``'unfamiliar'``: not sure enough, and the photo is
        stranger than 95 in 100 of the leaves that it knows.
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
    novelty : float, default=0.0
        How unlike the photos of training this one is: 0 for the middle one of known leaves, above 1 for the strangest 5 % of them, no
        upper end. The higher, the less the network is believed.
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
    novelty: float = 0.0

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
            "novelty": self.novelty, "evidence": self.evidence.tolist(),
        }  # fmt: skip

    def _repr_html_(self) -> str:
        from ailab.show import diagnosis_html

        return diagnosis_html(self)


@dataclass(frozen=True)
class PhotoReview:
    """A look at the photos that a person teaches from: each is judged by a model that was taught without it.

    Attributes
    ----------
    classes : tuple of str
    labels, predicted : tuple of str
        For each photo what the person says it is, and what the model says.
    confidence : tuple of float
        For each photo the calibrated probability of ``predicted``, 0..1.
    confusion : ndarray of shape (n_classes, n_classes), int
        Photos of the class of a row that are taken for the class of a column.
    duplicates : tuple of (int, int)
        Photos that show the same, by their places in ``labels``. They are judged by a model that was taught without either.
    group_accuracy : dict of str to (int, int)
        For each group of photos that the person named how many are right, and how many there are.
    """

    classes: tuple[str, ...]
    labels: tuple[str, ...]
    predicted: tuple[str, ...]
    confidence: tuple[float, ...]
    confusion: NDArray[np.int_] = field(repr=False, compare=False)
    duplicates: tuple[tuple[int, int], ...] = ()
    group_accuracy: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """Photos of each class."""
        return {name: self.labels.count(name) for name in self.classes}

    @property
    def mistakes(self) -> tuple[int, ...]:
        """Places of the photos that the model takes for something else, the ones it is surest of first."""
        wrong = [i for i, (label, guess) in enumerate(zip(self.labels, self.predicted, strict=True)) if label != guess]
        return tuple(sorted(wrong, key=lambda i: -self.confidence[i]))

    @property
    def accuracy(self) -> float:
        """Share of the photos that are judged right, 0..1."""
        return 1 - len(self.mistakes) / len(self.labels)

    def to_dict(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        return {
            "classes": list(self.classes), "labels": list(self.labels), "predicted": list(self.predicted), "confidence": list(self.confidence),
            "confusion": self.confusion.tolist(), "duplicates": [list(pair) for pair in self.duplicates],
            "group_accuracy": {name: list(pair) for name, pair in self.group_accuracy.items()},
            "counts": self.counts, "mistakes": list(self.mistakes), "accuracy": self.accuracy,
        }  # fmt: skip


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


@dataclass(frozen=True)
class SummarySentence:
    """A sentence of a summary: characters ``start`` to ``end`` of source number ``document``.

    Attributes
    ----------
    text : str
        The sentence as it stands in the source.
    start, end : int
        Where it stands.
    score : float
        How much it was worth when it was chosen; comparable within one summary only.
    document : int
        Which source, from 0.
    parts : tuple of (str, float)
        What the score is made of: a code, and its share of the score. They add up to ``score``.
    """

    text: str
    start: int
    end: int
    score: float
    document: int = 0
    parts: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Summary:
    """Sentences of one or several sources, word for word. Shows itself in a notebook.

    Attributes
    ----------
    sentences : tuple of SummarySentence
        In the order of the sources.
    sources : tuple of str
        The texts that were summarised.
    """

    sentences: tuple[SummarySentence, ...]
    sources: tuple[str, ...] = field(repr=False)

    @property
    def text(self) -> str:
        """The sentences, joined by spaces."""
        return " ".join(sentence.text for sentence in self.sentences)

    def to_dict(self) -> dict[str, Any]:
        """Everything but the sources, ready for JSON."""
        return {"text": self.text, "sentences": [asdict(sentence) for sentence in self.sentences]}

    def _repr_html_(self) -> str:
        from ailab.show import summary_html

        return summary_html(self)


@dataclass(frozen=True)
class Deadline:
    """By when, or when, something has to be done: characters ``start`` to ``end`` of the document.

    Attributes
    ----------
    raw : str
        The words of the document.
    start, end : int
        Where they stand.
    value : str or None
        ISO date (``2026-08-15``) or time (``2026-08-20T17:00``); the last day of a range or a period. None where the document gives no date.
    op : {'before', 'by', 'on', 'range', 'period', 'recurring', 'relative'}
    task : str
        What has to be done, as it stands in the document.
    owner : str or None
        Who has to do it, as named in the document; None where it names nobody.
    inferred : bool
        True where the document does not say the year and ``value`` takes it from the document's own date.
    """

    raw: str
    start: int
    end: int
    value: str | None
    op: DeadlineOp
    task: str = ""
    owner: str | None = None
    inferred: bool = False


@dataclass(frozen=True)
class Task:
    """What somebody has to do: characters ``start`` to ``end`` of the document.

    Attributes
    ----------
    text : str
        The words of the document.
    start, end : int
        Where they stand.
    owner : str or None
        Who leads, as named in the document.
    co_owners : tuple of str
        Who helps.
    deadline : Deadline or None
    """

    text: str
    start: int
    end: int
    owner: str | None = None
    co_owners: tuple[str, ...] = ()
    deadline: Deadline | None = None


@dataclass(frozen=True)
class AdministrativeDocument:
    """Parts of an administrative document, as they stand in it. Shows itself in a notebook.

    Attributes
    ----------
    text : str
        The document.
    number, type, issuer, place, subject, signer : str or None
        ``'142/UBND-VX'``, ``'Công văn'``, who issued it, where, what it is about (trích yếu), who signed; None where it does not say.
    date : datetime.date or None
        None where the day is left blank.
    recipients : tuple of str
        Lines of “Nơi nhận”.
    tasks : tuple of Task
    deadlines : tuple of Deadline
        In reading order.
    spans : dict of str to (int, int)
        Where each field of the head stands: ``text[slice(*spans["number"])]``. A field over several lines is the same with single spaces.
    parts : tuple of (str, int, int)
        ``'head'``, ``'basis'``, ``'body'``, ``'signature'``, ``'recipients'`` and where each stands, in reading order.
    """

    text: str = field(repr=False)
    number: str | None = None
    type: str | None = None
    issuer: str | None = None
    place: str | None = None
    date: dt.date | None = None
    subject: str | None = None
    signer: str | None = None
    recipients: tuple[str, ...] = ()
    tasks: tuple[Task, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    spans: dict[str, tuple[int, int]] = field(default_factory=dict, repr=False)
    parts: tuple[tuple[str, int, int], ...] = field(default=(), repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Everything but the text, ready for JSON."""
        record = {key: value for key, value in asdict(self).items() if key != "text"}
        return record | {"date": self.date.isoformat() if self.date else None}

    def _repr_html_(self) -> str:
        from ailab.show import document_html

        return document_html(self)


@dataclass(frozen=True)
class PersonalData:
    """Personal data in a text: characters ``start`` to ``end``.

    Attributes
    ----------
    start, end : int
    kind : str
        One of :data:`PersonalDataKind`.
    text : str
        The words of the text.
    role : {'', 'signer'}
        ``'signer'`` for the name of the person who signed an administrative document.
    """

    start: int
    end: int
    kind: PersonalDataKind
    text: str
    role: str = ""


@dataclass(frozen=True)
class MaskedText:
    """A text with placeholders instead of personal data, and the way back, which must stay on this machine.

    Attributes
    ----------
    text : str
        The same person or number has the same placeholder, ``[SỐ ĐỊNH DANH 1]`` for example.
    originals : dict of str to str
        Placeholder -> what stood there (the first way in which it is written in the text).
    found : tuple of PersonalData
        What was masked, as it stood in the text given.
    """

    text: str
    originals: dict[str, str] = field(repr=False)
    found: tuple[PersonalData, ...] = field(repr=False)

    def restore(self, text: str) -> str:
        """Put the originals back into a text with placeholders, an answer for instance."""
        for placeholder in sorted(self.originals, key=len, reverse=True):
            text = text.replace(placeholder, self.originals[placeholder])
        return text


@dataclass(frozen=True, repr=False)
class CheckResult:
    """What a check says of one answer to a task of an exercise. Shows itself in a notebook and in a terminal.

    Attributes
    ----------
    lesson : str
        ``"agriculture/01"``.
    number : int
        Which task.
    code : {'right', 'wrong', 'type', 'blank'}
        ``'type'``: nothing of the kind that is asked for, a text instead of a number for example; ``'blank'``: nothing filled in yet.
    message : str
        Why, in the language that was in force at the check.
    hint : str
        After several wrong attempts; else empty.
    """

    lesson: str
    number: int
    code: CheckCode
    message: str
    hint: str = ""

    @property
    def right(self) -> bool:
        """True where the answer is right."""
        return self.code == "right"

    def __str__(self) -> str:
        from ailab.show import check_text

        return check_text(self)

    __repr__ = __str__  # what a terminal shows

    def _repr_html_(self) -> str:
        from ailab.show import check_html

        return check_html(self)


@dataclass(frozen=True)
class SecrecyMark:
    """A mark that forbids the use of a text: characters ``start`` to ``end``.

    Attributes
    ----------
    start, end : int
    kind : {'mat', 'toi_mat', 'tuyet_mat', 'internal'}
        Secret, top secret, most secret; for internal circulation only.
    text : str
        The words of the text.
    """

    start: int
    end: int
    kind: Literal["mat", "toi_mat", "tuyet_mat", "internal"]
    text: str


@dataclass(frozen=True)
class ClozeQuestion:
    """A sentence of a text, characters ``start`` to ``end``, with a gap from ``gap_start`` to ``gap_end`` (both offsets into the text).

    Attributes
    ----------
    sentence : str
        As it stands in the text.
    start, end, gap_start, gap_end : int
    kind : {'date', 'number', 'name', 'term'}
        What is left out.
    options : tuple of str
        Answers to choose from, the right one among them; empty where the pupil writes.
    place : int
        Which sentence of the text it is, from 1; a heading counts as one.
    """

    sentence: str
    start: int
    end: int
    gap_start: int
    gap_end: int
    kind: ClozeKind
    options: tuple[str, ...]
    place: int

    @property
    def answer(self) -> str:
        """What was left out."""
        return " ".join(self.sentence[self.gap_start - self.start : self.gap_end - self.start].split())

    @property
    def gapped(self) -> str:
        """The sentence with its gap."""
        before, after = self.sentence[: self.gap_start - self.start], self.sentence[self.gap_end - self.start :]
        return " ".join(f"{before}……{after}".split())


@dataclass(frozen=True)
class ClozeQuiz:
    """Questions made from one text. Shows itself in a notebook.

    Attributes
    ----------
    questions : tuple of ClozeQuestion
        In the order of the text.
    source : str
        The text.
    n_sentences : int
        How many sentences it has.
    n_personal : int
        How many of them hold personal data; these make no questions.
    """

    questions: tuple[ClozeQuestion, ...]
    source: str = field(repr=False)
    n_sentences: int
    n_personal: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Everything but the source, ready for JSON."""
        questions = [asdict(question) | {"answer": question.answer, "gapped": question.gapped} for question in self.questions]
        return {"questions": questions, "n_sentences": self.n_sentences, "n_personal": self.n_personal}

    def _repr_html_(self) -> str:
        from ailab.show import cloze_html

        return cloze_html(self)


@dataclass(frozen=True)
class WordWeight:
    """What one word says for a label (positive) or against it (negative): characters ``start`` to ``end`` of a text."""

    start: int
    end: int
    text: str
    weight: float


@dataclass(frozen=True)
class TextVerdict:
    """What the model makes of one short text. Shows itself in a notebook.

    Attributes
    ----------
    text : str
    label : str or int
        Best guess. It is there even where the model abstains: then it is not an answer.
    confidence : float
        Calibrated probability of ``label``, 0..1.
    alternatives : tuple of (label, float)
        The other labels and their probabilities, most probable first.
    reason : {None, 'empty', 'unreadable', 'unfamiliar', 'unsure'}
        Why the model does not decide, or None if it does. ``'unfamiliar'``: fewer of the words were taught than in 95 of 100 of the examples.
    evidence : tuple of WordWeight
        What each word says for or against ``label``, the heaviest first.
    """

    text: str
    label: Any
    confidence: float
    alternatives: tuple[tuple[Any, float], ...]
    reason: NoLabel | None
    evidence: tuple[WordWeight, ...] = field(default=(), repr=False)

    @property
    def abstained(self) -> bool:
        """True where the model does not decide."""
        return self.reason is not None

    def to_dict(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        return asdict(self) | {"alternatives": [list(pair) for pair in self.alternatives], "abstained": self.abstained}

    def _repr_html_(self) -> str:
        from ailab.show import text_verdict_html

        return text_verdict_html(self)
