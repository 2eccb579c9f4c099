"""deploy/nginx.conf before stand-ins: who is asked, what is asked again, what comes through."""

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from app import errors
from app.settings import Settings
from tests.proxy import CONFIGURATION, PORTS, Proxy, checked, needs_nginx, proxied

pytestmark = needs_nginx
NAMES = ("a", "b", "c")
RUNS = "/api/training_runs"


class StandIn(ThreadingHTTPServer):
    """A replica that says who answers. It has one run, one static file, and can be in trouble."""

    daemon_threads = True

    def __init__(self, name: str) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.name = name
        self.broken = self.full = False
        self.released = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of connections that tests break off."""


class Answering(BaseHTTPRequestHandler):
    server: StandIn
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.headers.get("Upgrade") == "websocket":
            self.echo()
        elif self.path.endswith("/events"):
            self.tell()
        elif self.path.startswith("/static/"):
            self.answer(200 if self.path == f"/static/{self.server.name}.js" else 404)
        elif self.path.startswith(RUNS):
            self.answer(200 if self.path.startswith(f"{RUNS}/{self.server.name}.") else 404)
        else:
            self.answer(200)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self.rfile.read(length)
        if self.server.broken:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif self.path.startswith(f"{RUNS}/"):
            self.do_GET()
        else:
            self.answer(429 if self.path == RUNS and self.server.full else 200, length)

    def answer(self, status: int, length: int = 0) -> None:
        said = {"replica": self.server.name, "headers": dict(self.headers), "length": length}
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def tell(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write(b"data: first\n\n")
        if self.server.released.wait(20):
            self.wfile.write(b"data: last\n\n")
        self.close_connection = True

    def echo(self) -> None:
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.end_headers()
        while heard := self.rfile.read1():
            self.wfile.write(heard.upper())
        self.close_connection = True

    def log_message(self, *arguments: object) -> None:
        """Log nothing."""


@dataclass(frozen=True)
class Desk:
    proxy: Proxy
    replicas: dict[str, StandIn]

    @property
    def client(self) -> httpx.Client:
        return self.proxy.client


@pytest.fixture
def desk(tmp_path) -> Iterator[Desk]:
    with ExitStack() as stack:
        replicas = {name: stack.enter_context(StandIn(name)) for name in NAMES}
        for replica in replicas.values():
            threading.Thread(target=replica.serve_forever, args=(0.01,), daemon=True).start()
            stack.callback(replica.shutdown)
            stack.callback(replica.released.set)
        ports = [replica.server_port for replica in replicas.values()]
        yield Desk(stack.enter_context(proxied(tmp_path / "nginx", ports)), replicas)


def end(replica: StandIn) -> None:
    """Let nobody listen there any more."""
    replica.shutdown()
    replica.server_close()


def test_the_file_is_valid_as_it_is(tmp_path):
    ended = checked(tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "warn" not in ended.stderr


def test_every_group_of_servers_has_all_replicas():
    text = CONFIGURATION.read_text(encoding="utf-8")
    groups = dict(re.findall(r"upstream (\w+) \{(.*?)\}", text, re.DOTALL))
    assert len(groups) == 2 + len(NAMES)
    for group in groups.values():
        assert sorted(int(port) for port in re.findall(r":(\d+)", group)) == sorted(PORTS[1:])


def test_all_replicas_take_their_turn(desk):
    assert {desk.client.get("/").json()["replica"] for _ in range(12)} == set(NAMES)


def test_a_replica_is_told_who_asks_and_with_which_id(desk):
    kept = desk.client.get("/", headers={"X-Request-ID": "lesson-7.a"}).json()["headers"]
    made = desk.client.get("/", headers={"X-Request-ID": "not well formed"}).json()["headers"]
    assert kept["X-Request-ID"] == "lesson-7.a"
    assert re.fullmatch("[0-9a-f]{32}", made["X-Request-ID"])
    assert kept["X-Forwarded-For"] == "127.0.0.1"
    assert kept["Host"] == desk.client.base_url.netloc.decode()
    assert not {"Upgrade", "Connection"} & set(kept)


def test_the_largest_body_is_the_one_that_the_app_takes(desk):
    most = Settings.model_fields["max_body_bytes"].default
    at_limit = desk.client.post("/", content=bytes(most))
    above = desk.client.post("/", content=bytes(most + 1), headers={"X-Request-ID": "big"})
    assert at_limit.json()["length"] == most
    assert (above.status_code, above.headers["content-type"]) == (413, "application/problem+json")
    problem = above.json()
    assert problem.keys() == {"type", "title", "status", "detail", "code", "hint", "request_id"}
    assert (problem["code"], problem["title"]) == (errors.TooLarge.code, errors.TooLarge.title)
    assert f"{most:,} bytes" in problem["detail"]
    assert problem["request_id"] == above.headers["x-request-id"] == "big"
    assert desk.proxy.log("big")[-1]["replicas"] == ""


def test_the_time_for_a_body_is_the_one_that_the_app_gives():
    seconds = Settings.model_fields["body_seconds"].default
    assert f"client_body_timeout {seconds}s;" in CONFIGURATION.read_text(encoding="utf-8")


def test_a_computation_that_breaks_off_is_asked_of_another_replica(desk):
    desk.replicas["a"].broken = desk.replicas["b"].broken = True
    answers = [desk.client.post("/api/convolutions", content=b"{}") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 6
    assert {answer.json()["replica"] for answer in answers} == {"c"}


def test_without_any_replica_there_is_a_problem_with_a_hint(desk):
    for replica in desk.replicas.values():
        end(replica)
    answer = desk.client.get("/", headers={"X-Request-ID": "alone"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "unavailable"
    assert answer.json()["request_id"] == answer.headers["x-request-id"] == "alone"


def test_a_file_that_one_replica_alone_knows_is_found(desk):
    for name in NAMES:
        answers = [desk.client.get(f"/static/{name}.js") for _ in range(6)]
        assert {answer.json()["replica"] for answer in answers} == {name}
    assert desk.client.get("/static/nobody.js").status_code == 404


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_run_is_asked_of_the_replica_in_its_id(desk, method):
    for name in NAMES:
        answers = [desk.client.request(method, f"{RUNS}/{name}.Zm9v_b-r") for _ in range(6)]
        assert {(answer.status_code, answer.json()["replica"]) for answer in answers} == {
            (200, name)
        }


@pytest.mark.parametrize("run_id", ["d.Zm9v", "Zm9v", "ab.Zm9v", "b", "c."])
def test_a_run_of_no_known_home_is_asked_of_anybody(desk, run_id):
    answers = [desk.client.get(f"{RUNS}/{run_id}").json()["replica"] for _ in range(12)]
    assert set(answers) == set(NAMES)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_of_a_run_whose_replica_is_gone_the_others_say_so(desk, method):
    end(desk.replicas["b"])
    answers = [desk.client.request(method, f"{RUNS}/b.Zm9v") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert all(answer.json()["replica"] in ("a", "c") for answer in answers)


def test_a_new_run_goes_where_there_is_a_place(desk):
    desk.replicas["a"].full = desk.replicas["c"].full = True
    made = [desk.client.post(RUNS, content=b"{}") for _ in range(6)]
    assert {(answer.status_code, answer.json()["replica"]) for answer in made} == {(200, "b")}
    desk.replicas["b"].full = True
    assert desk.client.post(RUNS, content=b"{}").status_code == 429


def test_events_come_as_they_happen(desk):
    with desk.client.stream("GET", f"{RUNS}/c.Zm9v/events") as answer:
        lines = answer.iter_lines()
        assert next(lines) == "data: first"
        desk.replicas["c"].released.set()
        assert [line for line in lines if line] == ["data: last"]


def test_a_socket_is_open_in_both_directions(desk):
    url = desk.client.base_url
    head = f"GET /live HTTP/1.1\r\nHost: {url.host}\r\nUpgrade: websocket\r\n"
    with socket.create_connection((url.host, url.port), timeout=60) as connection:
        connection.sendall(f"{head}Connection: Upgrade\r\n\r\n".encode())
        reader = connection.makefile("rb")
        assert reader.readline().startswith(b"HTTP/1.1 101")
        while reader.readline().strip():
            pass
        for word in (b"stroke\n", b"and another\n"):
            connection.sendall(word)
            assert reader.readline() == word.upper()
