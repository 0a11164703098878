"""Kinds of sickness, each drawn at random: sizes, heads, types, and what its owner passes on."""

from dataclasses import dataclass

import numpy as np
from sound_attention import TYPES, rounded

from helpers.attention import causal_mask, softmax

KINDS = {}
NOT_BFLOAT16, IN_32_BITS = TYPES[:3], TYPES[:2]
Q, W, S, M = ("query", "key"), ("weights",), ("scores",), ("mask",)
# What is passed, by the letters that a kind lists.
PASSED = {
    "w": W, "wm": W + M, "qw": Q + W, "qwm": Q + W + M, "sw": S + W, "swm": S + W + M,
    "qsw": Q + S + W, "qswm": Q + S + W + M, "qs": Q + S, "vo": (*W, "value", "output"),
    "qvo": (*Q, *W, "value", "output", "mask"),
}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """names: what diagnose may call it; words: of which its text has one; passed: of PASSED.

    fault: whether it is one. types: those whose digits are enough to tell it.
    """

    names: tuple
    words: tuple
    passed: tuple
    make: object
    fault: bool = True
    types: tuple = TYPES


def kind(names, words, passed, *, fault=True, types=TYPES):
    def declare(make):
        told = (names,) if isinstance(names, str) else names
        said = (words,) if isinstance(words, str) else words
        KINDS[make.__name__] = Kind(told, said, tuple(passed.split()), make, fault, types)
        return make

    return declare


def passed_on(kind, passed, stored, seed):
    """What the owner of such a patient passes, its numbers stored in this type."""
    made = kind.make(np.random.default_rng(seed))
    given = {name: made[name] for name in PASSED[passed] if name in made}
    return {n: a if n == "mask" else rounded(a, stored) for n, a in given.items()}


class Sound:
    """A sound attention of random size; a kind changes one step of it."""

    def __init__(self, rng, leading=None, n=None, n_keys=None, d=None, mask="causal"):
        choices = [(), (3,), (2, 4), (3, 3)]
        self.rng = rng
        self.leading = choices[rng.integers(4)] if leading is None else leading
        self.n = int(rng.integers(6, 17)) if n is None else n
        self.n_keys = self.n if n_keys is None else n_keys
        self.d = int(rng.choice([8, 16, 24, 64])) if d is None else d
        self.query = rng.normal(size=(*self.leading, self.n, self.d))
        self.key = rng.normal(size=(*self.leading, self.n_keys, self.d))
        self.value = rng.normal(size=(*self.leading, self.n_keys, 5))
        self.visible = None if mask is None else causal_mask(self.n, self.n_keys)
        self.steps = np.arange(self.n_keys) - np.arange(self.n)[:, None] - (self.n_keys - self.n)

    @property
    def scores(self):
        return self.query @ self.key.swapaxes(-1, -2) / np.sqrt(self.d)

    def softmax(self, scores=None, visible=None):
        scores = self.scores if scores is None else scores
        visible = self.visible if visible is None else visible
        return softmax(scores if visible is None else np.where(visible, scores, -np.inf))

    def told(self, weights, **more):
        given = dict(query=self.query, key=self.key, scores=self.scores, weights=weights)
        if self.visible is not None:
            given["mask"] = self.visible
        return given | dict(value=self.value, output=weights @ self.value) | more


ALL_MASKED = "wm qwm swm qswm"


@kind("leak", "off by one", ALL_MASKED)
def one_step_of_the_future(rng):
    s = Sound(rng)
    return s.told(s.softmax(visible=s.steps <= 1))


@kind("leak", "2 steps", ALL_MASKED)
def two_steps_of_the_future(rng):
    s = Sound(rng)
    return s.told(s.softmax(visible=s.steps <= 2))


@kind("leak", "not used", ALL_MASKED)
def mask_forgotten(rng):
    s = Sound(rng)
    return s.told(softmax(s.scores))


@kind("leak", "transposed", ALL_MASKED)
def mask_transposed(rng):
    s = Sound(rng)
    return s.told(s.softmax(visible=s.visible.T))


