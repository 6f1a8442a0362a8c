import itertools
import time
import unicodedata

import pytest

from ailab.hub import Claim, unsupported_claims

SOURCE = """ỦY BAN NHÂN DÂN
XÃ BẢN MẪU
Số: 142/UBND-VX
Bản Mẫu, ngày 05 tháng 9 năm 2026
V/v triển khai tuyên truyền chuyển đổi số
Kính gửi: Các phòng, ban; Trưởng các bản.
Thực hiện Kế hoạch số 25/KH-UBND ngày 12/8/2026 của Sở Tài chính về hỗ trợ 1.250 hộ với kinh phí 1,5 triệu đồng/hộ, Ủy ban nhân dân xã yêu cầu:
1. Giao Phòng Văn hóa - Xã hội chủ trì, phối hợp với đồng chí Lò Văn An tổ chức hai lớp tập huấn trước ngày 15/9.
2. Văn phòng gửi báo cáo trước 17h00 ngày 20/9/2026, trong quý III/2026. Có 20.000.000 đồng cho 3 bản. Tổng 45% an toàn, 0,5 ha, đường QL12.
Trần Thị Bình ở nhà; người dân góp năm mươi ngày công.
Tiếp dân từ 7h30 đến 13:30; gọi (0215) 3825.409. Lớp có 15 và 20 em, 4 thầy.
KT. CHỦ TỊCH
PHÓ CHỦ TỊCH
Giàng A Sử
"""


def found(text, source=SOURCE):
    return [(claim.text, claim.kind) for claim in unsupported_claims(text, source)]


@pytest.mark.parametrize(
    "text",
    [
        "Công văn số 142/UBND-VX ngày 5/9/2026 của UBND xã Bản Mẫu.",
        "Ngày 05-9-2026, xã Bản Mẫu gửi công văn.",
        "Kế hoạch 25/KH–UBND ngày 12 tháng 8 năm 2026 hỗ trợ 1250 hộ.",
        "Mỗi hộ được 1.500.000 đồng, tức 1,50 triệu đồng.",
        "Có 20 triệu đồng cho ba bản. Có 20 000 000".replace(" 000 000", ".000.000"),
        "Phòng Văn hóa – Xã hội mở 02 lớp trước ngày 15 tháng 9 năm 2026.",
        "Gửi báo cáo trước 17 giờ ngày 20/9/2026.",
        "Gửi báo cáo trong tháng 9/2026, trong quý III/2026.",
        "Sở Tài chính hỗ trợ. Giao Sở Tài chính hỗ trợ.",
        "Ông Lò Văn An phối hợp. Đồng chí An phối hợp.",
        "GIÀNG A SỬ ký.",
        "Gọi 0215 3825 409 hoặc +84 215 3825409.",
        "Tiếp dân lúc 7g30 và 13 giờ 30 phút.",
        "1. Mở 2 lớp.\n2. Hỗ trợ 1250 hộ.\n4. Có 15 và 20 em.",
        "45 phần trăm, 0,50 ha.",
        "Năm mươi ngày công; 50 ngày công.",
        "Uỷ ban nhân dân xã",
        "Bên cạnh đó, các bản làm theo. Nhìn chung là tốt.",
        "1. Nhìn chung, Ủy ban nhân dân xã giao việc.\n- Đồng thời, bản cũng làm.",
        "In September 2026, on 5 September 2026.",
        "",
        "…",
    ],
)
def test_supported(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "wrong", "kind"),
    [
        ("Công văn 143/UBND-VX của xã.", "143/UBND-VX", "number"),
        ("Công văn 142/UBND-KT của xã.", "142/UBND-KT", "number"),
        ("Họp ngày 6/9/2026.", "6/9/2026", "date"),
        ("Họp ngày 5/8/2026.", "5/8/2026", "date"),
        ("Họp ngày 5/9/2025.", "5/9/2025", "date"),
        ("Xong trong tháng 10/2026.", "tháng 10/2026", "date"),
        ("Trước ngày 16/9.", "16/9", "date"),
        ("Hỗ trợ 1.260 hộ.", "1.260", "number"),
        ("Hỗ trợ 1,25 hộ.", "1,25", "number"),
        ("Mỗi hộ 1,5 tỷ đồng.", "1,5 tỷ đồng", "number"),
        ("Mỗi hộ 15 triệu đồng.", "15 triệu đồng", "number"),
        ("Đường dài 20 km.", "20 km", "number"),  # the 20 of a date, and of 20.000.000
        ("Đạt 50%.", "50%", "number"),
        ("Có 0,5 m² đất.", "0,5 m²", "number"),
        ("Trước 16h00 ngày 20/9/2026.", "16h00", "number"),
        ("Mở bốn lớp.", "bốn", "number"),
        ("Có 4 bản.", "4", "number"),  # the source has 4 of something else, and 3 of these
        ("Tiếp dân từ 7h45.", "7h45", "number"),
        ("Gọi 0215 3825 408.", "0215 3825 408", "number"),
        ("Có ba trăm hộ.", "ba trăm", "number"),
        ("Sở Tài nguyên chủ trì.", "Sở Tài nguyên", "name"),
        ("Giao sở Tài nguyên chủ trì.", "Tài nguyên", "name"),
        ("Ông Trần Văn An ký.", "Trần Văn An", "name"),  # another family name
        ("Ông Lò Thị An ký.", "Lò Thị An", "name"),
        ("Do đồng chí Toàn ký.", "Toàn", "name"),  # the source has only “an toàn”
        ("Xã Mường Phăng làm.", "Mường Phăng", "name"),
        ("Hà Nội họp.", "Hà Nội", "name"),
        ("Microsoft chủ trì.", "Microsoft", "name"),
        ("Theo HĐND xã.", "HĐND", "name"),
        ("Đường QL13 hỏng.", "QL13", "name"),
        ("Bình Trần Thị ở nhà.", "Bình Trần Thị", "name"),
    ],
)
def test_unsupported(text, wrong, kind):
    assert found(text) == [(wrong, kind)]


