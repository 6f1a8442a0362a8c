import pytest

from ailab.privacy import find_personal_data


def found(text, *kinds):
    return [item.text for item in find_personal_data(text) if item.kind in kinds]


# --- birth ---


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("ông Lò Văn Mẫu, sinh ngày 12/3/1987", "12/3/1987"),
        ("bà Lò Thị Mẫu (sinh năm 1994)", "1994"),
        ("anh Vừ A Lử (SN 2003, trú bản Pa)", "2003"),
        ("Ông Mùa A Tú (1969), trưởng bản", "1969"),
        ("Ngày, tháng, năm sinh: 05 tháng 11 năm 1992", "05 tháng 11 năm 1992"),
        ("Ngày sinh: 30-12-1991", "30-12-1991"),
        ("bà Đèo Thị Nguyệt, SN l962, ĐT: 0386000129", "l962"),
        ("ngày sinh của bà Lò Thị Pàng ghi nhầm thành năm\n1977", "1977"),
        ("Mr Nguyen Van Nam, born on 12 March 1987", "12 March 1987"),
        ("cháu Giàng Thị Sua sinh năm\n2019", "2019"),
        ("Bà Vàng Thị Chứ, sinh 12/3/87, vắng mặt", "12/3/87"),
        ("nạn nhân Quàng Văn Thân, nam, 1988, trú bản Nong U", "1988"),
    ],
)
def test_birth(text, date):
    assert found(text, "dob") == [date]


@pytest.mark.parametrize(
    "text",
    [
        "ông Lò Văn Mẫu nhận Quyết định ngày 12/3/1987",
        "tuyển sinh năm 2026, vệ sinh năm 2026, học sinh năm 2026, phát sinh năm 2025",
        "tiêm cho trẻ sinh năm 2024; công dân sinh năm 2008 đăng ký",
        "Căn cứ Luật ngày 16 tháng 6 năm 2025",
    ],
)
def test_other_dates_stay(text):
    assert found(text, "dob") == []


# --- address ---


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Họ tên: Lò Văn Mẫu\nĐịa chỉ: số nhà 12, tổ 5, phường Suối Trăng", "số nhà 12, tổ 5, phường Suối Trăng"),
        ("hộ ông Lò Văn Mẫu, bản Pa Tần, xã Nà Bủng, vay vốn", "bản Pa Tần, xã Nà Bủng"),
        ("Kính gửi: Ông Giàng A Chứ\n(bản Pú Lếnh, xã Đồi Sao, tỉnh Mường Sương)", "bản Pú Lếnh, xã Đồi Sao, tỉnh Mường Sương"),
        ("bà Lò Thị Mẫu, sinh năm 1950, dân tộc Thái, trú tại bản Hua Sa 2", "bản Hua Sa 2"),
        ("bà Cà Thị Ươi (82 tuổi, số nhà 17, tổ 4, phường Suối Trăng) đang ốm", "số nhà 17, tổ 4, phường Suối Trăng"),
        ("ông Lò Văn Ón sống một mình ở bản Na Hai", "bản Na Hai"),
        ("HKTT: Bản Tìa Dình 1, xã Tìa Dình", "Bản Tìa Dình 1, xã Tìa Dình"),
        ("nơi ở hiện nay: P. Noong Bua, TP. Điện Biên Phủ", "P. Noong Bua, TP. Điện Biên Phủ"),
        ("ông Tòng Văn Lả trú tại xã\nĐồi Sao", "xã\nĐồi Sao"),
        ("ba Lo Thi Hoa, tru tai ban Na Ten, xa Doi Sao", "ban Na Ten, xa Doi Sao"),
        ("ông lò văn ón, cccd 097049000813, ở bản na hai, xã pa sang, đột quỵ", "bản na hai, xã pa sang"),
    ],
)
def test_address_of_a_person(text, address):
    assert found(text, "address") == [address]


@pytest.mark.parametrize(
    "text",
    [
        "UBND xã Đồi Sao\nĐịa chỉ: bản Trung Tâm, xã Đồi Sao\nĐiện thoại: 02153825123",
        "BÊN A: CÔNG TY TNHH MẪU\nĐại diện: Ông Lò Văn Mẫu\nChức vụ: Giám đốc\nĐịa chỉ: tổ 5, phường Suối Trăng",
        "Địa điểm: Nhà văn hóa bản Pa Tần, xã Nà Bủng",
        "ông Lò Văn Mẫu, Trưởng bản Pa Tần, báo cáo",
        "ông Lò Văn Mẫu, Tổ Công tác số 1; bà Lò Thị Hoa, Đội Quản lý thị trường",
        "Gửi về địa chỉ email ubnd@example.vn; địa chỉ: Trung tâm Phục vụ hành chính công",
        "Công dân thường trú tại xã Đồi Sao đủ 18 tuổi",
        "Tại bản Pa Tần xảy ra sạt lở",
    ],
)
def test_offices_and_meetings_have_no_personal_address(text):
    assert found(text, "address") == []


