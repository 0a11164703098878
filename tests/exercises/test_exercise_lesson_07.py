"""Online softmax, windows, linear attention: right answers in any style pass, strangers do not."""

import numpy as np
from exercise_learners import all_named, all_pass, all_rejected, as_learner, named

from helpers import attention, efficient
from helpers.exercises.judge import judge


def online_by_loops(blocks):
    largest, total = float("-inf"), 0.0
    for block in blocks:
        for score in block:
            if score > largest:
                total = total * np.exp(largest - score)
                largest = score
            total += np.exp(score - largest)
    return largest, total


def online_with_the_first_block_first(blocks):
    m = blocks[0].max()
    total = np.sum(np.exp(blocks[0] - m))
    for block in blocks[1:]:
        new = np.maximum(m, np.max(block))
        total = np.exp(m - new) * total + np.sum(np.exp(block - new))
        m = new
    return m, total


def online_only_where_it_rises(blocks):
    maximum, total = -np.inf, 0
    for block in blocks:
        if block.max() > maximum:
            total *= np.exp(maximum - block.max())
            maximum = block.max()
        total += np.exp(block - maximum).sum()
    return [maximum, total]


def online_by_pairs(blocks):
    """Each block on its own, then two by two: what a machine with many cores does."""
    pairs = [(b.max(), np.exp(b - b.max()).sum()) for b in blocks]
    while len(pairs) > 1:
        (m, s), (n, t), *rest = pairs
        top = max(m, n)
        pairs = [*rest, (top, s * np.exp(m - top) + t * np.exp(n - top))]
    return pairs[0]


def online_by_index(blocks):
    m, total = blocks[0].max(), 0.0
    for i in range(len(blocks)):
        new = np.fmax(m, blocks[i].max())
        total = total / np.exp(new - m) + np.exp(blocks[i] - new).sum()
        m = new
    return m, total


def online_in_float64(blocks):
    m, total = np.float64(-np.inf), np.float64(0)
    for block in blocks:
        block = np.asarray(block, dtype=np.float64)
        new = max(m, block.max())
        m, total = new, total * np.exp(m - new) + np.exp(block - new).sum()
    return np.array(m), np.array(total)


def online_of_arrays_made_first(blocks):
    return online_by_loops([np.array(block, dtype=np.float64) for block in blocks])


def window_by_loops(n, window):
    mask = np.zeros((n, n), dtype=bool)
    for i in range(n):
        for j in range(max(0, i - window + 1), i + 1):
            mask[i, j] = True
    return mask


def window_by_triangles(n, window):
    return np.tri(n, dtype=bool) & ~np.tri(n, k=-window, dtype=bool)


def window_by_triu(n, window):
    return np.triu(np.tril(np.ones((n, n), dtype=bool)), 1 - window)


def window_by_subtract(n, window):
    back = np.subtract.outer(np.arange(n), np.arange(n))
    return np.logical_and(back >= 0, window > back)


def window_by_list(n, window):
    return np.array([[0 <= i - j < window for j in range(n)] for i in range(n)])


def window_by_isin(n, window):
    return np.isin(np.arange(n)[:, None] - np.arange(n), np.arange(window))


def phi(x):
    return np.where(x > 0, x + 1, np.exp(np.minimum(x, 0)))


def linear_by_cumsum(query, key, value):
    q, k = phi(query), phi(key)
    state = np.cumsum(np.einsum("ni,nj->nij", k, value), axis=0)
    return np.einsum("ni,nij->nj", q, state) / (q * np.cumsum(k, axis=0)).sum(-1, keepdims=True)


def linear_with_expm1(query, key, value):
    q, k = (np.maximum(x, 0) + np.expm1(np.minimum(x, 0)) + 1 for x in (query, key))
    numerator, denominator, rows = 0, 0, []
    for i in range(len(q)):
        numerator = numerator + k[i][:, None] * value[i][None, :]
        denominator = denominator + k[i]
        rows.append(q[i] @ numerator / np.dot(q[i], denominator))
    return np.array(rows)


def linear_with_a_column_of_ones(query, key, value):
    """The divisor as one more value."""
    more = np.concatenate([value, np.ones((len(value), 1), value.dtype)], axis=1)
    state, out = np.zeros((key.shape[1], more.shape[1])), []
    for q, k, v in zip(phi(query), phi(key), more, strict=True):
        state = state + np.outer(k, v)
        out.append(q @ state)
    out = np.stack(out)
    return out[:, :-1] / out[:, -1:]


