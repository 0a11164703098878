"""Every model's whole gradient against finite differences, in float64."""

import numpy as np
import pytest
from layer_cases import assert_gradient, small_models

NAMES = list(small_models(np.random.default_rng(0)))


@pytest.mark.parametrize("name", NAMES)
def test_gradient_of_every_parameter(name):
    rng = np.random.default_rng(1)
    model, batch = small_models(rng)[name]
    loss, _ = model.loss_and_gradient(batch)
    gradients = {full: array.copy() for full, array in model.named_gradients().items()}
    assert np.isfinite(loss)
    for full, array in model.named_parameters().items():
        # A few rows of the large tables are enough, and chosen where the gradient is not zero.
        used = np.flatnonzero(np.abs(gradients[full]).reshape(len(array), -1).sum(axis=1))[:3]
        for row in used:
            assert_gradient(
                gradients[full][row], lambda: model.loss_and_gradient(batch)[0],
                array[row : row + 1].reshape(array[row].shape), f"{full}[{row}]",
            )  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_float32_stays_float32(name):
    model, batch = small_models(np.random.default_rng(2), dtype=np.float32)[name]
    exact, _ = small_models(np.random.default_rng(2))[name]
    model.loss_and_gradient(batch)
    exact.loss_and_gradient(batch)
    assert model.flat_gradient.dtype == np.float32
    np.testing.assert_allclose(model.flat_gradient, exact.flat_gradient, atol=2e-5)


@pytest.mark.parametrize("name", NAMES)
def test_same_rng_same_model(name):
    one, batch = small_models(np.random.default_rng(3))[name]
    other, _ = small_models(np.random.default_rng(3))[name]
    assert one.loss_and_gradient(batch) == other.loss_and_gradient(batch)
    np.testing.assert_array_equal(one.flat_gradient, other.flat_gradient)