@kind("mask inverted", "invert", ALL_MASKED)
def mask_inverted(rng):
    s = Sound(rng)
    return s.told(s.softmax(visible=~s.visible))


def windowed(rng, width=None):
    s = Sound(rng, n=int(rng.integers(10, 17)))
    width = int(rng.integers(3, 7)) if width is None else width
    s.visible = (s.steps <= 0) & (s.steps > -width)
    return s, width


@kind("leak", "window is too wide", ALL_MASKED)
def window_one_too_wide(rng):
    s, width = windowed(rng)
    return s.told(s.softmax(visible=(s.steps <= 0) & (s.steps > -width - 1)))


@kind("leak", "window never arrived", ALL_MASKED)
def window_never_arrived(rng):
    s, _ = windowed(rng)
    return s.told(s.softmax(visible=s.steps <= 0))


@kind("window too narrow", "window", ALL_MASKED)
def window_one_too_narrow(rng):
    s, width = windowed(rng)
    return s.told(s.softmax(visible=(s.steps <= 0) & (s.steps > 1 - width)))


@kind("too much hidden", "window", ALL_MASKED)
def window_where_none_was_meant(rng):
    s = Sound(rng, n=int(rng.integers(10, 17)))
    return s.told(s.softmax(visible=(s.steps <= 0) & (s.steps > -4)))


@kind("mask not passed", "window", "qw sw qsw", fault=False)
def window_that_was_not_passed(rng):
    s = Sound(rng, n=int(rng.integers(10, 17)))
    return s.told(s.softmax(visible=(s.steps <= 0) & (s.steps > -4)))


@kind("own place hidden", "own place", "wm qwm swm w qw sw")
def own_place_hidden_zeros(rng):
    s = Sound(rng)
    return s.told(s.softmax(visible=s.steps < 0))


@kind("own place hidden", "own place", "wm qwm swm w qw sw")
def own_place_hidden_nan(rng):
    s = Sound(rng)
    weights = s.softmax(visible=s.steps < 0)
    weights[..., 0, :] = np.nan
    return s.told(weights)


@kind("own place hidden", "own place", "qw sw w")
def own_place_hidden_both_directions(rng):
    s = Sound(rng, mask=None)
    return s.told(s.softmax(visible=s.steps != 0))


@kind("aligned to the first key", "first key", "wm qwm swm w qw sw")
def aligned_to_the_first_key(rng):
    n = int(rng.integers(3, 8))
    s = Sound(rng, n=n, n_keys=n + int(rng.integers(2, 9)))
    return s.told(s.softmax(visible=np.tri(s.n, s.n_keys, dtype=bool)))


@kind("aligned to the first key", "first key", "wm qwm swm qw sw")
def one_query_sees_the_first_key(rng):
    s = Sound(rng, n=1, n_keys=int(rng.integers(4, 12)), leading=(2, 3))
    return s.told(s.softmax(visible=np.tri(1, s.n_keys, dtype=bool)))


@kind("leak", "aligned", ALL_MASKED)
def aligned_to_the_last_key(rng):
    s = Sound(rng, n=5, n_keys=int(rng.integers(8, 12)))
    s.visible = np.tri(s.n, s.n_keys, dtype=bool)
    return s.told(s.softmax(visible=s.steps <= 0))


@kind("too much hidden", "causal mask was used", "wm qwm swm")
def causal_where_both_directions_were_meant(rng):
    s = Sound(rng, mask=None)
    s.visible = np.broadcast_to(np.arange(s.n_keys) < s.n_keys - 2, (s.n, s.n_keys))
    return s.told(s.softmax(visible=s.visible & (s.steps <= 0)))


def padded(rng, *, causal=True):
    s = Sound(rng, leading=(3, 2))
    lengths = rng.permutation(np.arange(3, s.n + 1))[:3]
    pad = np.arange(s.n_keys) < lengths[:, None, None, None]
    s.visible = pad & (s.steps <= 0) if causal else np.broadcast_to(pad, (3, 1, s.n, s.n))
    return s, lengths


@kind("leak", "the causal mask alone was used", ALL_MASKED)
def padding_left_out(rng):
    s, _ = padded(rng)
    return s.told(s.softmax(visible=s.steps <= 0))


