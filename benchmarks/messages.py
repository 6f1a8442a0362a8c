"""Measure the sorting of short texts: ``python benchmarks/messages.py``.

On the bundled messages, all of them invented (see ``ailab/assets/messages/README.md``), beside two baselines: the most frequent label, and multinomial
naive Bayes over a bag of words (scikit-learn's defaults). Two ways:

- cross-validation over all messages, ten folds, repeated with other folds. The settings of the classifier were chosen on three quarters of them, so
  these figures are a little too good;
- taught with the part for teaching, all of it or a few messages of each label, and judged on the part that was held out.
"""

from __future__ import annotations

import argparse
from collections import defaultdict

import numpy as np
from crop_measures import expected_calibration_error
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.model_selection import StratifiedKFold
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

from ailab import TextClassifier, load_passages
from ailab.samples.messages import Message, sample_messages, villages
from ailab.text import sentences

PEERS = {
    "majority": lambda: make_pipeline(CountVectorizer(), DummyClassifier()),
    "naive Bayes": lambda: make_pipeline(CountVectorizer(), MultinomialNB()),
    "ailab": TextClassifier,
}


def taught(name: str, messages: list[Message]):
    return PEERS[name]().fit([message.text for message in messages], [message.label for message in messages])


def cross_validated(name: str, messages: list[Message], repeats: int) -> list[tuple[Message, str, float, bool]]:
    """Each message as often as there are repeats: itself, the label, the confidence, whether it is answered."""
    rows = []
    labels = [message.label for message in messages]
    for seed in range(repeats):
        for inside, outside in StratifiedKFold(10, shuffle=True, random_state=seed).split(messages, labels):
            rows += judged(taught(name, [messages[at] for at in inside]), [messages[at] for at in outside])
    return rows


def judged(model, messages: list[Message]) -> list[tuple[Message, str, float, bool]]:
    if isinstance(model, TextClassifier):
        verdicts = [model.classify(message.text) for message in messages]
        return [(m, v.label, v.confidence, not v.abstained) for m, v in zip(messages, verdicts, strict=True)]
    p = model.predict_proba([message.text for message in messages])
    return [(m, model.classes_[row.argmax()], float(row.max()), True) for m, row in zip(messages, p, strict=True)]


def accuracy(rows) -> float:
    return float(np.mean([label == message.label for message, label, _p, _answered in rows])) if rows else float("nan")


def report(rows, repeats: int) -> str:
    answered = [row for row in rows if row[3]]
    confidence = np.array([p for _m, _l, p, _a in rows])
    error = expected_calibration_error(confidence, np.array([label == message.label for message, label, _p, _a in rows]), bins=10)
    by: defaultdict[str, list] = defaultdict(list)
    for row in rows:
        by[row[0].style or row[0].label].append(row)
    styles = ", ".join(f"{style} {accuracy(part):.0%} (n={len(part) // repeats})" for style, part in sorted(by.items()))
    return (
        f"accuracy {accuracy(rows):.1%} (n={len(rows) // repeats}), mean confidence {confidence.mean():.1%}, calibration error {error:.3f}, "
        f"answered {len(answered) / len(rows):.0%}, right of those {accuracy(answered):.0%}\n    {styles}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    for kind in ("citizens", "scams"):
        messages = list(sample_messages(kind))
        teach, test = ([m for m in messages if m.held_out == held] for held in (False, True))
        print(f"\n{kind}: {len(messages)} messages; cross-validation over all, 10 folds x {repeats}")
        for name in PEERS:
            print(f"  {name}: {report(cross_validated(name, messages, repeats), repeats)}")
        print(f"{kind}: taught with {len(teach)}, judged on the {len(test)} that were held out")
        for name in PEERS:
            print(f"  {name}: {report(judged(taught(name, teach), test), 1)}")
        print(f"{kind}: taught with n messages of each label (mean of {repeats} draws), judged on the {len(test)} that were held out")
        labels = sorted({m.label for m in teach})
        for n in (1, 5, 10, 20):
            drawn = defaultdict(list)
            for seed in range(repeats):
                rng = np.random.default_rng(seed)
                part = [m for label in labels for m in rng.permutation(np.array([m for m in teach if m.label == label], object))[:n]]
                for name in ("naive Bayes", "ailab"):
                    drawn[name] += judged(taught(name, part), test)
            for name, rows in drawn.items():
                print(f"  n={n} {name}: {report(rows, repeats).splitlines()[0]}")
    other_villages()
    off_topic()


def other_villages() -> None:
    """How often another village in its place moves a message, with and without names as words."""
    teach = [m for m in sample_messages() if not m.held_out]
    for names in (False, True):
        model = TextClassifier(names=names).fit([m.text for m in teach], [m.label for m in teach])
        moved = []
        for text in (m.text for m in sample_messages()):
            if here := next((name for name in villages() if name in text), None):
                swapped = [text.replace(here, other) for other in villages() if other != here]
                moved.append(np.mean(model.predict(swapped) != model.predict([text])[0]))
        some = sum(share > 0 for share in moved)
        print(f"\nanother village, names={names}: {len(moved)} messages name one, {some} of them move with some other; {np.mean(moved):.2%} of all swaps")


def off_topic() -> None:
    """How often it says that it cannot, on sentences about tourism that belong to no office."""
    teach = [m for m in sample_messages() if not m.held_out]
    model = TextClassifier().fit([m.text for m in teach], [m.label for m in teach])
    texts = [p.text[start:end] for p in load_passages("dien_bien") if p.lang == "vi" for start, end in sentences(p.text)]
    reasons = [model.classify(text).reason for text in texts]
    print(f"\n{len(texts)} Vietnamese sentences of another kind: not decided {np.mean([r is not None for r in reasons]):.0%}")


if __name__ == "__main__":
    main()
