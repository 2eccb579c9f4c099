"""Live drawing over a real server's socket."""

import html
import json
import signal
import time
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from app import conversation
from tests.conftest import running, start_server, wait_for_url
from tests.pictures import SEVEN
from tests.proxy import needs_nginx, proxied
from tests.sockets import BINARY, PATH, PING, TEXT, address, connect, frame, live, raw
from tests.test_metrics import collected, number

MODEL = "/api/models/lenet5"
LINES = [[[80, 75], [195, 75]], [[195, 75], [130, 215]]]
EDITS = [{"edit": "switch_off", "layer": "conv1", "channel": 2}]
SQUARE = [[0] * 9, *[[0, 0, 0, 255, 255, 255, 0, 0, 0]] * 7, [0] * 9]


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with narrow limits."""
    limits = {
        "CONVLENS_MAX_SOCKETS": "2",
        "CONVLENS_MAX_POINTS": "4",
        "CONVLENS_MAX_EDITS": "1",
        "CONVLENS_MAX_MESSAGE_BYTES": "120",
        "CONVLENS_SOCKET_ORIGINS": "https://moodle.school.example",
    }
    with running(tmp_path_factory.mktemp("strict") / "log", **limits) as url:
        yield url


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that does not wait long."""
    seconds = {"CONVLENS_SOCKET_PING_SECONDS": "1", "CONVLENS_SOCKET_IDLE_SECONDS": "3"}
    with running(tmp_path_factory.mktemp("impatient") / "log", **seconds) as url:
        yield url


def traced(server, **fields):
    answer = server.client.post(f"{MODEL}/traces?encoding=base64", json=fields)
    assert answer.status_code == 200
    return answer.json()


def closing_code(talk) -> int:
    """Hear the rest, and return the code with which the server closes."""
    with suppress(ConnectionClosed):
        while True:
            talk.connection.recv(timeout=60)
    code: int = talk.connection.close_code
    return code


def wait_for_sockets(url: str, count: int) -> None:
    with httpx.Client(base_url=url) as client:
        while number(collected(client), "websockets_open") != count:
            time.sleep(0.01)


def refusal(url: str, path: str = PATH, **options):
    with pytest.raises(InvalidStatus) as refused, connect(address(url, path), **options):
        pass
    answer = refused.value.response
    assert answer.headers["content-type"] == "application/problem+json"
    return answer, json.loads(answer.body)


def test_the_opening_tells_every_layer_in_its_order(server):
    model = server.client.get(MODEL).json()
    with live(server.url) as talk:
        assert talk.opening["model_id"] == "lenet5"
        told = [(layer["id"], layer["shape"]) for layer in talk.opening["layers"]]
    assert told == [(layer["id"], layer["output_shape"]) for layer in model["layers"]]


def test_the_documentation_page_has_the_protocol(server):
    text = html.unescape(server.client.get("/docs").text)
    assert conversation.__doc__ in text


@pytest.mark.parametrize(
    "drawing",
    [
        {"strokes": SEVEN},
        {"strokes": SEVEN, "pad": {"width": 300, "height": 290, "pen_width": 31}},
        {"strokes": SEVEN, "without": ["crop", "centre"]},
        {"strokes": SEVEN, "edits": EDITS},
        {"strokes": SEVEN, "moment": 3},
        {"pixels": SQUARE},
        {"pixels": SQUARE, "ink": "dark"},
    ],
    ids=lambda drawing: "+".join(drawing),
)
def test_an_answer_has_the_numbers_of_a_trace_exactly(server, drawing):
    with live(server.url) as talk:
        answer = talk.ask(**drawing)
        assert answer.pop("sequence") == 1
        assert answer == traced(server, **drawing)


def test_only_what_is_new_is_said(server):
    with live(server.url) as talk:

        def reads(strokes, said, **settings):
            answer = talk.ask(**said)
            del answer["sequence"]
            return answer == traced(server, strokes=strokes, **settings)

        assert reads([LINES[0]], {"strokes": [LINES[0]]})
        assert reads([[*LINES[0], [130, 215]]], {"extend": [[130, 215]]})
        both = [[*LINES[0], [130, 215]], [[100, 140], [190, 140]]]
        assert reads(both, {"strokes": both[1:]})
        assert reads(both[:1], {"keep": 1})
        other = [LINES[0], *both[1:]]
        assert reads(other, {"keep": 0, "strokes": other})
        assert reads(other, {"without": ["scale"]}, without=["scale"])
        assert reads(other, {"edits": EDITS}, without=["scale"], edits=EDITS)
        assert reads(LINES, {"reset": True, "strokes": LINES})


def test_a_drawing_point_by_point_is_read_like_the_same_drawing_at_once(server):
    points = [[80 + 2 * n, 62 + 3 * n] for n in range(50)]
    with live(server.url) as talk:
        talk.ask(strokes=[points[:1]])
        for number in range(1, 50):
            found = talk.ask(extend=[points[number]])
            assert found.pop("sequence") == number + 1
            if number % 7 == 0:
                assert found == traced(server, strokes=[points[: number + 1]])


