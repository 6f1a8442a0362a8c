"""Administrative documents: two columns at the head and beside the signature, lists that Word numbers, tables, running heads."""

import io
import time
import unicodedata
import zipfile
from itertools import pairwise

import docx
import pytest
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject
from test_readers import code_of, pdf, repacked, saved, with_body, word

from ailab import readers
from ailab.readers import read_document

NATION, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
DATE = "Đồi Sao, ngày 05 tháng 8 năm 2026"
LEFT = ["ỦY BAN NHÂN DÂN", "XÃ ĐỒI SAO", "Số: 142/UBND-KT", "V/v rà soát hộ nghèo"]
RIGHT = [NATION, MOTTO, DATE]
RECIPIENTS = ["Nơi nhận:", "- Như trên;", "- Lưu: VT, KT."]
SIGNATURE = ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Vàng A Ví"]
BODY = "Thực hiện Kế hoạch của tỉnh, Ủy ban nhân dân xã yêu cầu các bản báo cáo."


def lines(source):
    return read_document(source.encode() if isinstance(source, str) else source).split("\n")


# Columns in a text file


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("gap", [" ", "          ", "\t", " | "])
def test_a_head_of_mixed_lines(gap, form):
    text = f"ỦY BAN NHÂN DÂN{gap}{NATION}\nXÃ ĐỒI SAO{gap}{MOTTO}\nSố: 142/UBND-KT{gap}{DATE}\nV/v rà soát hộ nghèo\nKính gửi: Các bản\n{BODY}"
    got = lines(unicodedata.normalize(form, text))
    if gap == " | ":  # a row without its second cell may belong to anything
        assert sorted(got) == sorted([*LEFT, *RIGHT, "Kính gửi: Các bản", BODY])
    else:
        assert got[:6] == [*LEFT[:3], *RIGHT]
        assert got[6:] == [LEFT[3], "Kính gửi: Các bản", BODY]


def test_a_subject_beside_the_date_goes_on_below():
    text = f"UBND XÃ ĐỒI SAO {NATION}\nSố: 1/UBND {MOTTO}\nV/v rà soát hộ nghèo, {DATE}\nhộ cận nghèo\nKính gửi: Các bản"
    assert lines(text) == ["UBND XÃ ĐỒI SAO", "Số: 1/UBND", "V/v rà soát hộ nghèo,", "hộ cận nghèo", NATION, MOTTO, DATE, "Kính gửi: Các bản"]


def test_centred_columns_with_rules_and_blanks():
    text = (
        f"   ỦY BAN NHÂN DÂN            {NATION}\n"
        f"      XÃ ĐỒI SAO                  {MOTTO}\n"
        "   Số:      /KH-UBND              ----------------\n\n"
        "                             Đồi Sao, ngày     tháng 8 năm 2026\n\n"
        "KẾ HOẠCH\nKiểm tra"
    )
    assert lines(text) == ["ỦY BAN NHÂN DÂN", "XÃ ĐỒI SAO", "Số: /KH-UBND", NATION, MOTTO, "Đồi Sao, ngày tháng 8 năm 2026", "KẾ HOẠCH", "Kiểm tra"]


def test_a_head_of_lines_in_turn():
    assert lines(f"UBND TỈNH\n{NATION}\nSỞ NỘI VỤ\n{MOTTO}\nSố: 3/KH-SNV\n{DATE}\nKẾ HOẠCH") == [
        "UBND TỈNH", "SỞ NỘI VỤ", "Số: 3/KH-SNV", NATION, MOTTO, DATE, "KẾ HOẠCH",
    ]  # fmt: skip


@pytest.mark.parametrize("head", [[*LEFT, *RIGHT], [*RIGHT, "ĐƠN ĐỀ NGHỊ"], [NATION.replace("HÒA", "HOÀ"), MOTTO, "Số: 12/KH", DATE]])
def test_a_clean_head_stays_as_it_is(head):
    assert lines("\n".join([*head, "Kính gửi: Các bản", BODY])) == [*head, "Kính gửi: Các bản", BODY]