@kind("leak", "causal mask was left out", ALL_MASKED)
def causal_left_out(rng):
    s, _ = padded(rng)
    keys = s.visible.any(axis=-2, keepdims=True)
    return s.told(s.softmax(visible=np.broadcast_to(keys, s.visible.shape)))


@kind("leak", "rows", ALL_MASKED)
def padding_on_the_queries(rng):
    s, _ = padded(rng, causal=False)
    return s.told(s.softmax(visible=s.visible.swapaxes(-1, -2)))


@kind("leak", "another", ALL_MASKED)
def masks_of_other_texts(rng):
    s, _ = padded(rng)
    return s.told(s.softmax(visible=np.roll(s.visible, 1, axis=0)))


@kind("too much hidden", "padding", ALL_MASKED)
def padding_one_too_long(rng):
    s = Sound(rng)
    length = s.n - 2
    s.visible = np.broadcast_to(np.arange(s.n) < length, (s.n, s.n))
    return s.told(s.softmax(visible=np.broadcast_to(np.arange(s.n) < length - 1, (s.n, s.n))))


@kind("leak", ("−10", "-10"), "qwm swm")
def ten_added(rng):
    s = Sound(rng)
    return s.told(softmax(s.scores + np.where(s.visible, 0, -10)))


@kind("leak", "-5 was put", "qwm swm")
def five_put(rng):
    s = Sound(rng)
    return s.told(softmax(np.where(s.visible, s.scores, -5)))


@kind("leak", "multiplied", "qwm swm")
def mask_times_scores(rng):
    s = Sound(rng)
    return s.told(softmax(s.scores * s.visible))


@kind("leak", "added", "qwm swm")
def mask_added_as_ones(rng):
    s = Sound(rng)
    return s.told(softmax(s.scores + s.visible))


@kind("mask hides nothing", "boolean", ALL_MASKED)
def mask_of_floats(rng):
    s = Sound(rng)
    mask = s.visible.astype(float)
    return s.told(softmax(s.scores + mask), mask=mask)


@kind("mask hides nothing", "boolean", ALL_MASKED)
def mask_of_floats_not_used(rng):
    s = Sound(rng)
    return s.told(softmax(s.scores), mask=s.visible.astype(float))


@kind("mask broadcasts along the heads", "mask[:, None]", "qwm swm")
def mask_along_the_heads(rng):
    s = Sound(rng, leading=(3, 3))
    pad = np.arange(s.n) < rng.permutation(np.arange(3, s.n + 1))[:3, None]
    meant = np.broadcast_to(pad[:, None], (3, s.n, s.n))
    return s.told(s.softmax(visible=pad[:, None, None]), mask=meant)


@kind("masked after softmax", "before softmax", ALL_MASKED)
def masked_late(rng):
    s = Sound(rng)
    return s.told(softmax(s.scores) * s.visible)


def biased(rng):
    s = Sound(rng)
    bias = np.where(s.steps <= 0, 0.3 * s.steps, -np.inf)
    return s, bias


def with_bias(s, bias, factor):
    return softmax(s.scores + np.where(s.steps <= 0, factor * 0.3 * s.steps, -np.inf))


@kind("bias sign turned", "sign", "qwm swm")
def bias_turned(rng):
    s, bias = biased(rng)
    return s.told(with_bias(s, bias, -1), mask=bias)


@kind("bias left out", "bias", "qwm qswm")
def bias_left_out(rng):
    s, bias = biased(rng)
    return s.told(with_bias(s, bias, 0), mask=bias)


@kind("bias added twice", "once", "qwm swm")
def bias_twice(rng):
    s, bias = biased(rng)
    return s.told(with_bias(s, bias, 2), mask=bias)


@kind("bias scaled", "before the scores were scaled", "qwm")
def bias_before_the_scale(rng):
    s, bias = biased(rng)
    return s.told(with_bias(s, bias, 1 / np.sqrt(s.d)), mask=bias)


@kind("scale missing", "√d", "qw qwm")
def no_scale(rng):
    s = Sound(rng, d=int(rng.choice([16, 24, 64])), mask=None)
    s.visible = causal_mask(s.n)
    return s.told(s.softmax(s.scores * np.sqrt(s.d)))


