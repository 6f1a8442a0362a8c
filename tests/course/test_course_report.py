import datetime as dt
import io
import re
import xml.etree.ElementTree as ET

import openpyxl
import pytest

from ailab.course import charts
from ailab.course.analysis import Gain
from ailab.course.codes import new_code
from ailab.course.look import colours
from ailab.course.merge import Results, merge
from ailab.course.report import find, write_report
from ailab.course.store import questions_of
from ailab.course.tables import Answer, Participant
from ailab.errors import AilabError

DAY = dt.date(2026, 12, 1)
NASTY = "=HYPERLINK(1) <script>x</script> & \x07"


@pytest.fixture
def results(store, bank):
    course = store.new_course(bank, sector="admin", title=NASTY, place="=1+1", learners=40)
    store.open_test(course.code, "before", DAY)
    with store.session.begin() as session:
        for number in range(30):
            person = Participant(course_uuid=course.uuid, code=new_code("ab"[number % 2]))
            session.add(person)
            session.flush()
            for phase in ("before", "after"):
                for index, question in enumerate(questions_of(course, person.code, phase)):
                    right = phase == "after" or (index + number) % 2 == 0
                    session.add(Answer(participant_id=person.id, phase=phase, question=question, chosen="a", right=right, answered_at=dt.datetime(2026, 11, 3)))
    store.new_course(bank, sector="tourism", title="Lớp sau", learners=10)
    return merge([store.database], now=dt.datetime(2026, 12, 1))


@pytest.fixture
def written(results, bank, tmp_path):
    return {path.name: path for path in write_report(results, bank, tmp_path / "out" / "report", today=DAY, plan=(20, 2000))}


def test_what_is_written(written):
    assert list(written) == ["report.html", "report.xlsx", "plan.svg", "gains.svg", "courses.svg"]
    assert all(path.is_file() for path in written.values())


def test_the_page_needs_nothing_else_and_is_escaped(written):
    page = written["report.html"].read_text("utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"""(?:src|href)=["'](?!data:)|url\(|@import|https?://(?!www\.w3\.org/2000/svg)""", page)
    assert "@media print" in page
    assert colours()["green"] in page


def test_figures_on_the_page(written, results, bank):
    page = written["report.html"].read_text("utf-8")
    findings = find(results, bank)
    assert [gain.gain for _name, gain in findings.gains if not gain.competency] == [0.5]
    assert "+50" in page
    assert findings.overview.courses == 1
    assert "01/12/2026" in page
    assert "03/11/2026" in page


def test_the_workbook_holds_no_formula(written):
    book = openpyxl.load_workbook(io.BytesIO(written["report.xlsx"].read_bytes()))
    assert len(book.sheetnames) == 4
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    courses, competencies, questions, _notes = book.worksheets
    assert courses["D2"].value == "=1+1"
    assert courses["B2"].value.startswith("=HYPERLINK")
    assert (courses["H2"].value, courses["I2"].value, courses["K2"].value, courses["L2"].value) == (40, 30, 30, 0.5)
    assert courses["L3"].value is None, "a course that has not been held has no gain"
    assert competencies["E2"].value == 0.5
    assert questions.max_row == 17


def test_pictures_are_svg_that_stands_alone(written):
    for name in ("plan.svg", "gains.svg", "courses.svg"):
        root = ET.fromstring(written[name].read_text("utf-8"))
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        width, height = map(float, root.get("viewBox").split()[2:])
        for element in root.iter("{http://www.w3.org/2000/svg}text"):
            assert 0 <= float(element.get("x")) <= width
            assert 0 < float(element.get("y")) <= height


@pytest.mark.parametrize(("gain", "low", "high"), [(0.2, 0.1, 0.3), (-0.5, -0.9, -0.1), (0, 0, 0), (1, 1, 1), (0.02, -0.4, 0.44), (0.3, None, None)])
def test_intervals_lie_inside_the_picture(gain, low, high):
    root = ET.fromstring(charts.gains_chart([("Tên " * 40, Gain("k", 30, 0.4, 0.6, gain, low, high))]))
    places = [float(value) for element in root.iter() for key, value in element.attrib.items() if key in {"cx", "x1", "x2"}]
    assert len(places) > 3
    assert all(20 <= place <= 520 for place in places)
    zero = [e.get("x") for e in root.iter() if e.text == "0"]
    assert len(zero) == 1, "no gain must be seen as such"


def test_the_plan_is_never_more_than_full():
    root = ET.fromstring(charts.plan_chart([("Lớp", 25, 20), ("Học viên", 0, 2000)]))
    assert max(float(e.get("width")) for e in root.iter("{http://www.w3.org/2000/svg}rect")) == 540


def test_problems_come_first(results, bank, tmp_path):
    results.problems.append("bad <file>")
    page = write_report(results, bank, tmp_path / "r", today=DAY, plan=(20, 2000))[0].read_text("utf-8")
    assert "bad &lt;file&gt;" in page
    assert page.index("bad &lt;file") < page.index("<svg")


def test_an_empty_report_says_so(bank, tmp_path):
    page = write_report(Results(sources=1), bank, tmp_path / "r", today=DAY, plan=(20, 2000))[0].read_text("utf-8")
    assert page.count('class="report-empty"') == 3


def test_questions_of_another_bank_are_told(results, bank, tmp_path):
    other = type(bank)(bank.competencies, {}, ())
    findings = find(results, other)
    assert len(findings.problems) == 1
    assert findings.items[0][2] == findings.items[0][0].question


def test_a_folder_that_cannot_be_written(results, bank, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(AilabError, match="file"):
        write_report(results, bank, tmp_path / "file", today=DAY, plan=(20, 2000))
