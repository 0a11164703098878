"""Maps of every library: read to the same numbers, or refused with a sentence on what to do."""

from collections import OrderedDict, namedtuple
from dataclasses import dataclass

import numpy as np
import pytest
from peers import peer

from helpers import heads, show
from helpers.arrays import as_numbers, rounding_of
from helpers.attention import softmax
from helpers.maps import as_hidden, as_maps, as_square, as_stack

STACK = softmax(np.random.default_rng(1).normal(size=(2, 3, 5, 7)))  # (layers, heads, n_q, n_k)
SQUARE = softmax(np.random.default_rng(2).normal(size=(2, 3, 5, 5)))
LAYERS = [layer[None] for layer in STACK]  # (1, heads, n_q, n_k) each
STEPS = tuple(tuple(SQUARE[:, :, :1, :n].copy()[:1] for _ in range(2)) for n in (3, 4, 5))


@dataclass
class Output:
    """What a model returns where it returns a dataclass."""

    logits: object
    attentions: object = None


class DictOutput(OrderedDict):
    """What transformers return: an ordered dictionary of what is not None."""


Pair = namedtuple("Pair", "output cross_attentions")

READ = {
    "array": STACK,
    "nested lists": STACK.tolist(),
    "layers with batch 1": LAYERS,
    "layers without a batch": tuple(STACK),
    "five axes": STACK[:, None],
    "lists of heads": [list(layer) for layer in STACK],
    "objects": np.array([*LAYERS, None], dtype=object)[:2],
    "a dataclass": Output(1, LAYERS),
    "a named tuple": Pair(1, tuple(LAYERS)),
    "a dictionary": DictOutput(logits=1, attentions=tuple(LAYERS)),
    "one step": (tuple(LAYERS),),
    "a masked array without a mask": np.ma.masked_array(STACK),
}


def test_every_usual_form_becomes_layers_heads_queries_keys():
    for name, given in READ.items():
        np.testing.assert_allclose(as_maps(given), STACK, err_msg=name)


def test_leading_axes_may_be_missing():
    assert as_maps(STACK[0]).shape == (1, 3, 5, 7)
    assert as_maps(STACK[0, 0]).shape == (1, 1, 5, 7)
    assert as_maps(np.eye(3, dtype=bool)).dtype == np.float64


def test_a_stack_keeps_its_leading_axes():
    for shape in ((5, 7), (3, 5, 7), (2, 3, 5, 7), (4, 2, 3, 5, 7)):
        assert as_stack(np.full(shape, 1 / 7)).shape == shape
    assert as_square(SQUARE[:, None]).shape == (2, 3, 5, 5), "one text a layer"


REFUSED = {
    "no layer": ((None, None, None), r"all 3 layers.*eager.*output_attentions=True"),
    "no layer, as objects": (np.array([None, None]), "eager"),
    "nothing": (None, "eager"),
    "an empty tuple": ((), "eager"),
    "steps of nothing": (((None, None), (None, None)), "eager"),
    "an output without": (Output(1), "attentions of the model's output is None.*eager"),
    "some layers": ([LAYERS[0], None, LAYERS[0]], "None at 1 of 3 layers.*eager"),
    "steps": (STEPS, r"3 steps of generate\(\), each with 2 layers.*Pass one step: weights\[0\]"),
    "steps without a batch": (
        [[np.ones((2, 1, n)) for _ in range(2)] for n in (3, 4)],
        r"2 steps of generate\(\)",
    ),
    "an output without weights": ((np.ones((1, 4, 8)), None), "need_weights=True"),
    "all that a model returned": ((np.ones((1, 5, 9)), tuple(LAYERS)), "all that a model returned"),
    "two kinds": (
        {"encoder_attentions": LAYERS, "cross_attentions": LAYERS},
        "encoder_attentions, cross_attentions. Pass one",
    ),
    "a dictionary": ({"layer 0": STACK[0]}, r"dictionary and holds 'layer 0'.*values\(\)"),
    "complex": (np.eye(2) * 1j, "imaginary part would be lost"),
    "bytes": ((STACK[0, 0] * 255).astype(np.uint8), "holds uint8 from .*255"),
    "counts": ([[3, 1], [2, 2]], "holds int from 1 to 3"),
    "a mask": (np.ma.masked_array(np.eye(3), mask=np.eye(3) == 1), r"3 of 9 .*filled\(0\).*mask=~"),
    "a mask inside": ([np.ma.masked_array(np.eye(3), mask=np.eye(3) == 1)], "mask would be lost"),
    "batch of 2": ([np.ones((2, 3, 4, 4))] * 2, r"batch of 2 texts.*layer\[0\] for layer"),
    "batch of 2 in one layer": ([np.ones((2, 3, 4, 4))], "batch of 2 texts"),
    "pruned layers": ([np.ones((1, 2, 4, 4)), np.ones((1, 3, 4, 4))], "layers have different"),
    "output and weights": ((np.ones((1, 4, 8)), np.ones((1, 4, 4))), r"pair \(output, weights\)"),
    "ragged rows": ([[1.0], [1.0, 2.0]], "ragged"),
    "text": (["a", "b"], "real numbers are needed"),
    "a generator": ((row for row in SQUARE), "generator, which is not an array"),
    "no row": (np.zeros((0, 3)), "is empty"),
    "a row": (np.ones(3), r"one row of 3.*show\.bars"),
    "a number": (0.5, "one number"),
    "six axes": (np.ones((1, 1, 1, 1, 2, 2)), "a map is"),
}


