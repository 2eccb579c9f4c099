"""The parts of the fuzzing: what is made up, and what it is asked of.

A part is a line in :data:`PARTS`; a new one (another form of body) is a
function ``(target, count, seed)`` that explores so many inputs, and a line.
"""

import io
import json
import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import hypothesis
import numpy as np
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.fuzz import inputs
from tests.fuzz.modules import check_capture, modules
from tests.fuzz.target import PATIENCE, Hang, Target
from tests.sockets import decode

_MODEL = "/api/models/lenet5"
_STEPS = 6
"""Requests of one story, of which each may use what the ones before brought."""
_ATTEMPTS = 20
"""Times that stories are told until there are enough."""
_FAREWELLS = {1003, 1007, 1008, 1009}
"""With which a server may close a socket on what was said, see app/conversation.py."""


def _settings(count: int) -> hypothesis.settings:
    return hypothesis.settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )


def explore(
    strategy: st.SearchStrategy[Any], check: Callable[[Any], object], count: int, seed: int
) -> None:
    """Check so many examples; the same seed gives the same."""

    @hypothesis.seed(seed)
    @_settings(count)
    @hypothesis.given(strategy)
    def run(one: Any) -> None:
        check(one)

    run()


def operations(target: Target, count: int, seed: int) -> None:
    """Ask every operation of the API for what its schema allows, and for what it does not."""
    found = [one.ok() for one in target.schema.get_all_operations()]
    for number, operation in enumerate(found):
        known = {
            "model_id": st.just("lenet5"),
            "layer_id": inputs.LAYERS,
            "run_id": st.text(min_size=1, max_size=20),
        }
        names = [one.name for one in operation.path_parameters]

        def case(
            ids: dict[str, Any], mode: GenerationMode, operation: Any = operation
        ) -> st.SearchStrategy[Case]:
            cases: st.SearchStrategy[Case] = operation.as_strategy(mode, path_parameters=ids)
            return cases

        real = st.fixed_dictionaries({name: known[name] for name in names})
        ids = inputs.sometimes(real, st.just({}))
        cases = st.tuples(ids, st.sampled_from(GenerationMode)).flatmap(
            lambda given, case=case: case(*given)
        )
        explore(cases, target.call, max(1, round(count / len(found))), seed + number)


