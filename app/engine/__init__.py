"""What runs a network: ONNX Runtime where it was exported, torch where not, or where it must.

:class:`~app.engine.network.Network` is what the rest knows of either.

================  ==========================================================================
:mod:`.network`   what every network can do; one that was exported, which needs no torch
:mod:`.reference` a network that torch runs: the door to torch, and what is right
:mod:`.runtime`   an ONNX model with weights of one's own, safe under threads
:mod:`.stored`    what is known of layers, as JSON
:mod:`.export`    from a captured module to a file; for the training's commands
================  ==========================================================================
"""
