import pytest

from ailab.asking import PHRASES, WORDS, asked_for, holds
from ailab.text import syllables


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("hầm dài bao nhiêu mét", "number"),
        ("lễ hội diễn ra khi nào", "date"),
        ("tháng mấy có hoa ban", "date"),
        ("bảo tàng mở cửa mấy giờ", "hour"),
        ("số điện thoại của bảo tàng", "phone"),
        ("ai chỉ huy chiến dịch", "name"),
        ("đồi a1 có gì", ""),
        ("hai bà trưng", ""),
    ],
)
def test_asked_for_in_vietnamese(question, kind):
    assert asked_for(syllables(question), "vi") == kind


@pytest.mark.parametrize(
    ("question", "kind"),
    [("how long is it", "number"), ("when was it built", "date"), ("who won", "name"), ("what time does it open", "hour"), ("tell me more", "")],
)
def test_asked_for_in_english(question, kind):
    assert asked_for(syllables(question), "en") == kind


@pytest.mark.parametrize(
    ("kind", "text", "question", "found"),
    [
        ("number", "Hầm dài 20 m, rộng 8 m.", "hầm dài bao nhiêu", 2),
        ("number", "Hầm có bốn gian.", "hầm dài bao nhiêu", 1),
        ("number", "Hầm có bốn gian.", "hầm có mấy gian", 2),
        ("number", "Hầm sâu 800 m.", "hầm có bao nhiêu con khỉ", 0.5),
        ("number", "Vé 50.000 đồng.", "vé bao nhiêu tiền", 2),
        ("number", "Tỷ lệ là 12%.", "bao nhiêu phần trăm", 2),
        ("number", "Hầm bị đánh chiếm năm 1954.", "hầm dài bao nhiêu", 0),
        ("number", "Ngày 7/5/1954.", "có mấy gian", 0),
        ("number", "Đồi A1 có xe tăng.", "đồi a1 cao bao nhiêu", 0),
        ("date", "Hoa nở vào tháng 3.", "hoa nở khi nào", 1),
        ("date", "Hoa rất đẹp.", "hoa nở khi nào", 0),
        ("hour", "Mở cửa lúc 7 giờ 30.", "mấy giờ mở cửa", 1),
        ("hour", "Mở cửa năm 2014.", "mấy giờ mở cửa", 0),
        ("phone", "Gọi 113.", "số điện thoại công an", 1),
        ("phone", "Bảo tàng ở đường Võ Nguyên Giáp.", "số điện thoại bảo tàng", 0),
        ("name", "Tác giả là Nguyễn Hải.", "ai làm tượng", 1),
        ("name", "Tượng cao 12 m.", "ai làm tượng", 0),
        ("name", "Tượng do ông Đặng làm.", "ai làm tượng", 1),
        ("date", "Mùa xuân hoa nở.", "hoa nở khi nào", 1),
        ("number", "Đỉnh ở độ cao 1648 mét.", "đỉnh bao nhiêu mét", 2),
        ("number", "Có 2000 hiện vật.", "bao nhiêu hiện vật", 2),
        ("hour", "Open from 8AM.", "what time", 1),
    ],
)
def test_holds(kind, text, question, found):
    assert holds(kind, text, syllables(question), "vi") == found


def test_words_are_in_the_spelling_that_tokens_have():
    for lang, words in WORDS.items():
        assert all(syllables(word) == [word] for word in words), lang
        assert all(syllables(phrase) for phrase in PHRASES[lang])
