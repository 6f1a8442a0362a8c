"""Head, foot, tasks and deadlines of whole documents, in every spelling."""

import dataclasses
import datetime as dt
import time
import unicodedata
from itertools import pairwise

import pytest

from ailab import parse_document, parse_documents, read_document
from ailab.text import unaccent

LETTER = """\
ỦY BAN NHÂN DÂN
XÃ ĐỒI SAO
Số: 142/UBND-VX
V/v rà soát hộ nghèo,
hộ cận nghèo năm 2026

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Đồi Sao, ngày 05 tháng 8 năm 2026

Kính gửi: Trưởng các bản.

Thực hiện Kế hoạch số 58/KH-UBND ngày 15/7/2026 của UBND tỉnh, UBND xã yêu cầu:
1. Trưởng các bản rà soát toàn bộ hộ nghèo, gửi danh sách về Phòng Kinh tế trước ngày 15/8/2026.
2. Phòng Kinh tế
a) Chủ trì, phối hợp với Công an xã kiểm tra danh sách, hoàn thành chậm nhất ngày 20/8;
b) Báo cáo UBND xã trước ngày 25 hằng tháng.
3. Giao Văn phòng theo dõi; Công văn này thay thế Công văn số 12/UBND ngày 02/3/2026 của UBND xã.

Nơi nhận:
- Như trên;
- Đảng ủy xã (b/c);
- Lưu: VT, VX.
KT. CHỦ TỊCH
PHÓ CHỦ TỊCH
(Đã ký)
ThS. Lò Văn Mẫu
"""
MIXED = """\
UBND XÃ ĐỒI SAO CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
PHÒNG KINH TẾ Độc lập - Tự do - Hạnh phúc
Số: 07/KH-KT Đồi Sao, ngày 09 tháng 9 năm 2026
KẾ HOẠCH
Kiểm tra an toàn thực phẩm quý IV năm 2026
Căn cứ Luật An toàn thực phẩm ngày 17/6/2010;
Căn cứ Kế hoạch số 3/KH-UBND ngày 02/01/2026 của UBND xã.
I. NHIỆM VỤ
STT | Nội dung | Chủ trì | Phối hợp | Thời hạn
1 | Kiểm tra chợ | Phòng Kinh tế | Công an xã | 15/10/2026
2 | Tập huấn hộ kinh doanh | Trạm Y tế xã | Hội Phụ nữ xã | Quý IV/2026
3 | Trực đường dây nóng | Văn phòng | | Thường xuyên
Nơi nhận: TRƯỞNG PHÒNG
- Các đơn vị; (Đã ký)
- Lưu: VT. Giàng A Mẫu
"""


def test_head_and_foot_of_a_letter():
    document = parse_document(LETTER)
    assert (document.number, document.type, document.issuer) == ("142/UBND-VX", "Công văn", "ỦY BAN NHÂN DÂN XÃ ĐỒI SAO")
    assert (document.place, document.date) == ("Đồi Sao", dt.date(2026, 8, 5))
    assert document.subject == "rà soát hộ nghèo, hộ cận nghèo năm 2026"
    assert document.signer == "Lò Văn Mẫu"
    assert document.recipients == ("Như trên", "Đảng ủy xã (b/c)", "Lưu: VT, VX")


def test_deadlines_and_who_keeps_them():
    document = parse_document(LETTER)
    found = [(deadline.raw, deadline.op, deadline.value, deadline.inferred, deadline.owner) for deadline in document.deadlines]
    assert found == [
        ("trước ngày 15/8/2026", "before", "2026-08-15", False, "Trưởng các bản"),
        ("chậm nhất ngày 20/8", "by", "2026-08-20", True, "Phòng Kinh tế"),
        ("trước ngày 25 hằng tháng", "recurring", None, False, "Phòng Kinh tế"),
    ]
    helped = next(task for task in document.tasks if task.deadline and task.deadline.value == "2026-08-20")
    assert helped.co_owners == ("Công an xã",)
    assert [task.owner for task in document.tasks if task.text.startswith("3. Giao")] == ["Văn phòng"]


def test_a_listed_sentence_with_a_subject_is_a_task():
    text = LETTER.replace("3. Giao Văn phòng", "3. Trạm Y tế chuẩn bị thuốc.\n4. Giao Văn phòng")
    assert ("3. Trạm Y tế chuẩn bị thuốc.", "Trạm Y tế") in [(task.text, task.owner) for task in parse_document(text).tasks]