@pytest.mark.parametrize("gap", [" ", "             ", " | "])
def test_a_signature_of_mixed_lines(gap):
    text = f"{BODY[:-1]}./.\nNơi nhận:{gap}KT. CHỦ TỊCH\n- Như trên;{gap}PHÓ CHỦ TỊCH\n\n- Lưu: VT, KT.{gap}Vàng A Ví\nPHỤ LỤC\nDanh sách"
    assert lines(text)[1:] == [*RECIPIENTS, *SIGNATURE, "PHỤ LỤC", "Danh sách"]


def test_a_name_with_a_degree_and_recipients_below_it():
    text = "Nơi nhận: GIÁM ĐỐC\n- Như trên;\n- UBND xã; BSCKII. Bạc Cầm Nghĩ\n- Lưu: VT.\nHết"
    assert lines(text) == ["Nơi nhận:", "- Như trên;", "- UBND xã;", "- Lưu: VT.", "GIÁM ĐỐC", "BSCKII. Bạc Cầm Nghĩ", "Hết"]


def test_a_clean_signature_stays_as_it_is():
    assert lines("\n".join([*RECIPIENTS, *SIGNATURE])) == [*RECIPIENTS, *SIGNATURE]


# Lines that a scanner broke


def test_lines_broken_anywhere():
    text = (
        "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05/3/2020 của Chính phủ về\n"
        "công tác văn thư;\n"
        "Căn cứ Kế hoạch số\n"
        "58/KH-UBND, xã yêu cầu gửi báo cáo trước ngày\n"
        "15/8/2026 theo quy định tại\n"
        "Điều 5 của Quy chế, gọi số\n"
        "0900 000 123 khi cần./.\n"
        "1.1. Nội dung\n"
        "Xây dựng chính quyền số\n"
        "Văn phòng chủ trì\n"
    )
    assert lines(text) == [
        "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05/3/2020 của Chính phủ về công tác văn thư;",
        "Căn cứ Kế hoạch số 58/KH-UBND, xã yêu cầu gửi báo cáo trước ngày 15/8/2026 theo quy định tại Điều 5 của Quy chế, gọi số 0900 000 123 khi cần./.",
        "1.1. Nội dung",
        "Xây dựng chính quyền số",
        "Văn phòng chủ trì",
    ]


def test_headings_and_the_end_are_not_joined():
    block = "Ủy ban nhân dân xã yêu cầu các đơn vị thực hiện nghiêm túc những\nnội dung nêu trên và gửi báo cáo về Văn phòng xã đúng thời hạn đã\nnêu./.\n"
    text = block + "II. NHIỆM VỤ, GIẢI PHÁP CHỦ YẾU CỦA CÁC THÁNG CUỐI NĂM HAI NGHÌN\nCác đơn vị tập trung thực hiện\n"
    assert lines(text)[1:] == ["II. NHIỆM VỤ, GIẢI PHÁP CHỦ YẾU CỦA CÁC THÁNG CUỐI NĂM HAI NGHÌN", "Các đơn vị tập trung thực hiện"]


def test_rows_of_a_text_table_are_not_joined():
    rows = ["STT | Nội dung | Thời hạn", "1 | rà soát hộ nghèo | trước ngày", "2 | tổng hợp | 20/8/2026"]
    assert lines("\n".join(rows)) == rows


def test_numbers_of_pages_in_a_text():
    page = "\n".join([BODY] * 10)
    assert lines(f"{page}\n\n2\n\n{page}\n- 3 -\n{page}\n7\n{page}") == [BODY] * 30 + ["7"] + [BODY] * 10
    assert lines("STT\n1\nSửa đường\n2\nLàm cầu") == ["STT", "1", "Sửa đường", "2", "Làm cầu"]


# Columns and lists in Word


