"""Whole steps of gradient descent over the API, against torch's own optimizer."""

import json

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

from app import answers, gradient_answers, gradient_schemas, ink
from app.catalogue import Catalogue
from app.models import REGISTRY
from app.models.lenet5 import LeNet5
from app.sample import Sample
from app.settings import ROOT, Settings
from tests.pictures import SEVEN, encoded, seven
from tests.test_bad_input import assert_problem

MODEL = "/api/models/lenet5"
PATH = f"{MODEL}/steps"
STEP = {"strokes": SEVEN, "target": 2}
LIMIT = Settings.model_fields["max_steps"].default


@pytest.fixture
def image() -> torch.Tensor:
    drawn = ink.to_tensor(ink.from_strokes(SEVEN, ink.Pad()).input)
    return torch.from_numpy(drawn).double()


def fresh() -> LeNet5:
    module = LeNet5()
    module.load_state_dict(load_file(ROOT / "model_weights" / "lenet5.safetensors"))
    return module.eval().double()


def loss_of(module: nn.Module, image: torch.Tensor, target: int = 2) -> torch.Tensor:
    return functional.cross_entropy(module.logits(image), torch.tensor([target]))


def post(server, **changed):
    answer = server.client.post(PATH, json=STEP | changed)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_each_step_is_that_of_torchs_own_optimizer(server, image):
    rates = [1e-4, 0.03, 0.5, 20]
    found = post(server, learning_rates=rates)
    gradient_schemas.Steps.model_validate(found, strict=True, extra="forbid")
    assert [step["learning_rate"] for step in found["steps"]] == rates
    for step in found["steps"]:
        module = fresh()
        loss = loss_of(module, image)
        assert found["loss_before"] == pytest.approx(loss.item(), rel=1e-12)
        loss.backward()
        squares = sum(p.grad.square().sum().item() for p in module.parameters())
        assert found["squared_gradient"] == pytest.approx(squares, rel=1e-9)
        torch.optim.SGD(module.parameters(), lr=step["learning_rate"]).step()
        with torch.no_grad():
            assert step["loss_after"] == pytest.approx(loss_of(module, image).item(), rel=1e-9)
            after = module(image)[0].tolist()
        np.testing.assert_allclose(step["probabilities_after"], after, rtol=1e-9, atol=1e-15)
    with torch.no_grad():
        before = fresh()(image)[0].tolist()
    np.testing.assert_allclose(found["probabilities_before"], before, rtol=1e-9, atol=1e-15)


def test_a_small_step_takes_the_squared_gradient_times_its_rate_from_the_loss(server):
    h = 1e-6
    found = post(server, learning_rates=[h, 2 * h])
    before, (one, two) = found["loss_before"], (s["loss_after"] for s in found["steps"])
    slope = (4 * one - two - 3 * before) / (2 * h)  # one-sided, exact up to h²
    assert slope == pytest.approx(-found["squared_gradient"], rel=1e-4)


def test_the_model_stays_as_it_is_and_every_step_begins_there(server):
    before = server.client.post(f"{MODEL}/traces", json={"strokes": SEVEN}).content
    alone = post(server, learning_rates=[0.1])["steps"]
    again = post(server, learning_rates=[50, 0.1])["steps"]
    assert again[1:] == alone
    assert server.client.post(f"{MODEL}/traces", json={"strokes": SEVEN}).content == before


def test_a_step_of_an_edited_model_is_of_that_model(server, image):
    edits = [{"edit": "set", "layer": "fc3", "parameter": "bias", "index": [2], "value": 3}]
    found = post(server, edits=edits, learning_rates=[0.2])
    module = fresh()
    with torch.no_grad():
        module.fc3.bias[2] = 3
    loss_of(module, image).backward()
    torch.optim.SGD(module.parameters(), lr=0.2).step()
    assert found["steps"][0]["loss_after"] == pytest.approx(loss_of(module, image).item())


def test_the_bundled_digits_are_counted_when_asked_for(server, image):
    assert post(server)["images"] is post(server)["steps"][0]["correct_after"] is None
    found = post(server, learning_rates=[0.02, 5], evaluate=True)
    sample = Sample.load(ROOT / "static" / "digits")

    def count(module):
        with torch.no_grad():
            read = module(torch.from_numpy(sample.images).double()).argmax(1)
            return int((read.numpy() == sample.labels).sum())

    assert found["images"] == len(sample.labels)
    assert found["correct_before"] == count(fresh())
    for step in found["steps"]:
        module = fresh()
        loss_of(module, image).backward()
        torch.optim.SGD(module.parameters(), lr=step["learning_rate"]).step()
        assert step["correct_after"] == count(module)


def test_what_is_no_longer_finite_is_null():
    model = next(iter(Catalogue.load(REGISTRY.values(), ROOT / "model_weights")))
    image = ink.to_tensor(ink.from_strokes(SEVEN, ink.Pad()).input)
    _, gradients = model.gradients(image, 2)
    step = answers.plain(gradient_answers.whole_step(model, image, gradients, 1e300))
    assert step == {
        "learning_rate": 1e300,
        "loss_after": None,
        "probabilities_after": None,
        "correct_after": None,
    }
    sample = Sample.load(ROOT / "static" / "digits")
    assert gradient_answers.correct_after(model, gradients, 1e300, sample) is None


def test_as_many_rates_as_the_limit_are_tried_and_one_more_is_refused(server):
    rates = [1e-3 * (i + 1) for i in range(LIMIT)]
    assert len(post(server, learning_rates=rates)["steps"]) == LIMIT
    answer = server.client.post(PATH, json=STEP | {"learning_rates": [*rates, 1]})
    assert str(LIMIT) in assert_problem(answer, 413, "too_large")["hint"]


def test_the_fields_may_come_with_an_image(server):
    fields = {"target": 2, "learning_rates": "[0.5]"}
    answer = server.client.post(PATH, files={"file": ("7.png", encoded(seven()))}, data=fields)
    assert answer.status_code == 200, answer.text
    assert answer.json()["steps"][0]["learning_rate"] == 0.5


@pytest.mark.parametrize(
    "change",
    [
        {"learning_rates": []},
        {"learning_rates": [0]},
        {"learning_rates": [0.1, -0.1]},
        {"learning_rates": [1.1e6]},
        {"learning_rates": [None]},
        {"learning_rates": [True]},
        {"learning_rates": ["nan"]},
        {"learning_rates": [[0.1]]},
        {"learning_rates": 0.1},
        {"learning_rates": None},
        {"learning_rate": 0.1},
        {"target": 10},
        {"target": None},
        {"strokes": None},
    ],
)
def test_bad_steps_are_refused(server, change):
    assert_problem(server.client.post(PATH, json=STEP | change), 422, "bad_input")


@pytest.mark.parametrize("rate", ["NaN", "Infinity", "1e999"])
def test_a_rate_that_is_no_number_is_refused(server, rate):
    text = json.dumps(STEP)[:-1] + f', "learning_rates": [{rate}]}}'
    headers = {"Content-Type": "application/json"}
    answer = server.client.post(PATH, content=text, headers=headers)
    assert_problem(answer, 422, "bad_input")
