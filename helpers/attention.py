"""The attention mechanism, as one would write it on a board: the reference for everything here.

A query asks, keys answer how well they fit, and the values are mixed accordingly:

    attention(Q, K, V) = softmax(Q Kᵀ / √d_key) V

Rows are queries, everywhere. Axes in front of the last two (batch, heads) broadcast.
Vaswani et al., "Attention Is All You Need", 2017, section 3.2.
"""

import operator

import numpy as np

# Why np.errstate: overflow, underflow and 0 * NaN belong to legal inputs (a score of -inf, a NaN
# where nobody may look). What comes of them is defined below, so NumPy need not warn on the way.


@np.errstate(all="ignore")
def softmax(scores, axis=-1):
    """Turn scores into weights: positive numbers that sum to 1 along `axis`.

    scores: (..., n), any axis may be chosen. Returns: the same shape and floating type.
    A row that is all -inf gives zeros: there is nothing to look at. One with NaN or +inf gives NaN.

    >>> softmax([[0.0, np.log(3)], [-np.inf, 5.0]]).round(2).tolist()
    [[0.25, 0.75], [0.0, 1.0]]
    """
    scores, result_type = _working_copies(scores=scores)
    if not isinstance(axis, int | np.integer) or not -scores.ndim <= axis < scores.ndim:
        raise ValueError(f"scores {scores.shape} have no axis {axis!r}: use -1 for the last one.")
    largest = scores.max(axis=axis, keepdims=True, initial=-np.inf)
    largest = np.where(largest == -np.inf, 0, largest)  # -inf - (-inf) would be NaN
    exponentials = np.exp(scores - largest)  # at most e⁰ = 1: cannot overflow
    total = exponentials.sum(axis=axis, keepdims=True)
    weights = exponentials / np.where(total == 0, 1, total)
    return weights.astype(result_type, copy=False)


@np.errstate(all="ignore")
def scaled_dot_product_attention(query, key, value, mask=None, *, causal=False, scale=None):
    """Mix the values, for every query, by how well the query fits their keys.

    query: (..., n_queries, d_key); key: (..., n_keys, d_key); value: (..., n_keys, d_value).
    mask: broadcasts to the weights; boolean (True = may look), or floating and added to the
        scores (0 / -inf, or any bias). -inf hides.
    causal: no query sees a later key; the last one sees every key. With a mask, both apply.
    scale: what the scores are multiplied by; 1/√d_key if not given.

    Returns: output (..., n_queries, d_value) and weights (..., n_queries, n_keys).
    A query with nothing to look at gets zeros. What is hidden from a query has no effect on it,
    whatever it holds. Types: floating in, same out (mixed: the wider one); integers count as
    float64; float16 is computed in float32. Raises ValueError for anything that does not fit.

    >>> x = np.eye(2)
    >>> output, weights = scaled_dot_product_attention(x, x, [[0.0], [1.0]], causal=True)
    >>> weights.round(2).tolist(), output.round(2).tolist()
    ([[1.0, 0.0], [0.33, 0.67]], [[0.0], [0.67]])
    """
    query, key, value, result_type = _working_copies(query=query, key=key, value=value)
    weights_shape = _shape_of_weights(query, key, value)
    visible, bias = read_mask(mask, weights_shape, query.dtype, causal=causal)
    # Scaling the query, not the scores: fewer products, and no overflow on the way to a score.
    scores = (query * _scale_for(query, scale)) @ key.swapaxes(-1, -2)
    if visible is None:
        weights = softmax(scores)
        output = weights @ value
    else:
        weights = softmax(np.where(visible, scores + bias, -np.inf))
        weights = np.where(visible, weights, 0)  # also in a row that is NaN where it may look
        output = _mix_visible(weights, value, visible)
    return output.astype(result_type, copy=False), weights.astype(result_type, copy=False)


def causal_mask(n_queries, n_keys=None):
    """True where a query may look: at its own position and before; (n_queries, n_keys).

    The last query sees every key: if there are more keys than queries, the first ones come from
    before, as from a key/value cache. n_keys = n_queries if not given.

    >>> causal_mask(2, 3).astype(int).tolist()
    [[1, 1, 0], [1, 1, 1]]
    """
    n_queries = _count("n_queries", n_queries)
    n_keys = n_queries if n_keys is None else _count("n_keys", n_keys)
    return np.tri(n_queries, n_keys, k=n_keys - n_queries, dtype=bool)


