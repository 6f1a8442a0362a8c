from collections import Counter

import pytest

from ailab.course.codes import ALPHABET, authentication_code, first_form, new_code, read_code


def test_no_letters_that_look_alike_or_that_a_keyboard_changes():
    assert not set(ALPHABET) & set("01OILSBZ5".replace("5", "").replace("L", "") + "AEIOUYDW")
    assert len(set(ALPHABET)) == len(ALPHABET) == 23


@pytest.mark.parametrize("typed", ["{}", " {} ", "{l}", "{a}-{b}", "{a} {b}"])
def test_a_code_is_read_as_people_type_it(typed):
    code = new_code()
    assert read_code(typed.format(code, l=code.lower(), a=code[:3], b=code[3:])) == code


def test_every_slip_of_one_character_is_noticed():
    code = new_code()
    for place in range(6):
        for other in set(ALPHABET) - {code[place]}:
            assert read_code(code[:place] + other + code[place + 1 :]) is None


def test_swapped_neighbours_are_noticed():
    for _try in range(20):
        code = new_code()
        for place in range(5):
            swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            assert swapped == code or read_code(swapped) is None


@pytest.mark.parametrize("typed", ["", "ABCDEF", "22222", "2222222", "ƯƯƯƯƯƯ", "<script>", "٢٢٢٢٢٢", "222 22"])
def test_what_is_no_code(typed):
    assert read_code(typed) is None


def test_the_form_is_in_the_code():
    assert {first_form(new_code("a")) for _ in range(30)} == {"a"}
    assert {first_form(new_code("b")) for _ in range(30)} == {"b"}
    assert min(Counter(first_form(new_code()) for _ in range(200)).values()) > 60


def test_authentication():
    code = authentication_code(b"secret", "completion", "a", "b")
    assert len(code) == 8
    assert set(code) <= set(ALPHABET)
    assert code == authentication_code(b"secret", "completion", "a", "b")
    assert len({code, authentication_code(b"Secret", "completion", "a", "b"), authentication_code(b"secret", "completion", "ab", "")}) == 3