def linear_in_chunks(query, key, value):
    return efficient.linear_attention(query, key, value, causal=True)


def linear_in_float64(query, key, value):
    return linear_by_cumsum(*(np.asarray(a, np.float64) for a in (query, key, value)))


RIGHT = {
    "online_softmax": [
        online_by_loops, online_with_the_first_block_first, online_only_where_it_rises,
        online_by_pairs, online_by_index, online_in_float64, online_of_arrays_made_first,
    ],
    "sliding_window_mask": [
        window_by_loops, window_by_triangles, window_by_triu, window_by_subtract, window_by_list,
        window_by_isin,
    ],
    "linear_attention": [
        linear_by_cumsum, linear_with_expm1, linear_with_a_column_of_ones, linear_in_float64,
        as_learner(linear_in_chunks),
    ],
}  # fmt: skip


def test_right_answers_pass_in_any_style():
    all_pass(RIGHT)


def online_in_one_piece(blocks):
    row = np.concatenate(blocks)
    return row.max(), np.exp(row - row.max()).sum()


def _online(blocks, wrong):
    maximum, total = online_in_one_piece(blocks)
    return maximum, wrong(total)


def _linear(query, key, value, seen=None, power=1):
    weights = (phi(query) @ phi(key).T) ** power * (np.tri(len(query)) if seen is None else seen)
    return (weights / weights.sum(axis=1, keepdims=True)) @ value


WRONG = {
    "online_softmax": {
        "twice the total": lambda b: _online(b, lambda t: 2 * t),
        "one less": lambda b: _online(b, lambda t: t - 1),
        "rounded": lambda b: _online(b, lambda t: np.round(t, 1)),
        "inverse": lambda b: _online(b, lambda t: 1 / t),
        "middle score": lambda b: (np.median(np.concatenate(b)), online_in_one_piece(b)[1]),
        "two blocks only": lambda b: online_in_one_piece(b[:2]),
    },
    "sliding_window_mask": {
        "first word always seen": lambda n, w: window_by_loops(n, w) | (np.arange(n) == 0)
        & (np.arange(n)[:, None] >= 0),
        "checkerboard": lambda n, w: window_by_loops(n, w)
        & ((np.arange(n) + np.arange(n)[:, None]) % 2 == 0),
    },
    "linear_attention": {
        "sharpened": lambda q, k, v: _linear(q, k, v, power=2),
        "a window of two": lambda q, k, v: _linear(q, k, v, np.tri(len(q)) - np.tri(len(q), k=-2)),
        "values reversed": lambda q, k, v: _linear(q, k, v[::-1]),
        "decaying state": lambda q, k, v: _linear(
            q, k, v, np.tri(len(q)) * 0.9 ** np.abs(np.subtract.outer(*[np.arange(len(q))] * 2))
        ),
        "softplus": lambda q, k, v: _linear(np.log1p(np.exp(np.minimum(q, 9))), k, v),
    },
}  # fmt: skip


def test_wrong_answers_never_seen_before_are_rejected():
    all_rejected(WRONG)


def test_right_numbers_by_way_of_a_table_are_told_so():
    verdict = judge(named("linear_attention"), lambda q, k, v: _linear(q, k, v))
    assert (verdict.stage, verdict.mistake) == ("property", None)
    assert (
        "the numbers are right, but for 1200 words it took the memory of a table of 1200 × 1200"
        in verdict.message
    )


def online_in_two_passes(blocks):
    maximum = max(block.max() for block in blocks)
    return maximum, sum(np.exp(block - maximum).sum() for block in blocks)


def online_in_two_passes_by_index(blocks):
    maximum = -np.inf
    for i in range(len(blocks)):
        maximum = max(maximum, blocks[i].max())
    return maximum, sum(np.exp(blocks[i] - maximum).sum() for i in range(len(blocks)))


def test_right_numbers_in_two_passes_or_in_one_piece_are_told_so():
    told = {
        online_in_two_passes: "gone through 2 times",
        online_in_two_passes_by_index: "gone through 2 times",
        online_in_one_piece: "40000 scores were kept in memory at once",
    }
    for function, words in told.items():
        verdict = judge(named("online_softmax"), as_learner(function))
        assert (verdict.stage, verdict.mistake) == ("property", None), function.__name__
        assert words in verdict.message, verdict.message