def padding_mask(lengths, n_keys):
    """True where a key is a real token, not padding; lengths (batch,) → (batch, 1, n_keys).

    The axis of size 1 stands for the queries: all of them see the same keys.

    >>> padding_mask([1, 3], 3).astype(int).tolist()
    [[[1, 0, 0]], [[1, 1, 1]]]
    """
    lengths, n_keys = np.asarray(lengths), _count("n_keys", n_keys)
    if lengths.size and lengths.dtype.kind not in "iu":
        raise ValueError(f"lengths are {lengths.dtype}: expected integers, one for each sequence.")
    if lengths.size and not (lengths.min() >= 0 and lengths.max() <= n_keys):
        told = f"lengths run from {lengths.min()} to {lengths.max()}, n_keys is {n_keys}"
        raise ValueError(f"{told}: every length must lie between 0 and n_keys. Raise n_keys?")
    return np.arange(n_keys) < lengths[..., None, None]


def additive_mask(mask, dtype):
    """The boolean mask as numbers to add to scores: 0 where True, -inf where False.

    mask: boolean, any shape. dtype: a floating type; -inf exists even in float16, -1e9 does not.

    >>> additive_mask(causal_mask(2), "float16").tolist()
    [[0.0, -inf], [0.0, 0.0]]
    """
    mask, dtype = np.asarray(mask), np.dtype(dtype)
    if mask.dtype.kind != "b":
        raise ValueError(f"mask is {mask.dtype}: expected boolean, True where a query may look.")
    if dtype.kind != "f":
        raise ValueError(f"dtype is {dtype}: only floating types have a -inf. Use np.float32.")
    return np.where(mask, dtype.type(0), dtype.type(-np.inf))


def read_mask(mask, weights_shape, dtype, *, causal=False):
    """What a mask says of weights of this shape: where a query may look, and what is added.

    mask: as `scaled_dot_product_attention` takes it, or None. weights_shape: (..., n_queries,
        n_keys), to which it must broadcast. dtype: the type of what is added. causal: as there.

    Returns: visible, boolean in weights_shape, None where nothing is masked; and bias, which
    broadcasts to it, 0 for a boolean mask. Raises ValueError where the mask does not fit.

    >>> visible, bias = read_mask(np.array([True, False]), (2, 2), float)
    >>> visible.tolist(), bias
    ([[True, False], [True, False]], 0)
    """
    visible = np.broadcast_to(causal_mask(*weights_shape[-2:]), weights_shape) if causal else None
    if mask is None:
        return visible, 0
    mask = np.asarray(mask)
    if mask.dtype.kind not in "bf":
        raise ValueError(
            f"mask is {mask.dtype}: make it bool, mask.astype(bool), where True = may look. As "
            "floats it would be added to the scores, and 1 and 0 hide nothing there."
        )
    try:
        mask = np.broadcast_to(mask, weights_shape)
    except ValueError:
        told = f"mask {mask.shape} does not broadcast to the weights {weights_shape}"
        told += ", the axes (..., n_queries, n_keys); 1 fits any size"
        if len(weights_shape) > 3 and mask.shape == (weights_shape[0], weights_shape[-1]):
            told += ". Padding of a batch: mask[:, None, None, :]"
        raise ValueError(f"{told}.") from None
    if mask.dtype.kind == "b":
        return (mask if visible is None else mask & visible), 0
    bias = mask.astype(dtype, copy=False)
    if not (bias < np.inf).all():
        raise ValueError(f"mask, as {dtype}, holds NaN or +inf: use -inf or finite numbers.")
    return (bias > -np.inf if visible is None else (bias > -np.inf) & visible), bias


def split_heads(x, n_heads):
    """Cut the width into heads: (..., n, d_model) → (..., n_heads, n, d_head), a view.

    >>> split_heads([[1, 2, 3, 4], [5, 6, 7, 8]], 2).tolist()
    [[[1, 2], [5, 6]], [[3, 4], [7, 8]]]
    """
    x, n_heads = np.asarray(x), _count("n_heads", n_heads, 1)
    if x.ndim < 2 or x.shape[-1] % n_heads:
        told = f"x has shape {x.shape}, n_heads is {n_heads}"
        raise ValueError(f"{told}: expected (..., n, d_model) with a d_model that n_heads divides.")
    d_head = x.shape[-1] // n_heads
    return x.reshape(*x.shape[:-1], n_heads, d_head).swapaxes(-2, -3)


