import pytest

from ailab.privacy import find_personal_data


def found(text):
    return [(item.kind, item.text) for item in find_personal_data(text)]


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("Số định danh cá nhân: 099087001234.", "national_id", "099087001234"),
        ("CCCD 099 087 001 234 cấp ngày 12/5/2021", "national_id", "099 087 001 234"),
        ("căn cước công dân số\n0990 8700 1234", "national_id", "0990 8700 1234"),
        ("người mang số 099087001234 đến nộp hồ sơ", "national_id", "099087001234"),  # its form says it
        ("Giấy phép lái xe số 270150001234", "national_id", "270150001234"),
        ("Mã số thuế cá nhân: 099087001234", "national_id", "099087001234"),
        ("số căn cước 09908700\n1234", "national_id", "09908700\n1234"),  # broken by a scanner
        ("CMND số 040123456", "old_id", "040123456"),
        ("chứng minh nhân dân cũ: 040 123 456", "old_id", "040 123 456"),
        ("Hộ chiếu B1234567", "passport", "B1234567"),
        ("hộ chiếu số: M 12345678", "passport", "M 12345678"),
        ("Điện thoại: 0912000123", "phone", "0912000123"),
        ("gọi số 0912.000.123 nhé", "phone", "0912.000.123"),
        ("SĐT 0912-000-123", "phone", "0912-000-123"),
        ("ĐT: +84 912 000 123", "phone", "+84 912 000 123"),
        ("ĐT: (+84) 912 000 123", "phone", "(+84) 912 000 123"),
        ("máy bàn (0215) 3 825 123", "phone", "(0215) 3 825 123"),
        ("0215.3825.123", "phone", "0215.3825.123"),
        ("Fax: 02153 825 123", "phone", "02153 825 123"),
        ("số O912 0O0 l23", "phone", "O912 0O0 l23"),  # letters that a scanner read
        ("ĐT: 3825123", "phone", "3825123"),
        ("điện thoại 0912 000\n123", "phone", "0912 000\n123"),
        ("thư: lo.mau-1@doisao.example.gov.vn.", "email", "lo.mau-1@doisao.example.gov.vn"),
        ("ubnd@example. vn", "email", "ubnd@example. vn"),
        ("xem facebook.com/lo.van.mau nhé", "email", "facebook.com/lo.van.mau"),
        ("Số tài khoản 8801 2200 4417 mở tại Ngân hàng Mẫu", "bank_account", "8801 2200 4417"),
        ("TK 3714.0.1089765 tại KBNN khu vực", "bank_account", "3714.0.1089765"),
        ("Agribank: 8306205012345", "bank_account", "8306205012345"),
        ("chuyển vào số 1234567890 tại Ngân hàng Mẫu", "bank_account", "1234567890"),
        ("STK: 099087001234, Ngân hàng Mẫu", "bank_account", "099087001234"),
        ("MST 5600123456", "tax_code", "5600123456"),
        ("mã số thuế: 5600123456-001", "tax_code", "5600123456-001"),
        ("doanh nghiệp 0100109106 đã nộp", "tax_code", "0100109106"),  # the check digit fits
        ("mã số BHXH 9921004576", "social_insurance", "9921004576"),
        ("thẻ BHYT DT 2 99 0123000731", "social_insurance", "DT 2 99 0123000731"),
        ("xe 27A-123.45 đỗ sai", "plate", "27A-123.45"),
        ("BKS 27B1-234.56", "plate", "27B1-234.56"),
        ("biển số 27-B1 123.45", "plate", "27-B1 123.45"),
        ("xe máy 27b1-090.66", "plate", "27b1-090.66"),
        ("biển kiểm soát 27F1-2345", "plate", "27F1-2345"),
    ],
)
def test_a_number_is_found_whole_and_called_by_its_name(text, kind, number):
    assert found(text) == [(kind, number)]


@pytest.mark.parametrize(
    "text",
    [
        "Số: 1043/UBND-VX ngày 05/3/2020 của Chính phủ",
        "Nghị định số 30/2020/NĐ-CP, Quyết định số 123456789/QĐ-UBND",
        "Mã hồ sơ H18.52-261028-0014, 000.00.21.H18-260303-0007",
        "kinh phí 12.500.000 đồng, 1 250 000 000 đồng, 7845000000 đồng",
        "Mã chương 860, loại 370, khoản 398; mã đơn vị QHNS 1034567",
        "mã vạch 893456789012",
        "mã hồ sơ: 099087001234",
        "biên lai số 0912000123",
        "tọa độ 21.386512, 103.017890",
        "từ ngày 03.08.2026 đến 15.08.2026, 03 08 2026 12 hộ",
        "trang https://doisao.example.vn/0912000123",
        "thửa số 125, tờ bản đồ số 32, diện tích 350,5 m2, năm 2026",
        "123 456 789",
        "0100109107 và 1234567890",  # the check digit does not fit
    ],
)
def test_numbers_of_documents_money_and_dossiers_stay(text):
    assert found(text) == []


def test_the_last_word_before_a_number_says_what_it_is():
    text = "CCCD 099087001234, STK 102345678901, mã số BHXH 9921004576, điện thoại 0912000123"
    assert [kind for kind, _number in found(text)] == ["national_id", "bank_account", "social_insurance", "phone"]


def test_a_phone_far_behind_a_word_for_accounts_is_a_phone():
    assert found("đăng ký số tài khoản nhận tiền với kế toán của Hội đồng, 0215 3999 480")[0][0] == "phone"


def test_columns_with_spaces_between_them_are_told_apart():
    assert found("1 0912 000 123 099087001234 1980") == [("phone", "0912 000 123"), ("national_id", "099087001234")]