def test_everything_else_is_refused_with_what_to_do():
    for name, (given, message) in REFUSED.items():
        with pytest.raises(ValueError, match=message):
            as_maps(given)
            pytest.fail(f"{name} was read")


def test_every_door_leads_through_the_same_reading():
    doors = {
        "show.weights": show.weights,
        "show.head_view": show.head_view,
        "heads.next_token_score": heads.next_token_score,
        "heads.rollout": heads.rollout,
        "heads.score_table": lambda given: heads.score_table([(given, None)]),
    }
    for name, door in doors.items():
        for given in ((None, None), STEPS, np.ma.masked_array(np.eye(3), mask=np.eye(3) == 1)):
            with pytest.raises(ValueError, match=r"eager|generate\(\)|masked array"):
                door(given)
                pytest.fail(f"{name} took {given!r}")


def test_scores_may_be_whole_numbers_and_weights_may_not():
    assert show.weights([[3, 1], [2, 0]], label="score").title == (
        "Largest score: query 0 with key 0 (3.00)"
    )
    with pytest.raises(ValueError, match="weights are floats"):
        show.weights([[3, 1], [2, 0]])


def test_tensors_of_torch_on_the_graph_and_in_every_type():
    torch = peer("torch")
    layers = tuple(torch.tensor(layer[None], requires_grad=True) for layer in STACK)
    half = [layer.to(torch.bfloat16) for layer in layers]
    for given, closely in ((layers, 1e-12), (half, 5e-3), (list(torch.tensor(STACK)), 1e-12)):
        np.testing.assert_allclose(as_maps(given), STACK, atol=closely)
    one = torch.tensor(STACK[0, 0])
    np.testing.assert_allclose(as_maps(one.to_sparse())[0, 0], STACK[0, 0])
    assert show.weights(one.requires_grad_()).words == show.weights(STACK[0, 0]).words
    assert rounding_of(half) == 2**-7 and rounding_of(one.half()) == 2**-10
    for given, message in (
        (torch.complex(one.detach(), one.detach()), "imaginary"),
        ((one * 255).to(torch.uint8), "uint8"),
        (torch.tensor(STACK), r"batch of 2 texts in one layer, or 2 layers\?.*list\(weights\)"),
        (torch.empty(3, 3, device="meta"), "no numbers"),
        (
            torch.nested.as_nested_tensor(
                [torch.ones(2, 2), torch.ones(3, 2)], layout=torch.jagged
            ),
            "ragged",
        ),
    ):
        with pytest.raises(ValueError, match=message):
            as_maps(given)


def test_numbers_keep_their_shape_and_say_what_they_are_called():
    for given in (0.5, [1, 2], [[1.0], [2.0]], np.float32(3), [np.float64(1), 2]):
        assert as_numbers(given).shape == np.shape(given)
    with pytest.raises(ValueError, match="query holds None"):
        as_numbers([1.0, None], "query")


def test_masks_of_every_library_hide_the_same():
    torch = peer("torch")
    see = np.tri(4, dtype=bool)
    added = np.where(see, 0.0, -np.inf)
    for mask in (see, see.tolist(), added, torch.tensor(see), torch.tensor(added).bfloat16()):
        np.testing.assert_array_equal(as_hidden(mask, (2, 4, 4))[1], ~see)
    assert as_hidden(None, (2, 4, 4)) is None
