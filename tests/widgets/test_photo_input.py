import base64
import functools
import http.server
import io
import json
import re
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
import traitlets
from PIL import Image

from ailab import i18n, open_photo
from ailab.widgets import photo_input
from ailab.widgets.photo_input import PhotoInput

PAGE = """<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>photo</title>
<link rel="stylesheet" href="photo_input.css"><body style="margin:16px;background:#fbfaf5"><div id="out"></div>
<script type="module">
import widget from "./photo_input.js";
const state = STATE, listeners = {}, saved = [];
let dirty = {};
const model = {
  get: (name) => state[name],
  set(name, value) {
    if (state[name] === value) return;
    state[name] = value; dirty[name] = value;
    for (const f of listeners[`change:${name}`] ?? []) f();
  },
  save_changes() { saved.push(dirty); dirty = {}; },
  on: (name, f) => (listeners[name] ??= []).push(f),
  off: (name, f) => { listeners[name] = listeners[name].filter((g) => g !== f); },
};
window.kernel = (name, value) => { model.set(name, value); dirty = {}; };
window.state = state;
window.photo = () => btoa(Array.from(new Uint8Array(state.photo.buffer), (b) => String.fromCharCode(b)).join(""));
window.close_widget = widget.render({ model, el: document.getElementById("out") });
window.listening = () => Object.values(listeners).flat().length;
window.saved = saved;
</script>"""


def test_a_number_is_no_photo():
    widget = PhotoInput()
    with pytest.raises(traitlets.TraitError):
        widget.set_state({"photo": 2_000_000_000})
    assert widget.photo == b""


def test_browser_state_arrives():
    widget = PhotoInput()
    seen = []
    widget.observe(lambda change: seen.append((change.new, widget.photo, widget.filename, widget.received)), "count")
    widget.set_state({"photo": memoryview(b"abc"), "filename": "lá.jpg", "count": 1})
    widget.set_state({"photo": memoryview(b"abc"), "filename": "lá.jpg", "count": 2})
    assert seen == [(1, b"abc", "lá.jpg", 1), (2, b"abc", "lá.jpg", 2)]
    assert type(widget.photo) is bytes


def test_labels_follow_the_language_and_can_be_changed():
    with i18n.using("en"):
        assert PhotoInput().labels["camera"] == "Take a photo"
        assert PhotoInput(labels={"busy": "Counting leaves…"}).labels["busy"] == "Counting leaves…"
        assert PhotoInput(labels={"busy": "Counting leaves…"}).labels["choose"] == "Choose a photo"


def test_every_text_comes_from_python_and_nothing_from_the_network():
    script = Path(photo_input.__file__).with_suffix(".js").read_text(encoding="utf-8")
    style = Path(photo_input.__file__).with_suffix(".css").read_text(encoding="utf-8")
    used = set(re.findall(r"labels\.(\w+)", script)) | set(re.findall(r'(?:new Error|complain)\("(\w+)"\)', script)) | {"failed"}
    assert used == set(PhotoInput().labels)
    assert not re.search(r"https?:|url\(|@import", script + style)


def test_a_wrong_max_side_is_refused():
    with pytest.raises(Exception, match="max_side"):
        PhotoInput(max_side=1)


# In a real browser, against a stand-in for the kernel.


