from pathlib import Path

import numpy as np
import pytest

from app.errors import BadInput
from app.training.corpus import Corpus, read_corpus
from app.training.dataset import read_mnist
from app.training.pens import read_pens
from app.training.recipe import Split
from tests.training.small_data import write_part

SPLIT = Split(writers=(5, 2))


def numbered(folder: Path, count: int) -> Path:
    """Training images that each carry their own number in the first pixels."""
    images = np.zeros((count, 28, 28))
    images[:, 0, 0], images[:, 0, 1] = np.divmod(np.arange(count), 256)
    write_part(folder, "train", images, np.arange(count) % 10)
    return folder


def numbers(images: np.ndarray) -> list[int]:
    return (images[:, 0, 0].astype(int) * 256 + images[:, 0, 1]).tolist()


def test_training_and_validation_share_no_image_and_together_are_all(tmp_path: Path) -> None:
    corpus = read_corpus(numbered(tmp_path, 600), None, Split())
    validation = numbers(corpus.held_out["validation"].images)
    training = numbers(corpus.training.images)
    assert len(validation) == 600 // 12
    assert sorted(training + validation) == list(range(600))


def test_the_split_follows_its_seed(tmp_path: Path) -> None:
    folder = numbered(tmp_path, 600)

    def validation(seed: int) -> list[int]:
        held_out = read_corpus(folder, None, Split(seed=seed)).held_out
        return numbers(held_out["validation"].images)

    assert validation(0) == validation(0)
    assert validation(0) != validation(1)


def test_images_keep_their_labels(tmp_path: Path) -> None:
    corpus = read_corpus(numbered(tmp_path, 600), None, Split())
    for digits in (corpus.training, corpus.held_out["validation"]):
        assert digits.labels.tolist() == [number % 10 for number in numbers(digits.images)]


def test_held_out_writers_are_not_trained_on(corpus: Corpus, pens: Path) -> None:
    assert corpus.held_out_writers == [2, 5]
    assert {pen.writer for pen in corpus.pens} == {p.writer for p in read_pens(pens)} - {2, 5}
    assert len(corpus.held_out["pen_as_written"]) == len(corpus.held_out["pen_placed"]) == 20


def test_reading_twice_gives_the_same_held_out_pictures(
    corpus: Corpus, mnist: Path, pens: Path
) -> None:
    again = read_corpus(mnist, pens, SPLIT)
    for name, digits in corpus.held_out.items():
        assert np.array_equal(again.held_out[name].images, digits.images)


def test_without_pens_there_is_only_the_validation_set(mnist: Path) -> None:
    corpus = read_corpus(mnist, None, SPLIT)
    assert list(corpus.held_out) == ["validation"]
    assert corpus.pens == corpus.held_out_writers == []


def test_the_test_images_are_not_read(tmp_path: Path) -> None:
    folder = numbered(tmp_path, 60)  # which has no test images
    assert len(read_corpus(folder, None, Split()).training) == 55
    with pytest.raises(BadInput):
        read_mnist(folder, "t10k")


def test_too_little_to_split_is_refused(tmp_path: Path, mnist: Path, pens: Path) -> None:
    with pytest.raises(BadInput, match="11 training images are too few"):
        read_corpus(numbered(tmp_path, 11), None, Split())
    with pytest.raises(BadInput, match="by 7 people, and all of them"):
        read_corpus(mnist, pens, Split(writers=tuple(range(1, 8))))


def test_writers_that_the_file_does_not_have_are_refused(mnist: Path, pens: Path) -> None:
    with pytest.raises(BadInput, match=r"\[8, 9\]"):
        read_corpus(mnist, pens, Split(writers=(2, 9, 8)))


def test_without_held_out_writers_every_pen_is_learned_from(mnist: Path, pens: Path) -> None:
    corpus = read_corpus(mnist, pens, Split())
    assert list(corpus.held_out) == ["validation"]
    assert {pen.writer for pen in corpus.pens} == {pen.writer for pen in read_pens(pens)}
    assert corpus.held_out_writers == []


def test_training_digits_know_their_place_in_the_file(tmp_path: Path) -> None:
    corpus = read_corpus(numbered(tmp_path, 600), None, Split())
    assert corpus.training_numbers.tolist() == numbers(corpus.training.images)
