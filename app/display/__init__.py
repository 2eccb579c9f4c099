"""The explorer's views as HTML that stands by itself: for notebooks, and wherever HTML goes.

::

    show(model, image)                              # every layer's maps; the prediction
    show_table(model, image)                        # the lecture's table
    show_filters(model, image, "conv1")             # kernels, biases, and the maps they make
    show_unit(model, image, "conv1", (3, 4, 5))     # where one number comes from
    show_images(images, captions)
    show_matrix(numbers, rows="digit", columns="read as")
    show_curves({"training": losses}, x="batches", y="loss")

``model`` is any ``nn.Module`` that :func:`app.inspection.capture` takes, or what it returned;
``image`` is one input. Each returns a :class:`View`, which a notebook displays by itself.

====================  ======================================================================
:mod:`.colours`       the page's two colour scales
:mod:`.text`          numbers and shapes as people read them
:mod:`.view`          what is returned: HTML, and the same in words
:mod:`.pictures`      numbers as pictures and as cells of a table
:mod:`.subject`       a model and what it makes of one input
:mod:`.layers`        every layer's maps; the table
:mod:`.filters`       what a layer has learned
:mod:`.unit`          the arithmetic of one unit
:mod:`.images`        labelled pictures
:mod:`.matrix`        a table of numbers
:mod:`.curves`        numbers over steps
====================  ======================================================================
"""

from app.display.curves import show_curves
from app.display.filters import show_filters
from app.display.images import show_images
from app.display.layers import show, show_table
from app.display.matrix import show_matrix
from app.display.unit import show_unit
from app.display.view import View

__all__ = [
    "View",
    "show",
    "show_curves",
    "show_filters",
    "show_images",
    "show_matrix",
    "show_table",
    "show_unit",
]