def test_offsets():
    text = "Ngày 6/9/2026, Hà Nội có 1.260 hộ; Công văn 143/UBND-VX. Ngày 5/9/2026, Bản Mẫu có 1.250 hộ, Huế có bảy."
    claims = unsupported_claims(text, SOURCE)
    assert [claim.text for claim in claims] == ["6/9/2026", "Hà Nội", "1.260", "143/UBND-VX", "Huế", "bảy"]
    assert all(text[claim.start : claim.end] == claim.text for claim in claims)
    assert all(one.end <= two.start for one, two in itertools.pairwise(claims))
    assert isinstance(claims[0], Claim)


def test_any_unicode_form_of_the_source():
    assert found("Ông Lò Văn An, Sở Tài chính.", unicodedata.normalize("NFD", SOURCE)) == []


def test_every_claim_of_the_source_is_supported_by_it():
    assert found(SOURCE) == []


def test_nothing_supports_anything():
    assert found("Ngày 5/9/2026 có 3 bản ở Hà Nội.", "") == [("5/9/2026", "date"), ("3", "number"), ("Hà Nội", "name")]


@pytest.mark.parametrize(
    "evil",
    [SOURCE * 400, "1 " * 150_000, "A " * 150_000, "1" * 600_000, "a" * 600_000, "5 tháng 9" + " " * 600_000, "1.1" * 200_000, "hai " * 150_000, "(" * 600_000,
     "1/" * 200_000, "a1" * 300_000, "12/A-" * 60_000, "5/9/2026 " * 66_000, "\n" * 600_000],
)  # fmt: skip
def test_two_hundred_pages(evil):
    began = time.monotonic()
    unsupported_claims("Hà Nội, ngày 5/9/2026 có 20 triệu đồng.", evil)
    assert time.monotonic() - began < 6  # about one on a quiet machine; what is quadratic takes minutes


@pytest.mark.parametrize("evil", ["1 " * 10_000, "A " * 10_000, "hai " * 5_000, "[A 1] " * 4_000, "12/A-" * 4_000, "5/9/2026 " * 2_000])
def test_a_model_that_writes_without_end(evil):
    began = time.monotonic()
    unsupported_claims(evil, SOURCE)
    assert time.monotonic() - began < 6


@pytest.mark.parametrize(("text", "source"), [("125 ha", "0,125 ha"), ("250 kg", "0.250 kg"), ("0,125 ha", "125 ha")])
def test_a_fraction_is_no_thousand(text, source):
    assert [claim.kind for claim in unsupported_claims(f"Diện tích {text}.", f"Diện tích {source}.")] == ["number"]


@pytest.mark.parametrize(("text", "source"), [("0,5 triệu đồng", "0,500 triệu đồng"), ("0.125 ha", "0,125 ha"), ("1250 ha", "1.250 ha")])
def test_a_fraction_in_another_spelling(text, source):
    assert not unsupported_claims(f"Diện tích {text}.", f"Diện tích {source}.")
