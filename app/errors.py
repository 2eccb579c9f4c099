"""Everything ConvLens refuses.

The tree, with the HTTP status and the stable ``code`` of each::

    ConvLensError             500  internal_error  (itself only for the server's own mistakes)
    ├── BadInput              422  bad_input
    │   ├── BadEdit           422  bad_edit
    │   ├── EmptyDrawing      422  empty_drawing
    │   ├── ImpossibleLayer   422  impossible_layer
    │   ├── UndecodableImage  422  undecodable_image
    │   ├── OutsideLayer      422  outside_layer
    │   ├── OutsideTimeline   422  outside_timeline
    │   ├── NoParameter       422  no_parameter
    │   └── OutsideParameter  422  outside_parameter
    ├── NotCapturable         422  not_capturable
    ├── NotPortable           422  not_portable  (of a training's command, never of a request)
    ├── NotExplained          422  not_explained
    ├── NoFeatureSpace        422  no_feature_space
    ├── ForeignOrigin         403  foreign_origin
    ├── NotFound              404  not_found
    │   ├── NoTimeline        404  no_timeline
    │   ├── UnknownModel      404  unknown_model
    │   ├── UnknownLayer      404  unknown_layer
    │   └── UnknownRun        404  unknown_run
    ├── WrongMethod           405  method_not_allowed
    ├── TooSlow               408  request_timeout
    ├── RunEnded              409  run_ended
    ├── TooLarge              413  too_large
    ├── UnsupportedType       415  unsupported_type
    ├── TooMany               429  too_many
    ├── TooManySockets        503  too_many_sockets
    ├── NotReady              503  not_ready
    ├── Overloaded            503  overloaded
    └── BadWeights            503  bad_weights  (found at start, never in a request)

Nothing here knows a web framework, so that the core can raise these too;
:mod:`app.problems` renders them as RFC 9457 ``application/problem+json``.
"""

import math
from collections.abc import Iterator
from typing import ClassVar


class ConvLensError(Exception):
    """Something ConvLens refuses, with what to do about it.

    Args:
        detail: What happened, naming the offending value.
        hint: What to do; falls back to the class's own.

    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Something went wrong"
    remedy: ClassVar[str] = ""

    def __init__(self, detail: str, hint: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.hint = self.remedy if hint is None else hint
        self.members: dict[str, int] = {}
        """What programs get to know besides: extension members of the problem."""
        self.retry_after: int | None = None
        """Seconds after which it is worth another try."""

    def __str__(self) -> str:
        return f"{self.detail} {self.hint}".strip()

    @classmethod
    def kinds(cls) -> Iterator[type["ConvLensError"]]:
        """Yield every class below this one, parents first."""
        for child in cls.__subclasses__():
            yield child
            yield from child.kinds()


class BadInput(ConvLensError):
    """The input is understood but cannot be used."""

    status = 422
    code = "bad_input"
    title = "The input cannot be used"
    remedy = "See /docs for the accepted forms of input."


class BadEdit(BadInput):
    """An edit does not fit the model."""

    code = "bad_edit"
    title = "The model cannot be edited like this"


class EmptyDrawing(BadInput):
    """There is no ink to read."""

    code = "empty_drawing"
    title = "There is nothing to read"
    remedy = "Draw a digit, or send a picture in which ink and ground differ."


class ImpossibleLayer(BadInput):
    """A layer of an architecture cannot read what the one before it gives.

    Args:
        detail: The layer's number, kind and sizes.
        hint: What to change.
        layer: Its place in the request, from 0 on.

    """

    code = "impossible_layer"
    title = "The layers do not fit each other"

    def __init__(self, detail: str, hint: str, layer: int) -> None:
        super().__init__(detail, hint)
        self.members = {"layer": layer}


class UndecodableImage(BadInput):
    """The bytes are not a picture that can be decoded."""

    code = "undecodable_image"
    title = "The image cannot be decoded"
    remedy = "Send a complete PNG, JPEG, GIF, WebP, BMP or TIFF file."


class OutsideLayer(BadInput):
    """A unit's index lies outside its layer."""

    code = "outside_layer"
    title = "The unit lies outside the layer"


class OutsideTimeline(BadInput):
    """The model's training has no such moment."""

    code = "outside_timeline"
    title = "The model's training has no such moment"


class NoParameter(BadInput):
    """A layer has no weight, or no bias."""

    code = "no_parameter"
    title = "The layer has no such parameter"


