import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save
from torch.nn.functional import cross_entropy

from app.errors import BadInput
from app.models.lenet5 import LeNet5
from app.training.checkpoint import load_checkpoint
from app.training.corpus import Corpus
from app.training.evaluation import read, score
from app.training.networks import Normed, Teacher
from app.training.recipe import Recipe, Teaching
from app.training.timeline import Timeline, moments
from app.training.trainer import Trainer, _ahead, learn

FACTS = {"data_sha256": {"train-images-idx3-ubyte": "0123"}}


def trained(recipe: Recipe, corpus: Corpus, checkpoint: Path) -> bytes:
    """The weights that a training comes to."""
    return save(Trainer(recipe, corpus).train(checkpoint, FACTS).state_dict())


@pytest.fixture(scope="module")
def uninterrupted(
    recipe: Recipe, corpus: Corpus, tmp_path_factory: pytest.TempPathFactory
) -> bytes:
    return trained(recipe, corpus, tmp_path_factory.mktemp("runs") / "checkpoint")


def batches_looked_at(trainer: Trainer) -> list[int]:
    """Where a timeline has its points: at its moments, and at the end of each epoch."""
    steps = trainer.recipe.epochs * trainer.batches
    ends = range(trainer.batches, steps + 1, trainer.batches)
    return sorted({*moments(steps), *ends})


def same_timeline(one: Timeline, other: Timeline) -> None:
    assert one.points == other.points
    assert list(one.moments) == list(other.moments)
    for batch, weights in one.moments.items():
        assert save(weights) == save(other.moments[batch])


