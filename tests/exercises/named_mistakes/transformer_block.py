"""Wrong answers to transformer_block, each under the name by which it is known."""

from named_mistakes.answers import Answers

answers = Answers("transformer_block")


@answers("norm after the sum")
def _(x, attention, norm_1, mlp, norm_2):
    x = norm_1(x + attention(x))
    return norm_2(x + mlp(x))


@answers("norm of what is added")
def _(x, attention, norm_1, mlp, norm_2):
    x = x + norm_1(attention(x))
    return x + norm_2(mlp(x))


@answers("first residual forgotten")
def _(x, attention, norm_1, mlp, norm_2):
    x = attention(norm_1(x))
    return x + mlp(norm_2(x))


@answers("second residual forgotten")
def _(x, attention, norm_1, mlp, norm_2):
    return mlp(norm_2(x + attention(norm_1(x))))


@answers("both residuals forgotten")
def _(x, attention, norm_1, mlp, norm_2):
    return mlp(norm_2(attention(norm_1(x))))


@answers("norm_1 twice")
def _(x, attention, norm_1, mlp, norm_2):
    x = x + attention(norm_1(x))
    return x + mlp(norm_1(x))


@answers("norm_2 twice")
def _(x, attention, norm_1, mlp, norm_2):
    x = x + attention(norm_2(x))
    return x + mlp(norm_2(x))


@answers("norms exchanged")
def _(x, attention, norm_1, mlp, norm_2):
    x = x + attention(norm_2(x))
    return x + mlp(norm_1(x))


@answers("mlp reads x")
def _(x, attention, norm_1, mlp, norm_2):
    return x + attention(norm_1(x)) + mlp(norm_2(x))


@answers("mlp reads what attention brought, without x")
def _(x, attention, norm_1, mlp, norm_2):
    brought = attention(norm_1(x))
    return x + brought + mlp(norm_2(brought))


@answers("second sum starts from x")
def _(x, attention, norm_1, mlp, norm_2):
    return x + mlp(norm_2(x + attention(norm_1(x))))


@answers("second sum starts without x")
def _(x, attention, norm_1, mlp, norm_2):
    brought = attention(norm_1(x))
    return brought + mlp(norm_2(x + brought))


@answers("x added twice")
def _(x, attention, norm_1, mlp, norm_2):
    middle = x + attention(norm_1(x))
    return x + middle + mlp(norm_2(middle))


@answers("residuals of the normed")
def _(x, attention, norm_1, mlp, norm_2):
    x = norm_1(x)
    x = norm_2(x + attention(x))
    return x + mlp(x)


@answers("first residual of the normed")
def _(x, attention, norm_1, mlp, norm_2):
    x = norm_1(x)
    x = x + attention(x)
    return x + mlp(norm_2(x))


@answers("second residual of the normed")
def _(x, attention, norm_1, mlp, norm_2):
    x = norm_2(x + attention(norm_1(x)))
    return x + mlp(x)


@answers("no norms")
def _(x, attention, norm_1, mlp, norm_2):
    x = x + attention(x)
    return x + mlp(x)


@answers("norm_1 forgotten")
def _(x, attention, norm_1, mlp, norm_2):
    x = x + attention(x)
    return x + mlp(norm_2(x))


@answers("norm_2 forgotten")
def _(x, attention, norm_1, mlp, norm_2):
    x = x + attention(norm_1(x))
    return x + mlp(x)


@answers("mlp first")
def _(x, attention, norm_1, mlp, norm_2):
    x = x + mlp(norm_2(x))
    return x + attention(norm_1(x))


@answers("mlp forgotten")
def _(x, attention, norm_1, mlp, norm_2):
    return x + attention(norm_1(x))


@answers("attention forgotten")
def _(x, attention, norm_1, mlp, norm_2):
    return x + mlp(norm_2(x))


@answers("normed at the end")
def _(x, attention, norm_1, mlp, norm_2):
    x = x + attention(norm_1(x))
    return norm_2(x + mlp(norm_2(x)))


@answers("subtracted")
def _(x, attention, norm_1, mlp, norm_2):
    x = x - attention(norm_1(x))
    return x - mlp(norm_2(x))


@answers("multiplied")
def _(x, attention, norm_1, mlp, norm_2):
    x = x * attention(norm_1(x))
    return x * mlp(norm_2(x))


@answers("mlp of attention, added once")
def _(x, attention, norm_1, mlp, norm_2):
    return x + mlp(norm_2(attention(norm_1(x))))


@answers("x changed in place")
def _(x, attention, norm_1, mlp, norm_2):
    x += attention(norm_1(x))
    x += mlp(norm_2(x))
    return x
