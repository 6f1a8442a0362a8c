import pytest

from ailab.privacy import find_personal_data
from ailab.text import unaccent


def names(text):
    return [item.text for item in find_personal_data(text) if item.kind == "person_name"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Liên hệ bà Lò Thị Mẫu để biết thêm.", ["Lò Thị Mẫu"]),
        ("ông Vàng A Páo và bà Giàng Thị Dở", ["Vàng A Páo", "Giàng Thị Dở"]),
        ("đ/c Cầm Bích Ngọc, Phó Chủ tịch", ["Cầm Bích Ngọc"]),
        ("Họ và tên: Pờ Go Loóng", ["Pờ Go Loóng"]),
        ("thầy Nguyễn Tiến Dũng, cô Bạc Thị Khuyên", ["Nguyễn Tiến Dũng", "Bạc Thị Khuyên"]),
        ("Ông Xồng Nênh Tủa trình bày", ["Xồng Nênh Tủa"]),
        ("do Moong Văn Nghệ làm trưởng đoàn", ["Moong Văn Nghệ"]),
        ("BSCKII. Điêu Chính Thuật", ["Điêu Chính Thuật"]),
        ("Trưởng bản Lò Văn Hặc", ["Lò Văn Hặc"]),
        ("Chủ tịch UBND xã Lường Thị Hạnh chủ trì", ["Lường Thị Hạnh"]),
        ("Vàng Páo, sinh năm 1980, vắng mặt", ["Vàng Páo"]),  # two words, but what follows is said of persons
        ("các ông Mùa A Tú, Vừ Páo và Sùng Dế", ["Mùa A Tú", "Vừ Páo", "Sùng Dế"]),
        ("ông Nguyễn\nVăn Bình có đơn", ["Nguyễn\nVăn Bình"]),
        ("ÔNG LÒ VĂN MẪU TRÌNH BÀY", ["LÒ VĂN MẪU"]),
        ("chủ TK: NGUYEN THI LAN ANH.", ["NGUYEN THI LAN ANH"]),
        ("kính gửi ông lò văn mẫu, trưởng bản", ["lò văn mẫu"]),
        ("ten toi la lo thi hoa, sinh nam 1988", ["lo thi hoa"]),
        ("ba Nguyen Thi Mo, Pho Chu tich", ["Nguyen Thi Mo"]),
        ("Lò Văn Mẫu Chủ tịch UBND xã", ["Lò Văn Mẫu"]),
        ("Họ tên vợ: Pờ Mỳ Lế  Năm sinh: 1992", ["Pờ Mỳ Lế"]),
        ("anh Phìn Văn Xoa", ["Phìn Văn Xoa"]),
    ],
)
def test_full_names_of_persons(text, expected):
    assert names(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "đường Võ Nguyên Giáp, phố Trần Can, ngõ 4",
        "Trường THCS Lò Văn Hặc; Trường Tiểu học Bế Văn Đàn; Trường PTDTBT THCS Vừ A Dính",
        "bản Lò Văn, xã Mường Nhà, phường Noong Bua, tỉnh Điện Biên",
        "Công ty TNHH Hoàng Anh; Quỹ Vừ A Dính; nhà văn hóa Tô Vĩnh Diện",
        "Đoàn TNCS Hồ Chí Minh; phong cách Hồ Chí Minh; Chủ tịch Hồ Chí Minh",
        "Hà Nội, Cao Bằng, Lai Châu, Thái Nguyên, Mai Châu",
        "Hồ Pá Khoang và đèo Pha Đin",
        "Ban Thi đua - Khen thưởng, Đoàn Thanh niên, Văn phòng HĐND",
        "ÔNG TRƯỞNG BẢN THU TIỀN; CÁC ANH, CHỊ TRONG BAN CHỈ ĐẠO",
        "Bà con các bản; em Trường Mầm non; bà Mai và ông Hùng",
        "bằng tiếng Anh: Sở Khoa học và Công nghệ",
        "Trình Ban Chỉ đạo; Và các văn bản; Từ Hà Nội đi; Vì Tổ quốc",
        "đồng chí Chủ tịch, Phó Bí thư Đảng ủy",
    ],
)
def test_streets_schools_villages_and_offices_are_no_persons(text):
    assert names(text) == []


def test_a_name_is_found_again_without_any_word_before_it():
    text = "Bà Lò Hương nộp đơn. Sau đó LÒ HƯƠNG rút đơn, Lò\nHương đồng ý; đường Lò Hương thì không."
    assert names(text) == ["Lò Hương", "LÒ HƯƠNG", "Lò\nHương"]


def test_another_person_whose_name_differs_in_an_accent_is_another_person():
    assert names("ông Lò Pánh ký, hàng Lò Pành bán") == ["Lò Pánh"]


@pytest.mark.parametrize("change", [str.lower, str.upper, unaccent])
def test_names_in_a_text_without_capitals_or_accents(change):
    text = (
        change("Tổ công tác gồm ông Lò Văn Mẫu, bà Giàng Thị Dở ở bản Pa Tần và anh Vừ A Lử điều khiển xe máy, đã lập biên bản về vụ việc trên đường liên bản.")
        * 3
    )
    assert names(text) == [change(name) for name in ("Lò Văn Mẫu", "Giàng Thị Dở", "Vừ A Lử")] * 3


def test_words_of_offices_are_no_names_where_all_is_in_capitals():
    text = "PHÒNG KINH TẾ, HẠ TẦNG VÀ ĐÔ THỊ THAM MƯU; HỘI ĐỒNG THI ĐUA; CÔNG VĂN ĐẾN; ĐOÀN THANH NIÊN XÃ; NGƯỜI DÂN QUAY LẠI KHI CHƯA CÓ THÔNG BÁO. " * 3
    assert names(text) == []
