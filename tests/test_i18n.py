import ast
import asyncio
import io
import re
import unicodedata
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import ailab
from ailab import i18n
from ailab.i18n import gettext

PACKAGE = Path(ailab.__file__).parent
CATALOGS = {language: PACKAGE / "locale" / language / "LC_MESSAGES" / "ailab.po" for language in i18n.LANGUAGES if language != "en"}  # ids are English
PLACEHOLDER = re.compile(r"%\(\w+\)[.\d]*[sdfr]|\{\w*\}")


every_catalog = pytest.mark.parametrize("language", CATALOGS)


def catalog(language):
    with CATALOGS[language].open("rb") as file:
        return {message.id: message for message in read_po(file, locale=language) if message.id}


def messages_in_code():
    """Ids that the code asks for: Python by its syntax tree, which also sees inside f-strings; templates by Babel."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"_", "gettext"}:
                argument = node.args[0]
                if isinstance(argument, ast.Constant):
                    found.add(argument.value)
                else:
                    assert isinstance(argument, ast.Name), f"{path.name}:{node.lineno}: translate a text, not an expression"
    templates = extract_from_dir(PACKAGE, method_map=[("**.j2", "jinja2")], keywords={"_": None, "gettext": None})
    return found | {message for _file, _line, message, _comments, _context in templates}


@every_catalog
def test_every_message_is_translated_and_none_is_stale(language):
    asked, translated = messages_in_code(), catalog(language)
    assert len(asked) > 100
    assert not asked - set(translated), "missing in the catalog"
    assert not set(translated) - asked, "no longer used"
    assert not [message.id for message in translated.values() if not message.string or message.fuzzy]


@every_catalog
def test_placeholders_survive_translation(language):
    for message in catalog(language).values():
        assert sorted(PLACEHOLDER.findall(message.id)) == sorted(PLACEHOLDER.findall(message.string)), message.id


@every_catalog
def test_letters_are_composed(language):
    for message in catalog(language).values():
        assert unicodedata.is_normalized("NFC", message.string)


@every_catalog
def test_the_compiled_catalog_is_the_present_one(language):
    compiled = io.BytesIO()
    with CATALOGS[language].open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    assert CATALOGS[language].with_suffix(".mo").read_bytes() == compiled.getvalue(), "run: pybabel compile -D ailab -d ailab/locale"


def test_no_prose_in_javascript():
    """Texts reach the browser from the catalogs: no Vietnamese, and no string of several words, in a script."""
    for path in PACKAGE.rglob("*.js"):
        code = re.sub(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", "", path.read_text("utf-8"), flags=re.DOTALL)
        assert code.isascii() or not re.search("[ăâđêôơưạảấầếềộớợứự]", code), path.name
        for text in re.findall(r"\"([^\"\n]*)\"|'([^'\n]*)'", code):
            assert not re.match(r"[A-Z]\w+( \w+){2,}", "".join(text)), f"{path.name}: {text}"


def test_vietnamese_is_the_default():
    assert i18n.get_language() == "vi"
    assert gettext("I don't know") == "Tôi không biết"


def test_language_of_a_translated_notebook(monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", "/home/x/01_kham_benh_la.en.ipynb")
    assert i18n.get_language() == "en"
    monkeypatch.setenv("JPY_SESSION_NAME", "/home/x.en/01_kham_benh_la.ipynb")
    assert i18n.get_language() == "vi"


@pytest.mark.parametrize(
    ("query", "variable", "language"),
    [("lang=en", "", "en"), ("", "en", "en"), ("a=1&lang=vi", "en", "vi"), ("lang=xx", "", "vi"), ("lang=../../etc", "en", "en"), ("", "xx", "vi")],
)
def test_language_from_the_surroundings(monkeypatch, query, variable, language):
    monkeypatch.setenv("QUERY_STRING", query)
    monkeypatch.setenv("AILAB_LANG", variable)
    assert i18n.get_language() == language
    assert gettext("I don't know") == {"vi": "Tôi không biết", "en": "I don't know"}[language]


def test_set_language_wins_and_using_wins_over_it(monkeypatch):
    monkeypatch.setenv("AILAB_LANG", "vi")
    ailab.set_language("en")
    assert ailab.get_language() == "en"
    with i18n.using("vi"):
        assert i18n.get_language() == "vi"
    assert i18n.get_language() == "en"
    with pytest.raises(ValueError, match="xx"):
        ailab.set_language("xx")


def test_visitors_of_one_server_keep_their_languages():
    async def visit(language):
        with i18n.using(language):
            await asyncio.sleep(0.01)
            return gettext("I don't know")

    async def visit_both():
        return await asyncio.gather(visit("vi"), visit("en"))

    assert asyncio.run(visit_both()) == ["Tôi không biết", "I don't know"]


def test_choose():
    assert i18n.choose({"vi": "lá", "en": "leaf"}) == "lá"
    with i18n.using("en"):
        assert i18n.choose({"vi": "lá", "en": "leaf"}) == "leaf"
        assert i18n.choose({"vi": "lá"}) == "lá"
