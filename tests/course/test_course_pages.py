import asyncio
import datetime as dt
import html
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
import tornado.httpserver
import tornado.netutil
import tornado.web
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

from ailab.course.codes import new_code, read_code
from ailab.course.completion import check_completion, secret_in
from ailab.course.pages import handlers
from ailab.course.store import questions_of

DAY = dt.date(2026, 11, 3)


class Phone:
    """A browser without JavaScript: cookies, forms, redirects."""

    def __init__(self, port):
        self.base, self.cookies, self.status, self.page = f"http://127.0.0.1:{port}", {}, 0, ""

    async def ask(self, path, **fields):
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        options = {"method": "POST", "body": urlencode(fields)} if fields else {}
        request = HTTPRequest(self.base + path, headers=headers, follow_redirects=False, **options)
        response = await AsyncHTTPClient().fetch(request, raise_error=False)
        for header in response.headers.get_list("Set-Cookie"):
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value
        if response.code in {302, 303}:
            return await self.ask(response.headers["Location"])
        self.status, self.page = response.code, response.body.decode()
        return self

    @property
    def xsrf(self):
        return re.search(r'name="_xsrf" value="([^"]+)"', self.page)[1]

    async def begin(self):
        await self.ask("/test/")
        return await self.ask("/test/", _xsrf=self.xsrf)

    async def answer(self, selected, **changed):
        fields = dict(re.findall(r'type="hidden" name="(question|phase)" value="([^"]+)"', self.page))
        return await self.ask("/test/question", **({"_xsrf": self.xsrf, "chosen": selected} | fields | changed))

    @property
    def code(self):
        return self.cookies.get("ailab_test")


@pytest.fixture
def course(store, bank):
    made = store.new_course(bank, sector="admin", title="Lớp <b>một</b>", learners=40)
    return store.open_test(made.code, "before", DAY)


@pytest.fixture
def visit(store, bank):
    """Run a visit to a small server with only these pages."""

    def run(story, **options):
        async def serve():
            sockets = tornado.netutil.bind_sockets(0, "127.0.0.1")
            server = tornado.httpserver.HTTPServer(tornado.web.Application(handlers("/", database=store.database, bank=bank, **options)))
            server.add_sockets(sockets)
            try:
                await story(lambda: Phone(sockets[0].getsockname()[1]))
            finally:
                server.stop()

        asyncio.run(serve())

    return run


def test_a_test_from_beginning_to_end(visit, store, bank, course):
    async def story(phone):
        visitor = phone()
        await visitor.begin()
        assert "Câu 1/8" in visitor.page or "1" in visitor.page
        for number in range(8):
            question = re.search(r'name="question" value="([^"]+)"', visitor.page)[1]
            await visitor.answer(bank.questions[question].answer if number % 2 else "?")
        assert visitor.code in visitor.page
        assert read_code(visitor.code)
        assert 'class="test-big"' in visitor.page
        store.open_test(course.code, "after", DAY)
        await visitor.ask("/test/")
        for _number in range(8):
            question = re.search(r'name="question" value="([^"]+)"', visitor.page)[1]
            await visitor.answer(bank.questions[question].answer)
        assert re.search(r"\b4\b.*\b8\b.*\b8\b", re.sub("<style>.*?</style>", "", visitor.page, flags=re.DOTALL), re.DOTALL)
        assert html.escape(bank.questions[question].why["vi"]) in visitor.page, "what was asked is explained at last"
        await visitor.ask("/test/completion")
        (printed,) = re.findall(r"[\w]{6}-[\w]{6}-[\w]{8}(?=</dd>)", visitor.page)
        assert check_completion(secret_in(store.folder), printed).learner == visitor.code
        assert "Lớp &lt;b&gt;một&lt;/b&gt;" in visitor.page

    visit(story)
    assert sum(store.answers(course, *store.finished(course), "before").values()) == 4


