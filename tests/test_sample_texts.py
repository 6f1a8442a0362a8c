"""Texts for lessons with teachers: what is invented says so, and the other stands in the knowledge base."""

import pytest

from ailab.i18n import using
from ailab.passages import load_passages
from ailab.privacy import find_personal_data, mask_personal_data
from ailab.readers import read_document
from ailab.samples.texts import lesson_texts, pupil_notes
from ailab.text import sentences


@pytest.mark.parametrize("language", ["vi", "en"])
def test_texts_of_a_language(language):
    with using(language):
        invented, history = lesson_texts()
        assert invented.name.endswith(f".{language}.txt")
        assert invented.title != history.title
        head = read_document(invented.path).splitlines()[1]
        assert ("không có thật" if language == "vi" else "do not exist") in head
        assert not find_personal_data(read_document(invented.path))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_history_is_taken_word_for_word_from_the_base(language):
    with using(language):
        text = "\n".join(read_document(lesson_texts()[1].path).splitlines()[2:]).strip()
    known = {passage.text[start:end]: passage for passage in load_passages("dien_bien") if passage.lang == language for start, end in sentences(passage.text)}
    for start, end in sentences(text):
        assert known[text[start:end]].confidence == "high", text[start:end]


def test_the_note_is_invented_and_full_of_personal_data():
    (note,) = pupil_notes()
    text = read_document(note.path)
    assert "hư cấu" in text
    masked = mask_personal_data(text)
    assert {"person_name", "dob", "address", "phone", "sensitive_health"} <= {data.kind for data in masked.found}
    assert "Giàng A Mẫu" not in masked.text
    assert "duy nhất" in masked.text  # what no masker masks: the lesson speaks of it