# --- what the law calls sensitive ---


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ông Lò Văn Mẫu, dân tộc Thái", "dân tộc Thái"),
        ("Họ và tên: Lý Phì Cà\nDân tộc: Hà Nhì   Quốc tịch: Việt Nam", "Dân tộc: Hà Nhì"),
        ("chị Mùa Thị Chở, theo đạo Tin Lành", "đạo Tin Lành"),
        ("ông Cụt Văn Biên, người Khơ Mú", "người Khơ Mú"),
        ("bà Lò Thị Hoa. Tôn giáo: Công giáo", "Tôn giáo: Công giáo"),
    ],
)
def test_group_and_faith_of_a_named_person(text, words):
    assert found(text, "sensitive") == [words]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("anh Tòng Văn Hặc bị tâm thần phân liệt", "tâm thần phân liệt"),
        ("con trai là anh Tòng Văn Hặc (sinh năm 1994), người khuyết tật nặng", "người khuyết tật nặng"),
        ("bà Lò Thị Pàng điều trị với chẩn đoán viêm gan B mạn tính, xơ gan còn\nbù. Sau đó", "viêm gan B mạn tính, xơ gan còn\nbù"),
        ("ông Lừ Văn Chựa (đang nằm viện do suy thận)", "suy thận"),
        ("Bệnh nhân Cụt Văn Thanh, chẩn đoán: lao phổi AFB (+), đề nghị cách ly.", "lao phổi AFB (+)"),
        ("lái xe Sùng A Lử tự ngã, gãy chân phải.", "gãy chân phải"),
        ("Chị Mùa Thị Xía, đang mang thai", "mang thai"),
        ("Nạn nhân Quàng Văn Thân, tổn thương: dập lách, gãy 3 xương sườn.", "dập lách, gãy 3 xương sườn"),
        ("anh Lo Van Phanh truot nga gay xuong don vai trai, den nay", "gay xuong don vai trai"),
    ],
)
def test_what_ails_a_named_person(text, words):
    assert " ".join(found(text, "sensitive_health")[0].split()).endswith(" ".join(words.split()).removeprefix("đang "))


@pytest.mark.parametrize(
    "text",
    [
        "Ông Lò Văn Mẫu, Trạm trưởng, tuyên truyền phòng chống sốt xuất huyết, HIV/AIDS",
        "Bà Lò Thị Hoa phụ trách hỗ trợ người khuyết tật; tiếng dân tộc Thái; đồng bào dân tộc Mông",
        "Báo cáo của ông Mùa A Tú: có 03 người bị sốt rét, đàn lợn mắc bệnh",
        "45 hộ có người bị bệnh hiểm nghèo. Dân tộc Thái chiếm 40%.",
        "Ông Lò Văn Mẫu mang theo dao phát, cuốc; bệnh viện; bệnh án; mất mùa",
    ],
)
def test_what_is_said_of_nobody_by_name_is_not_sensitive(text):
    assert found(text, "sensitive", "sensitive_health") == []


# --- tables ---

HEAD = "STT{0}Họ và tên{0}Năm sinh{0}Số CCCD{0}Dân tộc{0}Thôn, bản{0}Điện thoại{0}Số tài khoản{0}Tình trạng sức khỏe"
ROWS = (
    "1{0}Hạng Dơ{0}1955{0}099055001122{0}Thái{0}Bản Na Hý{0}0345 678 901{0}107008520587{0}liệt nửa người",
    "2{0}VÀNG THỊ CHỢ{0}12/3/1961{0}099161003322{0}Khơ Mú{0}Bản Co Sản{0}0868 000 412{0}10700 8520 0412{0}mù hai mắt",
)
IN_ROWS = [
    ("person_name", "Hạng Dơ"), ("dob", "1955"), ("national_id", "099055001122"), ("sensitive", "Thái"), ("address", "Bản Na Hý"),
    ("phone", "0345 678 901"), ("bank_account", "107008520587"), ("sensitive_health", "liệt nửa người"),
    ("person_name", "VÀNG THỊ CHỢ"), ("dob", "12/3/1961"), ("national_id", "099161003322"), ("sensitive", "Khơ Mú"), ("address", "Bản Co Sản"),
    ("phone", "0868 000 412"), ("bank_account", "10700 8520 0412"), ("sensitive_health", "mù hai mắt"),
]  # fmt: skip


@pytest.mark.parametrize("edge", [" | ", "\t", " "])
def test_columns_of_a_table_say_what_is_in_them_even_without_edges(edge):
    text = "\n".join(["DANH SÁCH", *(line.format(edge) for line in (HEAD, *ROWS)), "Tổng cộng: 02 hộ."])
    assert [(item.kind, item.text) for item in find_personal_data(text)] == IN_ROWS


def test_cells_that_say_nothing_are_left_alone():
    text = "Họ và tên | Dân tộc | Địa chỉ | Khuyết tật\nLò Văn Mẫu | - | không có | không"
    assert [item.kind for item in find_personal_data(text)] == ["person_name"]


def test_villages_of_a_plan_of_work_are_no_addresses():
    text = "STT | Bản | Ngày tiêm | Người phụ trách\n1 | Nà Sao, Huổi Ví | 12/10/2026 | Thú y viên Lò Thị Tập"
    assert [(item.kind, item.text) for item in find_personal_data(text)] == [("person_name", "Lò Thị Tập")]
