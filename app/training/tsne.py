"""A map of points of many dimensions on a plane: t-SNE, exact and the same every time.

Source: L. van der Maaten, G. Hinton, "Visualizing data using t-SNE", JMLR 9, 2008. As later
work advises (D. Kobak, P. Berens, "The art of using t-SNE for single-cell transcriptomics",
Nature Communications 10, 2019) it begins with the two principal components, not at random, and
with a step length that grows with the number of points.
"""

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from app.familiarity import affinities

_EXAGGERATION = 12.0
"""Times by which affinities count more at first, so that clusters form."""
_EARLY = 250
"""Steps for which they do."""


def tsne(features: Tensor, perplexity: float, steps: int = 750) -> Tensor:
    """Return (N, 2) places of (N, D) float32 features, from −1 to 1 along the longer side.

    Args:
        features: What is to be mapped; N is some thousands at most, all pairs are computed.
        perplexity: How many neighbours of each count, roughly.
        steps: Of gradient descent.

    """
    wanted = _joint(features, perplexity)
    places = _principal(features)
    velocity, gains = torch.zeros_like(places), torch.ones_like(places)
    length = len(features) / _EXAGGERATION
    wanted *= _EXAGGERATION
    for step in range(steps):
        if step == _EARLY:
            wanted /= _EXAGGERATION
        near = _distances(places).square_().add_(1).reciprocal_()
        near.fill_diagonal_(0)
        forces = wanted.sub(near, alpha=1 / near.sum().item()).mul_(near)
        gradient = 4 * (forces.sum(1, keepdim=True) * places - forces @ places)
        # Longer steps where the direction stays the same, as the authors' own program does.
        gains = torch.where(gradient.sign() != velocity.sign(), gains + 0.2, gains * 0.8)
        gains.clamp_(min=0.01)
        velocity.mul_(0.5 if step < _EARLY else 0.8).sub_(length * gains * gradient)
        places = places + velocity
        places -= places.mean(0)
    middle = (places.amax(0) + places.amin(0)) / 2
    placed: Tensor = (places - middle) / (places.amax(0) - places.amin(0)).max() * 2
    return placed


def _joint(features: Tensor, perplexity: float) -> Tensor:
    """Return the (N, N) symmetric affinities, which sum to 1."""
    squares: npt.NDArray[np.float64] = _distances(features).square().double().numpy()
    joint = np.zeros(squares.shape)
    for i, row in enumerate(squares):
        others = np.arange(len(row)) != i
        joint[i, others] = affinities(row[others], perplexity)
    return torch.from_numpy((joint + joint.T) / (2 * len(joint))).float()


def _principal(features: Tensor) -> Tensor:
    """Return the two principal components, small, and of a sign that is always the same."""
    centred = (features - features.mean(0)).double()
    _, directions = torch.linalg.eigh(centred.T @ centred)
    found = centred @ directions[:, [-1, -2]]
    found *= found.gather(0, found.abs().argmax(0, keepdim=True)).sign()
    small: Tensor = (found / found[:, 0].std() * 1e-4).float()
    return small


def _distances(points: Tensor) -> Tensor:
    # The faster way, by a product of matrices, loses what lies close together.
    mode = "donot_use_mm_for_euclid_dist"
    found: Tensor = torch.cdist(points, points, compute_mode=mode)
    return found
