"""Measure reading of documents: ``python benchmarks/documents.py [--data FOLDER] [--half dev|test|both] [--show]``.

- Administrative documents: the fictional ones in ``documents/``, whose gold was written before the rules (see ``documents/README.md``). Half of
  them were never looked at while the rules were written; that half is the judge.
- Summaries of news, with ``--data``: ``summaries_vietnews.*.jsonl.gz`` and ``summaries_vnmds.*.jsonl.gz``, beside lead, random, the greedy
  oracle and the summarisers of sumy.
- Seconds for ten pages, in a fresh process and again.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

import document_gold

from ailab import parse_document, read_document
from ailab.text import unaccent

HERE = Path(__file__).parent
HEAD = ("number", "type", "issuer", "place", "date", "subject", "signer", "recipients")


def same(text: object) -> str:
    """A field as it is compared: one Unicode form, single spaces, no case, no mark at its end."""
    return " ".join(unicodedata.normalize("NFC", str(text)).casefold().split()).strip(" .;,:") if text else ""


def overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def f1(right: int, predicted: int, gold: int) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    precision, recall = right / max(predicted, 1), right / max(gold, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


# --- administrative documents -----------------------------------------------------------------------------------------


def head_right(field: str, predicted: object, gold: object) -> bool:
    if field == "recipients":
        return [same(entry) for entry in predicted] == [same(entry) for entry in gold]
    if field == "type":
        return unaccent(same(predicted)) == unaccent(same(gold))
    return same(predicted) == same(gold)


def owner_right(predicted: str | None, gold: list[str]) -> bool:
    """Whether the owner is one of those named: the same words but for two in ten, or nobody where there is nobody."""
    if not gold or not predicted:
        return not gold and not predicted
    words = Counter(same(predicted).split())
    return any(2 * sum((words & Counter(same(name).split())).values()) >= 0.8 * (sum(words.values()) + len(same(name).split())) for name in gold)


class Score:
    """Counts over documents."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.kinds: dict[str, Counter[str]] = defaultdict(Counter)

    def head(self, name: str, text: str, gold: dict, show: bool) -> None:
        document = parse_document(text)
        for field in HEAD:
            predicted = getattr(document, field)
            right = head_right(field, predicted, gold["head"][field])
            self.counts[f"head {field}"] += right
            self.counts["head right"] += right
            if show and not right:
                print(f"{name} {field}: {predicted!r}, not {gold['head'][field]!r}")

    def deadlines(self, name: str, text: str, gold: dict, show: bool) -> None:
        predicted = list(parse_document(text).deadlines)
        places = [(document_gold.place(text, item["raw"]), item) for item in gold["deadlines"]]
        free = list(predicted)
        for span, item in places:
            near = [found for found in free if overlap((found.start, found.end), span)]
            hit = next((found for found in near if found.value == item["value"] and found.op == item["op"]), near[0] if near else None)
            right = hit is not None and hit.value == item["value"] and hit.op == item["op"]
            self.counts["deadline gold"] += 1
            self.counts["deadline place"] += hit is not None
            self.counts["deadline right"] += right
            if hit is not None:
                free.remove(hit)
                self.counts["inferred right"] += hit.inferred == item["inferred"]
                owner = owner_right(hit.owner, item["owner"])
                self.counts["owner right"] += owner
                if show and not owner:
                    print(f"{name} owner of {item['raw']!r}: {hit.owner!r}, not {item['owner']}")
            if show and not right:
                print(f"{name} deadline {item['raw']!r} {item['op']} {item['value']}: {(hit.raw, hit.op, hit.value) if hit else 'missed'}")
        self.counts["deadline predicted"] += len(predicted)
        for found in free if show else ():
            print(f"{name} deadline invented: {text[max(0, found.start - 60) : found.start]!r} >> {found.raw!r} {found.op} {found.value}")

    def personal_data(self, name: str, text: str, gold: dict, show: bool) -> None:
        from ailab import find_personal_data

        predicted = find_personal_data(text)
        for item in gold["personal_data"]:
            places = document_gold.places(text, item["text"])
            found = [any(overlap(span, (hit.start, hit.end)) and hit.kind == item["kind"] for hit in predicted) for span in places]
            if len(item["text"]) < 6:  # a year or a name of a people stands elsewhere as well
                places, found = places[:1], [any(found)]
            self.kinds[item["kind"]]["gold"] += len(places)
            self.kinds[item["kind"]]["found"] += sum(found)
            if show and not all(found):
                print(f"{name} {item['kind']} missed: {item['text']!r} at {[place for place, ok in zip(places, found, strict=False) if not ok]}")
        spans = [(span, item["kind"]) for item in gold["personal_data"] for span in document_gold.places(text, item["text"])]
        for hit in predicted:
            if hit.role == "signer":
                continue
            right = any(overlap(span, (hit.start, hit.end)) and hit.kind == kind for span, kind in spans)
            self.kinds[hit.kind]["predicted"] += 1
            self.kinds[hit.kind]["right"] += right
            if show and not right:
                print(f"{name} {hit.kind} invented: {text[max(0, hit.start - 40) : hit.start]!r} >> {hit.text!r}")

    def key_points(self, name: str, text: str, gold: dict, show: bool) -> None:
        from ailab import Summarizer

        chosen = [(sentence.start, sentence.end) for sentence in Summarizer(n_sentences=5).summarize(text).sentences]
        for point in gold["key_points"]:
            hit = any(covered(chosen, document_gold.place(text, quotation)) for quotation in point)
            self.counts["points"] += 1
            self.counts["points covered"] += hit
            if show and not hit:
                print(f"{name} key point missed: {point[0]!r}")

    def print(self, title: str) -> None:
        counts = self.counts
        counts["documents"] = max(counts["documents"], 1)
        print(f"\n{title}: {counts['documents']} documents\n\n| measure | |\n|---|---|")
        print(f"| head fields exact | {counts['head right'] / (len(HEAD) * counts['documents']):.3f} |")
        print("".join(f"| … {field} | {counts[f'head {field}'] / counts['documents']:.3f} |\n" for field in HEAD), end="")
        precision, recall, score = f1(counts["deadline right"], counts["deadline predicted"], counts["deadline gold"])
        known = f"precision {precision:.3f}, recall {recall:.3f}; {counts['deadline gold']} of them"
        print(f"| deadlines F1 (place, value and kind right) | {score:.3f} ({known}) |")
        print(f"| … place alone | {f1(counts['deadline place'], counts['deadline predicted'], counts['deadline gold'])[2]:.3f} |")
        print(f"| owner right, of the deadlines found | {counts['owner right'] / max(counts['deadline place'], 1):.3f} |")
        print(f"| inferred year marked right | {counts['inferred right'] / max(counts['deadline place'], 1):.3f} |")
        if counts["points"]:
            print(f"| key points covered by 5 sentences | {counts['points covered'] / counts['points']:.3f} ({counts['points']} of them) |")
        total = sum(self.kinds.values(), Counter())
        if total:
            print(f"| personal data, recall / precision | {total['found'] / total['gold']:.3f} / {total['right'] / total['predicted']:.3f} |")
        for kind, count in sorted(self.kinds.items()):
            print(f"| … {kind} ({count['gold']}) | {count['found'] / max(count['gold'], 1):.3f} / {count['right'] / max(count['predicted'], 1):.3f} |")


