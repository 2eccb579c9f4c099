"""What can be set from outside, once, at start."""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

_ORIGIN = re.compile(
    r"https?://(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\d{1,5})?",
    re.IGNORECASE,
)
"""As a content security policy writes it, without what could begin another rule."""
ROOT = Path(__file__).resolve().parent.parent


def _origins(said: str) -> str:
    """Return origins as browsers write them, or say which one is none."""
    origins = said.lower().split()
    for one in origins:
        if "*" in one or not _ORIGIN.fullmatch(one):
            raise ValueError(f"{one} is no origin; such as https://moodle.school.example")
    return " ".join(origins)


def _sources(said: str) -> str:
    """Return origins as a policy lists them, or say what is wrong."""
    sources = said.split()
    if sources not in (["'none'"], ["*"]):
        wrong = [one for one in sources if one != "'self'" and not _ORIGIN.fullmatch(one)]
        if wrong or not sources:
            raise ValueError(
                f"{' '.join(wrong) or 'nothing'} is no origin; such as 'self' "
                "https://moodle.school.example, or 'none' or * alone"
            )
    return " ".join(sources)


class Settings(BaseSettings):
    """The settings of one process, read from the environment and then fixed."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", validate_by_name=True)

    host: str = Field("127.0.0.1", validation_alias="HOST", description="The address to listen on.")
    port: int = Field(
        8000, validation_alias="PORT", ge=0, le=65535, description="The port; 0 takes a free one."
    )
    workers: int = Field(
        1,
        validation_alias="WORKERS",
        ge=1,
        le=64,
        description="Processes that share the port.",
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
    max_batch: int = Field(
        1024,
        validation_alias="CONVLENS_MAX_BATCH",
        gt=0,
        description="Images in one request; more get 413.",
    )
    max_batch_pixels: int = Field(
        100_000_000,
        validation_alias="CONVLENS_MAX_BATCH_PIXELS",
        gt=0,
        description="Pixels of all image files in one request; more get 413.",
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
    max_training_runs: int = Field(
        4,
        validation_alias="CONVLENS_MAX_TRAINING_RUNS",
        gt=0,
        description="Training runs at once; another gets 429.",
    )
    max_training_listeners: int = Field(
        40,
        validation_alias="CONVLENS_MAX_TRAINING_LISTENERS",
        gt=0,
        description="Clients that listen to one training run at once; another gets 429.",
    )
    max_training_epochs: int = Field(
        100,
        validation_alias="CONVLENS_MAX_TRAINING_EPOCHS",
        gt=0,
        description="Epochs of a training run; more get 422.",
    )
    max_training_batch_size: int = Field(
        512,
        validation_alias="CONVLENS_MAX_TRAINING_BATCH_SIZE",
        gt=0,
        description="Digits in a batch of a training run; more get 422.",
    )
    training_seconds: float = Field(
        600,
        validation_alias="CONVLENS_TRAINING_SECONDS",
        gt=0,
        description="Seconds that a training run may compute; then it has finished.",
    )
    training_alone_seconds: float = Field(
        60,
        validation_alias="CONVLENS_TRAINING_ALONE_SECONDS",
        gt=0,
        description="Seconds that a training run stays when no client asks for it any more.",
    )
    training_kept_seconds: float = Field(
        7200,
        validation_alias="CONVLENS_TRAINING_KEPT_SECONDS",
        gt=0,
        description="Seconds after which a training run is removed in any case.",
    )
    max_work: int = Field(
        4,
        validation_alias="CONVLENS_MAX_WORK",
        gt=0,
        description="Requests of the API that are worked on at once; others wait.",
    )
    max_queue: int = Field(
        256,
        validation_alias="CONVLENS_MAX_QUEUE",
        ge=0,
        description="Requests that wait to be worked on; more get 503 at once.",
    )
    queue_seconds: float = Field(
        2,
        validation_alias="CONVLENS_QUEUE_SECONDS",
        gt=0,
        description="Seconds a request waits to be worked on; then it gets 503.",
    )
    max_connections: int = Field(
        4096,
        validation_alias="CONVLENS_MAX_CONNECTIONS",
        gt=0,
        description="Connections at once; of more the one that has been idle longest is closed, "
        "or where all are busy the newest.",
    )
    idle_seconds: float = Field(
        5,
        validation_alias="CONVLENS_IDLE_SECONDS",
        gt=0,
        description="Seconds a connection stays open without a request.",
    )
    head_seconds: float = Field(
        10,
        validation_alias="CONVLENS_HEAD_SECONDS",
        gt=0,
        description="Seconds a client has for a request's head; then its connection is closed.",
    )
    max_head_bytes: int = Field(
        2**16,
        validation_alias="CONVLENS_MAX_HEAD_BYTES",
        gt=0,
        description="Bytes of a head that is not complete yet; a longer one gets 431.",
    )
    send_seconds: float = Field(
        60,
        validation_alias="CONVLENS_SEND_SECONDS",
        gt=0,
        description="Seconds a client may take nothing of its answer; then its connection is "
        "closed.",
    )
    max_sockets: int = Field(
        512,
        validation_alias="CONVLENS_MAX_SOCKETS",
        gt=0,
        description="Live sockets at once; another takes the place of one that is silent, or gets "
        "503.",
    )
    max_message_bytes: int = Field(
        2**20,
        validation_alias="CONVLENS_MAX_MESSAGE_BYTES",
        gt=0,
        description="Bytes of a message to a live socket; a larger one closes it with 1009.",
    )
    socket_idle_seconds: float = Field(
        120,
        validation_alias="CONVLENS_SOCKET_IDLE_SECONDS",
        gt=0,
        description="Seconds after which a live socket is closed if its client says nothing.",
    )
    socket_ping_seconds: float = Field(
        20,
        validation_alias="CONVLENS_SOCKET_PING_SECONDS",
        gt=0,
        description="Seconds between two pings of a live socket, and in which a ping has to be "
        "answered.",
    )
    socket_origins: Annotated[str, AfterValidator(_origins)] = Field(
        "",
        validation_alias="CONVLENS_SOCKET_ORIGINS",
        description="Origins besides ours whose pages may open a live socket, with spaces between "
        "them.",
    )
    body_seconds: float = Field(
        30,
        validation_alias="CONVLENS_BODY_SECONDS",
        gt=0,
        description="Seconds a client has to send its body; a slower one gets 408.",
    )
    drain_seconds: float = Field(
        0,
        validation_alias="CONVLENS_DRAIN_SECONDS",
        ge=0,
        description="Seconds that a server which is stopped goes on serving, while `/readyz` says "
        "503, so that a load balancer goes elsewhere.",
    )
    shutdown_seconds: int = Field(
        10,
        validation_alias="CONVLENS_SHUTDOWN_SECONDS",
        ge=0,
        description="Seconds that running requests get to finish when the server is stopped.",
    )
    replica: str = Field(
        "local",
        validation_alias="CONVLENS_REPLICA",
        pattern=r"^[A-Za-z0-9-]{1,63}$",
        description="This replica's name, with which the ids of its training runs begin.",
    )
    embed_from: Annotated[str, AfterValidator(_sources)] = Field(
        "'self'",
        validation_alias="CONVLENS_EMBED_FROM",
        description="The origins whose pages may show ours in a frame, with spaces between them; "
        "`'none'` or `*` (all) alone.",
    )
    metrics: Literal["local", "all", "off"] = Field(
        "local",
        validation_alias="CONVLENS_METRICS",
        description="Who may read `/metrics`: `local` (this machine, not through a proxy), `all` "
        "or `off` (nobody).",
    )
    log: Literal["auto", "json", "text"] = Field(
        "auto",
        validation_alias="CONVLENS_LOG",
        description="The log's form: `json` (an object a line), `text`, or `auto` (text where "
        "standard error is a terminal, else JSON).",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info",
        validation_alias="CONVLENS_LOG_LEVEL",
        description="The least level that is logged; the access log is at info.",
    )
