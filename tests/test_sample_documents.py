"""The sample documents: they say what their sources say, name the fiction, and can be made again."""

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import pytest

from ailab import i18n
from ailab.readers import read_document
from ailab.samples import make_documents
from ailab.samples._document_source import FOLDER, plain, read_source, runs
from ailab.samples.documents import SampleDocument, sample_documents

FONT = Path("/usr/share/fonts/truetype/noto/NotoSerif-Regular.ttf")
SOURCES = [read_source(path) for path in sorted((FOLDER / "source").glob("*.txt"))]
every_source = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)


def needs_fpdf2():
    pytest.importorskip("fpdf", reason="fpdf2 makes the PDFs")
    if not FONT.exists():
        pytest.skip("no Noto Serif on this machine")


def words(text):
    return re.findall(r"\w+", text)


def test_the_list():
    documents = sample_documents()
    assert len(documents) == len(SOURCES) >= 9
    assert all(isinstance(document, SampleDocument) and document.path.is_file() for document in documents)
    assert {document.kind for document in documents} == {
        "cong_van", "ke_hoach", "quyet_dinh", "bao_cao", "thong_bao", "giay_moi", "cong_dien", "don", "huong_dan", "bien_ban",
    }  # fmt: skip
    formats = [document.path.suffix for document in documents]
    assert all(formats.count(suffix) >= 3 for suffix in (".docx", ".pdf", ".txt"))
    together = [document for document in documents if document.matter]
    assert len(together) == 2
    assert together[0].matter == together[1].matter
    assert documents[0].data == documents[0].path.read_bytes()
    files = {path.name for path in FOLDER.iterdir() if path.is_file()}
    assert files == {document.name for document in documents} | {"README.md"}


def test_titles_follow_the_language():
    document = sample_documents()[0]
    assert document.title == document.titles["vi"]
    with i18n.using("en"):
        assert document.title == document.titles["en"]
    assert all(title.strip() for document in sample_documents() for title in document.titles.values())


def test_nothing_that_makes_documents_is_loaded():
    code = "import sys; from ailab.samples.documents import sample_documents; sample_documents(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"docx", "fpdf", "pypdf", "lxml"} & set(loaded)


@every_source
def test_a_document_says_what_its_source_says(source):
    assert read_document(FOLDER / source.file_name).split("\n") == [" ".join(line.split()) for line in source.lines()]


@every_source
def test_the_length_suits_a_lesson(source):
    assert 250 <= len(words("\n".join(source.lines()))) <= 850


@every_source
def test_etiquette(source):
    """Section 8 of the house's facts: fiction named, nothing that could be real."""
    text = "\n".join(source.lines())
    assert "(Văn bản hư cấu dùng cho đào tạo)" in text[:500]
    assert any(place in text.lower() for place in ("xã bản mẫu", "xã đồi sao", "tỉnh sơn mẫu"))
    assert not re.search(r"\b(?:TỐI |TUYỆT )?MẬT\b|LƯU HÀNH NỘI BỘ", text)
    assert not re.search(r"\b[Hh]uyện\b|HUYỆN", text), "two levels since July 2025"
    for number in re.findall(r"\b\d{12}\b", text):
        assert number.startswith("099"), "no such province"
    for phone in re.findall(r"\b0\d{3}[ .]\d{3}[ .]\d{3,4}\b", text):
        assert phone.startswith(("0900 000 ", "0215 000 "))
    for address in re.findall(r"\S+@\S+", text):
        assert address.strip(".,;/").endswith("@example.vn") or address.strip(".,;/").endswith(".example.vn")
    for account in re.findall(r"\b\d{13,}\b", text):
        assert account.startswith("0990000000")


@every_source
def test_sources_are_composed_and_plain(source):
    raw = (FOLDER / "source" / f"{source.name}.txt").read_text("utf-8")
    assert "\r" not in raw
    assert "*" not in "".join(source.lines()), "a mark of bold or italic without its second half"
    for block in source.blocks:
        if block.kind == "table":
            assert {len(row) for row in block.rows} == {len(block.widths)}


def test_marks_of_bold_and_italic():
    assert runs("**Điều 1.** Hỗ trợ *các hộ* ***ngay***") == [("Điều 1.", "B"), (" Hỗ trợ ", ""), ("các hộ", "I"), (" ", ""), ("ngay", "BI")]
    assert plain("2 * 3") == "2 * 3"


def test_what_is_in_the_word_files():
    plan = docx.Document(io.BytesIO(next(document.data for document in sample_documents() if document.name.startswith("03"))))
    head, tasks, signature = plan.tables
    assert [cell.text for cell in tasks.rows[0].cells] == ["STT", "Nội dung", "Chủ trì", "Phối hợp", "Thời hạn", "Sản phẩm"]
    assert head.style.name == signature.style.name == "Normal Table"
    assert plan.styles["Normal"].font.name == "Times New Roman"
    guidance = next(document.data for document in sample_documents() if document.name.startswith("10"))
    xml = zipfile.ZipFile(io.BytesIO(guidance)).read("word/document.xml").decode()
    assert "<w:numPr>" in xml, "Word's own bullets"
    assert "- Che chắn" not in xml
    assert not [name for name in zipfile.ZipFile(io.BytesIO(guidance)).namelist() if name.endswith((".jpeg", ".png", ".bin"))]


@every_source
def test_made_twice_is_the_same(source, monkeypatch):
    if source.about["format"] == "pdf":
        needs_fpdf2()
    first = make_documents.make(source, FONT)
    import time

    monkeypatch.setattr(time, "localtime", lambda *_: time.struct_time((2031, 5, 6, 7, 8, 9, 1, 126, 0)))
    monkeypatch.setattr(time, "time", lambda: 2e9)
    assert make_documents.make(source, FONT) == first


def test_the_command(tmp_path, capsys):
    needs_fpdf2()
    make_documents.main(["--font", str(FONT), "--out", str(tmp_path)])
    assert {path.name for path in tmp_path.iterdir()} == {document.name for document in sample_documents()}
    assert "01_cong_van_ra_soat_ho_ngheo.docx: " in capsys.readouterr().out
    for document in sample_documents():
        assert read_document(tmp_path / document.name) == read_document(document.path)


def test_a_font_must_be_named():
    with pytest.raises(SystemExit):
        make_documents.main([])
