"""The advice cards are complete in both languages and keep the rules that protect a farmer."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest

from ailab import cards, i18n
from ailab.i18n import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

CONDITIONS = {
    "banana": ["healthy", "pestalotiopsis", "sigatoka"],
    "citrus": ["black_spot", "canker", "greening", "healthy"],
    "coffee": ["cercospora", "healthy", "leaf_miner", "phoma", "rust"],
    "maize": ["common_rust", "gray_leaf_spot", "healthy", "northern_leaf_blight"],
    "potato": ["early_blight", "healthy", "late_blight"],
    "rice": ["bacterial_leaf_blight", "blast", "brown_spot", "tungro"],
    "tomato": [
        "bacterial_spot",
        "early_blight",
        "healthy",
        "late_blight",
        "leaf_mold",
        "mosaic_virus",
        "septoria_leaf_spot",
        "spider_mites",
        "target_spot",
        "yellow_leaf_curl_virus",
    ],
}
LABELS = [f"{crop}__{condition}" for crop, conditions in CONDITIONS.items() for condition in conditions]
DISEASES = [label for label in LABELS if not label.endswith("__healthy")]
URGENT = {
    "citrus__black_spot",
    "citrus__greening",
    "potato__late_blight",
    "rice__tungro",
    "tomato__late_blight",
    "tomato__mosaic_virus",
    "tomato__yellow_leaf_curl_virus",
}
#: Cards that name each other as look-alikes, in the words of the other card's title.
CONFUSED = [
    ("tomato__early_blight", "tomato__late_blight"),
    ("tomato__early_blight", "tomato__target_spot"),
    ("tomato__early_blight", "tomato__septoria_leaf_spot"),
    ("tomato__bacterial_spot", "tomato__septoria_leaf_spot"),
    ("tomato__leaf_mold", "tomato__late_blight"),
    ("potato__early_blight", "potato__late_blight"),
    ("maize__gray_leaf_spot", "maize__northern_leaf_blight"),
    ("rice__blast", "rice__brown_spot"),
    ("rice__blast", "rice__bacterial_leaf_blight"),
    ("coffee__rust", "coffee__cercospora"),
    ("citrus__canker", "citrus__black_spot"),
    ("banana__sigatoka", "banana__pestalotiopsis"),
]

DOSE = re.compile(
    r"\d\s*(?:ml|cc|mg|gr?|gam|grams?|kg|l|lít|lit(?:er|re)s?|ha|sào|bình|gói|%|‰|ppm)(?!\w)"
    r"|%|\bpha\b|\bdilut|\bmix(?:ing|ed)? with|\bliều|\bdos(?:e|age|ing)\b"
    r"|\b(?:phun|spray)[^.;]*(?:\d|\bngày|\bdays?\b|\btuần|\bweeks?\b|\blần\b|\btimes\b)",
    re.IGNORECASE,
)
PRODUCTS = re.compile(
    r"\b(?:tricyclazole|isoprothiolane|hexaconazole|propiconazole|difenoconazole|tebuconazole|azoxystrobin|mancozeb|maneb|zineb|metalaxyl|cymoxanil"
    r"|dimethomorph|fosetyl|carbendazim|benomyl|thiophanate|chlorothalonil|validamycin|kasugamycin|streptomycin|oxytetracyclin|ningnanmycin"
    r"|abamectin|emamectin|imidacloprid|thiamethoxam|acetamiprid|dinotefuran|buprofezin|pymetrozine|cypermethrin|chlorpyrifos|fipronil|spinosad"
    r"|indoxacarb|chlorantraniliprole|propargite|glyphosate|paraquat|atrazine|copper|gốc đồng|bordeaux|boóc-?đô|ridomil|anvil|beam|fuji-?one|filia"
    r"|amistar|score|antracol|aliette|confidor|actara|regent|tilt super|trichoderma)\b",
    re.IGNORECASE,
)


def texts(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Every {vi, en} pair with its place in the file."""
    if isinstance(node, list):
        for number, item in enumerate(node):
            yield from texts(item, f"{path}[{number}]")
    elif isinstance(node, dict):
        if "vi" in node or "en" in node:
            yield path, node
        else:
            for key, item in node.items():
                yield from texts(item, f"{path}.{key}".lstrip("."))


DATA = cards.load()
TEXTS = dict(texts(DATA))


def joined(node: Any, language: str) -> str:
    return "\n".join(text[language] for _, text in texts(node))


