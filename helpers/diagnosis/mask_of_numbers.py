"""A mask of numbers that hides nothing, or too little, where it is added to the scores."""

import numpy as np

from helpers.diagnosis.diagnosis import Diagnosis, some


def mask_without_effect(evidence):
    """A floating mask of 1 and 0, which hides nothing where it is added; or None."""
    mask = evidence.mask
    if mask is None or mask.dtype.kind == "b":
        return None
    values = np.unique(mask)
    if len(values) == 2 and values[0] == 0 and values[1] == 1:
        return _ones_and_zeros(evidence)
    if len(values) == 2 and values[1] == 0 and -50 <= values[0] <= -2:
        return Diagnosis(
            "mask hides too little", "What is added is too small to hide.",
            f"the mask adds 0 and {values[0]:.3g}: hidden places keep "
            f"{np.exp(values[0]):.1g} of their share.",
            f"{values[0]:.3g} in the place of −∞.",
            "add −∞, or pass a boolean mask; if it is a bias and meant so, all is well.",
            fault=False,
        )  # fmt: skip
    return None


def _ones_and_zeros(evidence):
    seen = evidence.weights != 0
    whole = evidence.mask.dtype.kind in "iu"
    kind, name = (
        ("whole numbers", "mask of whole numbers") if whole else ("floats", "mask hides nothing")
    )
    if evidence.weights_given and (seen <= np.broadcast_to(evidence.mask == 1, seen.shape)).all():
        return Diagnosis(
            name if whole else "mask of 1 and 0",
            "The weights are right if 1 means that a query may look.",
            f"the mask is made of {kind}, 1 and 0, and places with 0 have no weight.",
            f"a boolean mask that became {kind}, as tokenizers return it.",
            "pass it as bool, mask == 1, True where a query may look, and padding of a batch with "
            "all axes, mask[:, None, None, :]; numbers would be added to the scores.",
            fault=whole,
        )  # fmt: skip
    return Diagnosis(
        name, f"The mask is made of {kind}, 1 and 0.",
        f"the mask adds 1 at {some(evidence.mask == 1, 'places')} and 0 at the others; none is "
        "hidden.",
        "a boolean mask that was turned into numbers: these are added to the scores.",
        "make it boolean, mask == 1, True where a query may look; or add 0 and −∞, "
        "np.where(mask == 1, 0, -np.inf).",
    )  # fmt: skip
