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
    module = sys.modules[name] = importlib.util.module_from_spec(spec)  # a dataclass looks its module up
    spec.loader.exec_module(module)
    return module


MAKING = script("make_pages")
PICTURES = script("screenshots")
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


def test_pictures_show_the_lessons_as_they_are():
    """Of a notebook, a demo or a page that changed, take the picture again."""
    assert not PICTURES.stale(), "run: python docs/screenshots.py"


def test_a_picture_that_is_missing_or_was_taken_of_something_else_is_noticed(tmp_path, monkeypatch):
    assert PICTURES.stale(tmp_path) == list(PICTURES.PICTURES)
    monkeypatch.setattr(PICTURES.Picture, "digest", lambda picture: picture.of)
    shutil.copytree(PICTURES.FOLDER, tmp_path / "hinh")
    record = tmp_path / "hinh" / PICTURES.TAKEN
    assert set(json.loads(record.read_text("utf-8"))) == set(PICTURES.PICTURES)
    record.write_text(json.dumps({name: picture.of for name, picture in PICTURES.PICTURES.items()} | {"admin_01": "another"}), "utf-8")
    (tmp_path / "hinh" / "tourism_02.webp").unlink()
    assert PICTURES.stale(tmp_path / "hinh") == ["tourism_02", "admin_01"]
    notebook, *others = [path.relative_to(PICTURES.ROOT).as_posix() for path in PICTURES.PICTURES["agriculture_01"].sources()]
    assert notebook == "notebooks/agriculture/01_kham_benh_la.ipynb"
    assert {"ailab/widgets/leaf_clinic.py", "ailab/assets/models/crops/SHA256SUMS", "ailab/samples/_lesions.py"} <= set(others)


def test_every_picture_is_in_the_book_in_its_own_size_with_words_for_who_does_not_see_it():
    from PIL import Image

    figure = re.compile(r'<figure class="(\w+)">\n<img src="([^"]+)" width="(\d+)" height="(\d+)" alt="([^"]+)">\n<figcaption>(.+)</figcaption>\n</figure>\n\n')
    found, pages = {}, {}
    for page in DOCS.rglob("*.md"):
        text = page.read_text("utf-8")
        assert len(figure.findall(text)) == text.count("<figure"), page.name
        for kind, source, width, height, alt, caption in figure.findall(text):
            path = (page.parent / source).resolve()
            assert path.parent == PICTURES.FOLDER
            found[path.stem], pages[path.stem] = (kind, (int(width), int(height))), page
            assert len(alt) > 40
            assert caption.endswith(".")
            assert Image.open(path).size == (int(width), int(height))
    screens = {PICTURES.PROJECTOR: "projector", PICTURES.PHONE: "phone"}
    assert found == {name: (screens[picture.screen], picture.screen) for name, picture in PICTURES.PICTURES.items()}
    assert {f"{picture.of}.md" for picture in PICTURES.PICTURES.values() if "/" in picture.of} == {f"{lesson}.md" for lesson in LESSONS}
    assert all(pages[name] == DOCS / f"{picture.of}.md" for name, picture in PICTURES.PICTURES.items() if "/" in picture.of)
    assert sum(path.stat().st_size for path in PICTURES.FOLDER.iterdir()) < 1_000_000


def not_entered(lessons):
    """Where lessons still have to be entered by hand, as a sentence; empty if nowhere."""
    bank = json.loads((ROOT / "ailab" / "assets" / "questions" / "bank.json").read_text("utf-8"))
    places = {
        "docs/competencies.json (“lessons”)": set(json.loads((DOCS / "competencies.json").read_text("utf-8"))["lessons"]),
        "ailab/assets/questions/bank.json (“lessons” of at least one competency)": {
            lesson for competency in bank["competencies"].values() for lesson in competency["lessons"]
        },
        "docs/screenshots.py (PICTURES)": {picture.of for picture in PICTURES.PICTURES.values()},
        "mkdocs.yml (nav)": {page.removesuffix(".md") for page in nav_pages()},
        "docs/index.md (Các bài học)": set(re.findall(r"\(([\w/]+)\.md\)", part((DOCS / "index.md").read_text("utf-8"), "Các bài học"))),
    }
    told = [
        f"{lesson}: enter it in {', '.join(where)}"
        for lesson in sorted(lessons)
        if (where := [place for place, known in places.items() if lesson not in known])
    ]
    return "A new lesson is entered by hand. " + "; ".join(told) if told else ""


def test_a_lesson_is_entered_wherever_that_is_done_by_hand():
    assert not not_entered(LESSONS), not_entered(LESSONS)


def test_a_lesson_that_was_forgotten_is_told_in_one_sentence():
    said = not_entered({**LESSONS, "admin/99_bai_moi": {}})
    assert said.startswith("A new lesson is entered by hand. admin/99_bai_moi: enter it in docs/competencies.json")
    for place in ("bank.json", "screenshots.py", "mkdocs.yml", "docs/index.md"):
        assert place in said
    assert said.count("enter it in") == 1


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


@pytest.mark.browser
def test_the_script_takes_a_picture(tmp_path):
    if not shutil.which("chromium"):
        pytest.skip("needs Chromium")
    from PIL import Image

    PICTURES.take(["education_01"], tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["education_01.webp", "taken.json"]
    assert "education_01" not in PICTURES.stale(tmp_path)
    here, there = (Image.open(folder / "education_01.webp").convert("L").resize((64, 36)) for folder in (tmp_path, PICTURES.FOLDER))
    off = [abs(a - b) for a, b in zip(here.tobytes(), there.tobytes(), strict=True)]
    assert sum(off) / len(off) < 12  # the same page, perhaps with other fonts
