"""A whole trace as an answer: base64 against nested lists against a response model."""

import torch

from app import answers, ink, schemas
from app.catalogue import Catalogue
from app.models import REGISTRY
from app.settings import Settings
from benchmarks.measure import Measured, compare


def run() -> list[Measured]:
    """Time the encoding of all activations of one digit; the trace is ready."""
    model = next(iter(Catalogue.load(REGISTRY.values(), Settings().weights_dir)))
    torch.manual_seed(0)
    reading = model.read(torch.rand(1, 1, ink.SIDE, ink.SIDE))
    ids = [layer.id for layer in model.captured.layers]

    def encoded(encoding: schemas.Encoding) -> bytes:
        return answers.encode(answers.trace(reading, ids, encoding))

    def through_model() -> bytes:
        plain = answers.plain(answers.trace(reading, ids))
        return schemas.Trace.model_validate(plain).model_dump_json().encode()

    schemas.Trace.model_validate_json(encoded("base64"))
    assert schemas.Trace.model_validate_json(encoded("lists")).prediction == reading.prediction
    return compare(
        {
            "base64": lambda: encoded("base64"),
            "nested lists": lambda: encoded("lists"),
            "response model": through_model,
        },
        calls=20,
    )
