import datetime as dt
import stat
import threading

import pytest

from ailab.course.codes import ALPHABET, new_code
from ailab.course.completion import Completion, check_completion, completion_code, completion_pages, read_completion, secret_in, verifier
from ailab.errors import AilabError


def test_the_secret_stays(tmp_path):
    secret = secret_in(tmp_path / "new")
    assert secret == secret_in(tmp_path / "new") != secret_in(tmp_path / "other")
    (path,) = (tmp_path / "new").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, "nobody else may read it"


def test_two_that_make_it_at_once_have_the_same(tmp_path):
    found = []
    threads = [threading.Thread(target=lambda: found.append(secret_in(tmp_path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_a_damaged_or_hidden_secret_is_a_sentence(tmp_path):
    secret_in(tmp_path)
    (tmp_path / "completion.key").write_bytes(b"short")
    with pytest.raises(AilabError, match=r"completion\.key"):
        secret_in(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(AilabError):
        secret_in(tmp_path / "file" / "folder")


def test_a_genuine_code_is_recognised():
    course, learner = new_code(), new_code()
    code = completion_code(b"k" * 32, course, learner)
    for typed in (code, code.lower(), code.replace("-", " "), f"  {code.replace('-', '')}\n"):
        assert check_completion(b"k" * 32, typed) == Completion(course, learner)
    assert check_completion(b"x" * 32, code) is None, "of another laptop"


def test_any_change_is_noticed():
    code = completion_code(b"k" * 32, new_code(), new_code())
    for place, character in enumerate(code):
        if character != "-":
            for other in ALPHABET[:6]:
                if other != character:
                    assert check_completion(b"k" * 32, code[:place] + other + code[place + 1 :]) is None


@pytest.mark.parametrize("typed", ["", "-", "ABC", "Đ" * 20, "2" * 20, "2" * 21, "x" * 10_000])
def test_nonsense(typed):
    assert check_completion(b"k" * 32, typed) is None


def test_a_verifier_recognises_and_does_not_tell():
    course, learner = new_code(), new_code()
    code = completion_code(b"k" * 32, course, learner)
    assert verifier(code) == verifier(code.lower().replace("-", " "))
    assert code[-8:] not in verifier(code).upper()
    others = {verifier(completion_code(b"x" * 32, course, learner)), verifier(completion_code(b"k" * 32, course, new_code())), verifier(code[:-1] + "2")}
    assert verifier(code) not in others or code[-1] == "2"
    assert read_completion(code) == read_completion(f"{course}{learner}XXXXXXXX") == Completion(course, learner)
    assert read_completion(code[1:]) is None


def test_pages(store, bank):
    course = store.new_course(bank, sector="admin", title="<i>Lớp</i>", learners=3, place="Xã & bản")
    course = store.end_course(course.code, dt.date(2026, 11, 4))
    learners = [new_code(), new_code()]
    page = completion_pages(b"k" * 32, course, learners)
    for learner in learners:
        assert completion_code(b"k" * 32, course.code, learner) in page
    assert page.count('<section class="sheet">') == 2
    assert "&lt;i&gt;Lớp" in page
    assert "Xã &amp; bản" in page
    assert "04/11/2026" in page
    assert 'class="sheet"' in completion_pages(b"k" * 32, course, [])