def test_everything_is_escaped(visit, course):
    async def story(phone):
        visitor = phone()
        await visitor.ask("/test/")
        assert "<b>một</b>" not in visitor.page
        assert "&lt;b&gt;một" in visitor.page
        await visitor.begin()
        assert re.search("Câu hỏi &lt;K", visitor.page)
        other = phone()
        await other.ask("/test/")
        await other.ask("/test/code", _xsrf=other.xsrf, code='"><script>x</script>')
        assert other.status == 403
        assert "<script>" not in other.page
        assert "&lt;script&gt;" in other.page, "what was typed is there to be mended"

    visit(story)


def test_it_goes_on_after_a_reload_and_on_another_phone(visit, course):
    async def story(phone):
        first, second = phone(), phone()
        await first.begin()
        await first.answer("a")
        await first.answer("a")
        shown = first.page
        await first.ask("/test/")
        strip = re.compile(r'name="_xsrf" value="[^"]+"')
        assert strip.sub("", first.page) == strip.sub("", shown)
        await second.ask("/test/")
        await second.ask("/test/code", _xsrf=second.xsrf, code=f" {first.code[:3].lower()} {first.code[3:]}")
        assert strip.sub("", second.page) == strip.sub("", shown)

    visit(story)


def test_an_answer_sent_twice_is_kept_once(visit, store, course):
    async def story(phone):
        visitor = phone()
        await visitor.begin()
        question = re.search(r'name="question" value="([^"]+)"', visitor.page)[1]
        await visitor.answer("a")
        await visitor.answer("b", question=question)  # back, and once more
        assert len(store.answers(course, visitor.code, "before")) == 1

    visit(story)


@pytest.mark.parametrize(
    "changed", [{"chosen": "e"}, {"chosen": ""}, {"chosen": "ab"}, {"phase": "after"}, {"question": "nowhere"}, {"question": "K1-1x' OR 1"}]
)
def test_what_no_form_sends_is_not_kept(visit, store, course, changed):
    async def story(phone):
        visitor = phone()
        await visitor.begin()
        await visitor.answer("a", **changed)
        assert visitor.status == 200
        assert not store.answers(course, visitor.code, "before")

    visit(story)


def test_questions_of_the_other_form_are_not_kept(visit, store, course):
    async def story(phone):
        visitor = phone()
        await visitor.begin()
        await visitor.answer("a", question=questions_of(course, visitor.code, "after")[0])
        assert not store.answers(course, visitor.code, "before")

    visit(story)


def test_a_form_of_another_site_is_refused(visit, store, course):
    async def story(phone):
        visitor = phone()
        await visitor.ask("/test/", x="1")
        assert visitor.status == 403
        await visitor.ask("/test/", _xsrf="guessed")
        assert visitor.status == 403
        assert "ailab_test" not in visitor.cookies
        assert store.tested() == {}
        await visitor.ask("/test/question", question="x" * 5000)
        assert visitor.status == 413

    visit(story)


def test_trying_codes_is_slow(visit, course):
    async def story(phone):
        visitor = phone()
        await visitor.ask("/test/")
        for _guess in range(10):
            await visitor.ask("/test/code", _xsrf=visitor.xsrf, code="222223")
            assert visitor.status == 403
            assert 'role="alert"' in visitor.page
        await visitor.ask("/test/code", _xsrf=visitor.xsrf, code=new_code())
        assert visitor.status == 429

    visit(story)


def test_codes_that_nobody_was_given_are_tried_slowly_too(visit, store, course):
    async def story(phone):
        for _guess in range(10):
            visitor = phone()
            await visitor.ask("/test/")
            await visitor.ask("/test/code", _xsrf=visitor.xsrf, code=new_code())
        visitor = phone()
        await visitor.ask("/test/")
        await visitor.ask("/test/code", _xsrf=visitor.xsrf, code=new_code())
        assert visitor.status == 429

    visit(story)
    assert sum(store.tested().values()) == 10