def covered(chosen: list[tuple[int, int]], span: tuple[int, int]) -> bool:
    """Whether the chosen sentences hold at least half of a quotation."""
    return 2 * sum(max(0, min(end, span[1]) - max(start, span[0])) for start, end in chosen) >= span[1] - span[0]


def administrative(folder: Path, title: str, *, show: bool, only: str = "") -> None:
    score = Score()
    for document in document_gold.load(folder):
        text = read_document(document.data, name=f"{document.name}.txt")
        for measure in (score.head, score.deadlines, score.personal_data, score.key_points):
            if not only or only in measure.__name__:
                measure(document.name, text, document.gold, show)
        score.counts["documents"] += 1
    score.print(title)


# --- summaries of news ------------------------------------------------------------------------------------------------

BUDGETS = {"vietnews": 35, "vnmds": 180}  # syllables
WORD = re.compile(r"[^\W_]+")


class Syllables:
    """Tokens of ROUGE: runs of letters and digits."""

    def tokenize(self, text: str) -> list[str]:
        return WORD.findall(unicodedata.normalize("NFC", text).lower())


def cut(sentences: list[str], budget: int) -> str:
    """The first so many syllables."""
    text = " ".join(sentences)
    ends = [found.end() for found in WORD.finditer(text)]
    return text if len(ends) <= budget else text[: ends[budget - 1]]


