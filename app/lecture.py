"""The pages of the lecture, in their order."""

CHAPTERS = (
    "convolution",
    "edge-detection",
    "learned-filters",
    "cross-correlation",
    "padding",
    "stride",
    "volumes",
    "one-layer",
    "pooling",
    "building-a-network",
    "counting-parameters",
    "why-convolutions",
    "translation",
)
"""A chapter's id stands in its address, names its section of the message catalogues, and its
module in ``static/js/chapters``."""

STUDIES = ("timeline", "training", "one-step", "model")
"""Pages about a trained network, and about how it came to be. A study's id stands in its address
and names its section of the message catalogues, its template, its style sheet and its module in
``static/js``."""
