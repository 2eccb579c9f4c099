"""What the pages say, in each language."""

import json
import re

import httpx
import pytest

from app import languages
from app.languages import Language
from app.lecture import CHAPTERS
from app.models.lenet5 import ACTIVATION, POOLING
from app.settings import ROOT
from tests.conftest import running

LOCALES = ROOT / "locales"
KNOWN = languages.load(LOCALES)


def test_english_comes_first_and_spanish_is_there():
    assert KNOWN[0].id == "en"
    assert "es" in {language.id for language in KNOWN}


def test_a_key_leads_to_its_message_and_values_are_put_in():
    language = Language("en", {"a": {"b": "{n} of {of}"}})
    assert language.say("a.b", n=1, of=3) == "1 of 3"
    with pytest.raises(KeyError, match=r"a\.c"):
        language.say("a.c")
    with pytest.raises(KeyError):
        language.say("a.b", n=1)


def test_emphasis_and_code_become_elements_and_all_else_is_text():
    language = Language("en", {})
    assert language.rich("a *b* `c` <i>&") == "a <em>b</em> <code>c</code> &lt;i&gt;&amp;"
    assert language.rich("3 * 4") == "3 * 4"


def test_where_a_language_lacks_a_message_english_speaks(tmp_path):
    english = {"a": {"b": "one", "c": {"one": "x", "other": "y"}}, "d": "four"}
    (tmp_path / "en.json").write_text(json.dumps(english))
    (tmp_path / "fr.json").write_text(json.dumps({"a": {"b": "un", "c": {"other": "z"}}}))
    _, french = languages.load(tmp_path)
    assert french.get("a.b") == "un"
    assert french.get("a.c") == {"other": "z"}, "plural forms of two languages do not mix"
    assert french.get("d") == "four"


@pytest.mark.parametrize("content", ["{", "[]", "7"])
def test_a_catalogue_that_is_none_is_named(tmp_path, content):
    (tmp_path / "en.json").write_text(content)
    with pytest.raises(ValueError, match=r"en\.json"):
        languages.load(tmp_path)


@pytest.mark.parametrize("language", KNOWN, ids=lambda language: language.id)
def test_what_the_chapters_say_of_the_networks_layers_is_true(language):
    activation = {"silu": "SiLU", "relu": "ReLU", "tanh": "tanh", "gelu": "GELU"}[ACTIVATION]
    (bends,) = [text for text in language.get("one-layer.idea") if "ConvLens" in text]
    assert f"*{activation}*" in bends.partition("ConvLens")[2]
    mean = {"en": ("largest", "mean"), "es": ("mayor", "promedio")}[language.id]
    (pools,) = [text for text in language.get("pooling.idea") if "ConvLens" in text]
    assert mean[POOLING == "average"] in pools.partition("ConvLens")[2]
    own = language.get("building-a-network.try").rpartition("ConvLens")[2]
    assert activation in own
    assert any(word in own for word in ("max", "máx")) == (POOLING == "max")


def test_every_message_is_used_somewhere():
    """Its name stands in the code, or the beginning of it where the rest is put together."""
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for folder, pattern in (("static/js", "*.js"), ("templates", "*.html"), ("app", "*.py"))
        for path in (ROOT / folder).rglob(pattern)
    )
    words = set(re.findall(r"[\w-]+", text))
    beginnings = tuple(re.findall(r"[.`](\w+_)\$\{", text))

    def leaves(part, path=()):
        if isinstance(part, str | list) or "other" in part:
            yield path
            return
        for name, inner in part.items():
            yield from leaves(inner, (*path, name))

    unused = [
        ".".join(path)
        for path in leaves(KNOWN[0].messages)
        if path[-1] not in words and not path[-1].startswith(beginnings)
    ]
    assert unused == []


def test_a_further_language_is_a_file(tmp_path):
    for file in LOCALES.glob("*.json"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    german = {"meta": {"name": "Deutsch", "locale": "de"}, "page": {"lecture": "Vorlesung"}}
    (tmp_path / "de.json").write_text(json.dumps(german))
    with running(tmp_path / "log", CONVLENS_LOCALES_DIR=str(tmp_path)) as url:
        german_page = httpx.get(f"{url}/learn/de/stride").text
        assert '<html lang="de">' in german_page
        assert "Vorlesung" in german_page
        assert ">Deutsch</a>" in httpx.get(f"{url}/learn/stride").text


@pytest.mark.parametrize("language", KNOWN, ids=lambda language: language.id)
def test_every_page_of_the_lecture_is_there_in_every_language(server, language):
    root = "/learn" if language.id == "en" else f"/learn/{language.id}"
    for page in ["", "/cheat-sheet", *(f"/{chapter}" for chapter in CHAPTERS)]:
        answer = server.client.get(root + page)
        assert answer.status_code == 200
        assert f'<html lang="{language.locale}">' in answer.text
        others = re.findall(r'href="([^"]+)"[^>]* hreflang=', answer.text)
        assert others, "the other languages are a link away"
        assert all(server.client.get(other).status_code == 200 for other in others)


def test_a_page_carries_only_the_messages_that_it_needs(server):
    page = server.client.get("/learn/stride").text
    inline = re.search(r'id="messages">(.*?)</script>', page, re.DOTALL)
    assert inline
    assert set(json.loads(inline[1])) == {"page", "elements", "stride"}