def read_news(data: Path, name: str) -> list[tuple[list[list[str]], list[str]]]:
    """Sentences of the documents of each record, and its reference summaries."""
    path = next(iter(sorted(data.glob(f"summaries_{name}.*.jsonl.gz"))))
    with gzip.open(path, "rt", encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    if name == "vietnews":
        return [([record["sentences"]], [record["summary"]]) for record in records]
    return [([document["sentences"] for document in record["docs"]], record["refs"]) for record in records]


def ours(documents: list[list[str]], budget: int, _scorer: object, _references: list[str]) -> list[str]:
    from ailab import Summarizer

    texts = ["\n".join(" ".join(sentence.split()) for sentence in sentences) for sentences in documents]
    return [sentence.text for sentence in Summarizer(max_syllables=budget).summarize(texts if len(texts) > 1 else texts[0]).sentences]


def lead(documents: list[list[str]], budget: int, _scorer: object, _references: list[str]) -> list[str]:
    """First sentences, of several documents in turn."""
    del budget
    rounds = itertools.zip_longest(*documents)
    return [sentence for row in rounds for sentence in row if sentence]


def at_random(documents: list[list[str]], budget: int, _scorer: object, _references: list[str]) -> list[str]:
    del budget
    sentences = [sentence for document in documents for sentence in document]
    return random.Random(len(sentences)).sample(sentences, len(sentences))


def oracle(documents: list[list[str]], budget: int, scorer: object, references: list[str]) -> list[str]:
    """Greedily the sentence that helps ROUGE-2 most: how far quoting can go."""
    left = [sentence for document in documents for sentence in document]
    chosen: list[str] = []
    best = 0.0
    while left and len(Syllables().tokenize(" ".join(chosen))) < budget:
        rated = [(rouge(scorer, cut([*chosen, sentence], budget), references)[1], -at) for at, sentence in enumerate(left)]
        score, at = max(rated)
        if score <= best:
            break
        best = score
        chosen.append(left.pop(-at))
    return chosen


def sumy(name: str) -> object:
    """A summariser of sumy over our sentences and syllables."""
    import importlib

    from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence

    module = importlib.import_module(f"sumy.summarizers.{name.lower().replace('-', '_')}")
    summarizer = getattr(module, name.replace("-", "") + "Summarizer")()

    class Words:
        def to_words(self, sentence: str) -> tuple[str, ...]:
            return tuple(Syllables().tokenize(sentence))

        def to_sentences(self, paragraph: str) -> tuple[str, ...]:
            return (paragraph,)

    def summarize(documents: list[list[str]], budget: int, _scorer: object, _references: list[str]) -> list[str]:
        pieces = [sentence for document in documents for sentence in document if Syllables().tokenize(sentence)]
        mean = len(Syllables().tokenize(" ".join(pieces))) / max(len(pieces), 1)
        model = ObjectDocumentModel([Paragraph([Sentence(piece, Words()) for piece in pieces])])
        return [str(sentence) for sentence in summarizer(model, min(len(pieces), int(budget / max(mean, 1)) + 1))]

    return summarize


def rouge(scorer: object, text: str, references: list[str]) -> tuple[float, float, float]:
    scores = [scorer.score(reference, text) for reference in references]
    return tuple(sum(score[kind].fmeasure for score in scores) / len(scores) for kind in ("rouge1", "rouge2", "rougeL"))


def news(data: Path, name: str, most: int | None) -> None:
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(["rouge1", "rouge2", "rougeL"], tokenizer=Syllables())
    records = read_news(data, name)[:most]
    systems = {"**ailab**": ours, "lead": lead, "random": at_random}
    systems |= {f"sumy {peer}": sumy(peer) for peer in ("Lex-Rank", "Text-Rank", "Lsa", "Luhn", "Sum-Basic", "Reduction")}
    systems["greedy oracle (has seen the answer)"] = oracle
    print(f"\n{name}: {len(records)} records, {BUDGETS[name]} syllables\n\n| | ROUGE-1 | ROUGE-2 | ROUGE-L | s a record |\n|---|---|---|---|---|")
    for title, system in systems.items():
        scores, seconds = [], 0.0
        for documents, references in records:
            start = time.perf_counter()
            sentences = system(documents, BUDGETS[name], scorer, references)
            seconds += time.perf_counter() - start
            scores.append(rouge(scorer, cut(sentences, BUDGETS[name]), references))
        means = [100 * sum(column) / len(scores) for column in zip(*scores, strict=True)]
        print(f"| {title} | {' | '.join(f'{mean:.1f}' for mean in means)} | {seconds / len(records):.3f} |", flush=True)


# --- seconds ----------------------------------------------------------------------------------------------------------

TEN_PAGES = """
import sys, time
start = time.perf_counter()
from ailab import Summarizer, find_personal_data, parse_document, read_document
def work(path):
    text = read_document(path)
    Summarizer(n_sentences=5).summarize(text); parse_document(text); find_personal_data(text)
work(sys.argv[1])
first = time.perf_counter() - start
again = []
for path in sys.argv[2:]:
    start = time.perf_counter(); work(path); again.append(time.perf_counter() - start)
print(first, sorted(again)[len(again) // 2])
"""
PAGE = 2600  # characters of a page of an office document


def ten_pages(folder: Path, kind: str, number: int) -> Path:
    """A file of ten pages: a document of the dev half, and others as its appendix; other ones for each number."""
    documents = document_gold.load(HERE / "documents" / "dev")
    texts = [document.data.decode("utf-8") for document in random.Random(number).sample(documents, len(documents))]
    text = (texts[0] + "\nPHỤ LỤC\n" + "\n".join(text.partition("\n\n")[2] for text in texts[1:]))[: 10 * PAGE]
    path = folder / f"ten{number}{kind}"
    if kind == ".txt":
        path.write_text(text, "utf-8")
        return path
    import docx

    word = docx.Document()
    for line in text.splitlines():
        word.add_paragraph(line)
    word.save(path)
    return path


def speed(repeats: int = 5) -> None:
    """Read, summary, tasks and personal data of ten pages: in a fresh process, and of other ten pages in the same."""
    print("\n| ten pages | first time, fresh process | again, other ten pages |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for kind in (".txt", ".docx"):
            paths = [str(ten_pages(Path(folder), kind, number)) for number in range(6)]
            command = [sys.executable, "-c", TEN_PAGES, *paths]
            runs = [subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() for _run in range(repeats)]  # noqa: S603 - ourselves
            first, again = (statistics.median(float(run[at]) for run in runs) for at in (0, 1))
            print(f"| {kind} | {first:.2f} s | {again:.3f} s |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--data", type=Path, help="folder with summaries_vietnews.*.jsonl.gz and summaries_vnmds.*.jsonl.gz")
    parser.add_argument("--half", choices=("dev", "test", "both"), default="both", help="which documents of our own")
    parser.add_argument("--show", action="store_true", help="print what went wrong in the dev half")
    parser.add_argument("--only", default="", help="one measure: head, deadlines, personal_data, key_points")
    parser.add_argument("--records", type=int, help="only the first so many records of news")
    parser.add_argument("--skip", nargs="*", default=[], choices=("documents", "news", "speed"), help="parts to leave out")
    args = parser.parse_args()
    if "speed" not in args.skip:
        speed()
    for name in BUDGETS if args.data and "news" not in args.skip else ():
        news(args.data, name, args.records)
    if "documents" in args.skip:
        return
    for half in ("dev", "test") if args.half == "both" else (args.half,):
        administrative(HERE / "documents" / half, f"Our own documents, {half} half", show=args.show and half == "dev", only=args.only)


if __name__ == "__main__":
    main()
