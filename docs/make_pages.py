"""Make what is made of the pages for trainers: ``python docs/make_pages.py``.

Answers come from the quizzes, the competency page and its picture from ``docs/competencies.json``. Run it after a change of either; a test
compares what it gives with what is there.
"""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent
ROOT = DOCS.parent
_MARKS = re.compile(r"(<!-- (\w+): (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def generated() -> dict[Path, str]:
    """Every file that this program writes, with what it should hold."""
    files = {path: _fill(path.read_text("utf-8")) for path in sorted(DOCS.rglob("*.md"))}
    files = {path: text for path, text in files.items() if _MARKS.search(text)}
    data = json.loads((DOCS / "competencies.json").read_text("utf-8"))
    files[DOCS / "khung_nang_luc.md"] = _competency_page(data)
    files[DOCS / "khung_nang_luc.svg"] = _competency_picture(data)
    return files


def lessons() -> dict[str, dict[str, Any]]:
    """What each dashboard says of itself, by ``sector/name``."""
    found = {}
    for path in sorted((ROOT / "notebooks").glob("*/*.ipynb")):
        offer = json.loads(path.read_text("utf-8"))["metadata"].get("ailab")
        if offer and not path.name.endswith(".en.ipynb"):
            found[f"{path.parent.name}/{path.stem}"] = offer
    return found


def quiz(name: str) -> dict[str, Any]:
    """The data of a quiz."""
    data: dict[str, Any] = json.loads((ROOT / "ailab" / "assets" / "quizzes" / f"{name}.json").read_text("utf-8"))
    return data


def _fill(text: str) -> str:
    def filled(found: re.Match[str]) -> str:
        make = {"answers": _answers, "sheet": _sheet, "key": _key}[found[2]]
        return f"{found[1]}\n{make(quiz(found[3]))}\n\n{found[4]}"

    return _MARKS.sub(filled, text)


def _plain(text: str) -> str:
    """Text that Markdown leaves as it is."""
    return re.sub(r"([\\`*_\[\]<>|])", r"\\\1", re.sub(r"\s+", " ", text))


def _options(data: dict[str, Any], item: dict[str, Any]) -> dict[str, str]:
    return {code: text["vi"] for code, text in {**data.get("options", {}), **item.get("options", {})}.items()}


def _answers(data: dict[str, Any]) -> str:
    lines = []
    for n, item in enumerate(data["items"], 1):
        right = _options(data, item)[item["answer"]]
        picture = " (Trên màn hình có hình vẽ một dấu mật.)" if "picture" in item else ""
        lines.append(f"{n}. {_plain(item['text']['vi'])}{picture}\n\n    **Đáp án: {_plain(right)}.** {_plain(item['rule']['vi'])}")
    return "\n\n".join(lines)


def _sheet(data: dict[str, Any]) -> str:
    lines = []
    for n, item in enumerate(data["items"], 1):
        picture = " (Văn bản có dấu MẬT.)" if "picture" in item else ""
        boxes = "".join(f"☐ {_plain(text)} &nbsp; " for text in _options(data, item).values())
        lines.append(f"{n}. {_plain(item['text']['vi'])}{picture}\n\n    {boxes.removesuffix(' &nbsp; ')}")
    return "\n\n".join(lines)


def _key(data: dict[str, Any]) -> str:
    rows = [f"| {n} | {_plain(_options(data, item)[item['answer']])} | {_plain(item['rule']['vi'])} |" for n, item in enumerate(data["items"], 1)]
    return "\n".join(["| Câu | Đáp án | Vì sao |", "|---|---|---|", *rows])


def _covered_by(data: dict[str, Any], code: str) -> list[str]:
    return [lesson for lesson, codes in data["lessons"].items() if code in codes]


def _competency_page(data: dict[str, Any]) -> str:
    titles = {lesson: offer["title"] for lesson, offer in lessons().items()}
    parts = [
        f"# {data['title']}",
        *data["intro"],
        '<div class="map" markdown="0">\n<img src="khung_nang_luc.svg" alt="Bảng: mỗi hàng một bài, mỗi cột một ý">\n</div>',
    ]
    for framework in data["frameworks"]:
        parts += [f"## {framework['name']}", *framework["about"], "Nguồn đã đọc, bản lưu, ngày " + data["read"] + ":"]
        parts.append("\n".join(f"- {source['what']} (`{source['address']}`). {source['sure']}" for source in framework["sources"]))
        parts.append("**Cần biết khi dùng:**")
        parts.append("\n".join(f"- {line}" for line in framework["caveats"]))
        rows = ["| Mã | Ý | Bài |", "|---|---|---|"]
        for item in framework["items"]:
            links = ", ".join(f"[{titles[lesson]}]({lesson}.md)" for lesson in _covered_by(data, item["code"])) or "**chưa có bài nào**"
            rows.append(f"| {item['code']} | {item['text']} | {links} |")
        parts.append("\n".join(rows))
    parts.append("## Chưa có bài nào dạy")
    missing = [f"- **{item['code']}** {item['text']} ({framework['short']})" for framework in data["frameworks"] for item in framework["items"]
               if not _covered_by(data, item["code"])]  # fmt: skip
    parts.append("\n".join(missing) if missing else "Ý nào ở trên cũng có ít nhất một bài. Điều đó chưa có nghĩa là dạy đủ.")
    parts += ["## Bản đồ này còn thiếu gì", "\n".join(f"- {line}" for line in data["gaps"])]
    return "\n\n".join(parts) + "\n"


def _competency_picture(data: dict[str, Any]) -> str:
    titles = {lesson: offer["title"] for lesson, offer in lessons().items()}
    left, top, step, row = 220, 64, 30, 28
    columns = [(framework, item["code"]) for framework in data["frameworks"] for item in framework["items"]]
    width, height = left + step * len(columns) + 20, top + row * len(data["lessons"]) + 16
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        '<g font-family="Noto Sans, Segoe UI, Arial, sans-serif" font-size="14">',
        f"<title>{escape(data['title'])}</title>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for n, (framework, code) in enumerate(columns):
        x = left + step * n + step // 2
        if n == 0 or columns[n - 1][0] is not framework:
            out.append(f'<text x="{left + step * n + 4}" y="22" font-weight="bold" fill="{framework["color"]}">{escape(framework["short"])}</text>')
            out.append(f'<line x1="{left + step * n}" y1="8" x2="{left + step * n}" y2="{height - 8}" stroke="#9aa79f"/>')
        out.append(f'<text x="{x}" y="48" text-anchor="middle">{code}</text>')
    for m, (lesson, codes) in enumerate(data["lessons"].items()):
        y = top + row * m
        if m % 2 == 0:
            out.append(f'<rect x="0" y="{y}" width="{width}" height="{row}" fill="#f1f5f2"/>')
        out.append(f'<text x="8" y="{y + 19}">{escape(titles[lesson])}</text>')
        out += [
            f'<circle cx="{left + step * n + step // 2}" cy="{y + row // 2}" r="7" fill="{framework["color"]}"/>'
            for n, (framework, code) in enumerate(columns)
            if code in codes
        ]
    return "\n".join([*out, "</g>", "</svg>"]) + "\n"


def main() -> None:
    """Write the files that changed."""
    for path, text in generated().items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8", newline="\n")
            print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