def stories(target: Target, count: int, seed: int) -> None:
    """Ask several operations in a row, with ids that the answers brought."""

    class Story(target.schema.as_state_machine()):  # type: ignore[misc]
        def call(self, case: Case, **_keywords: Any) -> Any:
            return target.fetch(case)

        def validate_response(self, response: Any, case: Case, **_keywords: Any) -> None:
            target.check(case, response)

    enough = target.statuses.total() + count
    for attempt in range(_ATTEMPTS):
        missing = enough - target.statuses.total()
        if missing <= 0:
            break
        machine = hypothesis.seed(seed + attempt)(Story)
        settings = hypothesis.settings(
            _settings(max(1, missing // _STEPS)),
            stateful_step_count=_STEPS,
            phases=[Phase.generate],
        )
        # The server has a state of its own: where once there was a run, there is no room for one.
        with suppress(hypothesis.errors.FlakyStrategyDefinition):
            machine.run(settings=settings)


def drawings(target: Target, count: int, seed: int) -> None:
    """Send strokes and pixels to whatever takes a drawing."""
    paths = ("predictions", "inputs", "shifts", "transformations", "neighbours", "gradients")
    more = {"gradients": {"target": 3}}

    def check(given: tuple[str, dict[str, Any]]) -> None:
        path, drawing = given
        target.post(f"{_MODEL}/{path}", json=drawing | more.get(path, {}))

    explore(st.tuples(st.sampled_from(paths), inputs.DRAWINGS), check, count, seed)


def numpy_answers(target: Target, count: int, seed: int) -> None:
    """Ask for a layer as a numpy file: it has the numbers of the lists."""

    def check(given: tuple[str, dict[str, Any]]) -> None:
        layer, drawing = given
        path = f"{_MODEL}/traces"
        answer = target.post(path, params={"layers": layer, "encoding": "npy"}, json=drawing)
        if answer.status_code == 200:
            array = np.load(io.BytesIO(answer.content), allow_pickle=False)
            lists = target.post(path, params={"layers": layer}, json=drawing).json()
            assert np.array_equal(array, np.array(lists["activations"][layer]["data"], "<f4"))

    explore(st.tuples(inputs.LAYERS, inputs.DRAWINGS), check, count, seed)


def images(target: Target, count: int, seed: int) -> None:
    """Send image files, sound and damaged, as bodies and in forms."""
    paths = st.sampled_from(["predictions", "inputs", "traces", "units"])
    kinds = st.sampled_from(["image/png", "image/jpeg", "image/x-nonsense", "multipart/form-data"])

    def check(given: tuple[str, str, bytes, dict[str, str]]) -> None:
        path, kind, data, fields = given
        where = f"{_MODEL}/{'layers/conv1/' if path == 'units' else ''}{path}"
        if kind == "multipart/form-data":
            target.post(where, files={"file": ("digit", data, "image/png")}, data=fields)
        else:
            target.post(where, content=data, headers={"Content-Type": kind}, params=fields)

    explore(st.tuples(paths, kinds, inputs.IMAGES, inputs.FORMS), check, count, seed)


def numpy_files(target: Target, count: int, seed: int) -> None:
    """Send numpy files, sound and damaged, wherever an image may be."""
    kinds = st.sampled_from(["application/octet-stream", "application/x-npy", "image/x-npy"])

    def check(given: tuple[str, bytes]) -> None:
        kind, data = given
        target.post(f"{_MODEL}/predictions", content=data, headers={"Content-Type": kind})
        target.post(f"{_MODEL}/predictions", files={"file": ("digit.npy", data, kind)})

    explore(st.tuples(kinds, inputs.NUMPY_FILES), check, max(1, count // 2), seed)


def calculations(target: Target, count: int, seed: int) -> None:
    """Send arrays to the laboratory, as lists and as base64."""
    explore(inputs.CALCULATIONS, lambda given: target.post(given[0], json=given[1]), count, seed)


def edits(target: Target, count: int, seed: int) -> None:
    """Change the model in all sorts of ways."""
    paths = st.sampled_from(["predictions", "traces", "gradients", "steps", "comparisons"])

    def check(given: tuple[str, dict[str, Any]]) -> None:
        path, drawing = given
        body: dict[str, Any] = {"a": drawing, "b": drawing} if path == "comparisons" else drawing
        if path in ("gradients", "steps"):
            body = drawing | {"target": 7}
        target.post(f"{_MODEL}/{path}", json=body)

    explore(st.tuples(paths, inputs.EDITED), check, count, seed)


def addresses(target: Target, count: int, seed: int) -> None:
    """Ask for addresses of every form."""
    explore(inputs.ADDRESSES, lambda given: target.ask(**given), count, seed)


def bodies(target: Target, count: int, seed: int) -> None:
    """Send what is hardly JSON to whatever takes JSON."""
    paths = st.sampled_from(
        [
            *(f"{_MODEL}/{path}" for path in ("predictions", "comparisons", "evaluations")),
            *("/api/convolutions", "/api/architectures", "/api/training_runs"),
            *("/healthz", "/docs", "/api/models"),
        ]
    )
    headers = {"Content-Type": "application/json"}

    def check(given: tuple[str, bytes]) -> None:
        target.ask("POST", given[0], content=given[1], headers=headers)

    explore(st.tuples(paths, inputs.BODIES), check, count, seed)


def messages(target: Target, count: int, seed: int) -> None:
    """Talk over the live socket: all is answered by a trace or a problem, until it is closed."""
    address = f"ws{target.url.removeprefix('http')}{_MODEL}/live"

    def check(said: list[str]) -> None:
        target.asked = f"over the socket: {said}"
        with connect(address, open_timeout=PATIENCE) as talk:
            layers = json.loads(talk.recv(PATIENCE))["layers"]
            try:
                for number, text in enumerate(said, 1):
                    talk.send(text)
                    target.statuses[_heard(talk.recv(PATIENCE), layers, number)] += 1
            except TimeoutError as error:
                raise Hang(f"no answer in {PATIENCE} s: {target.asked}") from error
            except ConnectionClosed as closed:
                if closed.rcvd is None or closed.rcvd.code not in _FAREWELLS:
                    raise
                target.statuses[str(closed.rcvd.code)] += 1

    each = st.lists(inputs.MESSAGES, min_size=_STEPS // 2, max_size=_STEPS)
    explore(each, check, math.ceil(2 * count / _STEPS), seed)


def _heard(answer: str | bytes, layers: list[dict[str, Any]], number: int) -> str:
    """Return what kind of answer it is, once it is known to be a right one."""
    if isinstance(answer, bytes):
        assert decode(answer, layers)["sequence"] == number
        return "trace"
    problem = json.loads(answer)
    assert problem["sequence"] == number
    assert problem["status"] in (413, 422), problem
    return "problem"


def captures(target: Target, count: int, seed: int) -> None:
    """Capture random networks, in this process."""

    def check(given: Any) -> None:
        target.statuses[check_capture(given)] += 1

    explore(modules(), check, count, seed)


@dataclass(frozen=True)
class Part:
    """A part of the fuzzing."""

    share: int
    """Of 100 inputs."""
    run: Callable[[Target, int, int], None]


PARTS = (
    Part(8, operations),
    Part(4, stories),
    Part(12, drawings),
    Part(4, numpy_answers),
    Part(16, images),
    Part(8, numpy_files),
    Part(12, calculations),
    Part(6, edits),
    Part(12, addresses),
    Part(8, bodies),
    Part(6, messages),
    Part(4, captures),
)
