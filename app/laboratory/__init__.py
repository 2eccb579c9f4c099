"""What the lecture's chapters compute: any numbers, any layers, not only a loaded model's.

========================  ==================================================================
:mod:`.slide`             windows along one axis: how many, what they read and what not
:mod:`.budget`            how much one request may compute
:mod:`.convolution`       filters over maps, with everything that can be set
:mod:`.pooling`           the largest or the mean of each window, and where it came from
:mod:`.architecture`      layers in a row: shapes, counts and runnable code
:mod:`.presets`           the architectures to start from
:mod:`.descent`           a kernel found by gradient descent
:mod:`.transformation`    moved inputs, and whether the maps move along
========================  ==================================================================

Nothing here runs an ``nn.Module``, so all of it may run in threads; except that
:func:`.architecture.describe` captures one, see :func:`app.inspection.capture`.
"""