def test_two_columns_in_one_line_and_a_table():
    document = parse_document(MIXED)
    assert (document.number, document.type, document.issuer, document.place) == ("07/KH-KT", "Kế hoạch", "PHÒNG KINH TẾ", "Đồi Sao")
    assert document.subject == "Kiểm tra an toàn thực phẩm quý IV năm 2026"
    assert document.signer == "Giàng A Mẫu"
    assert document.recipients == ("Các đơn vị", "Lưu: VT")
    found = [(deadline.op, deadline.value, deadline.owner, deadline.task) for deadline in document.deadlines]
    assert found == [
        ("by", "2026-10-15", "Phòng Kinh tế", "Kiểm tra chợ"),
        ("period", "2026-12-31", "Trạm Y tế xã", "Tập huấn hộ kinh doanh"),
        ("recurring", None, "Văn phòng", "Trực đường dây nóng"),
    ]
    assert document.tasks[0].co_owners == ("Công an xã",)


def test_a_date_that_there_is_not_is_none_in_a_table():
    document = parse_document(MIXED.replace("| 15/10/2026", "| 31 tháng 9 năm 2026"))
    assert [deadline.task for deadline in document.deadlines] == ["Tập huấn hộ kinh doanh", "Trực đường dây nóng"]


@pytest.mark.parametrize("role", ["Hiệu trưởng", "Trưởng bản", "Chủ tịch UBND xã", "Kế toán", "Thư ký", "Giám đốc"])
@pytest.mark.parametrize("foot", ["", "\nNơi nhận:\n- Như trên;\n- Lưu: VT.\nCHỦ TỊCH\nLò Văn Mẫu"])
def test_a_task_that_begins_with_a_post_is_no_signature(role, foot):
    head = "UBND XÃ A\nSố: 1/KH-UBND\nA, ngày 01 tháng 8 năm 2026\nKẾ HOẠCH\nVề việc thử\n"
    tasks = [f"{role} gửi báo cáo về xã trước ngày 20/9/2026.", "Công an xã tuần tra trước ngày 30/8/2026."]
    document = parse_document(head + "\n".join(tasks) + foot)
    assert [deadline.value for deadline in document.deadlines] == ["2026-09-20", "2026-08-30"]
    assert [task.text for task in document.tasks] == tasks
    assert document.signer == ("Lò Văn Mẫu" if foot else None)


def apart(text):
    return unicodedata.normalize("NFD", text)


def from_windows(text):
    return text.replace("\n", "\r\n")


@pytest.mark.parametrize("mess", [str, unaccent, str.upper, str.lower, apart, from_windows])
@pytest.mark.parametrize("source", [LETTER, MIXED], ids=["letter", "mixed"])
def test_every_spelling_gives_the_same_dates(source, mess):
    text = mess(source)
    document, plain = parse_document(text), parse_document(source)
    assert [(d.op, d.value) for d in document.deadlines] == [(d.op, d.value) for d in plain.deadlines]
    assert (document.date, unaccent(document.type or "").lower()) == (plain.date, unaccent(plain.type).lower())
    assert document.number.lower() == plain.number.lower()


@pytest.mark.parametrize("mess", [str, apart], ids=["NFC", "NFD"])
@pytest.mark.parametrize("source", [LETTER, MIXED], ids=["letter", "mixed"])
def test_everything_stands_where_it_says(source, mess):
    text = mess(source)
    document = parse_document(text)
    composed = lambda piece: " ".join(unicodedata.normalize("NFC", piece).split())  # noqa: E731
    for item in (*document.deadlines, *document.tasks):
        assert text[item.start : item.end] == (item.raw if hasattr(item, "raw") else item.text)
    for name in ("number", "issuer", "place", "signer"):
        assert composed(text[slice(*document.spans[name])]) == getattr(document, name)
    assert document.deadlines
    for owner in filter(None, (deadline.owner for deadline in document.deadlines)):
        assert owner in composed(text)


def test_parts_follow_each_other():
    document = parse_document(LETTER)
    assert [name for name, _start, _end in document.parts] == ["head", "body", "recipients", "signature"]
    assert all(before[2] <= after[1] for before, after in pairwise(document.parts))
    bases = next(part for part in parse_document(MIXED).parts if part[0] == "basis")
    assert MIXED[bases[1] : bases[2]].startswith("Căn cứ Luật")


