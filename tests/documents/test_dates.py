"""What phrases of time mean."""

import datetime as dt
import time
from itertools import pairwise

import pytest

from ailab.documents._dates import find_when
from ailab.text import fold

ISSUED = dt.date(2026, 8, 5)


def read(text, issued=ISSUED, year=2026):
    folded = fold(text)
    found = find_when(folded.flat, issued, year)
    return [(folded.plain[when.start : when.end], when.op, when.value and when.value.isoformat()[:16], when.inferred) for when in found]


@pytest.mark.parametrize(
    ("text", "raw", "op", "value", "inferred"),
    [
        ("Gửi trước ngày 15/8/2026.", "trước ngày 15/8/2026", "before", "2026-08-15", False),
        ("gửi TRƯỚC NGÀY 15-8-2026", "TRƯỚC NGÀY 15-8-2026", "before", "2026-08-15", False),
        ("gui truoc ngay 15.8.2026", "truoc ngay 15.8.2026", "before", "2026-08-15", False),
        ("trước ngày 15/8", "trước ngày 15/8", "before", "2026-08-15", True),
        ("trước ngày 15 tháng 01", "trước ngày 15 tháng 01", "before", "2027-01-15", True),
        ("chậm nhất ngày 15/8/2026", "chậm nhất ngày 15/8/2026", "by", "2026-08-15", False),
        ("chậm nhất trước ngày 15/8/2026", "chậm nhất trước ngày 15/8/2026", "by", "2026-08-15", False),
        ("đến hết ngày 30 tháng 9 năm 2026", "đến hết ngày 30 tháng 9 năm 2026", "by", "2026-09-30", False),
        ("hạn cuối 20/9", "hạn cuối 20/9", "by", "2026-09-20", True),
        ("trước 17h00 ngày 20/8", "trước 17h00 ngày 20/8", "before", "2026-08-20T17:00", True),
        ("trước 16 giờ 30 phút, thứ Sáu ngày 21/8/2026", "trước 16 giờ 30 phút, thứ Sáu ngày 21/8/2026", "before", "2026-08-21T16:30", False),
        ("vào hồi 08g30, ngày 12/9/2026", "vào hồi 08g30, ngày 12/9/2026", "on", "2026-09-12T08:30", False),
        ("ngày 20/8/2026, lúc 8 giờ 00", "ngày 20/8/2026, lúc 8 giờ 00", "on", "2026-08-20T08:00", False),
        ("từ ngày 01 đến ngày 15/9/2026", "từ ngày 01 đến ngày 15/9/2026", "range", "2026-09-15", False),
        ("từ ngày 01/9 đến hết ngày 15/9/2026", "từ ngày 01/9 đến hết ngày 15/9/2026", "range", "2026-09-15", False),
        ("từ 8h00 đến 11h30 ngày 12/9/2026", "từ 8h00 đến 11h30 ngày 12/9/2026", "range", "2026-09-12T11:30", False),
        ("từ tháng 9 đến tháng 12/2026", "từ tháng 9 đến tháng 12/2026", "range", "2026-12-31", False),
        ("trong quý III/2026", "trong quý III/2026", "period", "2026-09-30", False),
        ("trong tháng 9/2026", "trong tháng 9/2026", "period", "2026-09-30", False),
        ("6 tháng đầu năm 2026", "6 tháng đầu năm 2026", "period", "2026-06-30", False),
        ("cuối năm 2026", "cuối năm 2026", "period", "2026-12-31", False),
        ("trước tháng 10/2026", "trước tháng 10/2026", "before", "2026-10-01", False),
        ("trước ngày 25 hằng tháng", "trước ngày 25 hằng tháng", "recurring", None, False),
        ("trước ngày 10 của tháng đầu quý sau", "trước ngày 10 của tháng đầu quý sau", "recurring", None, False),
        ("định kỳ 6 tháng, 01 năm báo cáo", "định kỳ 6 tháng, 01 năm", "recurring", None, False),
        ("trong vòng 05 ngày làm việc kể từ ngày nhận được văn bản", "trong vòng 05 ngày làm việc kể từ ngày nhận được văn bản", "relative", None, False),
        ("ngay sau khi có dịch", "ngay sau khi có dịch", "relative", None, False),
        ("trước 16h30 ngày thứ Sáu, 21/8/2026", "trước 16h30 ngày thứ Sáu, 21/8/2026", "before", "2026-08-21T16:30", False),
        ("trước ngày 20/6 và ngày 20/12 hằng năm", "trước ngày 20/6 và ngày 20/12 hằng năm", "recurring", None, False),
        ("ngày 20 tháng 6 hằng năm", "ngày 20 tháng 6 hằng năm", "recurring", None, False),
        ("chậm nhất ngày l5/O9/2026", "chậm nhất ngày l5/O9/2026", "by", "2026-09-15", False),
    ],
)
def test_phrases(text, raw, op, value, inferred):
    assert read(text) == [(raw, op, value, inferred)]


@pytest.mark.parametrize(
    "text",
    [
        "từ ngày 15/8/2026 áp dụng",
        "ngày 31/02/2026",
        "Thời hạn: trước ngày 31 tháng 9 năm 2026.",
        "ngày 30 tháng 02, năm 2027",
        "trước ngày 31/9 năm 2026",
        "trong quý 5 năm 2026",
        "trước tháng 13 năm 2026",
        "số 15/8",
        "trong 45 phút",
        "không có gì",
    ],
)
def test_no_phrase_of_time(text):
    assert [found for found in read(text) if found[1] != "relative"] == []


def test_a_date_without_a_year_has_no_value_without_one():
    assert read("trước ngày 15/8", issued=None, year=None) == [("trước ngày 15/8", "before", None, True)]
    assert read("trước ngày 45/8", issued=None, year=None) == []


def test_never_one_over_another():
    text = "Trước ngày 25 hằng tháng, từ ngày 01/9 đến ngày 15/9/2026, trong quý III/2026, chậm nhất 17h00 ngày 03/10, định kỳ hằng quý."
    found = find_when(fold(text).flat, ISSUED, 2026)
    assert len(found) == 5
    assert all(before.end <= after.start for before, after in pairwise(found))


def test_two_dates_are_no_range():
    assert read("trước ngày 20/9 và ngày 20/12/2026") == [
        ("trước ngày 20/9", "before", "2026-09-20", True),
        ("ngày 20/12/2026", "on", "2026-12-20", False),
    ]
    assert read("ngày 12 và 13/9/2026") == [("ngày 12 và 13/9/2026", "range", "2026-09-13", False)]


@pytest.mark.parametrize("text", ["tháng 12, năm 2026", "trong năm 2026"])
def test_a_year_after_a_month_is_a_period(text):
    assert [found[1:3] for found in read(text)] == [("period", "2026-12-31")]


@pytest.mark.parametrize("piece", ["ngày ", "1/", "12/12/", "trước ", "từ ngày 01 đến ", "định kỳ ", "chậm nhất là vào đến ", "tháng ", "09 giờ "])
def test_hostile_repetition_takes_no_time(piece):
    start = time.monotonic()
    find_when(fold(piece * (60_000 // len(piece))).flat, ISSUED, 2026)
    assert time.monotonic() - start < 5
