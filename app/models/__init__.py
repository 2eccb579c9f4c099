"""The registry: one line a model."""

from app.models import lenet5
from app.models.spec import ModelSpec

REGISTRY: dict[str, ModelSpec] = {spec.id: spec for spec in (lenet5.SPEC,)}

__all__ = ["REGISTRY", "ModelSpec"]