def interrupt(trainer: Trainer, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """Make a trainer stop before a step, as Ctrl-C would."""
    learning_rate = trainer._learning_rate

    def stopping(at: int) -> float:
        if at == step:
            raise KeyboardInterrupt
        return learning_rate(at)

    monkeypatch.setattr(trainer, "_learning_rate", stopping)


@contextmanager
def full_disk() -> Iterator[None]:
    """Files cannot grow beyond 100 kB, and a checkpoint is larger."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_the_same_seed_gives_the_same_weights_bit_for_bit(
    recipe: Recipe, corpus: Corpus, tmp_path: Path, uninterrupted: bytes
) -> None:
    torch.manual_seed(123)  # whatever the process did before
    assert trained(recipe, corpus, tmp_path / "same") == uninterrupted
    assert trained(replace(recipe, seed=1), corpus, tmp_path / "other") != uninterrupted


def test_a_training_leaves_the_processs_random_numbers_alone(
    recipe: Recipe, corpus: Corpus, tmp_path: Path
) -> None:
    state = torch.get_rng_state()
    trained(replace(recipe, epochs=1), corpus, tmp_path / "checkpoint")
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize("extra_steps", [0, 1, 3])
def test_a_training_stopped_in_mid_epoch_resumes_to_the_same_weights(
    recipe: Recipe,
    corpus: Corpus,
    tmp_path: Path,
    uninterrupted: bytes,
    monkeypatch: pytest.MonkeyPatch,
    extra_steps: int,
) -> None:
    stopped = Trainer(recipe, corpus)
    interrupt(stopped, monkeypatch, step=stopped.batches * 2 + extra_steps)
    with pytest.raises(KeyboardInterrupt):
        stopped.train(tmp_path / "checkpoint", FACTS)
    resumed = Trainer(recipe, corpus)
    network = resumed.train(tmp_path / "checkpoint", FACTS)
    assert save(network.state_dict()) == uninterrupted
    assert save(resumed.timeline.moments[3 * resumed.batches]) == uninterrupted
    assert [point["batch"] for point in resumed.timeline.points] == batches_looked_at(resumed)
    assert resumed.seconds > 0


def test_the_timeline_has_the_figures_and_the_weights_of_its_moments(
    recipe: Recipe, corpus: Corpus, tmp_path: Path
) -> None:
    trainer = Trainer(recipe, corpus)
    untrained = save(trainer.average.folded().state_dict())
    network = trainer.train(tmp_path / "checkpoint", FACTS)
    timeline, steps = trainer.timeline, recipe.epochs * trainer.batches
    assert list(timeline.moments) == moments(steps)
    assert save(timeline.moments[0]) == untrained
    assert save(timeline.moments[steps]) == save(network.state_dict())
    assert len({save(weights) for weights in timeline.moments.values()}) == len(timeline.moments)
    assert [point["batch"] for point in timeline.points] == batches_looked_at(trainer)
    assert timeline.points[0]["loss"] is None
    assert all(0 < point["loss"] < 5 for point in timeline.points[1:])
    for point in timeline.points:
        if point["batch"] not in timeline.moments:
            continue
        then = LeNet5()
        then.load_state_dict(timeline.moments[point["batch"]])
        for name, digits in corpus.held_out.items():
            logits = read(then.eval(), digits)
            labels = torch.from_numpy(digits.labels).long()
            assert point[f"{name}_accuracy"] == (logits.argmax(dim=1) == labels).float().mean()
            loss = cross_entropy(logits, labels).item()
            assert point[f"{name}_loss"] == pytest.approx(loss, rel=1e-3)


def test_a_points_loss_is_the_mean_over_the_batches_since_the_point_before(
    recipe: Recipe, corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = Trainer(recipe, corpus)
    losses: list[float] = []
    compute = trainer._loss

    def recording(*given: Any) -> torch.Tensor:
        loss = compute(*given)
        losses.append(loss.item())
        return loss

    monkeypatch.setattr(trainer, "_loss", recording)
    trainer.train(tmp_path / "checkpoint", FACTS)
    assert len(losses) == recipe.epochs * trainer.batches
    for before, point in pairwise(trainer.timeline.points):
        mean = np.mean(losses[before["batch"] : point["batch"]])
        assert point["loss"] == pytest.approx(mean)


@pytest.mark.parametrize("batches", [1, 2, 8, 9, 30, 1_000, 28_000])
def test_moments_begin_with_no_batch_end_with_the_last_and_grow_apart(batches: int) -> None:
    found = moments(batches)
    assert found[0] == 0
    assert found[-1] == batches
    assert found == sorted(set(found))
    assert len(found) <= 16
    if batches >= 1_000:
        assert len(found) == 16
        steps = np.diff(found)
        assert (steps[1:-1] <= steps[2:]).all()


def test_a_training_that_is_done_is_not_trained_again(
    recipe: Recipe, corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = trained(recipe, corpus, tmp_path / "checkpoint")
    monkeypatch.delattr(Trainer, "_run_epoch")
    assert trained(recipe, corpus, tmp_path / "checkpoint") == weights


def test_a_checkpoint_that_cannot_be_written_leaves_the_last_one(
    recipe: Recipe,
    corpus: Corpus,
    tmp_path: Path,
    uninterrupted: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checkpoint = tmp_path / "checkpoint"
    stopped = Trainer(recipe, corpus)
    interrupt(stopped, monkeypatch, step=stopped.batches)
    with pytest.raises(KeyboardInterrupt):
        stopped.train(checkpoint, FACTS)
    before = checkpoint.read_bytes()
    with full_disk(), pytest.raises(BadInput, match="cannot be written"):
        trained(recipe, corpus, checkpoint)
    assert checkpoint.read_bytes() == before
    assert list(tmp_path.iterdir()) == [checkpoint]
    assert trained(recipe, corpus, checkpoint) == uninterrupted


def test_a_checkpoint_of_another_training_is_refused(
    recipe: Recipe, corpus: Corpus, tmp_path: Path
) -> None:
    checkpoint = tmp_path / "checkpoint"
    trained(recipe, corpus, checkpoint)
    with pytest.raises(BadInput, match="another recipe") as refusal:
        trained(replace(recipe, seed=1), corpus, checkpoint)
    assert "--fresh" in refusal.value.hint
    with pytest.raises(BadInput, match="another data_sha256"):
        Trainer(recipe, corpus).train(checkpoint, {"data_sha256": {}})


@pytest.mark.parametrize("damage", [b"", b"not a checkpoint", b"\xff" * 100])
def test_a_damaged_checkpoint_is_refused(
    recipe: Recipe, corpus: Corpus, tmp_path: Path, damage: bytes
) -> None:
    (tmp_path / "checkpoint").write_bytes(damage)
    with pytest.raises(BadInput, match="is no checkpoint"):
        trained(recipe, corpus, tmp_path / "checkpoint")


def test_weights_alone_are_no_checkpoint(uninterrupted: bytes, tmp_path: Path) -> None:
    (tmp_path / "checkpoint").write_bytes(uninterrupted)
    with pytest.raises(BadInput, match="is no checkpoint"):
        load_checkpoint(tmp_path / "checkpoint")


def test_a_loss_that_is_no_number_stops_the_training(
    recipe: Recipe, corpus: Corpus, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match=r"The loss became (nan|inf) in epoch \d"):
        trained(replace(recipe, learning_rate=1e6), corpus, tmp_path / "checkpoint")


def test_the_learning_rate_rises_to_its_peak_and_falls_to_zero(
    recipe: Recipe, corpus: Corpus
) -> None:
    trainer = Trainer(replace(recipe, epochs=20), corpus)
    steps = 20 * trainer.batches
    rates = [trainer._learning_rate(step) for step in range(steps + 1)]
    peak = rates.index(max(rates))
    assert max(rates) == pytest.approx(recipe.learning_rate, rel=0.05)
    assert peak == pytest.approx(recipe.warm_up * steps, abs=1)
    assert rates[: peak + 1] == sorted(rates[: peak + 1])
    assert rates[peak:] == sorted(rates[peak:], reverse=True)
    assert rates[-1] == pytest.approx(0, abs=1e-12)


def test_every_epoch_draws_and_distorts_anew(recipe: Recipe, corpus: Corpus) -> None:
    trainer = Trainer(recipe, corpus)
    first, again = (torch.cat([images for images, *_ in trainer._draw()]) for _ in range(2))
    trainer.epoch = 1
    second = torch.cat([images for images, *_ in trainer._draw()])
    assert torch.equal(first, again)
    assert first.shape == second.shape == (220 + 3 * 50, 1, 32, 32)
    assert not {image.numpy().tobytes() for image in first} & {
        image.numpy().tobytes() for image in second
    }


def test_the_outcome_is_the_moving_average_of_the_weights(
    recipe: Recipe, corpus: Corpus, tmp_path: Path
) -> None:
    for decay, lags_behind in ((0.0, False), (0.999, True)):
        trainer = Trainer(replace(recipe, average_decay=decay), corpus)
        network = trainer.train(tmp_path / str(decay), FACTS)
        last = trainer.network.folded().fc3.weight
        assert bool((network.fc3.weight - last).abs().max() > 1e-4) == lags_behind


def test_training_teaches_the_digits(recipe: Recipe, corpus: Corpus, tmp_path: Path) -> None:
    trainer = Trainer(replace(recipe, epochs=12), corpus)
    before = score(trainer.average, corpus.held_out["pen_as_written"]).accuracy
    network = trainer.train(tmp_path / "checkpoint", FACTS)
    assert not network.training
    after = score(network, corpus.held_out["pen_as_written"]).accuracy
    assert before < 0.4
    assert after > 0.8


def test_a_bank_of_pen_pictures_is_drawn_once_and_each_epoch_takes_others_of_it(
    recipe: Recipe, corpus: Corpus
) -> None:
    trainer = Trainer(replace(recipe, pen_bank=6, pen_repeats=2), corpus)
    bank = trainer._bank
    assert len(bank) == 6 * len(corpus.pens)
    assert bank.labels[: len(corpus.pens)].tolist() == [pen.digit for pen in corpus.pens]
    drawn = [trainer._draw_pens(np.random.default_rng(seed)) for seed in (0, 0, 1)]
    assert np.array_equal(drawn[0].images, drawn[1].images)
    assert not np.array_equal(drawn[0].images, drawn[2].images)
    pictures = {image.tobytes() for image in bank.images}
    for digits in drawn:
        assert digits.labels.tolist() == [pen.digit for pen in corpus.pens for _ in range(2)]
        assert {image.tobytes() for image in digits.images} <= pictures
        first, second = digits.images[::2], digits.images[1::2]
        assert not (first == second).all(axis=(1, 2)).any()


@pytest.mark.parametrize(
    "change",
    [
        {"activation": "relu", "pooling": "max"},
        {"batch_norm": False},
        {"label_smoothing": 0.1},
        {"pen_bank": 0},
        {"teaching": Teaching(epochs=1)},
    ],
    ids=str,
)
def test_each_choice_changes_the_outcome_and_resumes_to_the_same_weights(
    recipe: Recipe,
    corpus: Corpus,
    tmp_path: Path,
    uninterrupted: bytes,
    monkeypatch: pytest.MonkeyPatch,
    change: dict[str, Any],
) -> None:
    changed = replace(recipe, **change)
    whole = learn(changed, corpus, tmp_path / "whole", FACTS)
    assert save(whole.network.state_dict()) != uninterrupted
    assert sum(parameter.numel() for parameter in whole.network.parameters()) == 61_706
    stopping_after(1, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        learn(changed, corpus, tmp_path / "stopped", FACTS)
    monkeypatch.undo()
    resumed = learn(changed, corpus, tmp_path / "stopped", FACTS)
    assert save(resumed.network.state_dict()) == save(whole.network.state_dict())
    same_timeline(resumed.timeline, whole.timeline)
    assert resumed.seconds > 0
    assert (resumed.teacher_seconds > 0) == (changed.teaching is not None)


def test_networks_of_several_seeds_share_their_teacher_and_what_is_done_stays(
    recipe: Recipe, corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = []
    run = Trainer._run_epoch

    def recording(trainer: Trainer, bar: Any) -> None:
        begun.append((type(trainer.network), trainer.recipe.seed))
        run(trainer, bar)

    monkeypatch.setattr(Trainer, "_run_epoch", recording)
    taught = replace(recipe, epochs=1, teaching=Teaching(seed=7, epochs=2))
    first, second = (learn(replace(taught, seed=seed), corpus, tmp_path, FACTS) for seed in (0, 1))
    assert begun == [(Teacher, 7), (Teacher, 7), (Normed, 0), (Normed, 1)]
    assert save(first.network.state_dict()) != save(second.network.state_dict())
    names = {"teacher.safetensors", "seed-0.safetensors", "seed-1.safetensors"}
    assert {path.name for path in tmp_path.iterdir()} == names
    again = learn(replace(taught, seed=1), corpus, tmp_path, FACTS)
    assert len(begun) == 4
    assert save(again.network.state_dict()) == save(second.network.state_dict())
    same_timeline(again.timeline, second.timeline)


def stopping_after(epochs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every trainer stop when it has done so many epochs."""
    run = Trainer._run_epoch

    def stopping(trainer: Trainer, bar: Any) -> None:
        if trainer.epoch == epochs:
            raise KeyboardInterrupt
        run(trainer, bar)

    monkeypatch.setattr(Trainer, "_run_epoch", stopping)


def test_the_teacher_is_asked_about_the_very_images_that_are_learned_from(
    recipe: Recipe, corpus: Corpus
) -> None:
    class Brightness:
        def logits(self, images: torch.Tensor) -> torch.Tensor:
            return images.mean(dim=(1, 2, 3))[:, None] * torch.arange(10)

    teaching = Teaching(temperature=2)
    trainer = Trainer(replace(recipe, teaching=teaching), corpus, Brightness())
    for images, labels, taught in trainer._draw():
        assert taught is not None
        torch.testing.assert_close(taught, (Brightness().logits(images) / 2).softmax(dim=1))
        assert labels.shape == (len(images),)


def test_a_network_that_agrees_with_its_teacher_is_left_alone_by_it(
    recipe: Recipe, corpus: Corpus
) -> None:
    trainer = Trainer(replace(recipe, teaching=Teaching(weight=1, temperature=3)), corpus)
    logits = torch.randn((5, 10), requires_grad=True)
    labels = torch.arange(5)
    trainer._loss(logits, labels, (logits.detach() / 3).softmax(dim=1)).backward()
    assert logits.grad is not None
    assert logits.grad.abs().max() < 1e-6


def test_items_prepared_ahead_keep_their_order_and_what_goes_wrong_is_told() -> None:
    def items() -> Iterator[int]:
        yield from range(10)
        raise OSError("no more")

    with pytest.raises(OSError, match="no more"):
        list(_ahead(items()))
    assert list(_ahead(iter(range(20)))) == list(range(20))