def test_blanks_of_a_draft_stay_blank():
    text = LETTER.replace("Số: 142/UBND-VX", "Số:       /UBND-VX").replace("ngày 05 tháng 8", "ngày ... tháng 8")
    document = parse_document(text)
    assert document.number is None
    assert document.date is None
    assert document.deadlines[1].value == "2026-08-20"
    assert document.deadlines[1].inferred


@pytest.mark.parametrize(
    "sentence",
    [
        "Thực hiện Công văn số 12/UBND ngày 15/8/2026 của UBND xã.",
        "Từ ngày 15/8/2026, các bản thực hiện mẫu mới.",
        "Ngày 12/7/2026, UBND xã đã tổ chức họp.",
        "Quyết định này có hiệu lực kể từ ngày 01/9/2026.",
        "Bà Lò Thị Mẫu, sinh ngày 12/9/1987.",
        "Đề nghị các bản báo cáo sớm.",
        "Mức trợ cấp xã hội hằng tháng là 500.000 đồng.",
    ],
)
def test_what_is_no_deadline(sentence):
    text = LETTER.replace("1. Trưởng các bản rà soát", f"{sentence}\n1. Trưởng các bản rà soát")
    assert [deadline.raw for deadline in parse_document(text).deadlines] == [deadline.raw for deadline in parse_document(LETTER).deadlines]


@pytest.mark.parametrize(
    ("sentence", "owner"),
    [
        ("Yêu cầu Công an xã gửi báo cáo trước ngày 15/8/2026.", "Công an xã"),
        ("Trước ngày 15/8/2026, Phòng Văn hóa - Xã hội gửi báo cáo.", "Phòng Văn hóa - Xã hội"),
        ("Danh sách được Trạm Y tế xã niêm yết trước ngày 15/8/2026.", "Trạm Y tế xã"),
        ("Danh sách gửi trước ngày 15/8/2026; việc này do Văn phòng HĐND và UBND thực hiện.", "Văn phòng HĐND và UBND"),
        ("Đồng chí Giàng A Mẫu, Phó Chủ tịch UBND xã, làm xong trước ngày 15/8/2026.", "Đồng chí Giàng A Mẫu"),
        ("Trạm Y tế xã báo cáo tỉnh đến hết ngày 30/9/2026.", "Trạm Y tế xã"),
        ("Giao ban vào ngày 15/8/2026.", None),
    ],
)
def test_owner_of_a_sentence(sentence, owner):
    text = "QUYẾT ĐỊNH\nVề việc thử\n" + sentence
    deadline = parse_document("UBND XÃ A\nSố: 1/QĐ-UBND\nA, ngày 01 tháng 8 năm 2026\n" + text).deadlines[0]
    assert deadline.owner == owner


def test_a_sentence_alone_has_no_year_to_take():
    deadline = parse_document("Các bản báo cáo trước ngày 15/8.").deadlines[0]
    assert (deadline.raw, deadline.op, deadline.value, deadline.inferred, deadline.owner) == ("trước ngày 15/8", "before", None, False, "Các bản")


def test_owner_from_the_heading_above():
    body = "1. Trạm Y tế xã\na) Nhiệm vụ chính:\n- Tiêm xong trước ngày 15/8/2026;\n2. Công an xã:\n- Gửi báo cáo trước ngày 16/8/2026."
    document = parse_document("UBND XÃ A\nSố: 1/KH-UBND\nA, ngày 01 tháng 8 năm 2026\nKẾ HOẠCH\nVề việc thử\n" + body)
    assert [deadline.owner for deadline in document.deadlines] == ["Trạm Y tế xã", "Công an xã"]


def test_several_documents_in_one_file():
    both = LETTER + "\n" + MIXED
    first, second = parse_documents(both)
    assert first.text + second.text == both
    assert (first.number, second.number) == ("142/UBND-VX", "07/KH-KT")
    joined = parse_document(both)
    assert joined.number == "142/UBND-VX"
    assert len(joined.deadlines) == len(first.deadlines) + len(second.deadlines)
    assert all(both[deadline.start : deadline.end] == deadline.raw for deadline in joined.deadlines)
    assert all(both[task.start : task.end] == task.text for task in joined.tasks)


@pytest.mark.parametrize("text", ["", "\n\n", "Xin chào.", "Một bài báo về lúa. Ngày 15/8/2026 mưa to.", "|||", "Số:", "Nơi nhận:", "ngày", "\ud800"])
def test_what_is_no_document_does_no_harm(text):
    document = parse_document(text)
    assert document.type is None
    assert document.text == text