def columns(*cells):
    document = docx.Document()
    table = document.add_table(1, len(cells))
    for cell, texts in zip(table.rows[0].cells, cells, strict=True):
        cell.text = texts[0]
        for text in texts[1:]:
            cell.add_paragraph(text)
    return document


def test_a_head_table_is_read_cell_by_cell():
    assert lines(saved(columns(LEFT, RIGHT))) == [*LEFT, *RIGHT]
    document = columns(["\n".join(LEFT)], ["\n".join(RIGHT)])  # Shift+Enter
    assert lines(saved(document)) == [*LEFT, *RIGHT]


def test_a_head_table_of_several_rows():
    rows = [["ỦY BAN NHÂN DÂN", NATION], ["XÃ ĐỒI SAO", MOTTO], ["Số: 142/UBND-KT", DATE]]
    assert lines(saved(word(table=rows))) == [*LEFT[:3], *RIGHT]
    assert lines(saved(word(table=[["ĐẢNG BỘ XÃ", "ĐẢNG CỘNG SẢN VIỆT NAM"], ["Số 3-NQ/ĐU", DATE]]))) == [
        "ĐẢNG BỘ XÃ",
        "Số 3-NQ/ĐU",
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        DATE,
    ]


@pytest.mark.parametrize(
    ("left", "right"),
    [(RECIPIENTS, SIGNATURE), (["THƯ KÝ", "(Ký, ghi rõ họ tên)", "Lò A"], ["CHỦ TRÌ", "Lò B"]), (["Xác nhận", "của xã"], ["TM. ỦY BAN NHÂN DÂN", "Lò A"])],
)
def test_a_signature_table_is_read_cell_by_cell(left, right):
    assert lines(saved(columns(left, right))) == [*left, *right]


def test_a_data_table_keeps_its_rows():
    rows = [["STT", "Nội dung", "Nơi nhận"], ["1", "Kế hoạch\nphòng cháy", "Công an xã"]]
    assert lines(saved(word(table=rows))) == ["STT | Nội dung | Nơi nhận", "1 | Kế hoạch phòng cháy | Công an xã"]
    many = saved(columns(["Sửa đường", "và cầu"], ["Phòng Kinh tế", "Công an xã"]))
    assert lines(many) == ["Sửa đường và cầu | Phòng Kinh tế Công an xã"]


NUMBERING = """<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:abstractNum w:abstractNumId="1">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%3)"/></w:lvl>
<w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2.%4."/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="+"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="3"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF0B7;"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="4"><w:lvl w:ilvl="0"><w:start w:val="999999999"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="Điều %1."/></w:lvl>
</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="3"/></w:num><w:num w:numId="4"><w:abstractNumId w:val="4"/></w:num>
<w:num w:numId="5"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="1"><w:startOverride w:val="7"/></w:lvlOverride></w:num>
<w:num w:numId="6"><w:abstractNumId w:val="99"/></w:num>
</w:numbering>"""


def numbered(*items, styles=""):
    """A Word file of paragraphs (run of numbers, level, text); a run that is a name is a style."""
    body = ""
    for run, level, text in items:
        own = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{run}"/></w:numPr>' if isinstance(run, int) else f'<w:pStyle w:val="{run}"/>'
        body += f"<w:p><w:pPr>{own if run is not None else ''}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
    data = with_body(body)
    old = zipfile.ZipFile(io.BytesIO(data)).read("word/styles.xml").decode()
    return repacked(data, {"word/numbering.xml": NUMBERING.encode(), "word/styles.xml": old.replace("</w:styles>", f"{styles}</w:styles>").encode()})


