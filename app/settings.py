"""What can be set from outside, once, at start."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """The settings of one process, read from the environment and then fixed."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", validate_by_name=True)

    host: str = Field("127.0.0.1", validation_alias="HOST", description="The address to listen on.")
    port: int = Field(
        8000, validation_alias="PORT", ge=0, le=65535, description="The port; 0 takes a free one."
    )
    weights_dir: Path = Field(
        ROOT / "model_weights",
        validation_alias="CONVLENS_WEIGHTS_DIR",
        description="The folder with each model's weights and card.",
    )
    locales_dir: Path = Field(
        ROOT / "locales",
        validation_alias="CONVLENS_LOCALES_DIR",
        description="The folder with a message catalogue for each language.",
    )
    max_body_bytes: int = Field(
        8 * 2**20,
        validation_alias="CONVLENS_MAX_BODY_BYTES",
        gt=0,
        description="Bytes of a request's body; a larger one gets 413.",
    )
    max_image_pixels: int = Field(
        25_000_000,
        validation_alias="CONVLENS_MAX_IMAGE_PIXELS",
        gt=0,
        description="Pixels of an uploaded image; a larger one gets 413.",
    )
    max_points: int = Field(
        20_000,
        validation_alias="CONVLENS_MAX_POINTS",
        gt=0,
        description="Points of a drawing, all strokes together; more get 413.",
    )
    max_edits: int = Field(
        64,
        validation_alias="CONVLENS_MAX_EDITS",
        gt=0,
        description="Edits of a model in one request; more get 413.",
    )
    max_steps: int = Field(
        64,
        validation_alias="CONVLENS_MAX_STEPS",
        gt=0,
        description="Learning rates that one request tries; more get 413.",
    )
    max_cells: int = Field(
        2**18,
        validation_alias="CONVLENS_MAX_CELLS",
        gt=0,
        description="Numbers in all arrays of a request, and in its output; more get 413.",
    )
    max_multiply_adds: int = Field(
        2**24,
        validation_alias="CONVLENS_MAX_MULTIPLY_ADDS",
        gt=0,
        description="Multiply-adds of a convolution, pooling or descent; more get 413.",
    )
    body_seconds: float = Field(
        30,
        validation_alias="CONVLENS_BODY_SECONDS",
        gt=0,
        description="Seconds a client has to send its body; a slower one gets 408.",
    )
    shutdown_seconds: int = Field(
        10,
        validation_alias="CONVLENS_SHUTDOWN_SECONDS",
        ge=0,
        description="Seconds that running requests get to finish when the server is stopped.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info",
        validation_alias="CONVLENS_LOG_LEVEL",
        description="The least level that is logged; the access log is at info.",
    )
