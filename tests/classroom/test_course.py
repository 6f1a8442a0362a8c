"""The tests before and after a course, in the classroom."""

import re
import socket
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from urllib.parse import urlencode

import pytest
from serving import get, post, started, write_notebook

from ailab import cli


@pytest.fixture
def served(tmp_path, monkeypatch):
    monkeypatch.setenv("AILAB_DATABASE", str(tmp_path / "results.sqlite3"))
    write_notebook(
        tmp_path / "lessons" / "admin" / "one.ipynb", "import os\nprint(os.environ.get('AILAB_DATABASE', 'nothing'))", title="Một", minutes=5, learn=[]
    )
    with started(tmp_path / "lessons", tmp_path / "serve.log", "vi") as server:
        yield server


def test_a_test_is_taken_in_the_classroom(served, capsys):
    assert 'href="/test/?lang=vi"' in get(served.url)[2].decode()
    assert 'href="/test/?lang=en"' in get(f"{served.url}?lang=en")[2].decode()
    assert 'type="radio"' not in get(f"{served.url}test/")[2].decode()
    assert cli.main(["course", "new", "--sector", "admin", "--title", "Lớp <thử>", "--learners", "40"]) == 0
    code = re.search(r"\b[2-9CFGHJKLMNPQRTVX]{6}\b", capsys.readouterr().out)[0]
    assert cli.main(["course", "start", code]) == 0

    browser = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar()))

    def ask(path, **fields):
        return browser.open(f"{served.url}{path}", urlencode(fields).encode() if fields else None).read().decode()

    page = ask("test")
    assert "<thử>" not in page
    page = ask("test/", _xsrf=re.search(r'name="_xsrf" value="([^"]+)"', page)[1])
    answered = 0
    while 'type="radio"' in page:
        hidden = dict(re.findall(r'type="hidden" name="(_xsrf|question|phase)" value="([^"]+)"', page))
        page = ask("test/question", chosen="a", **hidden)
        answered += 1
    assert answered == 8
    capsys.readouterr()
    assert cli.main(["course", "list"]) == 0
    assert re.search(r"Lớp <thử>.* 1 ", capsys.readouterr().out)


def test_a_kernel_does_not_learn_where_results_are_kept(served):
    page = get(f"{served.url}voila/render/admin/one.ipynb")[2].decode()
    assert "nothing" in page
    assert "results.sqlite3" not in page


def test_a_course_on_the_trainers_page(served):
    token = re.search(r"/trainer/([\w-]+)", served.log.read_text("utf-8"))[1]
    address = f"{served.url}trainer/{token}/courses"

    def press(**fields):
        request = urllib.request.Request(address, urlencode(fields).encode(), {"Origin": served.url.rstrip("/")})
        return urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).read().decode()

    assert get(re.sub(r"trainer/[\w-]+", "trainer/wrong", address))[0] == 404
    assert "Máy này chưa có khóa học nào" in get(address)[2].decode()
    assert "Hãy viết một số" in press(do="new", title="Lớp", sector="admin", learners="không")
    page = press(do="new", title="Lớp <b>một</b>", sector="admin", learners="40")
    assert "Lớp &lt;b&gt;một&lt;/b&gt;" in page
    code = re.search(r'name="code" value="(\w+)"', page)[1]
    assert "Mở bài sau khóa" not in page
    assert "đang mở bài trước khóa" in press(do="before", code=code)
    assert 'type="radio"' not in get(f"{served.url}test/")[2].decode()
    assert "_xsrf" in get(f"{served.url}test/")[2].decode()  # it can be begun
    assert "đang mở bài sau khóa" in press(do="after", code=code)
    assert "đã kết thúc" in press(do="end", code=code)
    assert "Traceback" not in press(do="end", code="")


def courses_address(server):
    token = re.search(r"/trainer/([\w-]+)", server.log.read_text("utf-8"))[1]
    return f"{server.url}trainer/{token}/courses"


def test_a_damaged_database_is_told_to_the_trainer(served, tmp_path):
    (tmp_path / "results.sqlite3").write_bytes(b"no database at all, but a text" * 100)
    status, _headers, page = get(courses_address(served))
    assert (status, "Không giữ được kết quả trong" in page.decode(), "results.sqlite3" in page.decode()) == (503, True, True)
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
            urllib.request.Request(courses_address(served), b"do=end&code=x", {"Origin": served.url.rstrip("/")})
        )
    assert "results.sqlite3" in error.value.read().decode()


def test_a_server_that_does_not_answer_keeps_nobody_waiting_but_the_trainer(tmp_path):
    pytest.importorskip("psycopg")
    write_notebook(tmp_path / "lessons" / "admin" / "one.ipynb", "1", title="Một", minutes=5, learn=[])
    with socket.create_server(("127.0.0.1", 0)) as silent, ThreadPoolExecutor() as beside:
        address = f"postgresql://ailab@127.0.0.1:{silent.getsockname()[1]}/ailab?connect_timeout=25"
        with started(tmp_path / "lessons", tmp_path / "serve.log", "vi", AILAB_DATABASE=address) as server:
            asked = beside.submit(get, courses_address(server))
            waiting, _address = silent.accept()
            with waiting:
                assert get(server.url)[0] == 200
                assert not asked.done()
                silent.close()
            status, _headers, page = asked.result()
    assert (status, "Không giữ được kết quả trong" in page.decode()) == (503, True)


def test_another_site_cannot_press(served):
    token = re.search(r"/trainer/([\w-]+)", served.log.read_text("utf-8"))[1]
    assert post(f"{served.url}trainer/{token}/courses", Origin="http://elsewhere.example") == 403