def test_marks_of_automatic_lists():
    data = numbered(
        (1, 0, "Mục đích"), (1, 1, "Một"), (1, 1, "Hai"), (1, 2, "Nhỏ"), (1, 2, "Nhỏ"), (1, 1, "Ba"), (None, 0, "Xen giữa"), (1, 3, "Sâu"),
        (1, 0, "Yêu cầu"), (1, 1, "Một"), (5, 1, "Bảy"), (1, 1, "Tám"), (2, 0, "cộng"), (3, 0, "chấm"), (6, 0, "mất"), (0, 0, "không"), (1, 8, "quá sâu"),
    )  # fmt: skip
    assert lines(data) == [
        "I. Mục đích", "1. Một", "2. Hai", "a) Nhỏ", "b) Nhỏ", "3. Ba", "Xen giữa", "3.1. Sâu",
        "II. Yêu cầu", "1. Một", "7. Bảy", "8. Tám", "+ cộng", "- chấm", "mất", "không", "quá sâu",
    ]  # fmt: skip


def test_marks_from_a_style():
    styles = (
        '<w:style w:type="paragraph" w:styleId="Muc"><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Con"><w:basedOn w:val="Muc"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="A"><w:basedOn w:val="B"/></w:style><w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/></w:style>'
    )
    assert lines(numbered(("Muc", 0, "Một"), ("Con", 0, "Hai"), ("A", 0, "vòng"), styles=styles)) == ["1. Một", "2. Hai", "vòng"]


def test_a_number_alone_in_a_cell_and_a_huge_one():
    cell = '<w:tc><w:p><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:p></w:tc><w:tc><w:p><w:r><w:t>Việc</w:t></w:r></w:p></w:tc>'
    data = repacked(with_body(f"<w:tbl><w:tr>{cell}</w:tr><w:tr>{cell}</w:tr></w:tbl>"), {"word/numbering.xml": NUMBERING.encode()})
    assert lines(data) == ["1. | Việc", "2. | Việc"]
    assert lines(numbered((4, 0, "Lớn"))) == ["Điều 999999999. Lớn"]


def test_notes_follow_their_paragraph_and_comments_are_left_out():
    document = docx.Document()
    paragraph = document.add_paragraph("Theo quy định")
    document.add_comment(paragraph.runs, text="Bình luận", author="x")
    document.add_paragraph("Sau")
    data = saved(document)
    inside = zipfile.ZipFile(io.BytesIO(data))
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>Chú thích</w:t></w:r></w:p></w:footnote>'
    footnotes = f'<w:footnotes {space}><w:footnote w:id="0" w:type="separator"><w:p><w:r><w:t>gạch</w:t></w:r></w:p></w:footnote>{note}</w:footnotes>'
    relation = '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes" Target="footnotes.xml"/>'
    part = '<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"/>'
    changes = {
        "word/footnotes.xml": footnotes,
        "word/_rels/document.xml.rels": inside.read("word/_rels/document.xml.rels").decode().replace("</Relationships>", f"{relation}</Relationships>"),
        "[Content_Types].xml": inside.read("[Content_Types].xml").decode().replace("</Types>", f"{part}</Types>"),
        "word/document.xml": inside.read("word/document.xml").decode().replace("</w:p>", '<w:r><w:footnoteReference w:id="2"/></w:r></w:p>'),
    }
    data = repacked(data, {name: text.encode() for name, text in changes.items()})
    assert "Bình luận" in zipfile.ZipFile(io.BytesIO(data)).read("word/comments.xml").decode()
    assert lines(data) == ["Theo quy định", "Chú thích", "Sau"], "once"


def test_an_old_text_box():
    box = "<w:txbxContent><w:p><w:r><w:t>Trong khung</w:t></w:r></w:p></w:txbxContent>"
    vml = f'<w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox>{box}</v:textbox></v:shape></w:pict>'
    assert lines(with_body(f"<w:p><w:r><w:t>Chữ</w:t></w:r><w:r>{vml}</w:r></w:p>")) == ["Chữ", "Trong khung"]


# Word files that want to do harm


def test_a_program_in_a_word_file_is_not_unpacked():
    data = repacked(saved(word("Chào bạn")), {"word/vbaProject.bin": b"\x00" * 100})
    assert lines(data) == ["Chào bạn"]


