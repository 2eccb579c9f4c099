"""What a model's report looks like: how it was trained, and how well it reads."""

from typing import Any

from pydantic import BaseModel, Field


class ReliabilityBin(BaseModel):
    """The digits whose top class got a probability above ``from``, up to ``to``."""

    from_: float = Field(alias="from")
    to: float
    count: int
    confidence: float | None = Field(
        description="The mean of those probabilities; null without a digit."
    )
    accuracy: float | None = Field(description="The share read right; null without a digit.")


class Calibration(BaseModel):
    """How the probability of the top class compares with how often it is right."""

    error: float = Field(
        description="The expected calibration error: |confidence − accuracy| over the bins, "
        "weighted by their digits."
    )
    even_error: float = Field(description="The same over bins of as many digits.")
    bins: list[ReliabilityBin] = Field(description="Of equal width, from 0 to 1.")


class SeedFigures(BaseModel):
    """What one training came to; the trainings differ in their seed alone."""

    seed: int
    validation_accuracy: float
    test_correct: int
    test_images: int
    test_accuracy: float
    test_accuracy_interval: list[float] = Field(description="With 95 % confidence.")
    shipped: bool


class TestFigures(BaseModel):
    """What the shipped weights make of MNIST's test digits."""

    images: int
    correct: int
    accuracy: float
    accuracy_interval: list[float] = Field(description="With 95 % confidence.")
    confusion_matrix: list[list[int]] = Field(
        description="How often row's class was read as column's."
    )
    calibration: Calibration


class Misread(BaseModel):
    """A test digit that is read as another."""

    mnist_index: int = Field(description="Its place in the test set.")
    class_index: int = Field(description="What it is.")
    prediction: int
    probability: float = Field(description="Of the prediction.")
    pixels: str = Field(description="Base64 of 28 × 28 bytes, row after row, ink bright.")


class FoldFigures(BaseModel):
    """What a network that was trained without a group of people makes of their digits."""

    writers: list[int]
    training_seconds: int
    temperature: float = Field(description="Fitted without these people's digits.")
    validation_accuracy: float
    pen_as_written_accuracy: float
    pen_placed_accuracy: float


class WriterFigures(BaseModel):
    """How well one person's digits are read by the network that never saw their hand."""

    pen_as_written_accuracy: float
    pen_as_written_correct: int
    pen_as_written_images: int
    pen_placed_accuracy: float
    pen_placed_correct: int
    pen_placed_images: int


class CrossValidation(BaseModel):
    """Everybody's pen digits, read by a network that was trained without that person.

    ``as_written``: where and as large as they were written; ``placed``: anywhere on the pad, in
    any size, with any pen.
    """

    pen_as_written_accuracy: float
    pen_as_written_accuracy_interval: list[float]
    pen_as_written_correct: int
    pen_as_written_images: int
    pen_as_written_confusion_matrix: list[list[int]]
    pen_as_written_calibration: Calibration
    pen_placed_accuracy: float
    pen_placed_accuracy_interval: list[float]
    pen_placed_correct: int
    pen_placed_images: int
    pen_placed_confusion_matrix: list[list[int]]
    pen_placed_calibration: Calibration
    folds: list[FoldFigures]
    writers: dict[str, WriterFigures] = Field(description="By their number.")


class AblationRow(BaseModel):
    """What a change of the recipe comes to."""

    change: str
    errors: dict[str, list[float]] = Field(
        description="By what was read, the share of errors of each seed."
    )
    seconds: float = Field(description="Of one training, on average.")


class Ablation(BaseModel):
    """What each choice of the recipe gives: trained with one thing changed, at a small budget."""

    epochs: int
    rows: list[AblationRow]


class Report(BaseModel):
    """What the training measured: of the shipped weights, of every seed, of every left-out hand."""

    weights_sha256: str
    seeds: list[SeedFigures]
    test: TestFigures
    misread: list[Misread] = Field(description="Every one, in the order of the test set.")
    cross_validation: CrossValidation | None
    familiarity: dict[str, Any] | None = Field(
        description="How things that are no digits are told apart."
    )
    ablation: Ablation | None
