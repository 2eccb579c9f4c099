"""The registry: one line a model."""

from app.models import lenet5_entry
from app.models.spec import ModelSpec

REGISTRY: dict[str, ModelSpec] = {spec.id: spec for spec in (lenet5_entry.SPEC,)}

__all__ = ["REGISTRY", "ModelSpec"]