def test_a_word_file_that_points_elsewhere():
    data = saved(word("Chào bạn"))
    relations = zipfile.ZipFile(io.BytesIO(data)).read("word/_rels/document.xml.rels").decode()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
    evil = f'<Relationship Id="rId98" Type="{kind}" Target="http://192.0.2.1/x.dotm" TargetMode="External"/>'
    data = repacked(data, {"word/_rels/document.xml.rels": relations.replace("</Relationships>", f"{evil}</Relationships>").encode()})
    start = time.perf_counter()
    assert lines(data) == ["Chào bạn"]
    assert time.perf_counter() - start < 5


def test_a_long_cell_over_many_rows():
    long = f"<w:tc><w:tcPr><w:vMerge w:val='restart'/></w:tcPr><w:p><w:r><w:t>{'x' * 500_000}</w:t></w:r></w:p></w:tc>"
    other = "<w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>"
    rows = f"<w:tr>{long}{other}</w:tr>" + f"<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>{other}</w:tr>" * 5000
    assert code_of(with_body(f"<w:tbl>{rows}</w:tbl>")) == "too_big"


def test_a_zip_of_very_many_parts_and_a_zip_in_a_zip():
    data = saved(word("Chào bạn"))
    assert code_of(repacked(data, {f"word/x{n}.bin": b"" for n in range(11_000)})) == "too_big"
    assert lines(repacked(data, {"word/embeddings/inner.zip": data})) == ["Chào bạn"]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as new:
        new.writestr("word/document.xml", b"<x/>")
    assert code_of(buffer.getvalue()) == "broken"


def test_a_word_file_that_takes_too_long(monkeypatch):
    monkeypatch.setattr(readers, "MAX_SECONDS", 0.0)
    assert code_of(saved(word("a"))) == "too_slow"


# PDF


def drawn(*pages):
    """A PDF of pages that are programs; a text in them is written ``«text»``."""
    letters = "".join(sorted(set("".join(pages))))
    writer = PdfWriter(io.BytesIO(pdf(*[[letters]] * len(pages))))
    for page, program in zip(writer.pages, pages, strict=True):
        parts = program.replace("»", "«").split("«")
        parts[1::2] = [f"<{text.encode('utf-16-be').hex()}>" for text in parts[1::2]]
        stream = DecodedStreamObject()
        stream.set_data("".join(parts).encode())
        page[NameObject("/Contents")] = writer._add_object(stream)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def at(x, y, text):
    return f"BT /F 12 Tf 1 0 0 1 {x} {y} Tm «{text}» Tj ET\n"


def side_by_side(left, right, y):
    rows = [*zip(left, right, strict=False)]
    longer = left[len(rows) :] or []
    return "".join(at(60, y - 15 * n, one) + at(300, y - 15 * n, other) for n, (one, other) in enumerate(rows)) + "".join(
        at(60, y - 15 * (len(rows) + n), one) for n, one in enumerate(longer)
    )


def test_a_pdf_with_two_columns_row_by_row():
    body = at(60, 700, BODY)
    data = drawn(side_by_side(LEFT[:3], RIGHT, 800) + body + side_by_side(RECIPIENTS, SIGNATURE, 600))
    assert lines(data) == [*LEFT[:3], *RIGHT, BODY, *RECIPIENTS, *SIGNATURE]


def test_a_pdf_with_two_columns_in_one_text_object():
    moves = "".join(f"1 0 0 1 {60 if n % 2 == 0 else 300} {800 - 15 * (n // 2)} Tm «{text}» Tj\n" for n, text in enumerate([
        LEFT[0], NATION, LEFT[1], MOTTO, LEFT[2], DATE,
    ]))  # fmt: skip
    assert lines(drawn(f"BT /F 12 Tf {moves} ET")) == [*LEFT[:3], *RIGHT]


