"""A thousand images in one request: each form against the engine on the same batch in a process.

Timed is the whole request, from the first byte to the parsed answer; of the engine its call alone,
on inputs that are ready. Then what one prediction takes while such requests follow each other.
"""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import numpy as np
import orjson

from app import ink, inputs
from app.catalogue import Catalogue
from app.models import REGISTRY
from app.sample import Tiles
from app.settings import ROOT
from benchmarks.measure import Row, at_least, compare, rates, ratios
from benchmarks.server import running

IMAGES = 1024
_PATH = "/api/models/lenet5/predictions"
_JSON = {"Content-Type": "application/json"}
_NPY = {"Content-Type": "application/x-npy"}


def run(rounds: int = 15) -> list[Row]:
    """Time the engine, then requests; every answer is compared with the engine's."""
    pictures = np.asarray(Tiles.load(ROOT / "static" / "digits", "training").pictures[:IMAGES])
    model = Catalogue.load(REGISTRY.values(), ROOT / "model_weights").model("lenet5")
    _, images = inputs.normalise(list(pictures))
    ready = ink.to_tensor(images).reshape(IMAGES, 1, *images.shape[1:])
    expected = np.asarray(model.classify(ready))
    file = io.BytesIO()
    np.save(file, pictures)
    rows = orjson.dumps({"images": pictures.tolist()})
    single = {"pixels": pictures[0].tolist()}
    with running() as url, httpx.Client(base_url=url, timeout=60) as client:

        def predictions(answer: httpx.Response) -> list[dict[str, object]]:
            found: list[dict[str, object]] = orjson.loads(answer.content)["predictions"]
            return found

        def of_npy() -> list[dict[str, object]]:
            answer = client.post(_PATH, content=file.getvalue(), headers=_NPY)
            return predictions(answer)

        def of_json() -> list[dict[str, object]]:
            return predictions(client.post(_PATH, content=rows, headers=_JSON))

        def one() -> int:
            return client.post(_PATH, json=single).status_code

        for read in (of_npy(), of_json()):
            assert np.allclose([one["probabilities"] for one in read], expected, atol=1e-5)
        found = compare(
            {
                f"engine, {IMAGES} images": lambda: model.classify(ready),
                "npy": of_npy,
                "JSON": of_json,
            },
            calls=1,
            rounds=rounds,
        )
        alone = compare({"one prediction": one}, calls=1, rounds=7 * rounds)
        with _busy(url, file.getvalue()):
            waiting = compare({"one prediction beside batches": one}, calls=1, rounds=7 * rounds)
    goals = {name: at_least(0.7) for name in ("npy", "JSON")}
    return [*rates(found, goals), *ratios([*alone, *waiting])]


@contextmanager
def _busy(url: str, batch: bytes) -> Iterator[None]:
    """Keep one batch after the other coming."""
    over = threading.Event()

    def send() -> None:
        with httpx.Client(base_url=url, timeout=60) as client:
            while not over.is_set():
                client.post(_PATH, content=batch, headers=_NPY)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
