"""The trainer's book in the classroom."""

import re
from urllib.parse import urljoin

import pytest
from serving import get, started, write_notebook

from ailab.classroom.book import book_dir


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    write_notebook(folder / "lessons" / "admin" / "one.ipynb", "1", title="Một", minutes=5, learn=[])
    with started(folder / "lessons", folder / "serve.log", "vi") as server:
        token = re.search(r"/trainer/([\w-]+)", server.log.read_text("utf-8"))[1]
        yield f"{server.url}trainer/{token}/book/"


def test_every_page_can_be_reached_from_the_first(book):
    waiting, seen = [book], {}
    while waiting:
        address = waiting.pop()
        status, headers, body = get(address)
        assert status == 200, address
        seen[address] = ""
        if headers["Content-Type"].startswith("text/html"):
            seen[address] = body.decode()
            links = re.findall(r'(?:href|src)="([^"#]+)', re.search(r"<main.*</main>", seen[address], re.DOTALL)[0])
            assert not [link for link in links if link.startswith(("http:", "https:", "//"))]
            found = {urljoin(address, link) for link in links if not link.startswith("mailto:")}
            waiting += [link for link in found if link not in seen and link not in waiting]
    pages = {path.relative_to(book_dir()).as_posix() for path in book_dir().rglob("*.md")} - {"index.md", "index.en.md"}
    assert {address.removeprefix(book) for address in seen} >= pages - {"dap_an_bai_tap_giay.md"}
    assert "<table>" in seen[f"{book}agriculture/01_kham_benh_la.md"]
    for address, page in seen.items():
        for target, place in re.findall(r'href="([^"#]*)#([^"]+)"', page):
            assert f'id="{place}"' in seen[urljoin(address, target)], (address, target, place)
    assert 'href="#khi-gap-truc-trac"' in seen[f"{book}truoc_buoi_hoc.md"]
    pictures = {path.name for path in (book_dir() / "hinh").glob("*.webp")}
    assert {address.rsplit("/", 1)[1] for address in seen if address.endswith(".webp")} == pictures


def test_a_picture_comes_as_one(book):
    status, headers, body = get(f"{book}hinh/agriculture_01.webp")
    assert (status, headers["Content-Type"], body[8:12]) == (200, "image/webp", b"WEBP")


def test_only_the_trainer_and_only_the_book(book):
    assert get(re.sub(r"trainer/[\w-]+", "trainer/wrong", book))[0] == 404
    for name in ("../pyproject.toml", "%2e%2e/pyproject.toml", "make_pages.py", "nothing.md", "competencies.json", "hinh/taken.json", "..%2f..%2fetc%2fpasswd"):
        assert get(book + name)[0] == 404