@kind("scale doubled", "twice", "qw qwm")
def scaled_twice(rng):
    s = Sound(rng, d=int(rng.choice([16, 24, 64])))
    return s.told(s.softmax(s.scores / np.sqrt(s.d)))


@kind("another scale", "multiplied by √d", "qw qwm")
def multiplied_by_the_root(rng):
    s = Sound(rng, d=16)
    s.query, s.key = s.query * 0.7, s.key * 0.7
    return s.told(s.softmax(s.scores * s.d))


@kind("another scale", "constant", "qw qwm")
def another_constant(rng):
    s = Sound(rng, d=32)
    return s.told(s.softmax(s.scores * np.sqrt(s.d) * 0.025))


@kind("scale missing", "on purpose", "qw qwm", fault=False)
def unscaled_on_purpose(rng):
    s = Sound(rng, d=64)
    s.query, s.key = s.query * 0.4, s.key * 0.4
    return s.told(s.softmax(s.scores * np.sqrt(s.d)))


@kind("another scale", "temperature", "sw swm")
def temperature_after_the_scores(rng):
    s = Sound(rng)
    return s.told(s.softmax(s.scores * 3))


@kind("softmax twice", "once", "qw qwm sw swm")
def softmax_twice(rng):
    s = Sound(rng, mask=None)
    s.query = s.query * 2
    return s.told(softmax(softmax(s.scores)))


@kind("softmax twice", "once", "qwm swm")
def softmax_twice_masked(rng):
    s = Sound(rng)
    return s.told(s.softmax(s.softmax()))


@kind("transposed", "queries", "w qw sw qsw")
def over_the_queries(rng):
    s = Sound(rng, mask=None)
    return s.told(softmax(s.scores, axis=-2))


@kind("rows do not sum to 1", "the heads", "w qw sw")
def over_the_heads(rng):
    s = Sound(rng, leading=(2, 4), mask=None)
    return s.told(softmax(s.scores, axis=-3))


@kind("rows do not sum to 1", "everything", "w qw sw")
def over_everything(rng):
    s = Sound(rng, mask=None)
    flat = softmax(s.scores.reshape(*s.leading, -1))
    return s.told(flat.reshape(s.scores.shape))


@kind("dropout", "model.eval()", "w wm qw qwm sw swm")
def dropout_was_on(rng):
    s = Sound(rng, leading=(2, 4))
    p = rng.choice([0.1, 0.2, 0.5])
    weights = s.softmax() * (rng.random((*s.leading, s.n, s.n)) > p) / (1 - p)
    return s.told(weights)


@kind("dropout", "model.eval()", "qw sw w")
def dropout_in_both_directions(rng):
    s = Sound(rng, leading=(4,), mask=None)
    weights = s.softmax() * (rng.random((*s.leading, s.n, s.n)) > 0.1) / 0.9
    return s.told(weights)


@kind("dropout", "dropped", "wm qwm swm")
def dropped_without_making_up(rng):
    s = Sound(rng, leading=(2, 4))
    return s.told(s.softmax() * (rng.random((*s.leading, s.n, s.n)) > 0.1))


@kind("keys cut off", "cut", "w qw sw")
def keys_cut_off(rng):
    s = Sound(rng, mask=None)
    more = rng.normal(size=(*s.leading, 4, s.d))
    scores = s.query @ np.concatenate([s.key, more], axis=-2).swapaxes(-1, -2) / np.sqrt(s.d)
    return s.told(softmax(scores)[..., : s.n_keys])


@kind("a place more to look at", "sink", "qw sw", fault=False, types=NOT_BFLOAT16)
def a_learned_sink(rng):
    s = Sound(rng, mask=None)
    scores = np.concatenate([s.scores, np.full((*s.leading, s.n, 1), 0.7)], axis=-1)
    return s.told(softmax(scores)[..., :-1])


@kind("divided by the largest", "largest", "w wm qw sw qwm")
def divided_by_the_largest_of_the_map(rng):
    s = Sound(rng, mask=None)
    weights = s.softmax()
    return s.told(weights / weights.max(axis=(-1, -2), keepdims=True))