def test_pixels_and_strokes_take_each_others_place(server):
    with live(server.url) as talk:
        talk.ask(strokes=SEVEN)
        pixels = talk.ask(pixels=SQUARE)["probabilities"]
        strokes = talk.ask(strokes=SEVEN)["probabilities"]
    assert pixels == traced(server, pixels=SQUARE)["probabilities"]
    assert strokes == traced(server, strokes=SEVEN)["probabilities"]


def test_what_comes_together_is_answered_once_with_the_newest(server):
    messages = [{"strokes": SEVEN}, *[{"keep": 0}, {"strokes": LINES}] * 10]
    with raw(server.url) as talk:
        talk.hear()
        talk.connection.sendall(b"".join(frame(TEXT, json.dumps(m).encode()) for m in messages))
        opcode, payload = talk.hear()
        header = json.loads(payload[4 : 4 + int.from_bytes(payload[:4], "little")])
        talk.connection.sendall(frame(TEXT, b"{}"))
        _, after = talk.hear()
    assert opcode == BINARY
    assert header["sequence"] == len(messages)
    assert header["probabilities"] == traced(server, strokes=LINES)["probabilities"]
    assert b'"sequence":%d,' % (len(messages) + 1) in after


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("no JSON", "bad_input"),
        ("[]", "bad_input"),
        ('{"strokes": [[[1, "a"]]]}', "bad_input"),
        ('{"strokes": [[[1e9, 0]]]}', "bad_input"),
        ('{"colour": 1}', "bad_input"),
        ('{"keep": -1}', "bad_input"),
        ('{"keep": 2}', "bad_input"),
        ('{"reset": true, "extend": [[1, 1]]}', "bad_input"),
        ('{"pixels": [[1]], "strokes": []}', "bad_input"),
        ('{"keep": 0}', "empty_drawing"),
        ('{"edits": [{"edit": "switch_off", "layer": "conv1", "channel": 99}]}', "bad_edit"),
        ('{"moment": 999}', "outside_timeline"),
        ('{"pad": {"width": 10, "height": 10, "pen_width": 11}}', "bad_input"),
        ("[" * 30_000, "bad_input"),
    ],
)
def test_a_bad_message_gets_a_problem_and_the_socket_goes_on(server, said, code):
    with live(server.url) as talk:
        talk.ask(strokes=SEVEN)
        talk.connection.send(said)
        problem = talk.hear()
        again = talk.ask(reset=True, strokes=SEVEN)
    assert (problem["sequence"], problem["code"]) == (2, code)
    assert 400 <= problem["status"] < 500
    assert problem["hint"]
    assert problem["request_id"]
    assert (again["sequence"], again["label"]) == (3, "7")


def test_a_refused_message_changes_nothing(server):
    with live(server.url) as talk:
        before = talk.ask(strokes=SEVEN)
        assert talk.ask(keep=0, strokes=LINES, colour="red")["status"] == 422
        after = talk.ask()
    assert after == before | {"sequence": 3}


def test_one_who_does_not_learn_is_sent_away(server):
    with live(server.url) as talk:
        for _ in range(16):
            talk.connection.send("{")
        assert closing_code(talk) == 1008


@pytest.mark.parametrize(
    ("bytes_", "code"),
    [
        (frame(BINARY, b"{}"), 1003),
        (frame(TEXT, b"\xff\xfe"), 1007),
        (frame(TEXT, b'{"a\xc3', end=False) + frame(0, b"\xc3"), 1007),
        (frame(3, b""), 1002),
        (b"\x81\x02{}", 1002),
        (b"\x81\xff" + (2**40).to_bytes(8, "big") + bytes(4), 1009),
    ],
)
def test_garbage_closes_the_socket(server, bytes_, code):
    with raw(server.url) as talk:
        talk.connection.sendall(bytes_)
        assert talk.closing_code() == code


def test_a_model_that_is_not_there_is_refused(server):
    answer, problem = refusal(server.url, "/api/models/resnet/live")
    assert (answer.status_code, problem["code"]) == (404, "unknown_model")
    assert answer.headers["x-request-id"] == problem["request_id"]


def test_pages_of_other_origins_are_refused(strict):
    host = httpx.URL(strict).netloc.decode()
    for origin in (None, f"http://{host}", f"https://{host}", "https://Moodle.school.example"):
        with live(strict, origin=origin):
            pass
    for origin in ("https://evil.example", "null", f"http://{host}.evil.example", "http://x@y"):
        answer, problem = refusal(strict, origin=origin)
        assert (answer.status_code, problem["code"]) == (403, "foreign_origin")


def test_one_socket_more_than_the_limit_is_refused_while_all_are_drawn_on(strict):
    with live(strict) as first, live(strict) as second:
        for talk in (first, second):
            assert talk.ask(strokes=SEVEN)["label"] == "7"
        answer, problem = refusal(strict)
        assert first.ask(keep=0, strokes=SEVEN)["label"] == "7"
    assert (answer.status_code, problem["code"]) == (503, "too_many_sockets")
    assert int(answer.headers["retry-after"]) > 0
    assert "traces" in problem["hint"]
    wait_for_sockets(strict, 0)
    with live(strict) as talk:
        assert talk.ask(strokes=SEVEN)["label"] == "7"


