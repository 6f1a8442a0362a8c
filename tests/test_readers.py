import base64
import io
import logging
import struct
import time
import unicodedata
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject

from ailab import i18n, readers
from ailab.errors import AilabError, TextError
from ailab.readers import decode, read_document

ACCENTS = "Đồi A1 ở phường Điện Biên Phủ, nơi bộ đội thắng trận."
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
# A blank page, AES-256, password "secret".
AES = base64.b64decode(
    "JVBERi0xLjMKJeLjz9MKMSAwIG9iago8PAovUHJvZHVjZXIgPDQxNzAyNzllNzA5YjZkZTIyNDAyNDQ3NTFiZTBiYjVlNmFiOGVhNWU3NWNmNGY0MzQ3N2MyNzBhNDU1MWQ4OTI+Cj4+"
    "CmVuZG9iagoyIDAgb2JqCjw8Ci9UeXBlIC9QYWdlcwovQ291bnQgMQovS2lkcyBbIDQgMCBSIF0KPj4KZW5kb2JqCjMgMCBvYmoKPDwKL1R5cGUgL0NhdGFsb2cKL1BhZ2VzIDIgMCBS"
    "Cj4+CmVuZG9iago0IDAgb2JqCjw8Ci9UeXBlIC9QYWdlCi9SZXNvdXJjZXMgPDwKPj4KL01lZGlhQm94IFsgMC4wIDAuMCAyMDAgMjAwIF0KL1BhcmVudCAyIDAgUgo+PgplbmRvYmoK"
    "NSAwIG9iago8PAovViA1Ci9SIDYKL0xlbmd0aCAyNTYKL1AgNDI5NDk2NzI5MgovRmlsdGVyIC9TdGFuZGFyZAovTyA8OWI4OWFkM2Y2OWM2Yzk3ZGU4MTgxYTFjMDRlNWJkN2RiMGU2"
    "YzU1YjA5MjJmZjJkMzM1NWQ5YWI3NDM0YmJmNzFjNWM5Mjc1ZjQ1NmJjNDQyY2JlN2QxYjk2MDY2YTczPgovVSA8ZjE5YzFiYjFiODhmYzE2ZDQyNDQ4MTUyMTMyMmEwYjBmMjNjYjQ3"
    "ODdjNjE3MGYwYTZkNGJkNDhlNTA1M2JhYTcwNzY2N2E4Y2UwNWUxM2JiZjU5NDRjNGUwMThlZTVkPgovQ0YgPDwKL1N0ZENGIDw8Ci9BdXRoRXZlbnQgL0RvY09wZW4KL0NGTSAvQUVT"
    "VjMKL0xlbmd0aCAzMgo+Pgo+PgovU3RtRiAvU3RkQ0YKL1N0ckYgL1N0ZENGCi9PRSA8MWU5ZWU4YzBjMGRhNmVkOTc5ZWRkNjUyY2U4M2JmMTA1YmIyYmYxNWMyOGI3MWM3ZDQzZTQ1"
    "NWZjN2MwYjdiZD4KL1VFIDw1MmNiOWYzNTE1NDQxMWNjNGMwNWFlYTBiNzY1NmQzMGJhOTE1MGYzNmI2OWMxYmY1YTMxMmFmNDEwNDkxNWY1PgovUGVybXMgPGY2NWYzYTZmMTU1YzNl"
    "ZmJkZTNhYzE4OTQ4ODkyZDBkPgo+PgplbmRvYmoKeHJlZgowIDYKMDAwMDAwMDAwMCA2NTUzNSBmIAowMDAwMDAwMDE1IDAwMDAwIG4gCjAwMDAwMDAxMTMgMDAwMDAgbiAKMDAwMDAw"
    "MDE3MiAwMDAwMCBuIAowMDAwMDAwMjIxIDAwMDAwIG4gCjAwMDAwMDAzMTUgMDAwMDAgbiAKdHJhaWxlcgo8PAovU2l6ZSA2Ci9Sb290IDMgMCBSCi9JbmZvIDEgMCBSCi9JRCBbIDwz"
    "YTlmZmIyMTYzYzY2NDk3ZWYwZGY0YjliNGJmMTdmMj4gPDNhOWZmYjIxNjNjNjY0OTdlZjBkZjRiOWI0YmYxN2YyPiBdCi9FbmNyeXB0IDUgMCBSCj4+CnN0YXJ0eHJlZgo4NzAKJSVF"
    "T0YK"
)


