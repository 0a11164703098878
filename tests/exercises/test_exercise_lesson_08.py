"""Lesson 08: right answers in other styles pass, wrong ones nobody declared are rejected."""

import numpy as np
from exercise_learners import all_pass, all_rejected


def norm_by_np_var(x, gain, bias, eps=1e-5):
    mean, var = np.mean(x, -1), np.var(x, -1)
    return gain * ((x - mean[..., None]) / (var[..., None] + eps) ** 0.5) + bias


def norm_by_loops(x, gain, bias, eps=1e-5):
    result = np.empty_like(x)
    for place in np.ndindex(x.shape[:-1]):
        row = x[place]
        mean = sum(row) / len(row)
        variance = sum((number - mean) ** 2 for number in row) / len(row)
        result[place] = [
            (number - mean) / np.sqrt(variance + eps) * g + b
            for number, g, b in zip(row, gain, bias, strict=True)
        ]
    return result


def norm_along_an_axis(x, gain, bias, eps=1e-5):
    def one(row):
        return (row - row.mean()) * (row.var() + eps) ** -0.5 * gain + bias

    return np.apply_along_axis(one, -1, x)


def norm_by_mean_of_squares(x, gain, bias, eps=1e-5):
    x = x.astype(np.float64)
    mean = x.mean(-1, keepdims=True)
    variance = (x * x).mean(-1, keepdims=True) - mean**2
    return (x - mean) / np.sqrt(variance + eps) * gain + bias


def norm_in_place_on_a_copy(x, gain, bias, eps=1e-5):
    y = x.copy()
    y -= y.mean(axis=-1, keepdims=True)
    y /= np.sqrt(np.einsum("...d,...d->...", y, y)[..., None] / y.shape[-1] + eps)
    y *= gain
    y += bias
    return y


def norm_without_a_default(x, gain, bias, eps=0.00001):
    std = np.std(x, axis=-1, keepdims=True)
    return (x - np.mean(x, axis=-1, keepdims=True)) / np.sqrt(std**2 + eps) * gain + bias


def feed_by_where(x, w_in, b_in, w_out, b_out):
    hidden = np.dot(x, w_in) + b_in
    return np.dot(np.where(hidden > 0, hidden, 0), w_out) + b_out


def feed_by_mask(x, w_in, b_in, w_out, b_out):
    hidden = x @ w_in + b_in
    hidden[hidden < 0] = 0
    return hidden @ w_out + b_out


def feed_by_product(x, w_in, b_in, w_out, b_out):
    hidden = x @ w_in + b_in
    return (hidden * (hidden > 0)) @ w_out + b_out


def feed_by_einsum(x, w_in, b_in, w_out, b_out):
    hidden = np.einsum("...d,dh->...h", x, w_in) + b_in
    return np.einsum("...h,hd->...d", (hidden + abs(hidden)) / 2, w_out) + b_out


def feed_by_clip(x, w_in, b_in, w_out, b_out):
    return np.clip(x @ w_in + b_in, 0, None) @ w_out + b_out


def feed_on_transposed(x, w_in, b_in, w_out, b_out):
    rows = x.reshape(-1, x.shape[-1])
    hidden = (w_in.T @ rows.T).T + b_in
    return ((w_out.T @ hidden.clip(min=0).T).T + b_out).reshape(x.shape)


def block_in_names(x, attention, norm_1, mlp, norm_2):
    normed = norm_1(x)
    brought = attention(normed)
    middle = brought + x
    return mlp(norm_2(middle)) + middle


def block_in_place_on_a_copy(x, attention, norm_1, mlp, norm_2):
    out = np.array(x)
    out += attention(norm_1(x))
    out += mlp(norm_2(out))
    return out


def block_as_one_sum(x, attention, norm_1, mlp, norm_2):
    brought = attention(norm_1(x))
    return np.add(np.add(x, brought), mlp(norm_2(np.add(x, brought))))


def block_by_a_loop(x, attention, norm_1, mlp, norm_2):
    for step, norm in ((attention, norm_1), (mlp, norm_2)):
        x = x + step(norm(x))
    return x


RIGHT = {
    "layer_norm": [
        norm_by_np_var, norm_by_loops, norm_along_an_axis, norm_by_mean_of_squares,
        norm_in_place_on_a_copy, norm_without_a_default,
    ],
    "feed_forward": [
        feed_by_where, feed_by_mask, feed_by_product, feed_by_einsum, feed_by_clip,
        feed_on_transposed,
    ],
    "transformer_block": [
        block_in_names, block_in_place_on_a_copy, block_as_one_sum, block_by_a_loop,
    ],
}  # fmt: skip


def test_right_answers_pass_in_any_style():
    all_pass(RIGHT)


WRONG = {
    "layer_norm": {
        "mean distance": lambda x, g, b, eps=1e-5: (
            (x - x.mean(-1, keepdims=True))
            / (np.abs(x - x.mean(-1, keepdims=True)).mean(-1, keepdims=True) + eps) * g + b
        ),
        "cut at 2": lambda x, g, b, eps=1e-5: norm_by_np_var(x, g, b, eps).clip(-2, 2),
        "gain squared": lambda x, g, b, eps=1e-5: norm_by_np_var(x, g**2, b, eps),
        "first row's mean for all": lambda x, g, b, eps=1e-5: (
            (x - x[..., :1, :].mean(-1, keepdims=True))
            / np.sqrt(x.var(-1, keepdims=True) + eps) * g + b
        ),
        "rounded": lambda x, g, b, eps=1e-5: norm_by_np_var(x, g, b, eps).round(2),
    },
    "feed_forward": {
        "first hidden number dropped": lambda x, w, b, v, c: (
            np.maximum(x @ w + b, 0)[..., 1:] @ v[1:] + c
        ),
        "bends at 0.1": lambda x, w, b, v, c: np.where(x @ w + b > 0.1, x @ w + b, 0) @ v + c,
    },
    "transformer_block": {
        "half of attention": lambda x, a, n, m, o: block_in_names(x, lambda y: a(y) / 2, n, m, o),
        "mlp twice": lambda x, a, n, m, o: block_in_names(
            block_in_names(x, a, n, m, o), np.zeros_like, n, m, o
        ),
        "attention of attention": lambda x, a, n, m, o: block_in_names(
            x, lambda y: a(a(y)), n, m, o
        ),
        "mean of the two": lambda x, a, n, m, o: (x + block_in_names(x, a, n, m, o)) / 2,
        "both norms before attention": lambda x, a, n, m, o: block_in_names(
            x, a, lambda y: o(n(y)), m, lambda y: y
        ),
        "only the first word": lambda x, a, n, m, o: np.concatenate(
            [block_in_names(x, a, n, m, o)[..., :1, :], x[..., 1:, :]], axis=-2
        ),
        "x normed by norm_2 at the start": lambda x, a, n, m, o: block_in_names(o(x), a, n, m, o),
    },
}  # fmt: skip


def test_wrong_answers_never_seen_before_are_rejected():
    all_rejected(WRONG)
