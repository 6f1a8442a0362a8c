"""Measure questions and answers: ``python benchmarks/qa.py [--data FOLDER]``.

On the questions about Dien Bien that lie beside this file, and, with ``--data``, on paragraphs and questions of XQuAD
(``qa_xquad_<vi|en>.*.jsonl.gz``: one paragraph a line with ``context``, ``sentences``, ``fold`` and ``qas``), next to peers:
BM25 (bm25s), TF-IDF over letter sequences (scikit-learn), and both together, each with and without accents.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import Counter
from pathlib import Path

import numpy as np

from ailab import QuestionAnswerer
from ailab.qa import is_right
from ailab.text import sentences, syllables, unaccent

QUESTIONS = Path(__file__).parent / "dien_bien_questions.jsonl"
TYPED = {
    "vi": {
        "question": "as typed",
        "question_noaccent": "no accents",
        "question_halfaccent": "half accents",
        "question_typo": "1-2 slips",
        "question_noaccent_typo": "no accents + slips",
    },
    "en": {"question": "as typed", "question_typo": "1-2 slips"},
}


def mean_rank(scores: np.ndarray, right: int) -> float:
    """Rank of the right one, 1 and up; ties count at their mean rank."""
    return 1 + float((scores > scores[right]).sum()) + (float((scores == scores[right]).sum()) - 1) / 2


def auroc(positive: np.ndarray, negative: np.ndarray) -> float:
    """Probability that a positive scores higher than a negative (ties count half)."""
    ordered = np.sort(negative)
    below, up_to = np.searchsorted(ordered, positive, "left"), np.searchsorted(ordered, positive, "right")
    return float((below + up_to).mean() / (2 * len(negative)))


def holds_answer(paragraph: dict, question: dict, start: int, end: int) -> bool:
    """Whether a quotation covers the answer and is at most half longer than the sentence that holds it."""
    begin = question["answer_start"]
    gold = sum(paragraph["sentences"][at][1] - paragraph["sentences"][at][0] for at in question["answer_sentences"])
    return start <= begin and begin + len(question["answer"]) <= end and end - start <= 1.5 * gold


class Ours:
    """The library as an author uses it."""

    def __init__(self, texts: list[str], lang: str) -> None:
        self.numbers = {str(at): at for at in range(len(texts))}
        self.qa = QuestionAnswerer(caution=0).fit([{"id": str(at), "text": text, "lang": lang} for at, text in enumerate(texts)])

    def ask(self, question: str) -> tuple[np.ndarray, tuple[int, int], float]:
        answer = self.qa.ask(question)
        scores = np.zeros(len(self.numbers))
        for passage, score in self.qa.search(question, k=len(scores)):
            scores[self.numbers[passage.id]] = score
        citation = answer.citations[0] if answer.citations else None
        return scores, (citation.start, citation.end) if citation else (0, 0), answer.confidence

    def time(self, question: str) -> float:
        start = time.perf_counter()
        self.qa.ask(question)
        return time.perf_counter() - start


class Peer:
    """BM25, TF-IDF over letters, or their sum; quotes the best sentence of the best paragraph; sure of itself as its score is high."""

    def __init__(self, texts: list[str], lang: str, *, words: bool, letters: bool, bare: bool) -> None:
        del lang
        self.clean = unaccent if bare else str
        self.texts = texts
        self.paragraphs = _Searcher([self.clean(text) for text in texts], words=words, letters=letters)
        self.spans = [sentences(text) for text in texts]
        pieces = [self.clean(text[start:end]) for text, spans in zip(texts, self.spans, strict=True) for start, end in spans]
        self.first = np.cumsum([0] + [len(spans) for spans in self.spans])
        self.pieces = _Searcher(pieces, words=words, letters=letters)

    def ask(self, question: str) -> tuple[np.ndarray, tuple[int, int], float]:
        scores = self.paragraphs(self.clean(question))
        best = int(scores.argmax())
        within = self.pieces(self.clean(question))[self.first[best] : self.first[best + 1]]
        return scores, self.spans[best][int(within.argmax())], float(self.paragraphs.sure[best])

    def time(self, question: str) -> float:
        start = time.perf_counter()
        self.ask(question)
        return time.perf_counter() - start


class _Searcher:
    def __init__(self, texts: list[str], *, words: bool, letters: bool) -> None:
        import bm25s
        from sklearn.feature_extraction.text import TfidfVectorizer

        self.bm25 = self.letters = None
        if words:
            self.bm25 = bm25s.BM25(k1=1.2, b=0.75)
            self.bm25.index([syllables(text) for text in texts], show_progress=False)
        if letters:
            self.letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
            self.matrix = self.letters.fit_transform(texts)

    def __call__(self, question: str) -> np.ndarray:
        parts = []
        if self.bm25 is not None:
            known = [word for word in syllables(question) if word in self.bm25.vocab_dict]
            parts.append(self.bm25.get_scores(known) if known else np.zeros(self.bm25.scores["num_docs"]))
        if self.letters is not None:
            parts.append((self.matrix @ self.letters.transform([question]).T).toarray()[:, 0])
        self.sure = parts[-1]  # a sum that is scaled for each question says nothing about the next one
        if len(parts) == 1:
            return parts[0]
        return sum((part - part.min()) / (np.ptp(part) or 1) for part in parts)


def peers() -> dict[str, object]:
    made = {"ailab": Ours}
    for bare in (False, True):
        for name, words, letters in (("BM25 (bm25s)", True, False), ("TF-IDF letters (scikit-learn)", False, True), ("both together", True, True)):
            label = name + (", without accents" if bare else "")
            made[label] = lambda texts, lang, words=words, letters=letters, bare=bare: Peer(texts, lang, words=words, letters=letters, bare=bare)
    return made


def read(data: Path, lang: str) -> list[dict]:
    path = next(iter(sorted(data.glob(f"qa_xquad_{lang}.*.jsonl.gz"))))
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def xquad(data: Path, lang: str) -> None:
    paragraphs = read(data, lang)
    texts = [paragraph["context"] for paragraph in paragraphs]
    n = sum(len(paragraph["qas"]) for paragraph in paragraphs)
    print(f"\nXQuAD {lang}: {len(texts)} paragraphs, {n} questions\n")
    columns = [*("recall@1 " + name for name in TYPED[lang].values()), "recall@3", "MRR", "quoted sentence", "AUROC, folds", "fooled", "ms p50 / p95", "fit s"]
    print(f"| | {' | '.join(columns)} |")
    print("|" + "---|" * (len(columns) + 1))
    for name, make in peers().items():
        start = time.perf_counter()
        system = make(texts, lang)
        fitted = time.perf_counter() - start
        recalls, seconds, quoted, ranks = [], [], [], []
        for variant in TYPED[lang]:
            first = []
            for at, paragraph in enumerate(paragraphs):
                for question in paragraph["qas"]:
                    seconds.append(system.time(question[variant]))  # before anything remembers it
                    scores, (begin, end), _confidence = system.ask(question[variant])
                    rank = mean_rank(scores, at)
                    first.append(rank == 1)
                    if variant == "question":
                        ranks.append(rank)
                        quoted.append(int(scores.argmax()) == at and holds_answer(paragraph, question, begin, end))
            recalls.append(np.mean(first))
        area, fooled = folds(make, paragraphs, lang)
        r3, mrr = np.mean(np.array(ranks) <= 3), np.mean(1 / np.array(ranks))
        low, high = 1000 * np.quantile(seconds, [0.5, 0.95])
        cells = [*(f"{value:.3f}" for value in recalls), f"{r3:.3f}", f"{mrr:.3f}", f"{np.mean(quoted):.3f}", f"{area:.3f}", f"{fooled:.3f}"]
        print(f"| {name} | {' | '.join(cells)} | {low:.2f} / {high:.2f} | {fitted:.2f} |", flush=True)


def folds(make: object, paragraphs: list[dict], lang: str) -> tuple[float, float]:
    """Answerable against not: each half of the paragraphs is asked the questions of both halves.

    Returns the AUROC, and the share of the unanswerable that is answered where 90 % of the answerable are, with the
    threshold of one half used on the other.
    """
    sure = {}
    for fold in "ab":
        system = make([paragraph["context"] for paragraph in paragraphs if paragraph["fold"] == fold], lang)
        for known in (True, False):
            asked = [question["question"] for paragraph in paragraphs if (paragraph["fold"] == fold) == known for question in paragraph["qas"]]
            sure[fold, known] = np.array([system.ask(question)[2] for question in asked])
    area = auroc(np.concatenate([sure["a", True], sure["b", True]]), np.concatenate([sure["a", False], sure["b", False]]))
    fooled = [(sure[here, False] >= np.quantile(sure[other, True], 0.1)).mean() for here, other in ("ab", "ba")]
    return area, float(np.mean(fooled))


def dien_bien(path: Path, *, show: bool) -> None:
    questions = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    start = time.perf_counter()
    qa = QuestionAnswerer().fit("dien_bien")
    fitted = time.perf_counter() - start
    answers, seconds = [], []
    for question in questions:
        start = time.perf_counter()
        answers.append(qa.ask(question["question"]))
        seconds.append(time.perf_counter() - start)
    kinds = Counter(question["kind"] for question in questions)
    print(f"\nDien Bien: {len(qa.passages_)} passages, {len(questions)} questions of {path.name}, caution {qa.caution}\n")
    print("| questions | n | right answer | right passage, whatever is quoted | wrong answer | refused |\n|---|---|---|---|---|---|")
    pairs = list(zip(questions, answers, strict=True))
    groups = {kind: [pair for pair in pairs if pair[0]["kind"] == kind] for kind in kinds}
    groups |= {"ALL ANSWERABLE": [p for p in pairs if p[0]["answerable"]], "ALL UNANSWERABLE": [p for p in pairs if not p[0]["answerable"]]}
    for kind, group in groups.items():
        right = np.mean([question["answerable"] and not answer.abstained and is_right(question, answer) for question, answer in group])
        refused = np.mean([answer.abstained for _question, answer in group])
        near = np.mean([bool(answer.citations) and answer.citations[0].passage_id in question["passages"] for question, answer in group])
        print(f"| {kind} | {len(group)} | {right:.3f} | {near:.3f} | {abs(1 - right - refused):.3f} | {refused:.3f} |")
    sure = {known: np.array([answer.confidence for question, answer in pairs if question["answerable"] == known]) for known in (True, False)}
    bare = np.mean([is_right(question, answer) for question, answer in pairs if question["answerable"]])
    low, high = 1000 * np.quantile(seconds, [0.5, 0.95])
    print(f"\nRight if it had to answer everything: {bare:.3f}. AUROC of the confidence: {auroc(sure[True], sure[False]):.3f}.")
    print(f"ms a question p50 / p95: {low:.2f} / {high:.2f}. fit: {fitted:.2f} s.")
    if show:
        for question, answer in pairs:
            if answer.abstained == question["answerable"] or (question["answerable"] and not is_right(question, answer)):
                quote = answer.citations[0].quote if answer.citations else ""
                print(f"{question['id']} {question['kind']} {answer.confidence:.2f} {question['question']!r} -> {quote!r}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--data", type=Path, help="folder with qa_xquad_vi.*.jsonl.gz and qa_xquad_en.*.jsonl.gz")
    parser.add_argument("--questions", type=Path, default=QUESTIONS, help="questions about Dien Bien, as JSON lines")
    parser.add_argument("--show", action="store_true", help="print the questions that went wrong")
    args = parser.parse_args()
    dien_bien(args.questions, show=args.show)
    for lang in TYPED if args.data else ():
        xquad(args.data, lang)


if __name__ == "__main__":
    main()