def test_beginning_again_and_again_is_slow(visit, store, course):
    async def story(phone):
        for number in range(12):
            visitor = await phone().begin()
            assert visitor.status == (200 if number < 10 else 429)

    visit(story)
    assert sum(store.tested().values()) == 10


def test_pressing_twice_makes_one_code(visit, store, course):
    async def story(phone):
        visitor = await phone().begin()
        code = visitor.code
        await visitor.ask("/test/", _xsrf=visitor.xsrf)
        assert visitor.code == code

    visit(story)
    assert sum(store.tested().values()) == 1


def test_the_next_person_at_the_same_phone(visit, course):
    async def story(phone):
        visitor = await phone().begin()
        for _number in range(8):
            await visitor.answer("?")
        await visitor.ask("/test/code", _xsrf=visitor.xsrf, forget="1")
        assert not visitor.code
        assert 'method="post" action="/test/?lang=vi"' in visitor.page

    visit(story)


def test_no_open_test(visit, store):
    async def story(phone):
        visitor = await phone().ask("/test")
        assert "Chưa" in visitor.page or "test" in visitor.page
        for page in ("question", "completion", "code"):
            await visitor.ask(f"/test/{page}")
            assert visitor.status == 200

    visit(story)


def test_the_course_of_this_room(visit, store, bank, course):
    other = store.new_course(bank, sector="admin", title="Lớp khác", learners=4)
    with store.session.begin() as session:
        session.merge(other).phase = "after"

    async def story(phone):
        assert "Lớp khác" in (await phone().ask("/test/")).page

    visit(story, course=other.code)


def test_both_languages(visit, course):
    async def story(phone):
        visitor = await phone().ask("/test/?lang=en")
        assert 'lang="en"' in visitor.page
        assert "Begin the test" in visitor.page
        await visitor.ask("/test/?lang=en", _xsrf=visitor.xsrf)
        assert "Question 1 of 8" in visitor.page
        assert "Option a" in visitor.page

    visit(story)


def test_a_database_that_fails_is_a_sentence(visit, store, course, monkeypatch):
    async def story(phone):
        visitor = await phone().begin()
        monkeypatch.setattr("ailab.course.store.Store.answers", lambda *_arguments: 1 / 0)
        await visitor.ask("/test/question")
        assert visitor.status == 500
        assert "Traceback" not in visitor.page
        assert "ZeroDivision" not in visitor.page
        assert 'class="button" href="/test/' in visitor.page

    visit(story)


def test_whoever_waits_for_the_database_keeps_no_kernel_from_starting(visit, course, monkeypatch):
    answered = threading.Event()
    monkeypatch.setattr("ailab.course.store.Store.open_courses", lambda _store: answered.wait(20) and [])

    async def story(phone):
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))  # where kernels are started
        visitor = asyncio.create_task(phone().ask("/test/"))
        await asyncio.sleep(0.5)
        try:
            await asyncio.wait_for(asyncio.to_thread(int), 5)
            assert not visitor.done()
        finally:
            answered.set()
        assert (await visitor).status == 200

    visit(story)


def test_the_database_is_opened_at_the_first_visit(tmp_path, bank):
    handlers("/", database=str(tmp_path / "later.sqlite3"), bank=bank)
    assert not (tmp_path / "later.sqlite3").exists()


def test_a_whole_class_at_once(visit, store, bank, course, monkeypatch):
    monkeypatch.setattr("ailab.course.pages.WrongTries", lambda: SimpleNamespace(wait=lambda _who: 0, add=lambda _who: None))

    async def story(phone):
        async def learn():
            visitor = await phone().begin()
            for _number in range(8):
                await visitor.answer("a")
            return visitor.code

        codes = await asyncio.gather(*(learn() for _learner in range(30)))
        assert len(set(codes)) == 30
        assert all(len(store.answers(course, code, "before")) == 8 for code in codes)

    visit(story)
    assert threading.active_count() < 60