@kind(("divided by the largest", "not divided"), "sum", "w qw sw")
def divided_by_the_largest_of_the_row(rng):
    s = Sound(rng, mask=None)
    weights = s.softmax()
    return s.told(weights / weights.max(axis=-1, keepdims=True))


@kind("rows do not sum to 1", "after softmax", "qw w")
def scaled_after_softmax(rng):
    s = Sound(rng, n=11, mask=None)
    return s.told(softmax(s.scores) / np.sqrt(s.d))


@kind("rows do not sum to 1", "added up", "w")
def heads_added_up(rng):
    s = Sound(rng, leading=(2, 4))
    return dict(weights=s.softmax().sum(axis=-3))


@kind("logarithms", "log_softmax", "w qw sw")
def logarithms(rng):
    s = Sound(rng, mask=None)
    return s.told(np.log(s.softmax()))


@kind("argmax", "argmax", "qw qwm sw swm")
def hard_choice(rng):
    s = Sound(rng)
    s.visible = None if rng.random() < 0.5 else s.visible
    soft = s.softmax()
    return s.told((soft == soft.max(axis=-1, keepdims=True)).astype(float))


@kind("sigmoid", "sigmoid", "qw sw")
def sigmoid(rng):
    s = Sound(rng, mask=None)
    return s.told(1 / (1 + np.exp(-s.scores)))


@kind("key heads in another order", "tiled", "qw qwm")
def tiled_for_repeated(rng):
    s = Sound(rng, leading=(6,) if rng.random() < 0.5 else (2, 6))
    few = s.key[..., :2, :, :]
    s.key = np.repeat(few, 3, axis=-3)
    wrong = np.concatenate([few] * 3, axis=-3)
    scores = s.query @ wrong.swapaxes(-1, -2) / np.sqrt(s.d)
    given = s.told(s.softmax(scores))
    return given | (dict(key=few) if rng.random() < 0.5 else {})


@kind("key heads in another order", "reverse", "qw qwm qs")
def key_heads_reversed(rng):
    s = Sound(rng, leading=(5,) if rng.random() < 0.5 else (2, 5))
    scores = s.query @ s.key[..., ::-1, :, :].swapaxes(-1, -2) / np.sqrt(s.d)
    return s.told(s.softmax(scores), scores=scores)


@kind("heads in another order", "order", "sw swm")
def maps_shuffled(rng):
    s = Sound(rng, leading=(5,))
    return s.told(s.softmax()[[1, 0, 3, 2, 4]])


@kind("batch and heads swapped", "batch first", "qw qwm sw")
def maps_of_batch_and_heads_swapped(rng):
    s = Sound(rng, leading=(3, 3))
    return s.told(s.softmax().swapaxes(0, 1))


@kind("sentences in another order", "order", "qw sw")
def batch_shifted(rng):
    s = Sound(rng, leading=(3, 2), mask=None)
    return s.told(np.roll(s.softmax(), 1, axis=0))


@kind("keys in another order", "reverse", "qw sw")
def keys_reversed(rng):
    s = Sound(rng, mask=None)
    return s.told(s.softmax()[..., ::-1])


@kind("keys in another order", "shifted", "qw sw")
def keys_shifted(rng):
    s = Sound(rng, mask=None)
    return s.told(np.roll(s.softmax(), 2, axis=-1))


@kind("queries in another order", "order", "qw sw", types=NOT_BFLOAT16)
def queries_shuffled(rng):
    s = Sound(rng, mask=None)
    order = np.roll(np.arange(s.n), 2)
    return s.told(s.softmax()[..., order, :])


@kind("query and key swapped", "rows", "qw qwm qs")
def query_and_key_swapped(rng):
    s = Sound(rng)
    scores = s.scores.swapaxes(-1, -2)
    return s.told(s.softmax(scores), scores=scores)


@kind("query used as key", "key", "qw qwm qs")
def query_for_key(rng):
    s = Sound(rng)
    scores = s.query @ s.query.swapaxes(-1, -2) / np.sqrt(s.d)
    return s.told(s.softmax(scores), scores=scores)


