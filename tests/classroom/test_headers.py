"""What every answer of the classroom tells browsers."""

import asyncio
import re

import pytest
import tornado.websocket
from serving import get

ID = "00000000-0000-0000-0000-000000000000"


def check(headers):
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';")
    assert not re.search(r"https?:|\*", policy)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert headers["Referrer-Policy"] == "same-origin", "no-referrer would make the origin of the request that stops a kernel 'null'"
    assert "Server" not in headers


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", 200),
        ("voila/render/agriculture/01_widget.ipynb", 200),
        ("voila/render/admin/draft.ipynb", 404),
        ("nothing", 404),
        ("login", 404),
        ("logout", 404),
        (f"api/kernels/{ID}", 404),
        (f"classroom/kernels/{ID}", 200),
        ("classroom/static/theme.css", 200),
        ("classroom/static/none.css", 404),
        ("voila/static/voila.js", 200),
        ("voila/static/none.js", 403),
        ("voila/labextensions/none.js", 404),
        ("voila/files/admin/secret.txt", 403),
        ("voila/api/themes/none", 404),
    ],
)
def test_every_answer_has_them(served, path, expected):
    status, headers, _body = get(f"{served.url}{path}")
    assert status == expected
    check(headers)


def test_an_answer_without_a_body_has_them(served):
    url = f"{served.url}voila/static/voila.js"
    status, headers, _body = get(url, **{"If-None-Match": get(url)[1]["Etag"]})
    assert status == 304
    check(headers)


def test_a_websocket_has_them_and_opens(served):
    kernel = served.kernel_of(get(f"{served.url}voila/render/agriculture/01_widget.ipynb")[2].decode())

    async def connect():
        address = f"{served.url.replace('http', 'ws')}api/kernels/{kernel}/channels?session_id=t"
        socket = await tornado.websocket.websocket_connect(address, subprotocols=["v1.kernel.websocket.jupyter.org"])
        headers = socket.headers
        socket.close()
        return headers

    check(asyncio.run(connect()))


def test_the_policy_lets_pages_reach_the_websocket_of_the_address_they_came_from(served):
    assert "ws://192.168.1.4:8866;" in get(served.url, Host="192.168.1.4:8866")[1]["Content-Security-Policy"]


def test_what_a_page_loads_has_a_type_that_browsers_accept(served):
    """``nosniff`` makes them refuse a script or a style sheet of any other type."""
    page = get(f"{served.url}voila/render/agriculture/01_widget.ipynb")[2].decode()
    links = set(re.findall(r'(?:src|href)="(/[^"?]+\.(?:js|css))[?"]', page + get(served.url)[2].decode()))
    assert len(links) > 3
    for link in links:
        status, headers, _body = get(served.url.rstrip("/") + link)
        assert status == 200, link
        assert headers["Content-Type"].partition(";")[0] == ("text/css" if link.endswith(".css") else "text/javascript"), link


def test_a_foreign_name_learns_nothing(served):
    status, headers, body = get(served.url, Host="evil.example")
    assert (status, body) == (404, b"")
    assert "Server" not in headers
