"""Voila's scripts as one file, and the one style sheet of all results."""

import gzip
import re

import pytest
from serving import get

from ailab.classroom import scripts
from ailab.show import common, style

LESSON = "voila/render/agriculture/01_widget.ipynb?lang=vi"


def test_every_piece_is_there():
    """Another version of Voila or of the widgets has other pieces: see which a page still asks for, with ``python benchmarks/air.py --files 99``."""
    names = [path.name.partition(".")[0] for path in scripts._pieces()]
    wanted = [number for text in (scripts._VOILA, *scripts.WIDGETS.values()) for number in text.split()]
    assert names == wanted


def test_the_file_holds_the_pieces_and_its_name_says_which():
    whole = gzip.decompress(scripts.compressed())
    for path in scripts._pieces():
        assert path.read_bytes() in whole
    assert len(scripts.version()) == 64


def test_the_file_is_kept_for_good(served):
    page = get(served.url + LESSON)[2].decode()
    (path,) = set(re.findall(r'(?:src|href)="/(classroom/static/scripts\.js\?v=\w+)"', page))
    assert page.index(f'as="script" href="/{path}"') < page.index('id="rendered_cells"'), "asked for while the notebook runs"
    status, headers, body = get(served.url + path, **{"Accept-Encoding": "gzip"})
    assert status == 200
    assert headers["Cache-Control"].endswith("immutable")
    assert headers["Content-Type"] == "text/javascript"
    assert gzip.decompress(body) == get(served.url + path)[2]
    assert get(served.url + path, **{"If-None-Match": headers["Etag"]})[0] == 304


def test_the_style_sheet_of_results_is_a_file_of_the_classroom(served):
    page = get(served.url + LESSON)[2].decode()
    (path,) = re.findall(r'<link rel="stylesheet" href="/(classroom/static/results\.css\?v=\w+)">', page)
    status, headers, body = get(served.url + path)
    assert (status, headers["Content-Type"]) == (200, "text/css")
    assert b".ailab-result" in body
    for other in ("../assets/results.css", "..%2Fassets%2Fresults.css", "../assets/cards/crops.json"):
        assert get(f"{served.url}classroom/static/{other}")[0] in {403, 404}


def test_results_bring_it_along_where_no_page_does(monkeypatch):
    assert style().startswith("<style>")
    for where, expected in (
        ({"AILAB_LOG": "x"}, "<style>"),
        ({"SERVER_SOFTWARE": "voila/0.5.13"}, "<style>"),
        ({"AILAB_LOG": "x", "SERVER_SOFTWARE": "voila/0.5.13"}, ""),
    ):
        with monkeypatch.context() as environment:
            for name in ("AILAB_LOG", "SERVER_SOFTWARE"):
                environment.delenv(name, raising=False)
            for name, value in where.items():
                environment.setenv(name, value)
            assert common.style.__wrapped__()[:7] == expected


@pytest.mark.browser
def test_a_visit_asks_for_few_files_and_the_next_one_for_none(phone, real_lessons):
    problems, sent = [], {}
    phone.on("pageerror", lambda error: problems.append(str(error)))
    tools = phone.context.new_cdp_session(phone)
    tools.send("Network.enable")
    tools.on("Network.requestWillBeSent", lambda event: sent.setdefault(event["requestId"], event["request"]["url"].removeprefix(real_lessons.url)))
    tools.on("Network.requestServedFromCache", lambda event: sent.pop(event["requestId"], None))
    tools.on("Network.responseReceived", lambda event: event["response"].get("fromDiskCache") and sent.pop(event["requestId"], None))
    visits = []
    for _visit in range(2):
        phone.goto(f"{real_lessons.url}voila/render/agriculture/01_kham_benh_la.ipynb?lang=vi")
        phone.locator(".ailab-strip button").first.wait_for(timeout=60_000)
        visits.append([url for url in sent.values() if not url.startswith(("data:", "blob:", "api/kernels/", "classroom/kernels/", "voila/api/shutdown/"))])
        sent.clear()
    first, second = visits
    assert len(first) <= 18, first
    assert not [url for url in first if re.search(r"voila/static/\d+|(jupyterlab-manager|manager8|anywidget)/static/\d+", url)], "all of them are in scripts.js"
    assert second == ["voila/render/agriculture/01_kham_benh_la.ipynb?lang=vi"]
    assert problems == []
    assert phone.evaluate("[...document.querySelectorAll('style')].every(sheet => !sheet.textContent.includes('.ailab-result'))"), "it is linked once"
    assert phone.evaluate("getComputedStyle(document.querySelector('.ailab-result h4')).marginTop") == "18px", "and it holds"
