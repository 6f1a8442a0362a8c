"""A small neural network that writes sentences, as large chatbots do it: guess the next syllable, append it, guess again.

It learns how texts sound, not what is true (Bengio et al. 2003, "A neural probabilistic language model"). scikit-learn is
imported when it learns, not before.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.errors import AilabError, TextError
from ailab.i18n import gettext as _
from ailab.text import normalize, sentences, unify_tone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

__all__ = ["NeuralSyllableModel", "bundled_texts"]

_EDGE, _RARE = "", "\ufffd"  # start and end of a sentence; any syllable that is not known
_PUNCTUATION = ".,;:!?…()[]\"'“”‘’«»–—-"
_BATCH = 64
_LEARNING_RATE = 0.004


def bundled_texts(lang: str = "vi") -> list[str]:
    """Return the texts about Dien Bien that come with ailab, in one language."""
    from ailab.passages import load_passages

    return [passage.text for passage in load_passages("dien_bien") if passage.lang == lang]


class NeuralSyllableModel:
    """Guesses the next syllable from the few before it.

    Parameters
    ----------
    context : int, default=3
        How many syllables it looks back.
    hidden : int, default=64
        Neurons in its one hidden layer.
    epochs : int, default=16
        How many times it reads all the texts.
    most_syllables : int, default=1500
        The most frequent syllables that it learns; it reads the others as one, and never writes them.
    seed : int, default=0
        The same seed and texts give the same network.

    Attributes
    ----------
    syllables_ : list of str
        What it knows and can write.
    losses_ : list of float
        How surprised it was, on average, by each next syllable, one number for each reading of the texts.

    Examples
    --------
    >>> model = NeuralSyllableModel(epochs=60).fit(["Đồi A1 cao 32 mét.", "Đồi A1 ở Mường Thanh."])
    >>> model.next_probabilities("đồi")[0][0]
    'a1'
    """

    def __init__(self, *, context: int = 3, hidden: int = 64, epochs: int = 16, most_syllables: int = 1500, seed: int = 0) -> None:
        self.context = context
        self.hidden = hidden
        self.epochs = epochs
        self.most_syllables = most_syllables
        self.seed = seed

    def fit(self, texts: Iterable[str], progress: Callable[[int, int, float], Any] | None = None) -> NeuralSyllableModel:
        """Learn from texts, on one processor core: in a class many learn at once.

        Parameters
        ----------
        texts : iterable of str
        progress : callable, optional
            Called with how many readings are done, how many there will be, and the loss of the last one, each time. The
            model can be used inside it. When it returns False the learning stops, and the model stays as it is.

        Returns
        -------
        NeuralSyllableModel
            Itself.
        """
        written = [_pieces(text[start:end]) for text in map(normalize, texts) for start, end in sentences(text)]
        written = [words for words in written if words]
        if not written:
            raise TextError(_("There is no text to learn from. Give at least one sentence."), code="no_text")
        self._learn_words(written)
        before, after = self._pairs([[low for low, _form in words] for words in written])

        from sklearn.neural_network import MLPClassifier
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

        self._network = MLPClassifier((self.hidden,), batch_size=min(_BATCH, len(after)), learning_rate_init=_LEARNING_RATE, random_state=self.seed)
        self.losses_: list[float] = []
        rng = np.random.default_rng(self.seed)
        with threadpool_limits(1):
            seen = self._one_hot(before)
            for done in range(1, self.epochs + 1):
                order = rng.permutation(len(after))
                self._network.partial_fit(seen[order], after[order], classes=np.arange(len(self._words)))
                self.losses_.append(float(self._network.loss_))
                if progress is not None and progress(done, self.epochs, self.losses_[-1]) is False:
                    break
        return self

    def next_probabilities(self, before: str) -> list[tuple[str, float]]:
        """Return every known syllable and how probable it is after a text, most probable first.

        Parameters
        ----------
        before : str
            Only its last few syllables count. The end of a sentence comes back as ``""``.
        """
        return sorted(zip(self._words[1:], self._guess(self._codes(before))[1:].tolist(), strict=True), key=_second, reverse=True)

    def generate(self, start: str = "", *, n: int = 30, temperature: float = 0.8, seed: int | None = None) -> str:
        """Write one sentence. It sounds like the texts; what it says is made up.

        Parameters
        ----------
        start : str, default=""
            How the sentence begins.
        n : int, default=30
            The most syllables it appends.
        temperature : float, default=0.8
            Low: nearly always the most probable syllable. High: nearly any.
        seed : int, optional
            The same seed gives the same sentence.

        Returns
        -------
        str
        """
        if temperature <= 0:
            raise ValueError(_("The temperature must be greater than 0."))
        start = " ".join(normalize(start).split())
        rng = np.random.default_rng(seed)
        codes, written = self._codes(start), [start] if start else []
        for _step in range(n):
            p = self._guess(codes)
            p[0] = 0  # what it cannot write
            if codes[-1] == 1:
                p[1] = 0  # a sentence has at least one syllable
            warmed = np.exp((np.log(p + 1e-12) - np.log(p.max() + 1e-12)) / temperature) * (p > 0)
            code = int(rng.choice(len(p), p=warmed / warmed.sum()))
            if code == 1:
                break
            before, word = self._words[codes[-1]], self._words[code]
            written.append(self._forms.get((before, word)) or self._forms.get(("", word), word))
            codes = [*codes[1:], code]
        sentence = " ".join(written).replace(" ,", ",").rstrip(",")
        return sentence[:1].upper() + sentence[1:] + "."

    # --- words and numbers ---

    def _learn_words(self, written: list[list[tuple[str, str]]]) -> None:
        counts = Counter(low for words in written for low, _form in words)
        self.syllables_ = [word for word, _count in counts.most_common(self.most_syllables)]
        self._words = [_RARE, _EDGE, *self.syllables_]
        self._code = {word: code for code, word in enumerate(self._words)}
        # Capitals belong to a name, not to a syllable: Biên after Điện, but biên before giới. The first one says nothing.
        found: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for words in written:
            for (before, _form), (low, form) in itertools.pairwise(words):
                found[before, low][form] += 1
                found["", low][form] += 1
        self._forms = {key: forms.most_common(1)[0][0] for key, forms in found.items()}

    def _pairs(self, texts: list[list[str]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """What stands before each syllable, and the syllable; each sentence ends with an edge."""
        before, after = [], []
        for words in texts:
            codes = [1] * self.context + [self._code.get(word, 0) for word in words] + [1]
            for at in range(self.context, len(codes)):
                before.append(codes[at - self.context : at])
                after.append(codes[at])
        return np.array(before), np.array(after)

    def _codes(self, text: str) -> list[int]:
        if not hasattr(self, "_network"):
            raise AilabError(_("This model has learned nothing yet. Teach it first."), code="not_fitted")
        return ([1] * self.context + [self._code.get(low, 0) for low, _form in _pieces(text)])[-self.context :]

    def _one_hot(self, codes: NDArray[np.int64]) -> Any:
        """One row for each context: as many ones as syllables, each in its place."""
        from scipy.sparse import csr_matrix

        size = len(self._words)
        columns = (codes + np.arange(self.context) * size).ravel()
        shape = (len(codes), self.context * size)
        return csr_matrix((np.ones(codes.size, np.float32), columns, np.arange(0, codes.size + 1, self.context)), shape)

    def _guess(self, codes: list[int]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = self._network.predict_proba(self._one_hot(np.array([codes])))[0].astype(float)
        return found


def _pieces(text: str) -> list[tuple[str, str]]:
    """Syllables and commas of a text, in lower case and as they stand there."""
    pieces = []
    for word in text.split():
        form = word.strip(_PUNCTUATION)
        if form:
            pieces.append((unify_tone(form.lower()), form))
        if pieces and word.endswith((",", ";")):
            pieces.append((",", ","))
    return pieces


def _second(pair: tuple[str, float]) -> float:
    return pair[1]