def word(*paragraphs, table=()):
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if table:
        grid = document.add_table(len(table), len(table[0]))
        for cells, texts in zip(grid.rows, table, strict=True):
            for cell, text in zip(cells.cells, texts, strict=True):
                cell.text = text
    return document


def saved(document):
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def repacked(data, changes):
    """The same zip with other members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        members = {name: old.read(name) for name in old.namelist()} | changes
        for name, content in members.items():
            new.writestr(name, content)
    return buffer.getvalue()


def with_body(xml):
    """A Word file with this XML in its body."""
    document = docx.Document()
    body = document.element.body
    wrapper = parse_xml(f'<w:body {nsdecls("w", "wp", "a")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">{xml}</w:body>')
    for child in reversed(list(wrapper)):
        body.insert(0, child)
    return saved(document)


def pdf(*pages, picture=False):
    """A PDF with a text layer: a list of lines a page."""
    writer = PdfWriter()
    letters = sorted({letter for lines in pages for line in lines for letter in line})
    cmap = DecodedStreamObject()
    table = "\n".join(f"<{ord(letter):04X}> <{ord(letter):04X}>" for letter in letters)
    cmap.set_data(f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{len(letters)} beginbfchar\n{table}\nendbfchar\n".encode())
    name, number = NameObject, NumberObject
    descendant = DictionaryObject(
        {name("/Type"): name("/Font"), name("/Subtype"): name("/CIDFontType2"), name("/BaseFont"): name("/F"), name("/DW"): number(500)}
    )
    font = DictionaryObject({
        name("/Type"): name("/Font"), name("/Subtype"): name("/Type0"), name("/BaseFont"): name("/F"), name("/Encoding"): name("/Identity-H"),
        name("/DescendantFonts"): ArrayObject([writer._add_object(descendant)]), name("/ToUnicode"): writer._add_object(cmap),
    })  # fmt: skip
    image = DecodedStreamObject()
    image.set_data(b"\x00")
    image.update({
        name("/Type"): name("/XObject"), name("/Subtype"): name("/Image"), name("/Width"): number(1), name("/Height"): number(1),
        name("/ColorSpace"): name("/DeviceGray"), name("/BitsPerComponent"): number(8),
    })  # fmt: skip
    font, image = writer._add_object(font), writer._add_object(image)
    for lines in pages:
        page = writer.add_blank_page(595, 842)
        drawing = DecodedStreamObject()
        shown = "\n".join(f"1 0 0 1 50 {800 - 14 * at} Tm <{line.encode('utf-16-be').hex()}> Tj" for at, line in enumerate(lines))
        drawing.set_data(f"BT /F 12 Tf\n{shown}\nET".encode())
        page[name("/Contents")] = writer._add_object(drawing)
        resources = {name("/Font"): DictionaryObject({name("/F"): font})}
        if picture:
            resources[name("/XObject")] = DictionaryObject({name("/I"): image})
        page[name("/Resources")] = DictionaryObject(resources)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def code_of(data, name="x"):
    with pytest.raises(TextError) as caught:
        read_document(data, name=name)
    message = str(caught.value)
    assert isinstance(caught.value, (AilabError, ValueError))
    assert len(message) > 20
    assert "%(" not in message
    return caught.value.code


# Text files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_in_any_unicode(encoding):
    assert read_document(ACCENTS.encode(encoding)) == ACCENTS


def test_utf_16_with_its_mark_big_end_first():
    assert decode(b"\xfe\xff" + ACCENTS.encode("utf-16-be")) == ACCENTS


def test_text_of_old_windows():
    vietnamese = unicodedata.normalize("NFC", "Hòa bình ở đây, Điện Biên")
    # code page 1258 keeps the vowel with its hat, and the tone as a mark after it
    marked = vietnamese.replace("ò", "o\u0300").replace("ì", "i\u0300").replace("ở", "ơ\u0309").replace("ệ", "ê\u0323")
    assert read_document(marked.encode("cp1258")) == vietnamese
    assert read_document("café – però".encode("cp1252")) == "café – però"


def test_a_damaged_letter_in_utf_8_stays_visible_and_alone():
    data = ACCENTS.encode() * 3
    assert read_document(data[:-1] + b"\xc3") == (ACCENTS * 3)[:-1] + "\ufffd"


def test_text_is_composed_and_clean():
    data = unicodedata.normalize("NFD", "\ufeffĐiện\u00a0Biên\x00  Phủ\u200b\r\n\r\n\tso\u00adft\rÔ ﬁn").encode()
    assert read_document(data) == "Điện Biên Phủ\nsoft\nÔ fin"


def test_lines_broken_at_the_margin_become_paragraphs():
    text = (
        "Điều 1. Ban hành kèm theo Quyết định này quy chế quản lý và\n"
        "bảo vệ di tích chiến trường Điện Biên Phủ trên địa bàn tỉnh\n"
        "Điện Biên. Quy chế có hiệu lực từ ngày ký và được công bố ở\n"
        "mọi xã, phường.\n"
        "Điều 2. Sở Văn hóa chịu trách nhiệm thi hành quy chế này và\n"
        "báo cáo hằng năm.\n"
        "a) Nội dung thứ nhất\n"
        "b) nội dung thứ hai\n"
    )
    paragraphs = read_document(text.encode()).split("\n")
    assert [paragraph[:6] for paragraph in paragraphs] == ["Điều 1", "Điều 2", "a) Nội", "b) nội"]
    assert "trên địa bàn tỉnh Điện Biên. Quy chế" in paragraphs[0]


def test_a_list_of_names_is_not_joined():
    names = ["Bảo tàng Chiến thắng lịch sử Điện Biên Phủ, phường Mường Thanh", "Sở chỉ huy chiến dịch ở Mường Phăng, xã Mường Phăng, Điện Biên"] * 3
    assert read_document("\n".join(names).encode()).split("\n") == names


# Word


def test_word_in_the_order_of_the_page(tmp_path):
    document = word("Trước bảng", table=[["Bản", "Số nhà"], ["Mển", "110"]])
    document.add_paragraph("Sau bảng")
    path = tmp_path / "danh_sách.docx"
    path.write_bytes(saved(document))
    assert read_document(path) == read_document(str(path)) == "Trước bảng\nBản | Số nhà\nMển | 110\nSau bảng"


def test_merged_cells():
    document = word(table=[["Xã", "Bản", "Hộ"], ["Mường Phăng", "Phăng 1", "40"], ["", "Phăng 2", "50"], ["Tổng", "", "90"]])
    grid = document.tables[0]
    grid.cell(1, 0).merge(grid.cell(2, 0))
    grid.cell(3, 0).merge(grid.cell(3, 1))
    assert read_document(saved(document)).split("\n")[1:] == ["Mường Phăng | Phăng 1 | 40", "Mường Phăng | Phăng 2 | 50", "Tổng | 90"]


def test_a_frame_around_paragraphs_is_not_a_row():
    document = word()
    cell = document.add_table(1, 2).cell(0, 1)
    cell.text = "Một."
    cell.add_paragraph("Hai.")
    assert read_document(saved(document)) == "Một.\nHai."


def test_what_a_draft_hides_and_shows():
    body = """
    <w:p><w:pPr><w:tabs><w:tab w:val="left" w:pos="10"/></w:tabs></w:pPr><w:r><w:t>Giữ</w:t></w:r><w:del><w:r><w:delText>xóa</w:delText></w:r></w:del>
    <w:ins><w:r><w:tab/><w:t>thêm</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>chuyển</w:t></w:r></w:moveFrom></w:p>
    <w:sdt><w:sdtContent><w:p><w:hyperlink><w:r><w:t>Ô nhập</w:t></w:r></w:hyperlink></w:p></w:sdtContent></w:sdt>
    <w:p><w:r><w:t>Chữ</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires="wps">
    <w:txbxContent><w:p><w:r><w:t>Trong khung</w:t></w:r></w:p></w:txbxContent></mc:Choice>
    <mc:Fallback><w:txbxContent><w:p><w:r><w:t>Trong khung</w:t></w:r></w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>"""
    assert read_document(with_body(body)) == "Giữ thêm\nÔ nhập\nChữ\nTrong khung"


def test_no_entity_is_resolved(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("MẬT")
    data = saved(word("Chào bạn"))
    xml = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    declaration = f'<!DOCTYPE d [<!ENTITY inside "NỞ"><!ENTITY outside SYSTEM "{secret.as_uri()}">]>'
    xml = xml.replace("<w:document", declaration + "<w:document", 1).replace("Chào bạn", "Chào &inside;&outside;bạn")
    text = read_document(repacked(data, {"word/document.xml": xml.encode()}))
    assert "MẬT" not in text
    assert text.startswith("Chào")


def test_a_billion_laughs():
    data = saved(word("Chào bạn"))
    xml = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    xml = xml.replace("<w:document", f"<!DOCTYPE d [{entities}]><w:document", 1).replace("<w:p>", '<w:p w:rsidR="&a11;">', 1)
    start = time.perf_counter()
    assert code_of(repacked(data, {"word/document.xml": xml.encode()})) == "broken"
    assert time.perf_counter() - start < 5


def test_a_zip_bomb_by_its_sizes():
    assert code_of(repacked(saved(word("a")), {"word/bomb.xml": bytes(readers.MAX_UNPACKED + 1)})) == "too_big"


def test_a_zip_bomb_that_lies_about_its_size():
    data = bytearray(repacked(saved(word("a")), {"word/settings.xml": bytes(200_000_000)}))
    at = data.rindex(b"word/settings.xml") - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    data[at + 24 : at + 28] = struct.pack("<I", 1000)
    import tracemalloc

    tracemalloc.start()
    assert code_of(bytes(data)) == "broken"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50_000_000


def test_macros_and_templates_are_not_documents():
    data = saved(word("a"))
    types = zipfile.ZipFile(io.BytesIO(data)).read("[Content_Types].xml")
    macros = types.replace(
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", b"application/vnd.ms-word.document.macroEnabled.main+xml"
    )
    assert macros != types
    assert code_of(repacked(data, {"[Content_Types].xml": macros}), "x.docm") == "wrong_kind"


def test_a_word_file_without_text():
    assert code_of(saved(docx.Document())) == "no_text"


def test_elements_in_elements_without_end():
    depth = 5000
    data = saved(word("a"))
    xml = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml")
    deep = xml.replace(b"<w:p>", b"<w:sdt>" * depth + b"<w:p>", 1).replace(b"</w:p>", b"</w:p>" + b"</w:sdt>" * depth, 1)
    assert code_of(repacked(data, {"word/document.xml": deep})) == "broken"


# PDF


def test_pdf_pages_in_order_without_their_numbers():
    data = pdf(["Điều 1. Đồi A1 ở phường Điện Biên Phủ.", "1"], ["Trang hai.", "Năm 1954", "2"])
    assert read_document(data) == "Điều 1. Đồi A1 ở phường Điện Biên Phủ.\nTrang hai.\nNăm 1954"


def test_a_paragraph_goes_on_over_the_page():
    data = pdf(["Ban quản lý di tích chịu trách nhiệm", "- 1 -"], ["bảo vệ đồi A1."])
    assert read_document(data) == "Ban quản lý di tích chịu trách nhiệm bảo vệ đồi A1."


def test_a_scan_says_that_it_is_a_scan():
    with pytest.raises(TextError, match="OCR") as caught:
        read_document(pdf(["Ký bởi A"], [], picture=True))
    assert caught.value.code == "no_text"
    assert code_of(pdf([])) == "no_text"
    assert read_document(pdf(["Xin chào"])) == "Xin chào", "short is not a scan"
    assert read_document(pdf([ACCENTS], picture=True)) == ACCENTS, "a picture is not a scan"


def test_protected_pdfs():
    assert code_of(AES) == "locked"
    writer = PdfWriter(io.BytesIO(pdf([ACCENTS])))
    writer.encrypt("secret", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    assert code_of(buffer.getvalue()) == "locked"


def test_a_pdf_that_everybody_may_open():
    writer = PdfWriter(io.BytesIO(pdf([ACCENTS])))
    writer.encrypt("", "owner", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    assert read_document(buffer.getvalue()) == ACCENTS


def test_too_many_pages(monkeypatch):
    monkeypatch.setattr(readers, "MAX_PAGES", 2)
    assert read_document(pdf(["a b"], ["c d"]))
    assert code_of(pdf(["a"], ["b"], ["c"])) == "too_many_pages"


def test_a_pdf_that_takes_too_long(monkeypatch):
    monkeypatch.setattr(readers, "MAX_SECONDS", 0.05)
    data = pdf([f"Dòng {n}" for n in range(3000)])
    start = time.perf_counter()
    assert code_of(data) == "too_slow"
    assert time.perf_counter() - start < 10


def test_a_damaged_pdf_is_one_error_and_no_chatter(caplog):
    data = pdf([ACCENTS])
    with caplog.at_level(logging.WARNING):
        for cut in (8, 60, 200):
            assert code_of(data[:cut]) in {"broken", "no_text"}
    assert not caplog.records


# Every kind


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "x.txt", "empty"),
        (b" \r\n\t\x00", "x.txt", "no_text"),
        (OLE + "WordDocument".encode("utf-16-le"), "x.doc", "old_word"),
        (OLE + "WordDocument".encode("utf-16-le"), "x.docx", "old_word"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "x.docx", "locked"),
        (OLE + "Workbook".encode("utf-16-le"), "x.doc", "wrong_kind"),
        (b"{\\rtf1 hello}", "x.doc", "wrong_kind"),
        (b"{\\rtf1 hello}", "", "wrong_kind"),
        (b"<html>hello</html>", "x.html", "wrong_kind"),
        (b"<html>hello</html>", "x.pdf", "wrong_kind"),
        (b"hello", "x.docx", "wrong_kind"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "x.txt", "wrong_kind"),
        (b"PK\x03\x04" + bytes(50), "x.docx", "broken"),
    ],
)
def test_what_cannot_be_read(data, name, code):
    assert code_of(data, name) == code


def test_a_zip_that_is_no_word_file():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    assert code_of(buffer.getvalue(), "x.docx") == "wrong_kind"


def test_a_word_file_cut_short_or_changed():
    data = saved(word("Chào bạn" * 100))
    assert code_of(data[: len(data) // 2]) == "broken"
    assert code_of(repacked(data, {"word/document.xml": b"<w:document"})) == "broken"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        at = archive.getinfo("word/document.xml").header_offset + 60
    assert code_of(data[:at] + bytes(40) + data[at + 40 :]) == "broken"


def test_the_content_counts_not_the_name(tmp_path):
    path = tmp_path / "x.pdf"
    path.write_bytes(saved(word("Chào bạn")))
    assert read_document(path) == "Chào bạn"
    assert read_document(memoryview(pdf([ACCENTS])), name="x.txt") == ACCENTS


def test_too_big(tmp_path, monkeypatch):
    monkeypatch.setattr(readers, "MAX_BYTES", 100)
    path = tmp_path / "x.txt"
    path.write_bytes(b"a" * 101)
    for source in (path, b"a" * 101, memoryview(b"a" * 101)):
        with pytest.raises(TextError) as caught:
            read_document(source)
        assert caught.value.code == "too_big"
    path.write_bytes(b"a" * 100)
    assert read_document(path) == "a" * 100


@pytest.mark.parametrize("source", ["nowhere.txt", "a\0b.txt", "https://example.com/x.pdf", "."])
def test_no_such_file(source):
    with pytest.raises(TextError) as caught:
        read_document(source)
    assert caught.value.code == "no_such_file"


def test_errors_name_the_document_and_speak_the_language(tmp_path):
    path = tmp_path / "công_văn.txt"
    path.write_bytes(b"")
    with i18n.using("en"), pytest.raises(TextError, match=r"“công_văn\.txt” is empty"):
        read_document(path)
    with i18n.using("en"), pytest.raises(TextError, match="“no name” is empty"):
        read_document(b"")
