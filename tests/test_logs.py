"""A record as a line."""

import json
import logging
import sys

import pytest

from app.logs import JsonLines, TextLines, configuration


def record(event: str, **fields: object) -> logging.LogRecord:
    made = logging.LogRecord("convlens", logging.ERROR, "", 0, event, None, None)
    made.created = 1_772_444_467.318
    vars(made).update(fields)
    return made


def failed(message: str) -> logging.LogRecord:
    try:
        raise ValueError(message)
    except ValueError:
        made = record("unexpected error")
        made.exc_info = sys.exc_info()
        return made


def test_json_holds_the_time_in_utc_and_what_was_passed():
    line = json.loads(JsonLines().format(record("request", status=200, path="/é")))
    assert line == {
        "time": "2026-03-02T09:41:07.318Z",
        "level": "error",
        "event": "request",
        "status": 200,
        "path": "/é",
    }


def test_text_holds_the_same_in_one_line():
    line = TextLines().format(record("request", status=200, path="/a b", code="bad=1"))
    assert line == '2026-03-02T09:41:07.318Z error   request status=200 path="/a b" code="bad=1"'


@pytest.mark.parametrize("formatter", [JsonLines(), TextLines()])
@pytest.mark.parametrize("character", ["\n", "\r", "\x1b", "\x85", "\u2028", "\u202e", "\ud800"])
def test_no_character_ends_a_line_or_commands_the_terminal(formatter, character):
    line = formatter.format(record(f"a{character}b", path=f"/{character}"))
    assert line.isascii()
    assert line.isprintable()
    if isinstance(formatter, JsonLines):
        assert json.loads(line)["path"] == f"/{character}"


def test_json_holds_a_traceback_in_one_field():
    line = json.loads(JsonLines().format(failed("one\ntwo")))
    assert line["exception"].startswith("Traceback")
    assert line["exception"].endswith("ValueError: one\ntwo")


def test_text_indents_a_traceback_so_that_it_forges_no_line():
    first, *trace = TextLines().format(failed("one\n2026-03-02 \x1b")).split("\n")
    assert first.endswith("unexpected error")
    assert trace[-1] == r"    2026-03-02 \u001b"
    assert all(line.startswith("    ") for line in trace)


def test_what_pillow_says_of_a_damaged_image_is_no_error_of_ours():
    assert configuration("info", "json")["loggers"]["PIL"] == {"level": "CRITICAL"}
