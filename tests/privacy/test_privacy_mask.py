import unicodedata

import pytest

from ailab.privacy import LABELS, find_personal_data, mask_personal_data
from ailab.results import PersonalDataKind


def test_placeholders_say_in_vietnamese_what_was_there():
    masked = mask_personal_data("Liên hệ bà Lò Thị Mẫu, điện thoại 0912.000.123, thư mau@example.vn.")
    assert masked.text == "Liên hệ bà [HỌ TÊN 1], điện thoại [ĐIỆN THOẠI 1], thư [THƯ ĐIỆN TỬ 1]."
    assert masked.originals == {"[HỌ TÊN 1]": "Lò Thị Mẫu", "[ĐIỆN THOẠI 1]": "0912.000.123", "[THƯ ĐIỆN TỬ 1]": "mau@example.vn"}
    assert masked.restore(masked.text) == "Liên hệ bà Lò Thị Mẫu, điện thoại 0912.000.123, thư mau@example.vn."


def test_every_kind_has_a_label_of_its_own():
    assert set(LABELS) == set(PersonalDataKind.__args__)
    assert len(set(LABELS.values())) == len(LABELS)


def test_one_number_has_one_placeholder_however_it_is_written():
    masked = mask_personal_data("ĐT 0912000123; SĐT: 0912.000.123; gọi +84 912 000 123; (+84) 912-000-123; ĐT 0912000124")
    assert masked.text == "ĐT [ĐIỆN THOẠI 1]; SĐT: [ĐIỆN THOẠI 1]; gọi [ĐIỆN THOẠI 1]; [ĐIỆN THOẠI 1]; ĐT [ĐIỆN THOẠI 2]"


def test_one_person_has_one_placeholder_in_any_letters():
    text = "Ông Lò Văn Mẫu; ÔNG LÒ VĂN MẪU; ông Lò\nVăn Mẫu; ong Lo Van Mau; " + unicodedata.normalize("NFD", "ông Lò Văn Mẫu") + "; ông Lò Văn Pậu"
    masked = mask_personal_data(text)
    assert [masked.text.count(placeholder) for placeholder in ("[HỌ TÊN 1]", "[HỌ TÊN 2]")] == [5, 1]
    assert masked.originals["[HỌ TÊN 1]"] == "Lò Văn Mẫu"
    assert len(masked.originals) == 2


def test_a_name_without_accents_that_could_be_two_persons_is_a_third():
    assert mask_personal_data("ông Lò Văn Mẫu, ông Lò Văn Mậu, ong Lo Van Mau").text == "ông [HỌ TÊN 1], ông [HỌ TÊN 2], ong [HỌ TÊN 3]"


def test_tones_on_another_vowel_are_the_same():
    assert mask_personal_data("bà Nguyễn Thị Hoà và bà Nguyễn Thị Hòa").text == "bà [HỌ TÊN 1] và bà [HỌ TÊN 1]"


def test_what_was_found_once_is_masked_everywhere():
    text = "CCCD 099087001234. Mã trên phong bì: 0990 8700 1234-X. Hồ sơ của bà Lò Hương. Ghi chú:099087001234/2"
    masked = mask_personal_data(text)
    assert "099087001234" not in "".join(masked.text.split())
    assert masked.text.count("[SỐ ĐỊNH DANH 1]") == 3
    account = mask_personal_data("Số tài khoản: 12345678 tại Ngân hàng Mẫu. Nội dung: nộp 12345678; số khác 912345678.")
    assert account.text.count("[SỐ TÀI KHOẢN 1]") == 2
    assert "912345678" in account.text


def test_a_date_of_birth_is_masked_in_another_spelling_but_a_year_stays_a_year():
    masked = mask_personal_data("Bà Lò Thị Mẫu sinh ngày 05/3/1987. Giấy khai sinh ghi 5-3-1987. Bà Lò Thị Hoa sinh năm 1987. Luật năm 1987.")
    assert masked.text.count("[NGÀY SINH 1]") == 2
    assert masked.text.endswith("sinh năm [NGÀY SINH 2]. Luật năm 1987.")