def _begin(maximum, total=0.0):
    """Online softmax that begins with these two."""

    def begun(blocks):
        m, t = maximum, total
        for block in blocks:
            new = max(m, block.max())
            m, t = new, t * np.exp(m - new) + np.exp(block - new).sum()
        return m, t

    return begun


def _by_places(start, stop):
    """A window filled place by place, from start(i, window) to stop(i)."""

    def window_mask(n, window):
        mask = np.zeros((n, n), bool)
        for i in range(n):
            for j in range(max(0, start(i, window)), min(n, stop(i))):
                mask[i, j] = True
        return mask

    return window_mask


def linear_with_the_state_turned(query, key, value):
    state, sums, rows = np.zeros((key.shape[1], value.shape[1])), 0, []
    for q, k, v in zip(phi(query), phi(key), value, strict=True):
        state += np.outer(v, k)
        sums = sums + k
        rows.append(q @ state / (q @ sums))
    return np.array(rows)


def linear_that_returns_too_early(query, key, value):
    state, sums = 0, 0
    for q, k, v in zip(phi(query), phi(key), value, strict=True):
        state, sums = state + np.outer(k, v), sums + k
        return q @ state / (q @ sums)


def linear_with_the_divisor_in_front(query, key, value):
    """The state divided by the sums, number by number."""
    state, sums, rows = 0, 0, []
    for q, k, v in zip(phi(query), phi(key), value, strict=True):
        state, sums = state + np.outer(k, v), sums + k
        rows.append(q @ (state / sums[:, None]))
    return np.array(rows)


# Mistakes of one kind that people spell in many ways, and the name that each of them has to get.
KINDS = {
    "online_softmax": {
        "maximum begins at a negative number": [
            _begin(m) for m in (-1.0, -100, -1000.0, -1e4, -1e9, -1e30, float(np.finfo("f4").min))
        ],
        "maximum begins at 0": [_begin(0.0)],
        "last block left out": [
            lambda b: online_with_the_first_block_first(b[:-1] or b),
            lambda b: _begin(-np.inf)(b[:-1]),
        ],
        "first block only": [lambda b: _begin(-np.inf)(b[:1])],
    },
    "sliding_window_mask": {
        "one place too many": [_by_places(lambda i, w: i - w, lambda i: i + 1)],
        "own place hidden": [_by_places(lambda i, w: i - w + 1, lambda i: i)],
        "own place hidden, one further back": [_by_places(lambda i, w: i - w, lambda i: i)],
        "one step of the future": [_by_places(lambda i, w: i - w + 1, lambda i: i + 2)],
        "shifted by one into the future": [_by_places(lambda i, w: i - w + 2, lambda i: i + 2)],
        "nothing seen": [
            lambda n, w: np.tri(n, dtype=bool) & ~np.tri(n, k=w, dtype=bool),
            lambda n, w: np.tril(np.triu(np.ones((n, n), bool), w)),
        ],
        "near future hidden, and nothing else": [
            lambda n, w: ~np.tril(np.triu(np.ones((n, n), bool), 1), w)
        ],
        "last column left out": [
            lambda n, w: window_by_loops(n, w) & (np.arange(n) < n - 1) & (np.ones((n, 1)) > 0)
        ],
    },
    "linear_attention": {
        "state turned": [linear_with_the_state_turned],
        "first word only": [linear_that_returns_too_early],
        "state divided number by number": [linear_with_the_divisor_in_front],
        "summed over the width": [
            lambda q, k, v: np.einsum(
                "nk,nkv->nv", phi(q), np.cumsum(phi(k)[:, :, None] * v[:, None], axis=0)
            )
            / (phi(q) * phi(k).cumsum(axis=1)).sum(1, keepdims=True)
        ],
        "not causal": [lambda q, k, v: _linear(q, k, v, 1)],
        "query and key multiplied": [lambda q, k, v: _linear(q / 2, k / 2, v)],
    },
}  # fmt: skip


def test_one_kind_of_mistake_has_one_name_however_it_is_spelled():
    all_named(KINDS)


def test_softmax_attention_is_not_linear_attention():
    def causal_attention(query, key, value):
        return attention.scaled_dot_product_attention(query, key, value, causal=True)[0]

    verdict = judge(named("linear_attention"), causal_attention)
    assert verdict.mistake == "softmax attention"