def test_a_pdf_with_two_columns_cell_by_cell():
    cells = "".join(at(60, 800 - 15 * n, text) for n, text in enumerate(LEFT)) + "".join(at(300, 800 - 15 * n, text) for n, text in enumerate(RIGHT))
    assert lines(drawn(cells)) == [*LEFT, *RIGHT]


XS, YS = (50, 100, 300, 500), (700, 680, 640, 620)
CELLS = {
    (60, 685): "STT", (110, 685): "Nội dung", (310, 685): "Thời hạn", (60, 660): "1", (110, 665): "Rà soát toàn bộ", (110, 650): "hộ nghèo",
    (310, 660): "15/8/2026", (60, 625): "2", (110, 625): "Tổng hợp",
}  # fmt: skip
ROWS = ["STT | Nội dung | Thời hạn", "1 | Rà soát toàn bộ hộ nghèo | 15/8/2026", "2 | Tổng hợp |"]
BOXES = "".join(f"{x} {y2} 0.5 {y1 - y2} re f* " for x in XS for y1, y2 in pairwise(YS)) + "".join(
    f"{x1} {y} {x2 - x1} 0.5 re f* {x1} {y} 0.5 0.5 re f* " for y in YS for x1, x2 in pairwise(XS)
)
STROKES = "".join(f"{x} 700 m {x} 620 l S " for x in XS) + "".join(f"50 {y} m 500 {y} l S " for y in YS)
POLYGONS = "".join(f"{x} 700 m {x + 1} 700 l {x + 1} 620 l {x} 620 l h f " for x in XS) + "".join(
    f"50 {y} m 500 {y} l 500 {y + 1} l 50 {y + 1} l h f " for y in YS
)
RECTANGLES = "".join(f"{x1} {y2} {x2 - x1} {y1 - y2} re S " for x1, x2 in pairwise(XS) for y1, y2 in pairwise(YS))


@pytest.mark.parametrize("lines_drawn", [BOXES, STROKES, POLYGONS, RECTANGLES], ids=["boxes", "strokes", "polygons", "rectangles"])
@pytest.mark.parametrize("one_object", [False, True])
def test_a_table_in_a_pdf(lines_drawn, one_object):
    if one_object:
        words = "BT /F 12 Tf 60 750 Td «Trước bảng» Tj " + "".join(f"1 0 0 1 {x} {y} Tm «{text}» Tj " for (x, y), text in CELLS.items())
        words += "1 0 0 1 60 600 Tm «Sau bảng» Tj ET"
    else:
        words = at(60, 750, "Trước bảng") + "".join(at(x, y, text) for (x, y), text in CELLS.items()) + at(60, 600, "Sau bảng")
    assert lines(drawn(f"{lines_drawn}\n{words}")) == ["Trước bảng", *ROWS, "Sau bảng"]
    moved = f"q 1 0 0 1 20 -30 cm {lines_drawn}\n{words} Q"
    assert lines(drawn(moved)) == ["Trước bảng", *ROWS, "Sau bảng"]


def test_merged_cells_in_a_pdf():
    edges = (
        "50 700 m 500 700 l S 50 620 m 500 620 l S 100 660 m 500 660 l S 50 700 m 50 620 l S 100 700 m 100 620 l S 300 660 m 300 620 l S 500 700 m 500 620 l S "
    )
    words = at(60, 655, "Xã") + at(110, 670, "Cả hai cột") + at(110, 640, "Phăng 1") + at(310, 640, "40")
    assert lines(drawn(edges + words)) == ["Xã | Cả hai cột", "Xã | Phăng 1 | 40"]


def test_a_frame_and_an_underline_are_no_table():
    frame = "50 600 400 200 re S 100 700 m 200 700 l S "
    assert lines(drawn(frame + at(60, 750, "Một") + at(60, 730, "Hai") + at(250, 730, "Ba"))) == ["Một", "Hai Ba"]