@kind("cosines", "length 1", "qw qwm qs")
def cosines(rng):
    s = Sound(rng)
    query, key = (a / np.linalg.norm(a, axis=-1, keepdims=True) for a in (s.query, s.key))
    scores = query @ key.swapaxes(-1, -2) * 5
    return s.told(s.softmax(scores), scores=scores)


@kind("scores capped", "cap", "qw qwm qs", fault=False, types=NOT_BFLOAT16)
def capped(rng):
    s = Sound(rng)
    s.query = s.query * 12
    scores = 30 * np.tanh(s.scores / 30)
    return s.told(s.softmax(scores), scores=scores)


@kind("not reproduced", "first at query", "qw qwm qs")
def rotated_and_not_told(rng):
    s = Sound(rng)
    angles = np.arange(s.n)[:, None] / 10 ** (np.arange(s.d // 2) / 4)
    turned = []
    for array in (s.query, s.key):
        left, right = array[..., : s.d // 2], array[..., s.d // 2 :]
        first = left * np.cos(angles) - right * np.sin(angles)
        second = left * np.sin(angles) + right * np.cos(angles)
        turned.append(np.concatenate([first, second], axis=-1))
    scores = turned[0] @ turned[1].swapaxes(-1, -2) / np.sqrt(s.d)
    return s.told(s.softmax(scores), scores=scores)


@kind("not reproduced", "first at query", "qw sw qwm", types=NOT_BFLOAT16)
def one_weight_changed(rng):
    s = Sound(rng)
    weights = s.softmax()
    weights[..., -1, :2] = weights[..., -1, :2].mean(axis=-1, keepdims=True)
    return s.told(weights)


@kind("identical queries", "queries are the same", "w wm qw qwm")
def queries_identical(rng):
    s = Sound(rng)
    s.query = np.repeat(s.query[..., :1, :], s.n, axis=-2)
    return s.told(s.softmax())


@kind("indifferent queries", "key alone", "qw qwm", fault=False)
def scores_of_the_key_alone(rng):
    s = Sound(rng)
    s.query[..., 0], s.key[..., 1:] = 1.5, 0
    return s.told(s.softmax())


@kind("identical keys", "keys are the same", "qw qwm")
def keys_identical(rng):
    s = Sound(rng)
    s.key = np.repeat(s.key[..., :1, :], s.n, axis=-2)
    return s.told(s.softmax())


@kind("one-hot", "trained head", "w wm", fault=False)
def sharp_trained_head(rng):
    s = Sound(rng)
    return s.told(s.softmax(np.where(s.steps == -1, 12.0, 0) + rng.normal(size=s.scores.shape)))


@kind("computed in 16 bits", "float32", "qw sw", fault=False, types=IN_32_BITS)
def computed_in_float16(rng):
    s = Sound(rng, leading=(3,), mask=None)
    s.query, s.key = s.query.astype(np.float32), s.key.astype(np.float32)
    scores = s.query.astype(np.float16) @ s.key.astype(np.float16).swapaxes(-1, -2)
    weights = softmax((scores / np.float16(np.sqrt(s.d))).astype(np.float32))
    return s.told(weights)


@kind("heads merged wrongly", "swap the axes", "vo qvo")
def merged_without_moving(rng):
    s = Sound(rng, leading=(2, 4))
    output = s.softmax() @ s.value
    return s.told(s.softmax(), output=output.reshape(2, s.n, -1))


@kind("value heads in another order", "value heads", "vo qvo")
def value_heads_shifted(rng):
    s = Sound(rng, leading=(2, 4))
    return s.told(s.softmax(), output=s.softmax() @ np.roll(s.value, 1, axis=-3))


@kind("weights transposed", "rows of weights are queries", "vo qvo")
def output_of_transposed_weights(rng):
    s = Sound(rng)
    return s.told(s.softmax(), output=s.softmax().swapaxes(-1, -2) @ s.value)


@kind("values averaged", "not used", "vo qvo")
def output_without_weights(rng):
    s = Sound(rng, mask=None)
    return s.told(s.softmax(), output=np.repeat(s.value.mean(-2, keepdims=True), s.n, axis=-2))


@kind("output scaled", "times", "vo qvo")
def output_scaled(rng):
    s = Sound(rng)
    return s.told(s.softmax(), output=s.softmax() @ s.value / np.sqrt(s.d))


@kind("output not reproduced", "dropout", "vo qvo")
def output_after_dropout(rng):
    s = Sound(rng, leading=(3,))
    kept = s.softmax() * (rng.random((3, s.n, s.n)) > 0.2) / 0.8
    return s.told(s.softmax(), output=kept @ s.value)


@kind("bias not passed", "straight line", "qw qwm sw", fault=False)
def alibi_that_was_not_passed(rng):
    s = Sound(rng, leading=(2, 4))
    slopes = 0.5 ** np.arange(1, 5)[:, None, None]
    return s.told(s.softmax(s.scores + slopes * s.steps))


@kind("bias not passed", "T5", "qw qwm sw", fault=False, types=IN_32_BITS)
def learned_bias_that_was_not_passed(rng):
    s = Sound(rng, leading=(4,), n=14)
    learned = rng.normal(size=(4, 2 * s.n))
    return s.told(s.softmax(s.scores + learned[:, s.steps + s.n]))


@kind("identical heads", "of its own", "w wm")
def one_map_for_all_heads(rng):
    s = Sound(rng, leading=(3,))
    weights = np.repeat(s.softmax()[:1], 3, axis=0)
    return s.told(weights)


@kind("NaN", "0 · −∞", "qwm swm")
def mask_times_infinity(rng):
    s = Sound(rng)
    with np.errstate(all="ignore"):
        return s.told(softmax(s.scores + (1 - s.visible) * -np.inf))


@kind("mask inverted", "invert", ALL_MASKED)
def inverted_with_one_full_text(rng):
    s, _ = padded(rng, causal=False)
    s.visible = s.visible.copy()
    s.visible[0] = True
    weights = s.softmax(visible=~s.visible)
    weights[0] = np.nan
    return s.told(weights)


@kind("leak", "minus is missing", ALL_MASKED)
def a_billion_without_its_minus(rng):
    s, _ = padded(rng, causal=False)
    s.visible = s.visible & (np.arange(s.n) < s.n - 2)
    return s.told(softmax(np.where(s.visible, s.scores, 1e9)))


@kind("leak", "other end", ALL_MASKED)
def padding_at_the_other_end(rng):
    s, _ = padded(rng, causal=False)
    return s.told(s.softmax(visible=s.visible[..., ::-1]))


@kind("leak", ("window is too wide", "ahead"), ALL_MASKED)
def wide_in_both_directions(rng):
    s = Sound(rng, n=12)
    s.visible = np.abs(s.steps) < 3
    return s.told(s.softmax(visible=np.abs(s.steps) < 4))


@kind("window too narrow", "narrow", ALL_MASKED)
def narrow_in_both_directions(rng):
    s = Sound(rng, n=12)
    s.visible = np.abs(s.steps) < 4
    return s.told(s.softmax(visible=np.abs(s.steps) < 3))


@kind("heads split wrongly", "swap axes", "qw qwm qs")
def split_by_reshape_alone(rng):
    s = Sound(rng, leading=(2, 4))
    cut = [a.swapaxes(1, 2).reshape(a.shape) for a in (s.query, s.key)]
    scores = cut[0] @ cut[1].swapaxes(-1, -2) / np.sqrt(s.d)
    return s.told(s.softmax(scores), scores=scores)


@kind("key not transposed", "not transposed", "qw qs")
def key_not_transposed(rng):
    s = Sound(rng, n=16, d=16, mask=None)
    scores = s.query @ s.key / 4
    return s.told(s.softmax(scores), scores=scores)


@kind("another scale", "number of keys", "qw qwm")
def root_of_the_number_of_keys(rng):
    s = Sound(rng, n=9, d=32)
    return s.told(s.softmax(s.scores * np.sqrt(s.d / 9)))


@kind("another scale", "width of the whole model", "qw qwm")
def root_of_the_whole_width(rng):
    s = Sound(rng, leading=(2, 4), d=16, n=11)
    return s.told(s.softmax(s.scores / 2))


@kind("softmax twice", "once", "qwm swm qswm")
def softmax_twice_then_masked(rng):
    s = Sound(rng)
    return s.told(s.softmax(softmax(s.scores)))


@kind("computed in 16 bits", "float32", "qs", fault=False, types=IN_32_BITS)
def scores_in_bfloat16(rng):
    s = Sound(rng, leading=(3,), mask=None)
    products = rounded(s.query, "bfloat16") @ rounded(s.key, "bfloat16").swapaxes(-1, -2)
    return s.told(s.softmax(), scores=rounded(products, "bfloat16") / np.sqrt(s.d) * 1.0000001)


def heads_of_two_texts(rng, **more):
    return Sound(rng, leading=(2, 4), **more)


@kind("leak", "left out: the window looks as far ahead", ALL_MASKED)
def window_in_both_directions(rng):
    s, width = windowed(rng)
    return s.told(s.softmax(visible=np.abs(s.steps) < width))


@kind("leak", "left out: only what lies too far back", ALL_MASKED)
def window_without_an_end(rng):
    s, width = windowed(rng)
    return s.told(s.softmax(visible=s.steps > -width))


@kind("leak", "joined by or", "qwm swm qswm")
def causal_or_padding(rng):
    s = heads_of_two_texts(rng)
    padding = np.arange(s.n) < np.array([s.n, s.n - 3])[:, None, None, None]
    causal, s.visible = s.visible, s.visible & padding
    return s.told(s.softmax(visible=causal | padding))


@kind("mask broadcasts along the queries", "None, None, :", "qwm swm qswm")
def padding_without_axes(rng):
    s = Sound(rng, leading=(6, 2), n=6, mask=None)
    padding = np.arange(6) < np.array([6, 4, 5, 3, 2, 6])[:, None]
    s.visible = padding
    return s.told(s.softmax(visible=padding[:, None, None]))


@kind("mask of whole numbers", "mask == 1", ALL_MASKED)
def whole_numbers_that_hide(rng):
    s = heads_of_two_texts(rng, mask=None)
    padding = np.arange(s.n) < np.array([s.n, s.n - 3])[:, None]
    return s.told(s.softmax(visible=padding[:, None, None]), mask=padding.astype(int))


@kind("mask of whole numbers", "added to the scores", ALL_MASKED)
def whole_numbers_that_were_added(rng):
    s = heads_of_two_texts(rng, mask=None)
    padding = (np.arange(s.n) < np.array([s.n, s.n - 3])[:, None]).astype(int)
    return s.told(softmax(s.scores + padding[:, None, None]), mask=padding)


@kind("keys cut off", "cut off", "qw sw")
def last_keys_without_weight(rng):
    s = heads_of_two_texts(rng, mask=None)
    return s.told(s.softmax() * (np.arange(s.n) < s.n - 3))


@kind("bias of other heads", "slopes", "qwm swm qswm", types=IN_32_BITS)
def slopes_in_another_order(rng):
    s = heads_of_two_texts(rng)
    slopes = 2.0 ** -np.arange(1, 5)[:, None, None]
    bias, other = (np.where(s.visible, s.steps * one, -np.inf) for one in (slopes, slopes[::-1]))
    return s.told(softmax(s.scores + other), mask=bias)


@kind("another scale", "Head 2 has a scale of its own", "qw qwm", types=IN_32_BITS)
def one_head_with_another_scale(rng):
    s = heads_of_two_texts(rng)
    return s.told(s.softmax(s.scores * np.array([1, 1, 4, 1])[:, None, None]))


@kind("leak", "all in head 2", ALL_MASKED)
def one_head_leaks(rng):
    s = heads_of_two_texts(rng)
    head = np.arange(4)[:, None, None] == 2
    return s.told(s.softmax(visible=s.visible | head))


@kind("NaN", "all in head 2", "wm qwm swm")
def one_head_is_nan(rng):
    s = heads_of_two_texts(rng)
    return s.told(np.where(np.arange(4)[:, None, None] == 2, np.nan, s.softmax()))
