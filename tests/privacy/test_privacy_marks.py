import time
import unicodedata

import pytest

from ailab import i18n
from ailab.errors import SecrecyError
from ailab.privacy import find_secrecy_marks, refuse_secret

HEAD = "ỦY BAN NHÂN DÂN\nXÃ ĐỒI SAO\n"
LONG = "\n".join(f"Dòng nội dung số {at} của văn bản này." for at in range(60))

MARKED = [
    # a line of its own
    (f"MẬT\n{HEAD}", "mat"),
    (f"TỐI MẬT\n{HEAD}", "toi_mat"),
    (f"{HEAD}TUYỆT MẬT\nBÁO CÁO", "tuyet_mat"),
    (f"Tối mật\n{HEAD}", "toi_mat"),
    (f"{LONG}\nMẬT\n{LONG}", "mat"),
    (f"{LONG}\nTUYỆT MẬT", "tuyet_mat"),
    ("ủy ban nhân dân xã đồi sao\nmật\nsố: 12/bc-ubnd\n" + LONG.lower(), "mat"),
    # decorated, numbered, with a word of haste
    (f"[MẬT]\n{HEAD}", "mat"),
    (f"★ TỐI MẬT ★\n{HEAD}", "toi_mat"),
    (f"MẬT - HỎA TỐC\n{HEAD}", "mat"),
    ("TUYỆT MẬT\nBản số: 03\n", "tuyet_mat"),
    ("TỐI MẬT (Bản số 2)\n", "toi_mat"),
    ("TÀI LIỆU MẬT\n", "mat"),
    ("VĂN BẢN TỐI MẬT\n", "toi_mat"),
    # behind the number, beside the other column
    (f"{HEAD}Số: 12/BC-UBND (Mật)\n", "mat"),
    (f"{HEAD}Số: 12/BC-UBND (Tối mật)\n", "toi_mat"),
    (f"{HEAD}Số: 15/KH-UBND MẬT\n", "mat"),
    (f"{HEAD}Số: 12/BC-UBND - TỐI MẬT\n", "toi_mat"),
    ("MẬT | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n", "mat"),
    ("MẬT          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n", "mat"),
    ("MẬT CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n", "mat"),
    ("UBND XÃ ĐỒI SAO MẬT\nSố: 1/BC-UBND", "mat"),
    ("ĐẢNG ỦY XÃ ĐỒI SAO  MẬT  ĐẢNG CỘNG SẢN VIỆT NAM\n", "mat"),
    # a field
    (f"Độ mật: Mật\n{HEAD}", "mat"),
    (f"Mức độ mật : Tối mật        Độ khẩn: Hỏa tốc\n{HEAD}", "toi_mat"),
    (f"Độ mật | Mật\n{HEAD}", "mat"),
    ("do mat: toi mat\n", "toi_mat"),
    ("Độ mật: A\n", "tuyet_mat"),
    # as a scanner reads it
    (f"M Ậ T\n{HEAD}", "mat"),
    (f"T U Y Ệ T  M Ậ T\n{HEAD}", "tuyet_mat"),
    ("TỐI\nMẬT\n", "toi_mat"),
    ("TUYỆTMẬT\n", "tuyet_mat"),
    ("TÔI MẬT\n", "toi_mat"),
    ("MÂT\nUBND XÃ", "mat"),
    ("MAT\nUY BAN NHAN DAN\n", "mat"),
    ("TOI MAT\nUY BAN\n", "toi_mat"),
    ("TUYET MAT\nUY BAN\n", "tuyet_mat"),
    # English
    ("TOP SECRET\nMinistry\n", "tuyet_mat"),
    ("SECRET\nMinistry\n", "toi_mat"),
    ("CONFIDENTIAL\nMinistry\n", "mat"),
    # not to be passed on
    ("TÀI LIỆU LƯU HÀNH NỘI BỘ\n", "internal"),
    ("(Lưu hành nội bộ)\n", "internal"),
    (f"{LONG}\nTài liệu lưu hành nội bộ\n", "internal"),
    ("LƯU HÀNH\nNỘI BỘ\n", "internal"),
    ("luu hanh noi bo\nubnd xa", "internal"),
    ("XEM XONG TRẢ LẠI\n", "internal"),
]
FREE = [
    "Sản phẩm mật ong rừng của bản.\n",
    "MẬT ONG RỪNG ĐỒI SAO\nSố: 12\n",
    "Căn cứ Luật Bảo vệ bí mật nhà nước ngày 15 tháng 11 năm 2018;\n",
    "LUẬT\nBẢO VỆ BÍ MẬT NHÀ NƯỚC\n",
    "KẾ HOẠCH\nCÔNG TÁC BẢO VỆ BÍ MẬT NHÀ NƯỚC NĂM 2026\n",
    "QUY CHẾ\nBẢO VỆ BÍ MẬT\n",
    "UBND XÃ ĐỒI SAO\nBAN CHỈ ĐẠO BẢO MẬT\n",
    "Mật khẩu: 123456\nMật độ dân số 30 người/km2\n",
    "Văn bản đóng dấu MẬT, TỐI MẬT, TUYỆT MẬT không được đưa vào công cụ AI công cộng.\n",
    "Khi thấy dấu chỉ mức độ mật (Mật, Tối mật, Tuyệt mật), phải dừng lại.\n",
    "Dấu “LƯU HÀNH NỘI BỘ” nghĩa là gì? Dấu “MẬT” do ai đóng?\n",
    "Độ mật:\nSố: 1\n",
    "Độ mật: Không\n",
    "Độ mật: Mật/Tối mật/Tuyệt mật\n",
    "Quy chế chi tiêu nội bộ; quy trình nội bộ; đoàn kết nội bộ\n",
    "Túi mật bị viêm. Mật thư, mật mã, bảo mật.\n",
    "Giữ bí\nmật nhà nước.\n",
    f"{LONG}\nNgười nuôi ong thu hoạch\nmật\ntrong tháng 4.\n",
    f"{LONG}\nMức độ | Ý nghĩa | Thời hạn\nMật | ít nghiêm trọng | 10 năm\n",
    "Our top secret recipe. The secret of success.\n",
    "KHẨN\nUBND XÃ\nMẤT MÙA\nMẶT BẰNG\n",
    "",
]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("text", "kind"), MARKED)
def test_marks(text, kind, form):
    text = unicodedata.normalize(form, text)
    marks = find_secrecy_marks(text)
    assert {mark.kind for mark in marks} == {kind}
    assert all(text[mark.start : mark.end] == mark.text for mark in marks)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("text", FREE)