def test_keep():
    text = "Bà Lò Thị Mẫu, ĐT 0912000123, có đơn.\n\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n\nVàng A Páo\n"
    assert "Vàng A Páo" in mask_personal_data(text).text
    assert mask_personal_data(text, keep=()).text.endswith("CHỦ TỊCH\n\n[HỌ TÊN 2]\n")
    kept = mask_personal_data(text, keep=("signer", "phone"))
    assert "0912000123" in kept.text
    assert [item.kind for item in kept.found] == ["person_name"]
    assert mask_personal_data(text, keep=tuple(LABELS)).text == text


def test_found_is_what_was_masked_as_it_stood_in_the_text_given():
    text = unicodedata.normalize("NFD", "Bà Lò Thị Mẫu (CCCD 099087001234) ký; sau đó LÒ THỊ MẪU nộp lại 0990 8700 1234.")
    masked = mask_personal_data(text)
    assert [text[item.start : item.end] for item in masked.found] == [item.text for item in masked.found]
    assert [item.kind for item in masked.found] == ["person_name", "national_id", "person_name", "national_id"]


def test_placeholders_that_are_there_already_stay_and_are_not_taken_for_ours():
    text = "Như đã báo với [HỌ TÊN 1] và [HỌ TÊN 7], nay bà Lò Thị Mẫu, ĐT 0912000123."
    masked = mask_personal_data(text)
    assert masked.text == "Như đã báo với [HỌ TÊN 1] và [HỌ TÊN 7], nay bà [HỌ TÊN 8], ĐT [ĐIỆN THOẠI 1]."
    assert masked.restore(masked.text) == text
    decomposed = mask_personal_data(unicodedata.normalize("NFD", text))
    assert "[HỌ TÊN 8]" in decomposed.text


TEXTS = [
    "Ông Lò Văn Mẫu, sinh năm 1970, dân tộc Thái, trú tại bản Pa Tần, xã Nà Bủng, bị tâm thần phân liệt, STK 8801 2200 4417 tại Ngân hàng Mẫu.",
    "STT | Họ và tên | Năm sinh | Địa chỉ\n1 | Hạng Dơ | 1955 | Bản Na Hý\n2 | VÀNG THỊ CHỢ | 12/1961 | Pá Khoang 1",
    "don xin xac nhan. ten toi la lo thi hoa, sinh nam 1988, so cccd 099188004455, sdt 0912 333 444, tru tai ban na ten, xa doi sao.",
    "KÍNH GỬI: ÔNG QUÀNG VĂN NGOAN, BẢN NÀ LÁ, XÃ MƯỜNG PHẠ, SINH NĂM 1960, ĐIỆN THOẠI 0912 333 444, BIỂN SỐ 27B1-234.56",
    "Xe 27A-123.45; hộ chiếu C1234567; MST 5600123456-001; thẻ BHYT DT2990123000731; CMND 040123456",
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_nothing_found_is_left_and_masking_twice_changes_nothing(text, form):
    text = unicodedata.normalize(form, text)
    masked = mask_personal_data(text)
    assert find_personal_data(text)
    assert find_personal_data(masked.text) == ()
    again = mask_personal_data(masked.text)
    assert (again.text, again.originals, again.found) == (masked.text, {}, ())
    assert masked.restore(masked.text) == text


def test_restore_of_an_answer():
    masked = mask_personal_data(
        "\n".join(f"Ông Lò Văn M{vowel}{end}, ĐT 09120001{at}{at}" for at, (vowel, end) in enumerate(zip("aeioua", "nnnncc", strict=True))) * 2
    )
    assert masked.restore("Gọi [ĐIỆN THOẠI 1], không gọi [ĐIỆN THOẠI 99]") == "Gọi 0912000100, không gọi [ĐIỆN THOẠI 99]"


def test_a_text_without_personal_data_stays_as_it_is():
    text = "Căn cứ Nghị định số 30/2020/NĐ-CP; kinh phí 12.500.000 đồng; mã hồ sơ H18.52-261028-0014.\r\n"
    masked = mask_personal_data(text)
    assert (masked.text, masked.originals, masked.found) == (text, {}, ())
