"""The learning itself, without any process."""

import json
import math
from dataclasses import replace

import pytest
import torch
from torch.nn.functional import cross_entropy

from app.inspection import capture
from app.live import Recipe
from app.live.curve import MOST, Curve
from app.live.lesson import Lesson
from app.live.run import Run
from app.live.trainer import Trainer
from app.models.lenet5 import ACTIVATIONS, POOLINGS, SPEC
from app.settings import ROOT

QUICK = Recipe(batch_size=32, epochs=2, seed=5)


def weights_of(trainer: Trainer) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in trainer.module.state_dict().items()}


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(a[name], b[name]) for name in a)


def trained(recipe: Recipe, lesson: Lesson) -> Trainer:
    trainer = Trainer(recipe, lesson)
    while not trainer.done:
        trainer.step()
    return trainer


def run_to_rest(run: Run) -> None:
    while run.state == "running":
        run.step()


def test_the_bundled_digits_are_2500_and_500_of_each_class_alike():
    index = json.loads((ROOT / "static" / "digits" / "training.json").read_text())
    labels = torch.tensor(index["class_indices"])
    # What each digit looks like does not decide where it goes: its place stands for it here.
    places = torch.arange(len(labels)).float()
    parts = Lesson.of(type("Places", (), {"images": places, "labels": labels})())  # type: ignore[arg-type]
    assert (len(parts.labels), len(parts.judged_labels)) == (2500, 500)
    assert set(parts.labels.bincount().tolist()) == {250}
    assert set(parts.judged_labels.bincount().tolist()) == {50}
    assert torch.cat([parts.images, parts.judged_images]).sort().values.equal(places)
    assert parts.labels.equal(labels[parts.images.long()])


def test_the_same_recipe_gives_the_same_weights_and_another_seed_others(lesson):
    first, again = trained(QUICK, lesson), trained(QUICK, lesson)
    assert same(weights_of(first), weights_of(again))
    other = trained(replace(QUICK, seed=6), lesson)
    assert not same(weights_of(first), weights_of(other))


def test_two_runs_that_take_turns_do_not_disturb_each_other(lesson):
    alone = trained(QUICK, lesson)
    first, second = Trainer(QUICK, lesson), Trainer(replace(QUICK, seed=9), lesson)
    while not first.done:
        first.step()
        torch.rand(3)
        second.step()
        second.judge()
    assert same(weights_of(first), weights_of(alone))


def test_a_run_that_rests_now_and_then_is_as_good_as_one_that_does_not(lesson):
    whole, parts = (Run(name, QUICK, lesson, 1e9) for name in ("whole", "parts"))
    whole.obey("start")
    run_to_rest(whole)
    for command in ("batch", "batch", "epoch"):
        parts.obey(command)
        run_to_rest(parts)
        assert parts.state == "paused"
    assert parts.trainer.batch == parts.trainer.batches_per_epoch
    parts.obey("start")
    parts.step()
    parts.obey("pause")
    parts.step()
    assert (parts.state, parts.trainer.batch) == ("paused", parts.trainer.batches_per_epoch + 1)
    parts.obey("start")
    run_to_rest(parts)
    assert same(weights_of(whole.trainer), weights_of(parts.trainer))
    assert (parts.state, parts.reason) == ("finished", "epochs")
    assert parts.report().progress.curve_losses == whole.report().progress.curve_losses


def test_a_step_of_plain_descent_is_the_gradient_times_the_rate(lesson):
    recipe = Recipe(optimizer="sgd", learning_rate=0.1, batch_size=len(lesson.labels), epochs=1)
    trainer = Trainer(recipe, lesson)
    before = [weight.detach().clone() for weight in trainer.module.parameters()]
    loss = cross_entropy(trainer.module.logits(lesson.images), lesson.labels)
    gradients = torch.autograd.grad(loss, list(trainer.module.parameters()))
    assert trainer.step() == pytest.approx(loss.item(), rel=1e-5)
    for weight, old, gradient in zip(trainer.module.parameters(), before, gradients, strict=True):
        torch.testing.assert_close(weight.detach(), old - 0.1 * gradient, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(("optimizer", "rate"), [("sgd", 0.1), ("momentum", 0.03), ("adam", 0.003)])
def test_each_optimiser_lowers_the_loss(lesson, optimizer, rate):
    recipe = Recipe(optimizer=optimizer, learning_rate=rate, batch_size=16, epochs=12)
    trainer = Trainer(recipe, lesson)
    before = trainer.judge()
    while not trainer.done:
        trainer.step()
    after = trainer.judge()
    assert after.loss < before.loss
    assert after.accuracy > before.accuracy


def test_every_activation_and_pooling_learns_and_is_traced_as_the_captured_network(lesson):
    for activation in ACTIVATIONS:
        for pooling in POOLINGS:
            recipe = Recipe(activation=activation, pooling=pooling, epochs=1)
            trainer = trained(recipe, lesson)
            image = lesson.images[:1]
            found = trainer.trace(image)
            expected = capture(trainer.module, torch.zeros(1, *SPEC.input_shape)).trace(image)
            assert list(found) == list(expected)
            assert all(torch.equal(found[id_], expected[id_][0]) for id_ in found)


def test_steps_that_are_too_large_diverge_and_it_is_told(lesson):
    recipe = Recipe("sgd", learning_rate=100.0, activation="silu", pooling="average", epochs=50)
    run = Run("wild", recipe, lesson, 1e9)
    run.image = lesson.images[:1]
    run.obey("start")
    run_to_rest(run)
    report = run.report()
    assert run.state == "diverged"
    assert run.reason in ("loss", "weights")
    assert report.snapshot is None, "what was finite stays on the screen"
    assert report.progress.batch == run.trainer.batch > 0
    numbers = [*report.progress.curve_losses, *(j.loss for j in report.progress.judgements)]
    assert all(math.isfinite(number) for number in numbers)
    run.obey("start")
    assert run.state == "diverged", "there is no way back"


def test_a_run_that_has_used_up_its_seconds_has_finished(lesson):
    run = Run("short", Recipe(epochs=50), lesson, most_seconds=1e-9)
    run.obey("start")
    run_to_rest(run)
    assert (run.state, run.reason, run.trainer.batch) == ("finished", "seconds", 1)


def test_stop_is_for_good(lesson):
    run = Run("stopped", QUICK, lesson, 1e9)
    run.obey("stop")
    run.obey("start")
    assert (run.state, run.reason) == ("stopped", "stop")


def test_a_snapshot_has_filters_and_with_a_drawing_every_layer(lesson):
    run = Run("seen", QUICK, lesson, 1e9)
    blind = run.report().snapshot
    assert blind is not None
    assert blind.activations is None
    assert [numbers.shape for numbers in blind.weights.values()] == [(6, 1, 5, 5), (16, 6, 5, 5)]
    run.image = lesson.images[:1]
    run.obey("batch")
    run_to_rest(run)
    seen = run.report().snapshot
    assert seen is not None
    assert seen.activations is not None
    assert seen.weights != blind.weights
    assert seen.probabilities == pytest.approx(run.trainer.module(run.image)[0].tolist(), abs=1e-6)


def test_a_long_curve_stays_whole_in_few_points():
    curve = Curve()
    for batch in range(10_000):
        curve.add(float(batch))
    assert len(curve.batches) < MOST
    assert curve.batches[0] == curve.stride
    assert 10_000 - curve.batches[-1] < curve.stride
    for end, loss in zip(curve.batches, curve.losses, strict=True):
        assert loss == pytest.approx(end - 1 - (curve.stride - 1) / 2)
