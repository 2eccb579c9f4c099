"""Pages and static files."""

import json
import re
from html.parser import HTMLParser

import httpx
import pytest

from app.assets import Assets
from tests.conftest import ROOT, running


class Links(HTMLParser):
    """Collects what a page loads, and its inline scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.inline: list[str | None] = []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        assert "style" not in attributes, "the policy forbids inline styles"
        assert not [name for name in attributes if name.startswith("on")]
        if tag == "script" and "src" not in attributes:
            self.inline.append(attributes.get("type"))
        if tag in ("script", "img", "source"):
            self.loaded += [attributes["src"]] if "src" in attributes else []
        if tag == "link":
            self.loaded.append(attributes["href"])


def links(html: str) -> Links:
    parser = Links()
    parser.feed(html)
    return parser


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_page_loads_only_hashed_files_of_its_own_host(server, path):
    found = links(server.client.get(path).text)
    assert found.loaded
    for url in found.loaded:
        assert re.fullmatch(r"/static/.+\.[0-9a-f]{12}\.\w+", url), url
        answer = server.client.get(url)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    assert set(found.inline) <= {"importmap", "application/json"}


def test_the_import_map_covers_every_module(server):
    html = server.client.get("/").text
    text = re.search(r'<script type="importmap"[^>]*>(.*?)</script>', html, re.DOTALL)
    assert text
    imports = json.loads(text[1])["imports"]
    assert "/static/js/page.js" in imports
    for plain, hashed in imports.items():
        written = server.client.get(plain).text
        assert server.client.get(hashed).text.splitlines() == list(code(written)), plain


def code(text):
    """Yield the lines of a file that are no comment, told apart line by line."""
    within = False
    for line in text.splitlines():
        begins = not within and line.lstrip().startswith("/*")
        before_something = begins and "*/" in line and not line.rstrip().endswith("*/")
        if before_something or not (within or begins):
            yield line
        within = (within or begins) and "*/" not in line


def test_the_policy_allows_no_other_host_and_no_inline_script(server):
    policy = server.client.get("/").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    scripts = re.search(r"script-src ([^;]*)", policy)
    assert scripts
    assert re.fullmatch(r"'self' 'sha256-[\w+/=]+'", scripts[1])


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/healthz", "/static/js/page.js", "/static/none.js", "/api/models/none"]
)
def test_no_answer_is_taken_for_another_type_than_it_says(server, path):
    headers = server.client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "server" not in headers


@pytest.mark.parametrize("path", ["/", "/static/js/page.js"])
def test_what_is_unchanged_is_not_sent_again(server, path):
    first = server.client.get(path)
    again = server.client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_text_is_compressed_for_those_who_take_it(server):
    plain = server.client.get("/", headers={"Accept-Encoding": "identity"})
    packed = server.client.get("/", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == plain.text
    assert int(packed.headers["content-length"]) < len(plain.content)
    for taken, encoding in [
        ("br, gzip;q=0.5", "gzip"),
        ("gzip ; q=0.05, br", "gzip"),
        ("gzip;q=0", None),
        ("gzip;q=0.0, br", None),
        ("br", None),
    ]:
        answer = server.client.get("/", headers={"Accept-Encoding": taken})
        assert answer.headers.get("content-encoding") == encoding, taken


@pytest.mark.parametrize("path", ["/", "/docs", "/favicon.ico", "/healthz", "/readyz"])
def test_head_is_answered_without_a_body(server, path):
    answer = server.client.head(path)
    assert (answer.status_code, answer.content) == (200, b"")


def test_only_pages_of_our_own_may_embed_ours(server):
    for path in ("/", "/docs", "/learn"):
        policy = server.client.get(path).headers["content-security-policy"]
        assert policy.endswith("; frame-ancestors 'self'")


def test_pages_that_a_setting_names_may_embed_ours_too(tmp_path):
    with running(tmp_path / "log", CONVLENS_EMBED_FROM="'self' https://a.example") as url:
        policy = httpx.get(url).headers["content-security-policy"]
    assert policy.endswith("; frame-ancestors 'self' https://a.example")


def test_a_changed_file_gets_another_address_and_others_keep_theirs(tmp_path):
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "a.js").write_text("1")
    (tmp_path / "b.css").write_text("1")
    before = Assets(tmp_path)
    (tmp_path / "js" / "a.js").write_text("2")
    after = Assets(tmp_path)
    assert before.url("js/a.js") != after.url("js/a.js")
    assert before.url("b.css") == after.url("b.css")
    assert after.get(after.url("js/a.js").removeprefix("/static/")).content == b"2"
    assert json.loads(after.import_map()) == {"imports": {"/static/js/a.js": after.url("js/a.js")}}


def test_a_style_sheet_comes_with_those_that_it_imports_and_changes_with_them(tmp_path):
    (tmp_path / "css" / "pages").mkdir(parents=True)
    (tmp_path / "css" / "pages" / "page.css").write_text(
        '@import "../a.css";\n@import "../b.css";\n'
    )
    (tmp_path / "css" / "a.css").write_text("/* A comment. */\na {\n  margin: 0;\n}\n")
    (tmp_path / "css" / "b.css").write_text("b {\n}\n")
    before = Assets(tmp_path)
    url = before.url("css/pages/page.css")
    whole = before.get(url.removeprefix("/static/")).content
    assert whole == b"a {\n  margin: 0;\n}\nb {\n}\n"
    assert before.get("css/pages/page.css").content.startswith(b"@import")
    (tmp_path / "css" / "b.css").write_text("b {\n  margin: 0;\n}\n")
    assert Assets(tmp_path).url("css/pages/page.css") != url


def test_what_the_pages_sheets_import_is_there():
    root = ROOT / "static" / "css"
    for page in (root / "pages").glob("*.css"):
        for line in page.read_text().splitlines():
            found = re.fullmatch(r'@import "\.\./([\w-]+\.css)";', line)
            assert found, line
            assert (root / found[1]).exists(), found[1]


def test_the_process_tells_that_it_is_alive_and_ready(server):
    assert server.client.get("/healthz").json()["status"] == "ok"
    assert server.client.get("/readyz").json() == {"status": "ok", "models": ["lenet5"]}


def test_the_type_of_every_problem_leads_to_its_explanation(server):
    docs = server.client.get("/docs").text
    for path in ("/api/models/none", "/nothing", "/api/models/lenet5/layers/none/weights"):
        problem = server.client.get(path).json()
        page, _, anchor = problem["type"].partition("#")
        assert page == "/docs"
        assert f'id="{anchor}"' in docs
