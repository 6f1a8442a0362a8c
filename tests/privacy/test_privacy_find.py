import itertools
import random
import time
import unicodedata

import pytest

from ailab.privacy import LABELS, find_personal_data

LETTER = """ỦY BAN NHÂN DÂN
XÃ ĐỒI SAO
Số: 142/UBND-VX
V/v trả lời đơn của bà Tòng Thị Xuyến
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Đồi Sao, ngày 05 tháng 8 năm 2026

Kính gửi: Bà Tòng Thị Xuyến
(Tổ dân phố 7, phường Suối Trăng)

UBND xã nhận được đơn của bà Tòng Thị Xuyến, sinh ngày 17/11/1968, dân tộc Thái, số căn cước 098168002415, điện thoại 0977-000-618,
về việc con trai là anh Tòng Văn Hặc (sinh năm 1994) bị bại não chưa nhận được trợ cấp 3.000.000 đồng.
Tiền sẽ chuyển vào tài khoản số 8801 2200 4417 tại Ngân hàng Mẫu. Vướng mắc liên hệ ông Lò Văn Mẫu, thư vhxh@doisao.example.vn.

Nơi nhận:
- Như trên;
- Lưu: VT, VX.

TM. ỦY BAN NHÂN DÂN
KT. CHỦ TỊCH
PHÓ CHỦ TỊCH
(Đã ký)
Lò Văn Mẫu
"""
IN_LETTER = [
    ("person_name", "Tòng Thị Xuyến"), ("person_name", "Tòng Thị Xuyến"), ("address", "Tổ dân phố 7, phường Suối Trăng"), ("person_name", "Tòng Thị Xuyến"),
    ("dob", "17/11/1968"), ("sensitive", "dân tộc Thái"), ("national_id", "098168002415"), ("phone", "0977-000-618"), ("person_name", "Tòng Văn Hặc"),
    ("dob", "1994"), ("sensitive_health", "bại não"), ("bank_account", "8801 2200 4417"), ("person_name", "Lò Văn Mẫu"),
    ("email", "vhxh@doisao.example.vn"), ("person_name", "Lò Văn Mẫu"),
]  # fmt: skip


def test_a_letter():
    assert [(item.kind, item.text) for item in find_personal_data(LETTER)] == IN_LETTER


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKD"])
def test_places_are_those_of_the_text_as_given(form):
    text = unicodedata.normalize(form, LETTER).replace("Tòng", "To\u200bng" if form == "NFC" else "Tòng").replace("\n", "\r\n")
    items = find_personal_data(text)
    assert all(text[item.start : item.end] == item.text for item in items)
    assert [item.kind for item in items] == [kind for kind, _text in IN_LETTER]
    assert all(before.end <= after.start for before, after in itertools.pairwise(items))
    if form != "NFC":
        assert [(item.kind, unicodedata.normalize("NFC", item.text)) for item in items] == IN_LETTER


@pytest.mark.parametrize("space", ["\u00a0", "\u2009"])
def test_any_space_is_a_space(space):
    assert [item.kind for item in find_personal_data(f"bà{space}Lò{space}Thị{space}Mẫu, ĐT: 0912{space}000{space}123")] == ["person_name", "phone"]


def test_lines_broken_anywhere_change_nothing():
    rng = random.Random(0)
    for _time in range(20):
        words = LETTER.split("\n\n")
        words[2] = "".join("\n" if char == " " and rng.random() < 0.1 else char for char in words[2].replace("\n", " "))
        kinds = [item.kind for item in find_personal_data("\n\n".join(words)) if item.kind not in {"address", "sensitive"}]
        assert kinds == [kind for kind, _text in IN_LETTER if kind not in {"address", "sensitive"}]


# --- who signed ---


