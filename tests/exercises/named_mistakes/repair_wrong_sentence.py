"""Wrong answers to repair_wrong_sentence, each under the name by which it is known."""

from helpers.tasks import clinic
from named_mistakes.answers import Answers

answers = Answers("repair_wrong_sentence")


def _parts(x, n_heads):
    return x.reshape(*x.shape[:2], n_heads, x.shape[2] // n_heads)


@answers("as it was brought in")
def _(x, n_heads):
    return clinic.wrong_sentence(x, n_heads)


@answers("reshaped without transposing")
def _(x, n_heads):
    batch, n, d_model = x.shape
    return x.reshape(batch, n_heads, n, d_model // n_heads)


@answers("only reshaped back")
def _(x, n_heads):
    batch, n, d_model = x.shape
    return clinic.wrong_sentence(x, n_heads).reshape(batch, n_heads, n, d_model // n_heads)


@answers("heads behind the words")
def _(x, n_heads):
    return _parts(x, n_heads)


@answers("heads cut crosswise")
def _(x, n_heads):
    batch, n, d_model = x.shape
    return x.reshape(batch, n, d_model // n_heads, n_heads).transpose(0, 3, 1, 2)


@answers("width before words")
def _(x, n_heads):
    return _parts(x, n_heads).transpose(0, 2, 3, 1)
