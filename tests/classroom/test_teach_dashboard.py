"""Teach a machine on a phone: photos that survive a reload and a dead kernel, teaching that can be stopped, a file that works in another lesson."""

import io
import re
import shutil

import pytest
from PIL import Image
from serving import get, overflow, post, started

from ailab import samples
from ailab.classroom import notebooks_dir
from ailab.i18n import gettext as _
from ailab.widgets import PhotoCollection

pytestmark = pytest.mark.browser

LESSON = "voila/render/agriculture/02_tu_day_may.ipynb?lang=vi"
LEAVES = "voila/render/agriculture/01_kham_benh_la.ipynb?lang=vi"
PHOTOS = 5


def picture(image, name):
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return {"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


def leaves(condition, seeds):
    return [picture(samples.draw_leaf("coffee", condition, seed, size=600, label=False), f"{condition} {seed}") for seed in seeds]


def open_lesson(page, server, lesson=LESSON):
    page.goto(f"{server.url}{lesson}")
    page.wait_for_selector("body.ready", timeout=60000)
    if lesson is LESSON:
        page.wait_for_selector(".ailab-collect-card")


def thumbnails(page):
    return page.locator(".ailab-collect-thumb")


def wait_for(page, n):
    page.wait_for_function(f"document.querySelectorAll('.ailab-collect-thumb').length === {n}", timeout=60000)


def choose(page, at, files):
    page.get_by_test_id("collect-choose").nth(at).set_input_files(files)


def press(page, message, **values):
    page.get_by_role("button", name=_(message) % values if values else _(message), exact=True).click()


def says(page, message):
    """Wait for the beginning of a message, up to its first value."""
    page.get_by_text(re.split(r"%\(", _(message))[0].strip("“ "), exact=False).first.wait_for(timeout=60000)


def collect(page):
    """Three classes of a few leaves, through the real buttons."""
    press(page, "Add a class")
    page.wait_for_function("document.querySelectorAll('.ailab-collect-cards > section').length === 3")
    for at, (condition, name) in enumerate([("healthy", "lá khỏe"), ("rust", "gỉ sắt"), ("leaf_miner", "sâu <b>vẽ")]):
        field = page.locator(".ailab-collect-cards .ailab-collect-name").nth(at)
        field.fill(name)
        field.press("Enter")
        choose(page, at, leaves(condition, range(20 * at, 20 * at + PHOTOS)))
        wait_for(page, PHOTOS * (at + 1))


def teach(page):
    page.get_by_role("button", name=re.compile(f"^({re.escape(_('Teach the machine'))}|{re.escape(_('Teach it again'))})$")).click()
    says(page, "It has learned to tell apart: %(names)s. Photos: %(n)d. From now on it learns again by itself when you add, move or remove a photo.")


def test_collect_teach_test_save_reload_and_use_it_in_the_first_lesson(phone, real_lessons, tmp_path):
    page, problems = phone, []
    page.on("pageerror", lambda error: problems.append(f"{error} {page.url} {error.stack}"))
    open_lesson(page, real_lessons)
    collect(page)
    choose(page, 0, [{"name": "a <i>.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}, *leaves("healthy", [77])])
    wait_for(page, 3 * PHOTOS + 1)
    assert "a <i>.pdf" in page.locator(".ailab-collect > [role=alert]").inner_text()
    shown = page.evaluate("[...document.querySelectorAll('.ailab-collect-thumb img')].map((image) => Math.max(image.naturalWidth, image.naturalHeight))")
    assert set(shown) == {320}
    teach(page)
    assert overflow(page) <= 0

    # A test photo that it has not learned.
    page.get_by_test_id("photo-file").first.set_input_files(leaves("rust", [200])[0])
    page.locator(".ailab-verdict").wait_for(timeout=30000)
    page.locator(".ailab-map").wait_for(timeout=30000)  # one, after the verdict
    press(page, "Right, it is: %(name)s", name=page.locator(".ailab-verdict").get_attribute("data-label"))
    wait_for(page, 3 * PHOTOS + 2)
    page.get_by_text(_("%(right)d of %(tested)d right") % {"right": 1, "tested": 1}).first.wait_for()
    press(page, "Look at the photos")
    page.locator(".ailab-confusion").wait_for(timeout=60000)
    page.locator(".ailab-confusion a").first.click()
    assert page.locator(".ailab-behind:target img").count() > 0
    assert overflow(page) <= 0

    # As a file.
    press(page, "Make the file")
    page.locator("[data-testid=download]:enabled").wait_for()
    with page.expect_download() as found:
        page.get_by_test_id("download").click()
    file = tmp_path / found.value.suggested_filename
    found.value.save_as(file)
    assert file.suffix == ".ailab"

    # All is still there after a reload, and can be taught.
    page.reload()
    page.wait_for_selector("body.ready", timeout=60000)
    wait_for(page, 3 * PHOTOS + 2)
    names = page.evaluate("[...document.querySelectorAll('.ailab-collect-cards .ailab-collect-name')].map((field) => field.value)")
    assert names == ["lá khỏe", "gỉ sắt", "sâu <b>vẽ"]
    teach(page)
    page.get_by_text(_("%(right)d of %(tested)d right") % {"right": 1, "tested": 1}).first.wait_for()

    # The file in place of an empty collection, and in the first lesson.
    page.get_by_test_id("collect-clear").click()
    press(page, "Yes, delete")
    wait_for(page, 0)
    says(page, "Teach the machine first. Then it can be saved.")  # now the kernel knows, too
    page.get_by_test_id("file-input").set_input_files(file)
    wait_for(page, 3 * PHOTOS + 1)
    open_lesson(page, real_lessons, LEAVES)
    crops = page.get_by_role("button", name="Cà phê", exact=True)
    crops.wait_for(timeout=60000)
    page.get_by_test_id("file-input").set_input_files({"name": "b.ailab", "mimeType": "application/zip", "buffer": b"PK no model"})
    says(page, "This file is not a model of ailab, or it is damaged. Choose a file whose name ends in .ailab.")
    page.get_by_test_id("file-input").set_input_files(file)
    page.get_by_role("button", name=_("Back to the bundled AI")).wait_for()
    assert not crops.is_visible()
    page.set_input_files("[data-testid=photo-file]", leaves("rust", [201])[0])
    page.locator(".ailab-verdict").first.wait_for(timeout=30000)
    assert page.locator(".ailab-verdict").first.get_attribute("data-label") in names
    page.wait_for_function("document.querySelectorAll('.ailab-chart circle').length === 9")
    press(page, "Back to the bundled AI")
    page.wait_for_function("document.querySelector('.ailab-verdict').dataset.label.includes('__')")
    assert crops.is_visible()
    assert overflow(page) <= 0
    assert not problems
    foreign = [url for url in page.requests if not url.startswith((real_lessons.url, "data:", "blob:", real_lessons.url.replace("http", "ws")))]
    assert not foreign


def test_a_dead_kernel_loses_nothing(phone, real_lessons):
    page = phone
    open_lesson(page, real_lessons)
    choose(page, 0, leaves("healthy", range(3)))
    choose(page, 1, leaves("rust", range(10, 13)))
    wait_for(page, 6)
    page.wait_for_timeout(500)
    kernel = real_lessons.kernel_of(page.content())
    xsrf = next((cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "_xsrf"), "")
    post(f"{real_lessons.url}voila/api/shutdown/{kernel}", Cookie=f"_xsrf={xsrf}", **{"X-XSRFToken": xsrf})
    assert not real_lessons.alive(kernel)
    choose(page, 0, leaves("healthy", [3]))
    wait_for(page, 7)
    page.evaluate("ailab.check()")
    page.wait_for_selector("#overlay:not([hidden])")
    assert page.locator("#overlay-text").inner_text() == _("Your photos are kept in this browser. Open the lesson again, then press “Teach the machine”.")
    page.locator("#overlay-button").click()
    page.wait_for_function("!document.querySelector('#overlay:not([hidden])')")
    page.wait_for_selector("body.ready", timeout=60000)
    wait_for(page, 7)
    teach(page)


def test_relabel_remove_and_it_learns_by_itself(phone, real_lessons):
    page = phone
    open_lesson(page, real_lessons)
    choose(page, 0, leaves("healthy", range(4)))
    choose(page, 1, leaves("rust", range(10, 14)))
    wait_for(page, 8)
    page.wait_for_timeout(500)
    teach(page)
    card = page.locator(".ailab-collect-cards > section").first
    card.locator(".ailab-collect-thumb").first.click()
    target = page.locator(".ailab-collect-cards .ailab-collect-name").nth(1).input_value()
    card.locator(".ailab-collect-panel").get_by_role("button", name=target, exact=True).click()
    page.wait_for_function("document.querySelectorAll('.ailab-collect-cards > section:nth-child(2) .ailab-collect-thumb').length === 5")
    page.get_by_text(_("Photos: %(photos)d. Not tested.") % {"photos": 8}).nth(1).wait_for()
    page.locator(".ailab-collect-cards > section:nth-child(2) .ailab-collect-thumb").first.click()
    press(page, "Remove this photo")
    wait_for(page, 7)
    page.get_by_text(_("Photos: %(photos)d. Not tested.") % {"photos": 7}).wait_for()
    # Another tab shows the same collection, and what is deleted there is gone here.
    other = page.context.new_page()
    open_lesson(other, real_lessons)
    wait_for(other, 7)
    other.get_by_test_id("collect-clear").click()
    press(other, "No, keep")
    wait_for(other, 7)
    other.get_by_test_id("collect-clear").click()
    press(other, "Yes, delete")
    wait_for(page, 0)
    other.close()
    page.reload()
    page.wait_for_selector(".ailab-collect-card", timeout=60000)
    page.wait_for_timeout(500)
    assert thumbnails(page).count() == 0


def test_teaching_stops(phone, real_lessons):
    page = phone
    open_lesson(page, real_lessons)
    page.get_by_test_id("collect-drawings").click()
    wait_for(page, 36)
    says(page, "Drawn by a program, not photos. A machine that learned from drawings knows drawings only.")
    page.wait_for_timeout(1500)
    press(page, "Teach the machine")
    press(page, "Stop")
    says(page, "Stopped. The machine is as it was before. What it has looked at it need not look at again.")
    teach(page)


def test_sixty_photos_a_class(phone, real_lessons):
    page = phone
    open_lesson(page, real_lessons)
    choose(page, 0, [picture(Image.new("RGB", (40, 40), (4 * n, 90, 40)), n) for n in range(62)])
    wait_for(page, 60)
    assert (
        _("No room: 60 photos a class and 8 classes at most. Left out: %(left)d.") % {"left": 2} in page.locator(".ailab-collect > [role=alert]").inner_text()
    )


def test_a_browser_that_keeps_nothing_says_so(phone, real_lessons):
    page = phone
    page.add_init_script("Object.defineProperty(window, 'indexedDB', { value: { open() { throw new Error('private'); } } })")
    open_lesson(page, real_lessons)
    says(page, "The photos are in this browser on this device and, while the page is open, in the memory of the machine that runs this lesson. Nowhere else.")
    words = _("This browser does not allow keeping them (a private window?). If you close or reload the page, they are gone.")
    assert words in page.locator(".ailab-collect-where").inner_text()
    choose(page, 0, leaves("healthy", range(2)))
    choose(page, 1, leaves("rust", range(10, 12)))
    wait_for(page, 4)
    page.wait_for_timeout(500)
    teach(page)
    assert page.evaluate("document.body.dataset.kept") == ""


def test_a_kiosk_forgets(chromium, tmp_path_factory):
    root = tmp_path_factory.mktemp("kiosk") / "notebooks"
    shutil.copytree(notebooks_dir(), root)
    kiosk = "import sys; sys.argv += ['--kiosk', 'agriculture/02_tu_day_may.ipynb']"
    with started(root, tmp_path_factory.mktemp("log") / "server.log", "vi", kiosk) as server:
        assert get(server.url)[0] == 200
        context = chromium.new_context(viewport={"width": 390, "height": 844})
        page = context.new_page()
        open_lesson(page, server)
        choose(page, 0, leaves("healthy", range(2)))
        wait_for(page, 2)
        assert page.evaluate("indexedDB.databases().then((all) => all.length)") == 0
        page.reload()
        page.wait_for_selector(".ailab-collect-card", timeout=60000)
        page.wait_for_timeout(500)
        assert thumbnails(page).count() == 0
        context.close()


def test_a_name_that_is_being_typed_survives_what_arrives_meanwhile(phone, real_lessons):
    open_lesson(phone, real_lessons)
    field = phone.locator(".ailab-collect-cards .ailab-collect-name").first
    field.click()
    field.fill("lá đang")
    choose(phone, 0, leaves("healthy", [1]))  # the page is drawn anew for each photo
    wait_for(phone, 1)
    assert field.input_value() == "lá đang"
    field.press("End")
    phone.keyboard.type(" gõ")  # into the field, if it still has the focus
    phone.keyboard.press("Enter")
    phone.reload()
    phone.wait_for_selector("body.ready", timeout=60000)
    wait_for(phone, 1)
    assert phone.locator(".ailab-collect-cards .ailab-collect-name").first.input_value() == "lá đang gõ"


@pytest.fixture
def blank(phone):
    """An empty page with an origin, which a database needs, and the script of a collection in it."""
    phone.route("http://127.0.0.1/blank", lambda route: route.fulfill(body="<!doctype html><body>", content_type="text/html"))
    phone.goto("http://127.0.0.1/blank")
    phone.add_script_tag(content=PhotoCollection._esm.replace("export default", "window.photoCollection ="))
    return phone


def test_a_loaded_collection_is_told_once_and_with_its_photos(blank):
    told, kept = blank.evaluate("""async () => {
        const made = () => new Collection({ classes: 8, photos: 60 }, (n) => `Class ${n}`);
        const entry = (name, test = false) => ({ name, test, bytes: new ArrayBuffer(4) });
        const collection = made();
        await collection.open();
        await collection.addByName([entry("a"), entry("b"), entry("b", true)]);
        const { set } = Object.getOwnPropertyDescriptor(IDBTransaction.prototype, "oncomplete");
        const slowly = { set(done) { set.call(this, () => setTimeout(done, 200)); } };
        Object.defineProperty(IDBTransaction.prototype, "oncomplete", slowly);
        const told = [];
        collection.addEventListener("change", () => told.push(collection.photos.length));
        collection.others = { postMessage: () => told.push("other tabs") };
        await collection.replace(["b", "c"], [entry("b"), entry("c"), entry("c")]);
        const again = made();
        await again.open();
        const names = new Map(again.classes.map(({ id, name }) => [id, name]));
        return [told, again.photos.map(({ cls, test }) => names.get(cls) + (test ? " test" : ""))];
    }""")
    assert told == [4, "other tabs"]
    assert kept == ["b", "c", "c", "b test"]


def test_a_class_of_test_photos_only_is_not_removed_without_asking(blank):
    blank.evaluate(
        """(labels) => {
        const heard = {};
        const given = { labels, limits: { classes: 8, photos: 60 } };
        const model = { get: (name) => given[name], on: (name, call) => { heard[name] = call; }, send() {} };
        const made = photoCollection();
        made.initialize({ model });
        made.render({ model, el: document.body });
        const photos = ["a", "b", "c"].map((name) => ({ name, test: name === "c" }));
        setTimeout(() => heard["msg:custom"]({ kind: "add", photos }, photos.map(() => new DataView(new ArrayBuffer(4)))), 300);
    }""",
        PhotoCollection().labels,
    )
    remove = blank.get_by_role("button", name=_("Remove the class %(name)s") % {"name": "c"})
    remove.click()
    press(blank, "No, keep")
    assert thumbnails(blank).count() == 3
    remove.click()
    press(blank, "Yes, delete")
    wait_for(blank, 2)


def test_photos_on_their_way_do_not_outlive_their_class(blank):
    kept = blank.evaluate("""async () => {
        const collection = new Collection({ classes: 8, photos: 60 }, (n) => `Class ${n}`);
        await collection.open();
        const gone = collection.classes[0].id;
        await collection.clear();
        const left = await collection.add([{ cls: gone, bytes: new ArrayBuffer(4) }]);
        return [left, collection.photos.length];
    }""")
    assert kept == [1, 0]


def test_names_that_differ_by_a_capital_are_one_class(blank):
    kept = blank.evaluate("""async () => {
        const collection = new Collection({ classes: 8, photos: 60 }, (n) => `Class ${n}`);
        await collection.open();
        await collection.addByName([{ name: "khỏe mạnh", bytes: new ArrayBuffer(4) }]);
        const left = await collection.addByName(Array.from({ length: 12 }, () => ({ name: "Khỏe mạnh", bytes: new ArrayBuffer(4) })));
        return [left, collection.photos.length, collection.classes.filter(({ name }) => name.toLowerCase().startsWith("khỏe")).length];
    }""")
    assert kept == [0, 13, 1]


def test_photos_are_kept_after_a_phone_has_slept(phone, real_lessons):
    """An iPhone that slept has lost its connection to the browser's database, which only the next use shows."""
    lost = """
    const transaction = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (...given) {
      if (window.asleep === this || (window.asleep === true && (window.asleep = this))) throw new DOMException("lost", "InvalidStateError");
      return transaction.apply(this, given);
    };"""
    phone.add_init_script(lost)
    open_lesson(phone, real_lessons)
    phone.evaluate("window.asleep = true")
    choose(phone, 0, leaves("rust", [1]))
    wait_for(phone, 1)
    phone.wait_for_timeout(500)
    phone.reload()
    wait_for(phone, 1)