def is_text(node: Any) -> bool:
    return isinstance(node, dict) and set(node) == set(LANGUAGES) and all(isinstance(text, str) and text.strip() == text != "" for text in node.values())


def is_list(node: Any, least: int, most: int) -> bool:
    return isinstance(node, list) and least <= len(node) <= most and all(map(is_text, node))


def base_name(label: str, language: str) -> str:
    return DATA["cards"][label]["name"][language].split(" (")[0].lower()


def test_the_file_has_these_parts_and_no_others():
    assert set(DATA) == {"crops", "cards", "general", "abstentions", "unseen"}
    assert list(DATA["crops"]) == list(CONDITIONS)
    assert sorted(DATA["cards"]) == sorted(LABELS)
    assert len(LABELS) == 33
    assert set(DATA["unseen"]) == {"crops"}
    assert is_text(DATA["unseen"]["crops"])


@pytest.mark.parametrize("crop", CONDITIONS)
def test_crop(crop):
    card = DATA["crops"][crop]
    assert set(card) == {"name", "seen", "no_healthy"}
    assert is_text(card["name"])
    assert is_text(card["seen"])
    assert card["no_healthy"] is ("healthy" not in CONDITIONS[crop])


@pytest.mark.parametrize("label", LABELS)
def test_card_is_complete(label):
    card = DATA["cards"][label]
    assert set(card) == {"name", "agent", "summary", "look_for", "look_alikes", "first_steps", "urgent", "note", "confidence"}
    assert all(is_text(card[key]) for key in ("name", "agent", "summary"))
    assert is_list(card["look_for"], 2, 4)
    assert is_list(card["look_alikes"], 1, 3)
    assert is_list(card["first_steps"], 2, 4)
    assert card["note"] is None or is_text(card["note"])
    assert card["confidence"] in {"H", "M"}


def test_general_and_abstentions_are_complete():
    general = DATA["general"]
    assert set(general) == {"notice", "first_steps", "pesticide", "poisoning", "ask", "data_origin", "not_diseases"}
    assert is_list(general["first_steps"], 3, 5)
    assert is_list(general["ask"], 1, 4)
    assert all(is_text(general[key]) for key in set(general) - {"first_steps", "ask"})
    assert set(DATA["abstentions"]) == {"not_a_leaf", "unsure", "unfamiliar", "poor_photo"}
    for abstention in DATA["abstentions"].values():
        assert set(abstention) == {"title", "why", "do"}
        assert is_text(abstention["title"])
        assert is_text(abstention["why"])
        assert is_list(abstention["do"], 2, 4)


@pytest.mark.parametrize("place", TEXTS)
def test_text_is_clean(place):
    text = TEXTS[place]
    for value in text.values():
        assert unicodedata.is_normalized("NFC", value)
        assert not re.search(r"[<>*_\t\n]|  |\.\.|\s[,.;:]", value)
        assert all(len(sentence) <= 220 for sentence in re.split(r"(?<=[.?!])\s+", value))
    assert re.search(r"[đĐ]|[\u0300-\u036f]", unicodedata.normalize("NFD", text["vi"])), "Vietnamese without diacritics"
    assert text["vi"] != text["en"]


@pytest.mark.parametrize("place", [place for place in TEXTS if place != "general.pesticide"])
def test_no_dose_and_no_product(place):
    for value in TEXTS[place].values():
        assert not DOSE.search(value)
        assert not PRODUCTS.search(value)


def test_the_only_text_on_pesticides_names_no_product_and_no_quantity():
    for value in DATA["general"]["pesticide"].values():
        assert not PRODUCTS.search(value)
        assert re.findall(r"\d+", value) == ["4"]


@pytest.mark.parametrize(
    "bad",
    [
        "Pha 20 ml cho bình 16 lít",
        "bón 5kg/sào",
        "nồng độ 0,2%",
        "phun lại sau bảy ngày",
        "phun 2 lần",
        "Spray again after ten days",
        "2 g per tree",
        "dùng đúng liều",
    ],
)
def test_the_dose_pattern_catches(bad):
    assert DOSE.search(bad)


@pytest.mark.parametrize("good", ["Vết dài 3 đến 15 cm", "đốm 2 đến 3 mm", "Thăm lại ruộng sau 2 đến 3 ngày.", "gọi 115 ngay, giữ lại", "phát hiện sớm"])
def test_the_dose_pattern_lets_pass(good):
    assert not DOSE.search(good)