def test_it_is_plain_data():
    document = parse_document(LETTER)
    record = document.to_dict()
    assert record["date"] == "2026-08-05"
    assert record["deadlines"][0]["value"] == "2026-08-15"
    assert "text" not in record
    with pytest.raises(dataclasses.FrozenInstanceError):
        document.number = "1"


def test_two_hundred_pages_in_seconds():
    text = LETTER + "\n".join(f"{at}. Phòng Kinh tế số {at} gửi báo cáo, kiểm tra {at} hộ và các bản trước ngày 15/9/2026." for at in range(6000))
    start = time.monotonic()
    document = parse_document(text)
    assert time.monotonic() - start < 25
    assert len(document.deadlines) > 5000


HOSTILE = (
    "hằng ngày ",
    "ngày 1,",
    "Phòng ",
    "giao ",
    "các ",
    "ủy ban ",
    "A, ",
    "( ",
    "1. ",
    " | ",
    "Nơi nhận: ",
    "KT. CHỦ TỊCH\n",
    "căn cứ;\n",
    "số: 1/",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n",
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_repetition_takes_no_time(piece):
    start = time.monotonic()
    parse_document(piece * (30_000 // len(piece)))
    assert time.monotonic() - start < 8


ENTRY = "CÔNG VĂN\nGửi báo cáo.\nNơi nhận:\n- a, {}\n"


@pytest.mark.parametrize(
    "text",
    [
        "ngày" + " " * 800 + "x",
        "ngày 1 tháng" + " " * 800 + "x",
        "số" + " " * 30_000 + "x",
        "a" * 120 + "!, ngày 05 tháng 8 năm 2026",  # a place
        "A" * 200 + "!, Ngày 05 tháng 8 năm 2026",
        ENTRY.format("A" * 48 + "!"),  # a signature beside an entry of the list
        "i. " * 30 + "x",  # a heading after its number
        "Công an xã gửi trước" + " " * 15_000 + "x 5",
        "Họp ngày 15/8/2026" + " " * 15_000 + "x",
        "Báo cáo hằng tháng" + " " * 15_000 + "x",
        "Báo cáo định kỳ" + " " * 15_000 + "x",
    ],
)
def test_no_line_is_tried_in_thousands_of_ways(text):
    start = time.process_time()
    parse_document(text)
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("line", "place", "date"),
    [
        ("Bản Mẫu, ngày ..... tháng ..... năm 2026", "Bản Mẫu", None),
        ("Bản Mẫu, ngày … tháng … năm 2026", "Bản Mẫu", None),
        ("Bản Mẫu, ngày __ , tháng  8 , năm 2026", "Bản Mẫu", None),
        ("Bản Mẫu, ngày   tháng 8 năm 2026", "Bản Mẫu", None),
        ("Bản Mẫu,   ngày  05,tháng 8 ,năm2026", "Bản Mẫu", "2026-08-05"),
        ("TP. Điện Biên Phủ, ngày 5 tháng 8 năm 2026", "TP. Điện Biên Phủ", "2026-08-05"),
        ("xã Bản Mẫu, ngày 5 tháng 8 năm 2026", "xã Bản Mẫu", "2026-08-05"),
        ("bản mẫu, ngày 5 tháng 8 năm 2026", "bản mẫu", "2026-08-05"),
    ],
)
def test_place_and_date_however_they_are_spaced(line, place, date):
    document = parse_document(f"UBND XÃ BẢN MẪU\nSố: 1/BC-UBND\n{line}\nTHÔNG BÁO\nVề việc họp\nKính gửi: Các bản.\n1. Các bản nộp trước ngày 30/9.\n")
    assert document.place == place
    assert (document.date and document.date.isoformat()) == date
    assert document.deadlines[0].value == "2026-09-30"


@pytest.mark.parametrize(
    ("entry", "recipients"),
    [("- Như trên; CHỦ TỊCH XÃ", ("Như trên",)), ("- Như trên; CHỦTỊCH", ("Như trên",)), ("- Như trên, A B", ("Như trên, A B",)), ("- Lưu: VT.", ("Lưu: VT",))],
)
def test_a_signature_on_the_line_of_an_entry(entry, recipients):
    assert parse_document(f"CÔNG VĂN\nGửi báo cáo.\nNơi nhận:\n{entry}\n").recipients == recipients


def test_a_document_that_was_read_from_a_file():
    document = parse_document(read_document(LETTER.encode(), name="thu.txt"))
    assert document.number == "142/UBND-VX"
    assert document.subject == "rà soát hộ nghèo, hộ cận nghèo năm 2026"