def test_a_table_over_two_pages_has_its_heading_once():
    words = "".join(at(x, y, text) for (x, y), text in CELLS.items())
    second = words.replace("«1»", "«3»").replace("«2»", "«4»")
    numbers = [at(300, 820, "2")]
    got = lines(drawn(STROKES + words, numbers[0] + STROKES + second))
    assert got == [*ROWS, *(row.replace("1 | ", "3 | ").replace("2 | ", "4 | ") for row in ROWS[1:])]


def test_a_damaged_drawing_does_no_harm():
    assert lines(drawn("«a» 0 m 1 l re S 1 cm " + at(60, 700, "Chào bạn"))) == ["Chào bạn"]


def test_a_page_that_is_a_drawing(monkeypatch):
    grid = "".join(f"{n} 0 m {n} 800 l S 0 {n} m 800 {n} l S " for n in range(0, 800, 4))
    start = time.perf_counter()
    assert lines(drawn(grid * 10 + at(61, 61, "Chào bạn"))) == ["Chào bạn"]
    assert time.perf_counter() - start < 5


def test_running_heads_and_numbers_of_pages():
    pages = [["Quy chế làm việc của xã", f"Nội dung {word}", f"UBND xã Bản Mẫu - Trang {n}/4"] for n, word in enumerate(("một", "hai", "ba", "bốn"), 1)]
    assert lines(pdf(*pages)) == ["Quy chế làm việc của xã", "Nội dung một", "Nội dung hai", "Nội dung ba", "Nội dung bốn"]
    assert lines(pdf(["Trang 1/2", "Một"], ["Hai", "- 2 -"])) == ["Một", "Hai"]


def test_what_only_looks_like_a_running_head():
    forms = [[NATION, MOTTO, f"Đơn của {name}"] for name in ("Lò A", "Lò B", "Lò C")]
    assert lines(pdf(*forms)) == [line for form in forms for line in form]
    assert lines(pdf(["Bản 12", "A."], ["Bản 15", "B."], ["Bản 18", "C."])) == ["Bản 12", "A.", "Bản 15", "B.", "Bản 18", "C."]


def test_a_pdf_whose_forms_call_each_other(monkeypatch):
    writer = PdfWriter(io.BytesIO(drawn("/X Do " + at(60, 700, "Chào bạn"))))
    form = DecodedStreamObject()
    form.update(
        {NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Form"), NameObject("/BBox"): ArrayObject([NumberObject(0)] * 4)}
    )
    form.set_data(b"/X Do /X Do")
    itself = DictionaryObject({NameObject("/X"): writer._add_object(form)})
    form[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): itself})
    writer.pages[0]["/Resources"][NameObject("/XObject")] = itself
    buffer = io.BytesIO()
    writer.write(buffer)
    start = time.perf_counter()
    assert lines(buffer.getvalue()) == ["Chào bạn"]
    assert time.perf_counter() - start < 5


# 200 pages


def test_two_hundred_pages_of_text_take_about_a_second():
    page = "\n".join([f"UBND XÃ ĐỒI SAO {NATION}", f"Số: 1/UBND {MOTTO}", f"V/v báo cáo {DATE}", *[BODY] * 38, "Nơi nhận: CHỦ TỊCH", "- Lưu: VT. Lò Văn Mẫu"])
    text = "\n".join([page] * 200)
    assert len(text) > 590_000
    for source in (text, text.replace("\n", " "), text.replace(" ", "\n")):
        start = time.perf_counter()
        read_document(source.encode())
        assert time.perf_counter() - start < 5


def test_two_hundred_pages_of_word_and_pdf():
    document = word(*[BODY] * 8000)
    start = time.perf_counter()
    assert len(lines(saved(document))) == 8000
    assert time.perf_counter() - start < 20
    data = pdf(*[[f"{BODY[:-1]} {page}.{row}." for row in range(40)] for page in range(200)])
    start = time.perf_counter()
    assert len(read_document(data)) > 500_000
    assert time.perf_counter() - start < 60