@pytest.mark.parametrize(
    ("signature", "signer"),
    [
        ("CHỦ TỊCH\n\n\nVàng Páo", "Vàng Páo"),
        ("TL. CHỦ TỊCH\nCHÁNH VĂN PHÒNG\n(Đã ký)\nThS. Nguyễn Thị Bích Hường", "Nguyễn Thị Bích Hường"),
        ("Nơi nhận: | TM. ỦY BAN NHÂN DÂN\n- Như trên; | CHỦ TỊCH\n- Lưu: VT. | Mùa A Thào", "Mùa A Thào"),
        ("Nơi nhận: GIÁM ĐỐC\n- Như trên;\n- UBND xã Đồi Sao; Bạc Cầm Hưởng\n- Lưu: VT.", "Bạc Cầm Hưởng"),
        ("- Lưu: VT.                    KT. TRƯỞNG BAN\n                        Thiếu tá Giàng Sẻo Chô", "Giàng Sẻo Chô"),
        ("chủ tịch\n\nlò văn mẫu", None),
        ("NGƯỜI LÀM ĐƠN\n(Ký, ghi rõ họ tên)\nVàng Páo", None),
        ("ĐẠI DIỆN BÊN B\nVàng A Páo", None),
    ],
)
def test_signer(signature, signer):
    items = find_personal_data(f"Nội dung công việc của xã.\n\n{signature}\n")
    assert {item.text for item in items if item.role} == ({signer} if signer else set())
    assert all(item.role in {"", "signer"} for item in items)


def test_the_names_of_citizens_under_a_form_are_found_without_the_role():
    items = find_personal_data("NGƯỜI LÀM ĐƠN\n(Ký, ghi rõ họ tên)\nVàng Páo\n")
    assert [(item.kind, item.text, item.role) for item in items] == [("person_name", "Vàng Páo", "")]


def test_a_signer_keeps_the_role_wherever_named():
    assert [item.role for item in find_personal_data(LETTER) if item.text == "Lò Văn Mẫu"] == ["signer", "signer"]


def test_two_who_sign_side_by_side():
    items = find_personal_data("THƯ KÝ                        CHỦ TRÌ\n(Đã ký)                       (Đã ký)\nLò Thị Diên               Quàng Văn Piêng\n")
    assert [(item.text, item.role) for item in items] == [("Lò Thị Diên", ""), ("Quàng Văn Piêng", "signer")]


# --- whatever comes ---


def test_nothing_in_nothing():
    assert find_personal_data("") == ()
    assert find_personal_data(" \n\t|\u200b\u0301") == ()


def test_placeholders_are_no_personal_data():
    text = " ".join(f"ông [{label} 1], sinh năm [{label} 2] bị [{label} 3]" for label in LABELS.values())
    assert find_personal_data(text) == ()


def test_any_text_is_read_without_error():
    rng = random.Random(1)
    pieces = [*LETTER.split(" "), "|", "\t", "\r\n", "\u0301", "\u200b", "İ", "ﬁ", "１２３", "𝟘", "(", "[HỌ TÊN 1]", "@", "A", "0912", "/", "\x00", "ß"]
    for _time in range(300):
        text = "".join(rng.choice(pieces) + rng.choice(["", " ", "\n"]) for _piece in range(30))
        items = find_personal_data(text)
        assert all(text[item.start : item.end] == item.text and item.text for item in items)
        assert all(before.end <= after.start for before, after in itertools.pairwise(items))


@pytest.mark.parametrize(
    "piece",
    [
        "1", "1 ", "0.", " ", "\n", "A", "(", "@", "a@", ".", "|", "a\t", "Lo ", "Lò Văn ", "ông ", "bản Pa, ", "[HỌ TÊN ", "địa chỉ: ", "tài khoản 12345 ",
        "Lò Văn Mẫu bị lao phổi, ", "sinh năm 1980 ", "- ", "a\u0301", "0912 000 123 ", "ỦY BAN ",
    ],
)  # fmt: skip
def test_no_text_takes_long(piece):
    text = piece * (60_000 // len(piece))
    start = time.process_time()
    find_personal_data(text)
    assert time.process_time() - start < 6  # a tenth of 200 pages; what grew with the square would take minutes


def test_two_hundred_pages_take_about_a_second():
    text = (LETTER + "Nội dung triển khai các nhiệm vụ phát triển kinh tế, xã hội trên địa bàn. " * 20 + "\n\n") * 250
    start = time.process_time()
    found = find_personal_data(text[:600_000])
    assert len(found) > 3000
    assert time.process_time() - start < 8  # about one second where nothing else runs
