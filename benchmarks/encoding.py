"""A whole trace as an answer: base64 against nested lists against a response model."""

from app import answers, ink, requests, schemas
from app.catalogue import Catalogue
from app.models import REGISTRY
from app.openapi import SEVEN
from app.settings import Settings
from benchmarks.measure import ROUNDS, Row, compare, ratios


def run(rounds: int = ROUNDS) -> list[Row]:
    """Time the encoding of all activations of one digit; the trace is ready."""
    model = next(iter(Catalogue.load(REGISTRY.values(), Settings().weights_dir)))
    normalised = ink.from_strokes([[(x, y) for x, y in stroke] for stroke in SEVEN], ink.Pad())
    reading = model.read(ink.to_tensor(normalised.input))
    ids = [layer.id for layer in model.captured.layers]

    def encoded(encoding: requests.Encoding) -> bytes:
        return answers.encode(answers.trace(reading, normalised.frame, ids, encoding))

    def through_model() -> bytes:
        plain = answers.plain(answers.trace(reading, normalised.frame, ids))
        return schemas.Trace.model_validate(plain).model_dump_json().encode()

    schemas.Trace.model_validate_json(encoded("base64"))
    assert schemas.Trace.model_validate_json(encoded("lists")).prediction == reading.prediction
    measured = compare(
        {
            "base64": lambda: encoded("base64"),
            "nested lists": lambda: encoded("lists"),
            "response model": through_model,
        },
        calls=20,
        rounds=rounds,
    )
    return ratios(measured)