def merge_heads(x):
    """Put the heads side by side again: (..., n_heads, n, d_head) → (..., n, d_model).

    >>> merge_heads([[[1, 2], [5, 6]], [[3, 4], [7, 8]]]).tolist()
    [[1, 2, 3, 4], [5, 6, 7, 8]]
    """
    x = np.asarray(x)
    if x.ndim < 3:
        raise ValueError(f"x has shape {x.shape}: expected three axes, (..., n_heads, n, d_head).")
    *leading, n_heads, n, d_head = x.shape
    return x.swapaxes(-2, -3).reshape(*leading, n, n_heads * d_head)


class MultiHeadAttention:
    """Several attentions side by side, each in its own narrow projection of the input.

    w_query: (d_model, n_heads · d_head); w_key: (d_context, n_kv_heads · d_head);
    w_value: (d_context, n_kv_heads · d_value); w_output: (n_heads · d_value, d_out).
    n_kv_heads: if fewer than n_heads, neighbouring query heads share one (Ainslie et al. 2023).

    >>> rng = np.random.default_rng(0)
    >>> heads = MultiHeadAttention.random(d_model=8, n_heads=4, rng=rng, n_kv_heads=2)
    >>> output, weights = heads(rng.normal(size=(5, 8)), causal=True)
    >>> output.shape, weights.shape
    ((5, 8), (4, 5, 5))
    """

    def __init__(self, w_query, w_key, w_value, w_output, n_heads, n_kv_heads=None):
        self.n_heads = _count("n_heads", n_heads, 1)
        n_kv_heads = n_heads if n_kv_heads is None else n_kv_heads
        self.n_kv_heads = _count("n_kv_heads", n_kv_heads, 1)
        self.w_query, self.w_key = _floats("w_query", w_query), _floats("w_key", w_key)
        self.w_value, self.w_output = _floats("w_value", w_value), _floats("w_output", w_output)
        _check_heads(self)

    @classmethod
    def random(cls, d_model, n_heads, *, rng, n_kv_heads=None):
        """Untrained heads: normal weights of standard deviation 1/√(input width), from `rng`."""
        d_model, n_heads = _count("d_model", d_model, 1), _count("n_heads", n_heads, 1)
        if not isinstance(rng, np.random.Generator):
            raise ValueError(f"rng is {rng!r}: expected np.random.default_rng(0) or another seed.")
        n_kv_heads = n_heads if n_kv_heads is None else _count("n_kv_heads", n_kv_heads, 1)
        d_kv = d_model // n_heads * n_kv_heads
        w = [rng.normal(size=(d_model, width)) for width in (d_model, d_kv, d_kv, d_model)]
        return cls(*(matrix / np.sqrt(d_model) for matrix in w), n_heads, n_kv_heads)

    @np.errstate(all="ignore")
    def __call__(self, x, context=None, mask=None, causal=False):
        """Queries from x, keys and values from context (from x itself if there is none).

        x: (..., n_queries, d_model); context: (..., n_keys, d_context).
        mask: (..., n_queries, n_keys), or, with one axis more than x, n_heads before these two.
        Returns: output (..., n_queries, d_out), weights (..., n_heads, n_queries, n_keys).
        """
        context = x if context is None else context
        x, context, w_query, w_key, w_value, w_output, result_type = _working_copies(
            x=x, context=context, w_query=self.w_query, w_key=self.w_key,
            w_value=self.w_value, w_output=self.w_output,
        )  # fmt: skip
        _check_width("x", x, "w_query", w_query)
        _check_width("context", context, "w_key", w_key)

        query = split_heads(x @ w_query, self.n_heads)
        key = split_heads(context @ w_key, self.n_kv_heads)
        value = split_heads(context @ w_value, self.n_kv_heads)
        group = self.n_heads // self.n_kv_heads  # query heads that share one key/value head
        key, value = np.repeat(key, group, axis=-3), np.repeat(value, group, axis=-3)
        if mask is not None and 2 < np.ndim(mask) <= max(x.ndim, context.ndim):
            mask = np.expand_dims(mask, -3)  # (batch, n_q, n_k): the same for every head
        output, weights = scaled_dot_product_attention(query, key, value, mask, causal=causal)
        output = merge_heads(output) @ w_output
        return output.astype(result_type, copy=False), weights.astype(result_type, copy=False)


def _mix_visible(weights, value, visible):
    """weights @ value, where a hidden value counts for nothing even if it is NaN or inf."""
    finite = np.isfinite(value)
    output = weights @ np.where(finite, value, 0) + 0.0  # + 0.0 makes -0 of hidden values 0
    if finite.all():
        return output
    # The rest, key by key: a value that is not finite reaches the queries that may see it.
    rest = np.where(finite, 0, value)
    broken = ~finite.all(axis=-1)
    for k in np.flatnonzero(broken.any(axis=tuple(range(broken.ndim - 1)))):
        reached = output + weights[..., :, k, None] * rest[..., k, None, :]
        output = np.where(visible[..., :, k, None], reached, output)
    return output


