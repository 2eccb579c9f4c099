"""What a setting accepts, and what it says of the rest."""

import pytest
from pydantic import ValidationError

from app.settings import Settings


@pytest.mark.parametrize(
    ("said", "policy"),
    [
        ("'self'", "'self'"),
        ("'none'", "'none'"),
        ("*", "*"),
        ("https://moodle.school.example", "https://moodle.school.example"),
        (" 'self'  http://localhost:8080\n", "'self' http://localhost:8080"),
        ("https://*.school.example https://a-b.c", "https://*.school.example https://a-b.c"),
    ],
)
def test_origins_that_may_embed_are_taken_as_the_policy_writes_them(monkeypatch, said, policy):
    monkeypatch.setenv("CONVLENS_EMBED_FROM", said)
    assert Settings().embed_from == policy


@pytest.mark.parametrize(
    "said",
    [
        "",
        "self",
        "school.example",
        "https://",
        "https://school.example/path",
        "https://school.example;script-src",
        "https://school.example,https://b.example",
        "https://a..b",
        "https://-a.example",
        "ftp://school.example",
        "javascript:alert(1)",
        "data:",
        "https://*",
        "'none' https://school.example",
        "* 'self'",
        "'unsafe-inline'",
        "https://school.example:port",
        "https://schö.example",
    ],
)
def test_what_is_no_origin_is_refused_by_name(monkeypatch, said):
    monkeypatch.setenv("CONVLENS_EMBED_FROM", said)
    with pytest.raises(ValidationError) as refused:
        Settings()
    (problem,) = refused.value.errors()
    assert problem["loc"] == ("CONVLENS_EMBED_FROM",)
    assert "is no origin" in problem["msg"]


def test_origins_of_sockets_are_taken_as_browsers_write_them(monkeypatch):
    monkeypatch.setenv(
        "CONVLENS_SOCKET_ORIGINS", " https://Moodle.example  http://localhost:8080\n"
    )
    assert Settings().socket_origins == "https://moodle.example http://localhost:8080"


@pytest.mark.parametrize("said", ["*", "https://*.example", "moodle.example", "https://a.b/path"])
def test_what_is_no_origin_of_a_socket_is_refused_by_name(monkeypatch, said):
    monkeypatch.setenv("CONVLENS_SOCKET_ORIGINS", said)
    with pytest.raises(ValidationError, match="is no origin"):
        Settings()
