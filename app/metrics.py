"""What this process counts and times, for Prometheus to collect from ``/metrics``.

Every part that has something to tell registers it once, at start, and names it without the
``convlens_`` that all names begin with::

    shed = metrics.counter("shed", "Pieces of work that were refused.", "reason")
    shed.labels("queue full").inc()
    metrics.gauge("queue_length", "Pieces of work that wait.", queue.qsize)

A gauge is asked when it is collected and costs nothing in between. A label's values must come
from a short list of our own, never from a request: each of them is kept as long as the process.
"""

from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

MEDIA_TYPE = CONTENT_TYPE_PLAIN_0_0_4
_PREFIX = "convlens_"
_BUCKETS = (
    *(0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05),
    *(0.1, 0.2, 0.5, 1, 2, 5, 10),
)
"""Seconds: from an empty answer to one that nobody waits for."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_OTHER_METHOD = "other"
"""HTTP allows any word as a method, and so anybody to make up any number of them."""
UNMATCHED = "unmatched"
"""The route of a request that no route is for."""


class Metrics:
    """The counters, gauges and histograms of one process.

    Args:
        version: Of the application.

    """

    def __init__(self, version: str) -> None:
        # A further line for each series, that nothing reads.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        Info(f"{_PREFIX}build", "The version that runs.", registry=self._registry).info(
            {"version": version}
        )
        self._requests = self.counter(
            "http_requests", "Requests that were answered.", "method", "route", "status"
        )
        self._request_seconds = self.histogram(
            "http_request_seconds",
            "From a request's arrival to the last byte of its answer.",
            "method",
            "route",
        )
        self._forward_seconds = self.histogram(
            "forward_seconds", "A model's run, over one image or over many.", "model", "images"
        )
        self.open = {"http": 0, "websocket": 0}
        """How many of each are served just now, by ASGI's word for them."""
        self.gauge(
            "http_requests_in_flight",
            "Requests that are being answered, the one that asks included.",
            lambda: self.open["http"],
        )
        self.gauge("websockets_open", "Sockets that are open.", lambda: self.open["websocket"])
        self._series: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def counter(self, name: str, text: str, *labels: str) -> Counter:
        """Return a new counter; it is collected as ``convlens_<name>_total``."""
        return Counter(f"{_PREFIX}{name}", text, labels, registry=self._registry)

    def histogram(self, name: str, text: str, *labels: str) -> Histogram:
        """Return a new histogram of seconds, with buckets from 0.2 ms to 10 s."""
        return Histogram(
            f"{_PREFIX}{name}", text, labels, registry=self._registry, buckets=_BUCKETS
        )

    def gauge(self, name: str, text: str, read: Callable[[], float]) -> None:
        """Have a number read whenever the metrics are collected, in whichever thread does."""
        Gauge(f"{_PREFIX}{name}", text, registry=self._registry).set_function(read)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request.

        Args:
            method: As the client said it.
            route: The template of the path, or :data:`UNMATCHED`; never the path itself.
            status: 0 where nobody was left to be answered.
            seconds: From its arrival to the last byte of the answer.

        """
        key = (method if method in _METHODS else _OTHER_METHOD, route, status)
        series = self._series.get(key)
        if series is None:
            method, route, _ = key
            counter = self._requests.labels(method, route, str(status))
            series = self._series[key] = counter, self._request_seconds.labels(method, route)
        series[0].inc()
        series[1].observe(seconds)

    def forward(self, model_id: str) -> Callable[[float, int], None]:
        """Return what a model tells how long it ran, in seconds, and over how many images."""
        one, many = (self._forward_seconds.labels(model_id, n) for n in ("one", "many"))

        def ran(seconds: float, images: int) -> None:
            (one if images == 1 else many).observe(seconds)

        return ran

    def text(self) -> bytes:
        """Return all of it in Prometheus' text format."""
        return generate_latest(self._registry)