def opens(url: str) -> int:
    with raw(url) as talk:
        return talk.status


def test_a_silent_socket_gives_its_place(strict):
    with live(strict) as silent, live(strict) as drawn:
        while opens(strict) != 101:
            assert drawn.ask(keep=0, strokes=SEVEN)["label"] == "7"
            time.sleep(0.1)
        assert closing_code(silent) == 1013
        assert drawn.ask(keep=0, strokes=SEVEN)["label"] == "7"


def test_points_and_edits_are_limited_at_the_limit_and_above(strict):
    with live(strict) as talk:
        assert talk.ask(strokes=[[[80, 75], [195, 75], [130, 215]]])["sequence"] == 1
        assert talk.ask(extend=[[130, 216]])["label"] == "7"
        problems = [talk.ask(extend=[[130, 217]]), talk.ask(strokes=[[]])]
        assert talk.ask(edits=EDITS)["familiarity"] is None
    assert [(problem["status"], problem["code"]) for problem in problems] == [
        (413, "too_large")
    ] * 2
    with live(strict) as talk:
        assert talk.ask(edits=[{"edit": "randomise"}] * 2)["code"] == "too_large"


@pytest.mark.parametrize(("size", "fits"), [(120, True), (121, False)])
def test_a_message_is_limited_at_the_limit_and_above(strict, size, fits):
    said = json.dumps({"strokes": SEVEN}).ljust(size)
    with live(strict) as talk:
        talk.connection.send(said)
        if fits:
            assert talk.hear()["label"] == "7"
        else:
            assert closing_code(talk) == 1009


def test_parts_of_a_message_are_limited_together(strict):
    with raw(strict) as talk:
        talk.connection.sendall(frame(TEXT, b" " * 60, end=False) + frame(0, b" " * 61))
        assert talk.closing_code() == 1009


def test_one_who_does_not_answer_a_ping_is_gone(impatient):
    with raw(impatient) as talk:
        heard = [talk.hear()[0], talk.hear()[0]]
        assert heard == [TEXT, PING]
        assert talk.closing_code() == 1011


def test_one_who_says_nothing_for_long_is_sent_away(impatient):
    with live(impatient) as talk:
        assert closing_code(talk) == 1000


def test_one_who_leaves_in_mid_answer_leaves_nothing_behind(server):
    edits = [{"edit": "randomise", "seed": 99}]
    before = len(server.log.read_text())
    with raw(server.url) as talk:
        talk.hear()
        wait_for_sockets(server.url, 1)
        talk.connection.sendall(
            frame(TEXT, json.dumps({"strokes": SEVEN, "edits": edits}).encode())
        )
    wait_for_sockets(server.url, 0)
    lines = [json.loads(line) for line in server.log.read_text()[before:].splitlines()]
    assert [line for line in lines if line["level"] in ("warning", "error")] == []


def test_answers_and_the_models_runs_are_counted(server):
    def counts():
        numbers = collected(server.client)
        return [
            number(numbers, "live_answers_total", kind="trace"),
            number(numbers, "live_answers_total", kind="problem"),
            number(numbers, "forward_seconds_count", model="lenet5", images="one"),
        ]

    before = counts()
    with live(server.url) as talk:
        talk.ask(strokes=SEVEN)
        talk.ask(keep=0)
    assert [b - a for a, b in zip(before, counts(), strict=True)] == [1, 1, 1]


def test_a_socket_is_not_compressed(server):
    with live(server.url, compression="deflate") as talk:
        assert talk.connection.response is not None
        assert "sec-websocket-extensions" not in talk.connection.response.headers


@needs_nginx
def test_a_socket_passes_nginx_from_the_page_of_its_address(server, tmp_path):
    port = httpx.URL(server.url).port
    assert port
    with proxied(tmp_path / "nginx", [port] * 3) as proxy:
        with live(proxy.url, origin=proxy.url) as talk:
            assert talk.ask(strokes=SEVEN)["label"] == "7"
        answer, problem = refusal(proxy.url, origin=server.url)
    assert (answer.status_code, problem["code"]) == (403, "foreign_origin")


@pytest.mark.parametrize("drain", ["0", "600"])
def test_a_server_that_leaves_closes_its_sockets_at_once(tmp_path, drain):
    with start_server(tmp_path / "log", CONVLENS_DRAIN_SECONDS=drain) as process:
        try:
            url = wait_for_url(process)
            with live(url) as talk:
                assert talk.ask(strokes=SEVEN)["label"] == "7"
                process.send_signal(signal.SIGTERM)
                assert closing_code(talk) == 1012
            if drain != "0":
                answer, problem = refusal(url)
                assert (answer.status_code, problem["code"]) == (503, "not_ready")
                process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=60) == -signal.SIGTERM
        finally:
            process.kill()
    assert "Traceback" not in (tmp_path / "log").read_text()