class _Quiet(http.server.SimpleHTTPRequestHandler):
    page = ""

    def do_GET(self):
        if self.path not in {"/", "/photo_input.js"}:
            return super().do_GET()
        body, kind = (self.page.encode(), "text/html") if self.path == "/" else (str(PhotoInput._esm).encode(), "text/javascript")
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def address():
    with i18n.using("en"):
        widget = PhotoInput()
    names = ("filename", "count", "received", "busy", "disabled", "error", "max_side", "labels")
    _Quiet.page = PAGE.replace("STATE", json.dumps({name: getattr(widget, name) for name in names}))
    handler = functools.partial(_Quiet, directory=str(Path(photo_input.__file__).parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no Chromium on this machine")
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", *quiet])
        yield running
        running.close()


@pytest.fixture
def page(browser, address):
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    page.wait_for_function("window.listening")
    yield page
    context.close()
    assert errors == []


def jpeg(image, **options):
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=92, **options)
    return buffer.getvalue()


def give(page, data, name="leaf.jpg"):
    page.get_by_test_id("photo-file").set_input_files({"name": name, "mimeType": "image/jpeg", "buffer": data})


def arrived(page, count=1):
    page.wait_for_function(f"state.count === {count}")
    return base64.b64decode(page.evaluate("photo()"))


def sideways():
    pixels = np.full((120, 200, 3), (20, 140, 40), np.uint8)
    pixels[:60, :100] = (220, 20, 20)
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "a place"
    return jpeg(Image.fromarray(pixels), exif=exif)


@pytest.mark.browser
def test_a_large_photo_arrives_shrunk(page):
    rng = np.random.default_rng(0)
    big = Image.fromarray(rng.integers(0, 255, (150, 200, 3), dtype=np.uint8)).resize((4000, 3000), Image.Resampling.BILINEAR)
    give(page, jpeg(big), "<b>big</b>.jpg")
    data = arrived(page)
    assert Image.open(io.BytesIO(data)).size == (1024, 768)
    assert len(data) < 700_000
    expected = big.resize((1024, 768), Image.Resampling.LANCZOS).convert("L")
    assert np.abs(np.asarray(open_photo(data).convert("L"), float) - np.asarray(expected, float)).mean() < 5
    assert page.evaluate("state.filename") == "<b>big</b>.jpg"
    assert page.get_by_test_id("photo-file").is_disabled()
    assert page.get_by_role("status").inner_text() == "Sending the photo…"
    page.evaluate("kernel('received', 1); kernel('busy', true)")
    assert page.get_by_role("status").inner_text() == "Looking at the photo…"
    assert page.get_by_test_id("photo-file").is_disabled()
    page.evaluate("kernel('busy', false)")
    assert page.get_by_role("status").inner_text() == "<b>big</b>.jpg"
    assert page.get_by_test_id("photo-file").is_enabled()


@pytest.mark.browser
def test_a_sideways_photo_arrives_upright_and_without_its_metadata(page):
    give(page, sideways())
    photo = Image.open(io.BytesIO(arrived(page)))
    assert photo.size == (120, 200)
    assert not photo.getexif()
    assert photo.convert("RGB").getpixel((100, 20))[0] > 180 > 60 > photo.convert("RGB").getpixel((20, 20))[0]


@pytest.mark.browser
def test_the_same_photo_counts_twice(page):
    for count in (1, 2):
        give(page, sideways())
        arrived(page, count)
        page.evaluate(f"kernel('received', {count})")
    assert page.evaluate("saved.filter((change) => change.count).length") == 2
    assert page.evaluate("document.querySelector('[data-testid=photo-file]').value") == ""


@pytest.mark.browser
@pytest.mark.parametrize(
    ("data", "sentence"),
    [(b"", "photo is empty"), (b"Kinh gui: Uy ban nhan dan", "not a photo"), (b"\0\0\0\x18ftypheic" + bytes(8 * 2**20), "too big")],
    ids=["empty", "text", "large heic"],
)
def test_an_unusable_file_is_answered_in_words(page, data, sentence):
    give(page, data)
    page.wait_for_function("state.error")
    assert sentence in page.get_by_role("alert").inner_text()
    assert page.evaluate("state.count") == 0
    give(page, sideways())
    arrived(page)
    assert page.get_by_role("alert").inner_text() == ""


@pytest.mark.browser
def test_what_the_browser_cannot_read_goes_to_python_as_it_is(page):
    heic = b"\0\0\0\x18ftypheic" + b"123" * 100
    give(page, heic, "IMG_1.HEIC")
    assert arrived(page) == heic


@pytest.mark.browser
def test_drop_and_paste(page):
    page.evaluate("""window.file = async () => {
        const canvas = new OffscreenCanvas(64, 48);
        canvas.getContext("2d");
        return new File([await canvas.convertToBlob()], "c.png", {type: "image/png"}); }""")
    fire = """async ([kind, target]) => {
        const data = new DataTransfer(); data.items.add(await file());
        const made = kind === 'paste' ? new ClipboardEvent(kind, {clipboardData: data, bubbles: true, cancelable: true})
                                      : new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true});
        document.querySelector(target).dispatchEvent(made); }"""
    page.evaluate(fire, ["dragover", ".ailab-photo"])
    assert page.get_by_text("Drop the photo here").is_visible()
    page.evaluate(fire, ["drop", ".ailab-photo"])
    assert Image.open(io.BytesIO(arrived(page))).getpixel((5, 5))[0] > 240  # transparent becomes white
    page.evaluate(fire, ["paste", "body"])  # still sending: not taken
    page.evaluate("kernel('received', 1)")
    page.evaluate(fire, ["paste", "body"])
    arrived(page, 2)


@pytest.mark.browser
def test_disabled_keyboard_and_closing(page):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.testid") == "photo-file"
    assert page.evaluate("getComputedStyle(document.activeElement.nextElementSibling).outlineStyle") == "solid"
    assert page.get_by_label("Choose a photo").count() == 1
    page.evaluate("kernel('error', '<i>wrong</i>')")
    assert page.get_by_role("alert").inner_text() == "<i>wrong</i>"
    page.evaluate("kernel('disabled', true)")
    assert page.get_by_test_id("photo-file").is_disabled()
    page.evaluate("close_widget()")
    assert page.evaluate("listening()") == 0


@pytest.mark.browser
def test_on_a_phone(browser, address):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(address)
    page.wait_for_function("window.listening")
    camera, choose = (page.locator(f".ailab-photo-{kind}").bounding_box() for kind in ("camera", "choose"))
    assert min(camera["height"], choose["height"]) >= 48
    assert page.get_by_test_id("photo-camera").get_attribute("capture") == "environment"
    assert not page.get_by_text("drag a photo").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


@pytest.mark.browser
def test_a_silent_kernel_is_noticed(page):
    page.clock.install()
    give(page, sideways())
    arrived(page)
    page.clock.fast_forward(61_000)
    assert "has not answered" in page.get_by_role("alert").inner_text()
    assert page.get_by_test_id("photo-file").is_enabled()