def test_words_that_speak_of_secrets_are_no_marks(text, form):
    assert find_secrecy_marks(unicodedata.normalize(form, text)) == ()


def test_marks_come_in_reading_order():
    marks = find_secrecy_marks(f"LƯU HÀNH NỘI BỘ\nTỐI MẬT\n{LONG}\nMẬT\n")
    assert [mark.kind for mark in marks] == ["internal", "toi_mat", "mat"]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_secret_text_is_refused_with_what_to_do(language):
    with i18n.using(language), pytest.raises(SecrecyError, match="117/2025/QH15") as refused:
        refuse_secret(f"T Ố I  M Ậ T\n{HEAD}")
    assert refused.value.code == "secret"
    assert "“T Ố I M Ậ T”" in str(refused.value)


def test_secret_goes_before_internal():
    with pytest.raises(SecrecyError) as refused:
        refuse_secret(f"LƯU HÀNH NỘI BỘ\n{HEAD}Số: 1/BC-UBND (Mật)\n")
    assert refused.value.code == "secret"
    with pytest.raises(SecrecyError, match="LƯU HÀNH NỘI BỘ") as refused:
        refuse_secret(f"LƯU HÀNH NỘI BỘ\n{HEAD}")
    assert refused.value.code == "internal"


@pytest.mark.parametrize("text", FREE)
def test_other_texts_pass(text):
    refuse_secret(text)


@pytest.mark.parametrize("piece", ["MẬT\n", "M Ậ T ", " ", "a\t", "(Mật) ", "|", "noi bo ", "MẬT | ", "độ mật: ", "a\u0301", "- "])
def test_no_text_takes_long(piece):
    text = piece * (100_000 // len(piece))
    start = time.process_time()
    find_secrecy_marks(text)
    assert time.process_time() - start < 6


@pytest.mark.parametrize("text", ["so  " * 18 + "x, ab", "\n".join(["ban " * 19 + "x"] * 100)])
def test_no_line_is_tried_in_thousands_of_ways(text):
    start = time.process_time()
    find_secrecy_marks(text)
    assert time.process_time() - start < 5


@pytest.mark.parametrize("beside", ["BẢN SỐ: 03", "BẢN SỐ 3", "SỐ BẢN : 3", "Số  12", "BẢN SỐ:", "HỎA TỐC HẸN GIỜ", "SỐ BẢN THỨ 3", "DỰ THẢO LẦN 2 - HỎA TỐC"])
def test_what_can_stand_beside_a_mark(beside):
    for text in (f"{beside} - MẬT\n", f"MẬT; {beside}\n"):
        assert [mark.kind for mark in find_secrecy_marks(text)] == ["mat"], text
