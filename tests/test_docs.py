"""The trainer's book: complete, in step with the lessons, and readable without a network."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from posixpath import normpath

import pytest
import yaml

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
NAV = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))["nav"]
LESSON_HEADINGS = ["Mục tiêu", "Thời gian", "Cần chuẩn bị", "Các bước", "Câu hỏi nên đặt", "Khi gặp trục trặc", "Đáp án", "Gợi ý thảo luận"]
PLAN_HEADINGS = ["Chuẩn bị riêng cho lớp này", "Một ngày", "Nửa ngày", "Lưu ý"]
PLANS = sorted((DOCS / "ke_hoach").glob("*.md"))


def script(name):
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAKING = script("make_pages")
LESSONS = MAKING.lessons()


def nav_pages(entry=NAV):
    if isinstance(entry, str):
        return [entry]
    return [page for part in (entry.values() if isinstance(entry, dict) else entry) for page in nav_pages(part)]


def read(lesson):
    return (DOCS / f"{lesson}.md").read_text("utf-8")


def headings(text):
    return re.findall(r"^## (.+)$", text, re.MULTILINE)


def part(text, heading):
    return re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)[1]


def table(text):
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return rows[2:]


def minutes_of_day(text):
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def test_there_are_lessons_and_plans_for_every_sector():
    assert len(LESSONS) >= 12
    assert {path.stem for path in PLANS} == {lesson.split("/")[0] for lesson in LESSONS}


def test_every_dashboard_has_its_page_in_the_nav():
    assert {f"{lesson}.md" for lesson in LESSONS} <= set(nav_pages())


def test_the_nav_holds_every_page_once():
    assert sorted(nav_pages()) == sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_has_the_standard_headings(lesson):
    assert headings(read(lesson)) == LESSON_HEADINGS
    assert all(len(part(read(lesson), heading).split()) > 5 for heading in LESSON_HEADINGS)


@pytest.mark.parametrize("plan", PLANS, ids=lambda path: path.stem)
def test_a_plan_has_the_standard_headings(plan):
    assert headings(plan.read_text("utf-8")) == PLAN_HEADINGS


@pytest.mark.parametrize("lesson", LESSONS)
def test_title_and_minutes_are_those_of_the_lesson(lesson):
    text = read(lesson)
    assert text.startswith(f"# {LESSONS[lesson]['title']}\n")
    assert f"**{LESSONS[lesson]['minutes']} phút.**" in part(text, "Thời gian")
    assert sum(int(row[0]) for row in table(part(text, "Các bước")) if row[0].isdigit()) == LESSONS[lesson]["minutes"]


@pytest.mark.parametrize("lesson", LESSONS)
def test_steps_speak_of_parts_that_the_lesson_has(lesson):
    cells = json.loads((ROOT / "notebooks" / f"{lesson}.ipynb").read_text("utf-8"))["cells"]
    text = "".join("".join(cell["source"]) + "\n" for cell in cells)
    there = set(re.findall(r"^## (\d+)\.", text, re.MULTILINE))
    named = set(re.findall(r"[Pp]hần (\d+)", part(read(lesson), "Các bước")))
    assert named <= there if there else not named


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_answers_name_the_right_option_of_every_question(lesson):
    code = (ROOT / "notebooks" / f"{lesson}.ipynb").read_text("utf-8")
    quizzes = re.findall(r'Quiz\(\\"(\w+)\\"\)', code)
    assert quizzes
    answers = part(read(lesson), "Đáp án").replace("\\", "")
    for name in quizzes:
        data = json.loads((ROOT / "ailab" / "assets" / "quizzes" / f"{name}.json").read_text("utf-8"))
        for item in data["items"]:
            right = {**data.get("options", {}), **item.get("options", {})}[item["answer"]]["vi"]
            question = re.escape(re.sub(r"\s+", " ", item["text"]["vi"]))
            assert re.search(rf"{question}[^\n]*\n\n    \*\*Đáp án: {re.escape(right)}\.\*\*", answers), (name, item["id"])


@pytest.mark.parametrize("half", ["Một ngày", "Nửa ngày"])
@pytest.mark.parametrize("plan", PLANS, ids=lambda path: path.stem)
def test_the_minutes_of_a_plan_add_up(plan, half):
    text = part(plan.read_text("utf-8"), half)
    rows = table(text)
    times = [tuple(map(minutes_of_day, row[0].split("–"))) for row in rows]
    assert [end - start for start, end in times] == [int(row[1]) for row in rows]
    assert [end for _, end in times[:-1]] == [start for start, _ in times[1:]]
    assert int(re.search(r"Tổng: \*\*(\d+) phút\*\*", text)[1]) == sum(int(row[1]) for row in rows)
    first, last = re.search(r"Từ (\d+:\d+) đến (\d+:\d+)", text).groups()
    assert (times[0][0], times[-1][1]) == (minutes_of_day(first), minutes_of_day(last))
    what = " ".join(row[2] for row in rows)
    assert "trước khóa, 3 phút" in what
    assert "sau khóa, 3 phút" in what
    assert "Nghỉ" in what


@pytest.mark.parametrize("half", ["Một ngày", "Nửa ngày"])
@pytest.mark.parametrize("plan", PLANS, ids=lambda path: path.stem)
def test_a_plan_refers_to_lessons_that_exist_and_fit_into_its_slots(plan, half):
    found = []
    for _time, minutes, _what, lesson in table(part(plan.read_text("utf-8"), half)):
        if lesson == "–":
            continue
        title, target, own = re.fullmatch(r"\[(.+)\]\((.+)\.md\), (\d+) phút", lesson).groups()
        name = normpath(f"ke_hoach/{target}")
        assert title == LESSONS[name]["title"]
        assert int(own) == LESSONS[name]["minutes"] <= int(minutes)
        found.append(name)
    assert len(found) == len(set(found))
    assert any(name.startswith(plan.stem) for name in found)


def test_the_index_lists_every_lesson_with_its_minutes():
    rows = {row[0]: row[2] for row in table(part((DOCS / "index.md").read_text("utf-8"), "Các bài học"))}
    assert rows == {f"[{offer['title']}]({lesson}.md)": str(offer["minutes"]) for lesson, offer in LESSONS.items()}


def test_what_is_made_of_data_is_fresh():
    for path, text in MAKING.generated().items():
        assert path.read_text("utf-8") == text, f"run python docs/make_pages.py: {path.name}"


def test_every_lesson_is_on_the_competency_map_and_every_code_exists():
    data = json.loads((DOCS / "competencies.json").read_text("utf-8"))
    codes = [item["code"] for framework in data["frameworks"] for item in framework["items"]]
    assert len(codes) == len(set(codes))
    assert set(data["lessons"]) == set(LESSONS)
    assert {code for used in data["lessons"].values() for code in used} <= set(codes)
    gaps = part((DOCS / "khung_nang_luc.md").read_text("utf-8"), "Chưa có bài nào dạy")
    assert set(re.findall(r"\*\*(\w+)\*\*", gaps)) == {code for code in codes if not any(code in used for used in data["lessons"].values())}
    assert all(framework["sources"] and framework["caveats"] for framework in data["frameworks"])


def test_the_commands_for_trainers_exist():
    from ailab.cli import _parser

    for page in ("truoc_buoi_hoc", "khong_dien_khong_mang", "index"):
        for command in re.findall(r"`ailab ([^`]+)`", (DOCS / f"{page}.md").read_text("utf-8")):
            _parser().parse_args(command.split())  # stops where it does not know a word


def test_memory_for_a_class_is_what_the_program_reckons_with():
    from ailab.classroom import learners

    text = part((DOCS / "truoc_buoi_hoc.md").read_text("utf-8"), "Máy có đủ sức không")
    for people, *there in table(text):
        need = [(learners._RESERVE + int(people.split()[0]) * one) / 2**30 for one in (learners._LEARNER_FORKED, learners._LEARNER)]
        assert [f"{gib:.1f} GB còn trống".replace(".", ",") for gib in need] == there


def test_the_book_says_once_that_nobody_has_reviewed_it():
    index = (DOCS / "index.md").read_text("utf-8")
    assert index.count("Chưa ai dạy thử") == index.count("Chưa cơ quan nào của tỉnh duyệt") == 1


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    pytest.importorskip("mkdocs")
    folder = tmp_path_factory.mktemp("site")
    # A build that asked for anything from elsewhere would fail: this proxy answers nothing.
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **nowhere}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_site_holds_every_page_and_no_program(site):
    assert {f"{page.removesuffix('.md')}.html" for page in nav_pages()} <= {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    assert not [path for path in site.rglob("*") if path.suffix in {".py", ".pyc", ".json"}]


def test_built_pages_refer_to_nothing_off_the_site(site):
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        for target in re.findall(r"""(?:src|href|action|poster|data)\s*=\s*["']([^"']*)""", text):
            assert not re.match(r"(?:\w+:)?//|https?:|data:", target), (page.name, target)
            path = target.split("#")[0]
            if page.name != "404.html" and path:
                assert (page.parent / path).exists(), (page.name, target)
    for sheet in site.rglob("*.css"):
        assert not re.search(r"url\(\s*[\"']?(?:https?:)?//|@import", sheet.read_text("utf-8")), sheet.name


def test_pages_name_their_language(site):
    assert '<html class="writer-html5" lang="vi"' in (site / "index.html").read_text("utf-8")
    assert '<html class="writer-html5" lang="en"' in (site / "index.en.html").read_text("utf-8")


@pytest.mark.browser
def test_the_handout_is_one_page_and_links_in_print_stay_inside(tmp_path):
    pytest.importorskip("mkdocs")
    if not shutil.which("chromium"):
        pytest.skip("needs Chromium")
    from pypdf import PdfReader

    printing = script("print_course")
    printing.print_pdf(["to_phat_tay.md"], tmp_path / "handout.pdf")
    assert len(PdfReader(tmp_path / "handout.pdf").pages) == 1
    names = printing.pages()
    assert names == nav_pages()
    html = printing.one_page(names)
    ids = set(re.findall(r'id="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= ids
    assert ".md)" not in html
    assert 'href=""' not in html