class OutsideParameter(BadInput):
    """The index of a weight or a bias lies outside of it."""

    code = "outside_parameter"
    title = "The number lies outside the parameter"


class NotCapturable(ConvLensError):
    """The module cannot be captured as a sequence of layers."""

    status = 422
    code = "not_capturable"
    title = "The module cannot be captured"


class NotPortable(ConvLensError):
    """The module is captured, but nothing but torch can run it."""

    status = 422
    code = "not_portable"
    title = "The module needs torch"
    remedy = "Leave out its graph file: a model without one is run by torch."


class NotExplained(ConvLensError):
    """The layer is shown, but its arithmetic is not known."""

    status = 422
    code = "not_explained"
    title = "The layer's arithmetic is not known"
    remedy = "Read the layer's activation from the traces; its arithmetic is its own."


class NoFeatureSpace(ConvLensError):
    """What a model learned is not at hand to compare a drawing with."""

    status = 422
    code = "no_feature_space"
    title = "The model has no feature space to look into"
    remedy = "Ask for a model with familiarity in its predictions, without edits."


class ForeignOrigin(ConvLensError):
    """A page of another origin asked for a live socket."""

    status = 403
    code = "foreign_origin"
    title = "A page of another origin may not do this"
    remedy = "Open the page of this server, or name the origin in CONVLENS_SOCKET_ORIGINS."


class NotFound(ConvLensError):
    """There is nothing at this address."""

    status = 404
    code = "not_found"
    title = "There is nothing here"
    remedy = "See /docs for the paths that exist."


class NoTimeline(NotFound):
    """Nothing of the model's training was kept."""

    code = "no_timeline"
    title = "The model has no timeline"
    remedy = "Restore its timeline file from git, or train it anew with `make train`."


class UnknownModel(NotFound):
    """No model of this id is registered."""

    code = "unknown_model"
    title = "There is no such model"
    remedy = "GET /api/models lists them."


class UnknownLayer(NotFound):
    """The model has no layer of this id."""

    code = "unknown_layer"
    title = "There is no such layer"


class UnknownRun(NotFound):
    """There is no training run of this id, or no more."""

    code = "unknown_run"
    title = "There is no such training run"


class WrongMethod(ConvLensError):
    """The path exists, but not for this method."""

    status = 405
    code = "method_not_allowed"
    title = "The method is not allowed here"


class TooSlow(ConvLensError):
    """The body did not arrive in time."""

    status = 408
    code = "request_timeout"
    title = "The request took too long"
    remedy = "Send it again over a faster connection, or send less."


class RunEnded(ConvLensError):
    """A training run that has ended was told to go on."""

    status = 409
    code = "run_ended"
    title = "The training run has ended"
    remedy = "POST /api/training_runs begins another."


class TooLarge(ConvLensError):
    """The input is larger than the server accepts."""

    status = 413
    code = "too_large"
    title = "The input is too large"


class UnsupportedType(ConvLensError):
    """The body's media type is none that is understood."""

    status = 415
    code = "unsupported_type"
    title = "The body's type is not supported"
    remedy = "Send application/json, image/* or multipart/form-data with a field named file."


class TooMany(ConvLensError):
    """As many as this server allows are there already.

    Args:
        detail: What there are too many of.
        hint: What to do.
        seconds: After so many it is worth another try.

    """

    status = 429
    code = "too_many"
    title = "There are too many at once"

    def __init__(self, detail: str, hint: str, seconds: float) -> None:
        super().__init__(detail, hint)
        self.retry_after = max(1, math.ceil(seconds))


class TooManySockets(ConvLensError):
    """As many live sockets as this server allows are being drawn on."""

    status = 503
    code = "too_many_sockets"
    title = "There are too many live sockets"
    remedy = "POST the drawing to traces, which needs no socket, and try again later."


class NotReady(ConvLensError):
    """The server is about to end."""

    status = 503
    code = "not_ready"
    title = "The server takes no more work"
    remedy = "Ask another one, or this one once it has started again."


class Overloaded(ConvLensError):
    """More is asked of the server than it can do; it was not even begun."""

    status = 503
    code = "overloaded"
    title = "The server has too much to do"
    remedy = "Send the request again after as many seconds as Retry-After says."

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.retry_after = 1


class BadWeights(ConvLensError):
    """A model's weights are missing, damaged or not the ones its card describes."""

    status = 503
    code = "bad_weights"
    title = "The model's weights cannot be used"
