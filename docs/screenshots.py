"""Take the pictures of the trainer's book and of the README: ``python docs/screenshots.py``. Needs the ``test`` extra and Chromium.

Only pictures that are missing or out of date are taken; name some (``… agriculture_01 trainer``) or say ``--all`` to take them in any case. What a
picture shows is described by the code below, where it stands by the pages, and ``hinh/taken.json`` notes of what it was taken: a digest of the
lesson's notebook, of the files of its demos and of the model and the drawings that they show, or of the templates of a page. A test compares them. A
change of colours or of a translation alone is not noticed: then use ``--all``.

The classroom is the real one, on this machine only. No picture holds a token or an address of a real network: the address that it shows for phones is
one that is reserved for books (RFC 5737), PIN and codes are the book's examples.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from PIL import Image
    from playwright.sync_api import Browser, Page

DOCS = Path(__file__).parent
ROOT = DOCS.parent
FOLDER = DOCS / "hinh"
TAKEN = "taken.json"
PROJECTOR, PHONE = (1280, 720), (390, 844)
PIN, COURSE, LEARNER = "4711", "4PHJ3Q", "7KCN29"
_SERVE = """
import sys
import psutil
from ailab.classroom.handlers import Page
psutil.cpu_percent = lambda *_more: 12.0
Page.phone_addresses = lambda self: ["http://192.0.2.10:8866/"]
from ailab.cli import main
sys.exit(main(sys.argv[1:]))
"""
_QUIET = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
_TEMPLATES = "ailab/classroom/templates", "ailab/course/templates"
#: What the lessons of a sector show beside their demos: here what a model says of drawn leaves.
_SHOWN = {
    "agriculture": ["assets/models/crops/SHA256SUMS", "samples/__init__.py", "samples/_leaves.py", "samples/_lesions.py", "samples/_marks.py"],
}


@dataclass(frozen=True)
class Picture:
    """What to take: ``of`` is a lesson or the template of a page, ``steps`` does what a visitor does and leaves the place to show in view."""

    of: str
    steps: Callable[[Page, Room], None]
    screen: tuple[int, int] = PROJECTOR

    def sources(self) -> list[Path]:
        """The files that say what there is to see."""
        if "/" not in self.of:
            return [next(path for folder in _TEMPLATES if (path := ROOT / folder / f"{self.of}.html.j2").exists())]
        from ailab.widgets import _HOME

        notebook = ROOT / "notebooks" / f"{self.of}.ipynb"
        demos = {demo for demo in re.findall(r"\w+", notebook.read_text("utf-8")) if demo in _HOME}
        shown = _SHOWN.get(notebook.parent.name, [])
        return [notebook, *(ROOT / "ailab" / path for path in (*(f"widgets/{_HOME[demo]}.py" for demo in sorted(demos)), *shown))]

    def digest(self) -> str:
        """Changes when one of the sources does."""
        return hashlib.sha256("\0".join(path.read_text("utf-8") for path in self.sources()).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Room:
    """The classroom that is running."""

    url: str
    token: str

    def open(self, page: Page, place: str) -> None:
        """Open a page, past the PIN."""
        page.goto(f"{self.url}{place}{'&' if '?' in place else '?'}lang=vi")
        if page.locator("input[name=pin]").count():
            page.locator("input[name=pin]").fill(PIN)
            page.locator("form.pin button").click()
        page.wait_for_load_state("networkidle")

    def lesson(self, page: Page, lesson: str) -> None:
        """Open a lesson and wait until it can be used."""
        self.open(page, f"voila/render/{lesson}.ipynb")
        page.wait_for_selector("body.ready", timeout=60_000)


def _press(page: Page, name: str) -> None:
    """Press a button by its words."""
    page.get_by_role("button", name=name, exact=True).first.click(timeout=60_000)


def _show(page: Page, selector: str, above: int = 24) -> None:
    """Wait for something and scroll it to the top of the screen."""
    place = page.locator(selector).first
    place.wait_for(timeout=120_000)
    page.wait_for_timeout(600)  # until what comes with it is drawn
    place.evaluate("(it, above) => scrollTo({top: it.getBoundingClientRect().top + scrollY - above, behavior: 'instant'})", above)


def _start_page(page: Page, room: Room) -> None:
    room.open(page, "")


def _trainer(page: Page, room: Room) -> None:
    room.open(page, f"trainer/{room.token}")
    page.locator("#lessons li").first.wait_for()
    page.wait_for_timeout(2500)  # for the first figures


def _code_for_phones(page: Page, room: Room) -> None:
    _trainer(page, room)
    page.locator("#show-code").click()


def _courses(page: Page, room: Room) -> None:
    room.open(page, f"trainer/{room.token}/courses")


def _test_start(page: Page, room: Room) -> None:
    room.open(page, "test/")


def _test_question(page: Page, room: Room) -> None:
    room.open(page, "test/")
    page.locator("details summary").click()
    page.locator("#code").fill(LEARNER)
    page.locator(".test-code button").click()
    page.locator("input[type=radio]").nth(1).check()


def _leaf(page: Page, room: Room) -> None:
    room.lesson(page, "agriculture/01_kham_benh_la")
    page.locator(".ailab-strip button").nth(1).click(timeout=60_000)
    _show(page, ".ailab-verdict", 190)


def _own_machine(page: Page, room: Room) -> None:
    room.lesson(page, "agriculture/02_tu_day_may")
    _press(page, "Không có máy ảnh? Dùng lá vẽ sẵn")
    page.wait_for_function("document.querySelectorAll('.ailab-collect-thumb').length === 36", timeout=60_000)
    page.wait_for_function("!document.querySelector('.ailab-collect').textContent.includes('Đang gửi ảnh')", timeout=60_000)
    _show(page, ".ailab-collect")


def _own_machine_tested(page: Page, room: Room) -> None:
    _own_machine(page, room)
    _press(page, "Dạy máy")
    page.get_by_role("button", name="Dạy lại").first.wait_for(timeout=120_000)
    _press(page, "Không có máy ảnh? Thử bằng lá vẽ")
    _show(page, ".ailab-verdict", -200)


def _eight_dots(page: Page, room: Room) -> None:
    room.lesson(page, "agriculture/03_nen_anh_danh_lua")
    _press(page, "khoảng 18")
    _press(page, "Dạy máy")
    page.wait_for_selector(".ailab-dots-gallery", timeout=120_000)
    _show(page, ".ailab-counts", 60)


def _rules(page: Page, room: Room) -> None:
    room.lesson(page, "education/01_ai_la_gi")
    _show(page, ".ailab-fruits", 360)


def _cloze(page: Page, room: Room) -> None:
    room.lesson(page, "education/02_giao_vien_va_ai")
    page.locator("select").first.select_option(index=1)
    _show(page, ".ailab-cloze-card")


def _asked(page: Page, room: Room) -> None:
    room.lesson(page, "tourism/01_hoi_dap_du_lich")
    _press(page, "Hầm Đờ Cát ở đâu?")
    page.wait_for_selector(".ailab-quote", timeout=60_000)
    _show(page, ".ailab-ask-row", 60)


def _base(page: Page, room: Room) -> None:
    room.lesson(page, "tourism/02_xay_kho_tri_thuc")
    _press(page, "Thêm kho ví dụ (một xã không có thật)")
    page.wait_for_selector("text=đã thêm", timeout=60_000)
    page.get_by_placeholder("Gõ câu hỏi").fill("Bộ phận một cửa mở cửa lúc mấy giờ?")
    _press(page, "Hỏi")
    page.wait_for_selector(".ailab-quote", timeout=60_000)
    _show(page, "text=Bước 3. Hỏi kho")


def _accents(page: Page, room: Room) -> None:
    room.lesson(page, "tourism/03_may_doan_chu")
    _press(page, "Cho máy đoán")
    page.wait_for_selector(".ailab-lm-chip", timeout=60_000)
    _show(page, ".ailab-lm-sentence", 60)


def _summary(page: Page, room: Room) -> None:
    room.lesson(page, "admin/01_tom_tat_van_ban")
    page.locator("select").first.select_option(index=2)
    _show(page, ".ailab-sentences", 60)


def _tasks(page: Page, room: Room) -> None:
    room.lesson(page, "admin/02_viec_va_han")
    page.locator("select").first.select_option(index=1)
    _show(page, ".ailab-tasks", 12)


def _masked(page: Page, room: Room) -> None:
    room.lesson(page, "admin/03_du_lieu_ca_nhan")
    page.locator("select").first.select_option(index=9)
    _show(page, "text=Trong đó có gì là dữ liệu cá nhân?")


def _sorting(page: Page, room: Room) -> None:
    room.lesson(page, "admin/04_phan_loai_phan_anh")
    _show(page, ".ailab-message", 120)


PICTURES = {
    "start": Picture("landing", _start_page),
    "trainer": Picture("trainer", _trainer),
    "code": Picture("trainer", _code_for_phones),
    "courses": Picture("courses", _courses),
    "test_start": Picture("test_start", _test_start, PHONE),
    "test_question": Picture("test_question", _test_question, PHONE),
    "agriculture_01": Picture("agriculture/01_kham_benh_la", _leaf),
    "agriculture_01_phone": Picture("agriculture/01_kham_benh_la", _leaf, PHONE),
    "agriculture_02": Picture("agriculture/02_tu_day_may", _own_machine),
    "agriculture_02_phone": Picture("agriculture/02_tu_day_may", _own_machine_tested, PHONE),
    "agriculture_03": Picture("agriculture/03_nen_anh_danh_lua", _eight_dots),
    "education_01": Picture("education/01_ai_la_gi", _rules),
    "education_02": Picture("education/02_giao_vien_va_ai", _cloze),
    "tourism_01": Picture("tourism/01_hoi_dap_du_lich", _asked),
    "tourism_01_phone": Picture("tourism/01_hoi_dap_du_lich", _asked, PHONE),
    "tourism_02": Picture("tourism/02_xay_kho_tri_thuc", _base),
    "tourism_03": Picture("tourism/03_may_doan_chu", _accents),
    "admin_01": Picture("admin/01_tom_tat_van_ban", _summary),
    "admin_02": Picture("admin/02_viec_va_han", _tasks),
    "admin_02_phone": Picture("admin/02_viec_va_han", _tasks, PHONE),
    "admin_03": Picture("admin/03_du_lieu_ca_nhan", _masked),
    "admin_04": Picture("admin/04_phan_loai_phan_anh", _sorting),
}


def stale(folder: Path = FOLDER) -> list[str]:
    """Names of the pictures that are missing, or were taken of something else than what is there now."""
    record = folder / TAKEN
    taken = json.loads(record.read_text("utf-8")) if record.exists() else {}
    return [name for name, picture in PICTURES.items() if not (folder / f"{name}.webp").exists() or taken.get(name) != picture.digest()]


def take(names: Sequence[str], folder: Path = FOLDER) -> None:
    """Take these pictures, and note of what."""
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    record = folder / TAKEN
    taken = json.loads(record.read_text("utf-8")) if record.exists() else {}
    with classroom() as room, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_QUIET.split())
        for name in names:
            picture = PICTURES[name]
            (folder / f"{name}.webp").write_bytes(_small(_shot(browser, picture, room)))
            taken[name] = picture.digest()
            print(name, flush=True)
        browser.close()
    taken = {name: taken[name] for name in PICTURES if name in taken}
    record.write_text(json.dumps(taken, indent=1) + "\n", "utf-8", newline="\n")


def join(folder: Path, out: Path) -> None:
    """Projector and phone side by side, for the README."""
    from PIL import Image, ImageDraw

    projector, phone = (Image.open(folder / f"{name}.webp") for name in ("agriculture_01", "agriculture_01_phone"))
    phone = phone.resize((round(phone.width * projector.height / phone.height), projector.height), Image.Resampling.LANCZOS)
    picture = Image.new("RGB", (projector.width + phone.width + 60, projector.height + 40), "#e3e7de")
    picture.paste(projector, (20, 20))
    picture.paste(phone, (projector.width + 40, 20))
    ImageDraw.Draw(picture).rectangle((19, 19, 20 + projector.width, 20 + projector.height), outline="#b9c0b2")
    picture.quantize(256, kmeans=1).save(out, optimize=True)


@contextlib.contextmanager
def classroom() -> Iterator[Room]:
    """``ailab serve`` on this machine, with a course that is not anybody's."""
    with tempfile.TemporaryDirectory() as scratch, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        environment = os.environ | {"AILAB_DATABASE": f"{scratch}/course.sqlite3", "AILAB_LOG": f"{scratch}/log", "PYTHONIOENCODING": "utf-8"}
        ailab = [sys.executable, "-m", "ailab", "course"]
        new = ["new", "--sector", "agriculture", "--title", "Lớp nông nghiệp, nửa ngày", "--learners", "40", "--code", COURSE, "--date", "25/12/2026"]
        for command in (new, ["start", COURSE, "--date", "25/12/2026"]):
            subprocess.run([*ailab, *command], env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
        serve = [sys.executable, "-c", _SERVE, "serve", "--learners", "40", "--host", "127.0.0.1", "--port", str(port), "--no-browser", "--pin", PIN]
        server = subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8", env=environment)  # noqa: S603
        try:
            token = next(found[1] for line in server.stdout or [] if (found := re.search(r"/trainer/([\w-]+)", line)))
            time.sleep(1)
            yield Room(f"http://127.0.0.1:{port}/", token)
        finally:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(30)
            finally:
                server.kill()


def _shot(browser: Browser, picture: Picture, room: Room) -> Image.Image:
    from PIL import Image

    width, height = picture.screen
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce", locale="vi-VN")
    try:
        picture.steps(page, room)
        page.evaluate("document.activeElement?.blur()")
        page.wait_for_timeout(600)
        return Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    finally:
        page.close()


def _small(image: Image.Image) -> bytes:
    """Without loss if that is small, as it is for words; else as a photo."""
    made = []
    for how in ({"lossless": True}, {"quality": 85}):
        file = io.BytesIO()
        image.save(file, "WEBP", method=6, **how)
        made.append(file.getvalue())
    return min(made, key=len)


def main() -> None:
    """Take what the command line names, or what is out of date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"pictures: {', '.join(PICTURES)}")
    parser.add_argument("--all", action="store_true", help="take all of them")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(PICTURES):
        parser.error(f"no such picture: {', '.join(sorted(unknown))}")
    names = list(PICTURES) if arguments.all else arguments.names or stale()
    if names:
        take(names)
    if any(name.startswith("agriculture_01") for name in names):
        join(FOLDER, DOCS / "dashboard.png")


if __name__ == "__main__":
    main()