@pytest.mark.parametrize("label", DISEASES)
def test_a_look_alike_is_not_a_disease(label):
    look_alikes = DATA["cards"][label]["look_alikes"]
    for language, start in (("vi", "Không phải bệnh:"), ("en", "Not a disease:")):
        marked = [text[language].startswith(start) for text in look_alikes]
        assert any(marked)
    assert [text["vi"].startswith("Không phải bệnh:") for text in look_alikes] == marked


@pytest.mark.parametrize(("one", "other"), CONFUSED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_look_alikes_use_the_names_on_the_cards(one, other, language):
    for label, named in ((one, other), (other, one)):
        assert base_name(named, language) in joined(DATA["cards"][label]["look_alikes"], language).lower()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("crop", CONDITIONS)
def test_names_are_distinct_within_a_crop(crop, language):
    names = [base_name(f"{crop}__{condition}", language) for condition in CONDITIONS[crop]]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("label", LABELS)
def test_urgent_means_report_the_same_day(label):
    card = DATA["cards"][label]
    assert card["urgent"] is (label in URGENT)
    assert ("trong ngày" in card["first_steps"][0]["vi"]) is card["urgent"]
    assert ("the same day" in card["first_steps"][0]["en"]) is card["urgent"]


@pytest.mark.parametrize("label", [label for label in LABELS if DATA["cards"][label]["confidence"] == "M"])
def test_an_unreviewed_doubt_is_spoken(label):
    assert re.search("có thể|cần cán bộ xác định", joined(DATA["cards"][label]["note"], "vi"))
    assert re.search(r"\bmay\b|officer needs to confirm", joined(DATA["cards"][label]["note"], "en"))


@pytest.mark.parametrize("label", [label for label in LABELS if label.startswith("rice__")])
def test_rice_cards_say_that_no_healthy_leaf_was_learned(label):
    assert "chưa từng thấy lá lúa khỏe" in DATA["cards"][label]["note"]["vi"]
    assert "never seen a healthy rice leaf" in DATA["cards"][label]["note"]["en"]


@pytest.mark.parametrize("label", [label for label in LABELS if label.endswith("__healthy")])
def test_a_healthy_looking_leaf_is_no_guarantee(label):
    assert "không bảo đảm" in DATA["cards"][label]["summary"]["vi"]
    assert "not guarantee" in DATA["cards"][label]["summary"]["en"]


@pytest.mark.parametrize("label", [label for label in LABELS if "virus" in label or label == "rice__tungro"])
def test_no_cure_is_promised_for_a_virus(label):
    assert "không có thuốc chữa" in DATA["cards"][label]["summary"]["vi"]


def test_general_safety():
    general = DATA["general"]
    assert "chỉ là gợi ý" in general["notice"]["vi"]
    assert "only a hint" in general["notice"]["en"]
    assert "4 đúng" in general["pesticide"]["vi"]
    for language, words in {"vi": ("115", "bao bì", "không tự gây nôn"), "en": ("115", "package", "do not induce vomiting")}.items():
        assert all(word in general["poisoning"][language] for word in words)
    for word in ("đạm", "kali", "kẽm", "cháy nắng", "sương muối", "thuốc cỏ", "hạn"):
        assert word in general["not_diseases"]["vi"]


@pytest.mark.parametrize(("language", "crop", "name"), [("vi", "Lúa", "Đạo ôn lá (cháy lá)"), ("en", "Rice", "Leaf blast")])
def test_names_come_in_the_language_in_force(language, crop, name):
    with i18n.using(language):
        assert cards.condition_name("rice__blast") == name
        assert cards.label_name("rice__blast", "rice") == name
        assert cards.with_crop("rice__blast") == cards.label_name("rice__blast", None) == f"{crop}: {name}"


def test_a_learners_own_class_keeps_its_code():
    assert cards.crop_name("durian") == "durian"
    assert cards.condition_name("durian__leaf_spot") == "leaf spot"


@pytest.mark.parametrize("language", LANGUAGES)
def test_general_and_abstentions_come_in_the_language_in_force(language):
    with i18n.using(language):
        assert cards.general("notice") == DATA["general"]["notice"][language]
        assert cards.general("ask") == [text[language] for text in DATA["general"]["ask"]]
        assert cards.abstention("unsure")["title"] == DATA["abstentions"]["unsure"]["title"][language]
        assert isinstance(cards.abstention("unsure")["do"], list)
