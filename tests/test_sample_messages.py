from collections import Counter

from ailab import i18n
from ailab.samples.messages import label_names, offices, sample_messages, sign_names, villages


def test_all_are_there_and_one_in_four_is_held_out():
    citizens, scams = sample_messages("citizens"), sample_messages("scams")
    assert len(citizens) == 240
    assert len(scams) == 120
    assert len({message.id for message in (*citizens, *scams)}) == 360
    assert Counter(m.style for m in citizens if m.held_out) == {"plain": 40, "no_accents": 4, "slips": 4, "indirect": 4, "ironic": 4, "two_topics": 4}
    assert Counter(m.label for m in scams if m.held_out) == {"scam": 15, "genuine": 15}
    assert min(Counter(m.label for m in citizens if m.held_out).values()) >= 8


def test_every_label_and_sign_has_a_name_in_both_languages():
    for language in ("vi", "en"):
        with i18n.using(language):
            assert list(label_names("citizens")) == [office.code for office in offices()]
            assert {m.label for m in sample_messages("citizens")} == set(label_names("citizens"))
            assert {m.label for m in sample_messages("scams")} == set(label_names("scams"))
            assert {sign for m in sample_messages("scams") for sign in m.signs} == set(sign_names())
            assert all(office.name and office.does for office in offices())
    assert not any(m.signs for m in sample_messages("scams") if m.label == "genuine")


def test_villages_are_names():
    assert len(villages()) == 27
    assert any(name in message.text for message in sample_messages() for name in villages())