def _shape_of_weights(query, key, value):
    """(..., n_queries, n_keys) of arrays that fit; a ValueError that names the misfit if not."""
    told = f"query {query.shape}, key {key.shape}, value {value.shape}"
    if min(query.ndim, key.ndim, value.ndim) < 2:
        raise ValueError(f"{told}: each needs axes (..., n, d); x[None, :] makes one row.")
    if query.shape[-1] != key.shape[-1]:
        told += f": d_key, the last axis, is {query.shape[-1]} and {key.shape[-1]}"
        raise ValueError(f"{told}. Project query and key to the same width; is one transposed?")
    if key.shape[-2] != value.shape[-2]:
        told += f": n_keys, the axis before the last, is {key.shape[-2]} and {value.shape[-2]}"
        raise ValueError(f"{told}. Take key and value from the same sequence.")
    try:
        leading = np.broadcast_shapes(query.shape[:-2], key.shape[:-2])
        np.broadcast_shapes(leading, value.shape[:-2])
    except ValueError:
        told += ": the axes before the last two (batch, heads) do not broadcast"
        raise ValueError(f"{told}. Make them equal, or 1.") from None
    return (*leading, query.shape[-2], key.shape[-2])


def _scale_for(query, scale):
    """The scale in the query's type; 1/√d_key by default (1 where there is nothing to add up)."""
    if scale is None:
        return 1 / np.sqrt(query.dtype.type(query.shape[-1] or 1))
    number = _floats("scale", scale).astype(query.dtype)
    if number.ndim or not np.isfinite(number):
        raise ValueError(f"scale is {scale!r}: expected one finite number, such as 1/√d_key.")
    return number


def _working_copies(**arrays):
    """The arrays in the type to compute in, followed by the type of the result."""
    arrays = [_floats(name, array) for name, array in arrays.items()]
    result_type = np.result_type(*(array.dtype for array in arrays))
    working_type = np.float32 if result_type == np.float16 else result_type
    return *(array.astype(working_type, copy=False) for array in arrays), result_type


def _floats(name, array):
    """The array as floating numbers; a ValueError if it does not hold real numbers."""
    try:
        array = np.asarray(array)
    except ValueError as error:
        raise ValueError(f"{name} is not an array: {error} Make all rows equally long.") from None
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{name} {array.shape} holds {array.dtype}: convert it to real numbers.")
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def _check_heads(heads):
    """Do the four matrices fit each other and the numbers of heads?"""
    n, n_kv = heads.n_heads, heads.n_kv_heads
    shapes = heads.w_query.shape, heads.w_key.shape, heads.w_value.shape, heads.w_output.shape
    if any(len(shape) != 2 for shape in shapes):
        problem = "each matrix needs two axes, (width in, width out)"
    elif n % n_kv:
        problem = "n_kv_heads must divide n_heads, so that each serves equally many"
    elif shapes[0][1] % n or shapes[1][1] % n_kv or shapes[2][1] % n_kv:
        problem = "the heads share the columns, so their number must divide the width out"
    elif shapes[0][1] // n != shapes[1][1] // n_kv:
        problem = "w_query and w_key must give every head the same d_head"
    elif shapes[1][0] != shapes[2][0]:
        problem = "w_key and w_value read the same context, so give them the same width in"
    elif shapes[3][0] != shapes[2][1] // n_kv * n:
        problem = f"w_output must read the merged heads, which are {shapes[2][1] // n_kv * n} wide"
    else:
        return
    told = "w_query {}, w_key {}, w_value {}, w_output {}".format(*shapes)
    raise ValueError(f"{told}, n_heads {n}, n_kv_heads {n_kv}: {problem}.")


def _check_width(name, x, matrix_name, matrix):
    if x.ndim < 2 or x.shape[-1] != matrix.shape[0]:
        told = f"{name} {x.shape} does not fit {matrix_name} {matrix.shape}"
        raise ValueError(f"{told}: expected (..., n, {matrix.shape[0]}); x[None, :] makes one row.")


def _count(name, number, least=0):
    try:
        number = operator.index(number)
    except TypeError:
        raise ValueError(f"{name} is {number!r}: expected a whole number.") from None
    if number < least:
        raise ValueError(f"{name} is {number}: expected {least} or more.")
    return number
