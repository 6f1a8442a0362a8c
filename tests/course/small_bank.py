"""A small bank for tests."""

import json

OPTIONS = {letter: {"vi": f"Phương án {letter}", "en": f"Option {letter}"} for letter in "abcd"}


def small_bank(competencies=4, pairs=3):
    questions = []
    for number in range(competencies):
        for pair in range(pairs):
            for side, partner in (("x", "y"), ("y", "x")):
                stem = f"K{number + 1}-{pair + 1}"
                questions.append(
                    {
                        "id": stem + side, "competency": f"K{number + 1}", "pair": stem + partner, "difficulty": 2, "sectors": [],
                        "text": {"vi": f"Câu hỏi <{stem}{side}> & thử", "en": f"Question <{stem}{side}>"}, "options": OPTIONS,
                        "answer": "abcd"[(number + pair) % 4], "why": {"vi": "Vì thế.", "en": "Because."},
                    }
                )  # fmt: skip
    names = {f"K{i + 1}": {"name": {"vi": f"Năng lực {i + 1}", "en": f"Competency {i + 1}"}, "lessons": []} for i in range(competencies)}
    return {"competencies": names, "questions": questions}


def write_bank(folder, **options):
    path = folder / "bank.json"
    path.write_text(json.dumps(small_bank(**options)), encoding="utf-8")
    return path
