"""ConvLens: see inside a convolutional network.

``python -m app`` serves the web app; :mod:`app.main` assembles it.
"""

__version__ = "0.1.0"
