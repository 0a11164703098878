"""By what were scores and bias multiplied? Fitted, and then put to the test."""

import numpy as np

from helpers.diagnosis.diagnosis import Diagnosis, listed

CLOSE = 0.02  # share by which a fitted number may differ from the one that it is taken for
SANE = 1.2  # scores of heads that choose, and can still learn, spread by about this


def wrong_scale(link):
    """Scores that are the right ones times a number, and a bias times a number; or None."""
    if link.of_products and link.evidence.query.shape[-1] < 2:
        return None
    bias = link.evidence.bias
    with_bias = bool(link.centred(np.broadcast_to(bias, link.use.shape)).any())
    factors = link.fit([link.raw, bias] if with_bias else [link.raw])
    if factors is None:
        return _each_bias(link) if with_bias else _each_map(link)
    slope, weight = (*factors, 1.0)[:2]
    slope = _snapped(slope, _usual_scales(link))
    weight = 0.0 if abs(weight) < CLOSE else weight
    weight = _snapped(weight, (1.0, -1.0, 2.0, link.meant))
    times = slope / link.meant if link.meant else 1.0
    if not link.agrees(link.raw * slope, bias=weight * bias, times=times):
        return _each_bias(link) if with_bias else _each_map(link)
    if with_bias and weight != 1 and abs(times - 1) < CLOSE:
        return _wrong_bias(link, weight)
    return None if times == 1 else _named(link, slope)


def rough_scale(link):
    """As `wrong_scale`, where the numbers are too rough for a test: from the fit alone."""
    factors = link.fit([link.raw])
    if factors is None or abs(factors[0] / link.meant - 1) < 0.05:
        return None
    return _named(link, _snapped(factors[0], _usual_scales(link)))


def _snapped(number, usual):
    for one in usual:
        if abs(number - one) <= CLOSE * max(abs(one), 0.05):
            return one
    return number


def _usual_scales(link):
    if not link.of_products:
        return (1.0,)
    d, n_keys = link.evidence.query.shape[-1], link.raw.shape[-1]
    return (link.meant, 1.0, 1 / d, 1 / np.sqrt(d), np.sqrt(d), float(d), 1 / np.sqrt(n_keys))


def _named(link, slope):
    if not link.of_products:
        return _between(link, slope)
    d = link.evidence.query.shape[-1]
    times = slope / link.meant
    is_, meant = link.spread(link.raw * slope), link.spread(link.scores)
    meant_words = f"{link.meant:.3g} was passed as scale"
    if not link.evidence.scale_given:
        meant_words = f"1/√{d} is {link.meant:.3g}"
    number = f"scores are query · key times {slope:.3g}; {meant_words}"
    symptom = f"Scores spread too {'widely' if abs(times) > 1 else 'little'}."
    name, cause, remedy = _scale_words(link, slope)
    on_purpose = not link.evidence.scale_given and _nearer(is_, meant)
    if on_purpose:
        symptom = "Another scale than 1/√d, and one that fits the size of query and key."
        number += f"; the scores spread by {is_:.2g}, with 1/√{d} they would by {meant:.2g}"
        cause += " Some models do so on purpose."
        remedy += f" If it is meant, pass scale={slope:.3g}."
    return Diagnosis(name, symptom, f"{number}.", cause, remedy, fault=not on_purpose)


def _nearer(is_, meant):
    """Whether the spread that scores have is nearer to what attention needs than the other."""
    if not (is_ > 0 and meant > 0):
        return False
    return abs(np.log(is_ / SANE)) < abs(np.log(meant / SANE))


def _scale_words(link, slope):
    d, n_keys = link.evidence.query.shape[-1], link.raw.shape[-1]
    root = np.sqrt(d)
    again = "take the width of the key that is multiplied, query.shape[-1]."
    if _is(slope, 1):
        return "scale missing", "the division by √d is missing.", "divide the scores by √d_key."
    if _is(slope, 1 / d):
        return (
            "scale doubled", "divided by √d twice, or by d.",
            "divide by √d_key once, in the query or in the scores.",
        )  # fmt: skip
    if _is(slope, root):
        return (
            "another scale",
            "multiplied by √d, where it should be divided.",
            ("divide the scores by √d_key: * d_key**-0.5, or / d_key**0.5."),
        )
    if slope < 0:
        cause = "the scores' sign is turned: what fits best gets least."
        return "another scale", cause, "take the minus off, and divide by √d_key."
    if _is(slope, np.log(2) / root):
        cause = "powers of 2 in the place of powers of e."
        return "another scale", cause, "use exp, or multiply the scores by log₂ e before exp2."
    cause = f"divided by {1 / slope:.3g}" if slope < 1 else f"multiplied by {slope:.3g}"
    heads = link.raw.shape[-3] if link.raw.ndim > 2 else 1
    widths = {n_keys: "number of keys", d * heads: "width of the whole model"}
    widths |= {heads: "number of heads"}
    for width, name in widths.items():
        if width not in (1, d) and _is(slope, 1 / np.sqrt(width)):
            return "another scale", f"{cause}, the root of {width}: the {name}.", again
        if width not in (1, d) and _is(slope, np.sqrt(width)):
            return "another scale", f"{cause}, the root of {width}: the {name}.", again
    whole = round(1 / slope**2)
    if whole > 1 and _is(slope, 1 / np.sqrt(whole)) and whole < 10_000:
        return "another scale", (
            f"{cause}, the root of {whole}: the root of another width, such as d_model, or a "
            "constant."
        ), again  # fmt: skip
    return "another scale", f"{cause}: a constant, or a temperature.", again


def _is(number, other):
    return abs(number / other - 1) < CLOSE


def _between(link, slope):
    """Weights that are softmax of these scores times a number."""
    number = f"the weights are softmax of these scores times {slope:.3g}."
    whole = round(1 / slope**2) if slope else 0
    if whole > 1 and _is(slope, 1 / np.sqrt(whole)) and slope < 1:
        return Diagnosis(
            "another scale", "The scores that were passed are larger than those of softmax.",
            number, f"these scores are from before the division by √{whole}.",
            f"right if √d_key is √{whole}: pass the scores as softmax gets them.", fault=False,
        )  # fmt: skip
    return Diagnosis(
        "another scale",
        f"Weights are {'sharper' if slope > 1 else 'flatter'} than softmax of these scores.",
        number,
        "scores are multiplied once more between here and softmax: a temperature, or a scale.",
        "multiply by the scale once, before the scores; pass query and key to see which.",
    )


def _each_map(link):
    """A scale of its own for every head, as some models learn it."""
    if not link.of_products or link.raw.ndim < 3:
        return None
    slopes = link.fit([link.raw], each_map=True)
    if slopes is None or (slopes <= 0).any():
        return None
    if slopes.max() < slopes.min() * (1 + 2 * CLOSE):
        return None
    times = float(np.abs(slopes / link.meant).max())
    if slopes.size * LEAST_OF_A_MAP > link.use.sum() or not link.agrees(
        link.raw * slopes, times=times
    ):
        return None
    others = np.abs(slopes / link.meant - 1) > CLOSE
    heads = others.reshape(-1, slopes.shape[-3]).any(axis=0)
    if heads.sum() < (len(heads) + 1) // 2:
        which = listed(np.flatnonzero(heads))
        return Diagnosis(
            "another scale", f"Head {which} has a scale of its own.",
            f"scores are query · key times {np.median(slopes[others]):.3g} there, and "
            f"{link.meant:.3g} elsewhere.",
            "its projections were scaled or loaded from elsewhere, or it has a scale apart.",
            "divide by √d_key, one number for all heads.",
        )  # fmt: skip
    return Diagnosis(
        "another scale",
        "Every head has a scale of its own.",
        f"scores are query · key times {slopes.min():.3g} to {slopes.max():.3g}.",
        "a temperature that every head learns, as some models have it, or a scale of the wrong "
        "shape that broadcasts along the heads.",
        "right if it is meant; else divide by √d_key, one number for all heads.",
        fault=False,
    )


def _each_bias(link):
    """The bias times a number of its own in every head: slopes of other heads."""
    if link.raw.ndim < 3:
        return None
    factors = link.fit([link.evidence.bias], each_map=True, beyond=link.scores)
    if factors is None or not link.agrees(link.scores, bias=factors * link.evidence.bias):
        return None
    heads = factors.reshape(-1, factors.shape[-3])[0]
    told = ", ".join(f"{one:.3g}" for one in heads[:4]) + (", …" if len(heads) > 4 else "")
    return Diagnosis(
        "bias of other heads", "Every head has a bias meant for another.",
        f"heads 0, 1, 2, … hold {told} times the bias that was passed.",
        "slopes of another order, or made for another number of heads.",
        "compare the slopes, head by head: for 8 heads they are 1/2, 1/4, … 1/256.",
    )  # fmt: skip


LEAST_OF_A_MAP = 8  # places that a scale of one map is fitted from


def _wrong_bias(link, weight):
    """The scale is right, and what the mask adds is not what was added."""
    number = f"the scores hold {weight:.3g} times the bias that was passed as mask."
    symptom = "The bias was meant otherwise."
    if weight == -1:
        return Diagnosis(
            "bias sign turned", "What should weaken a score strengthens it.", number,
            "the bias was subtracted, or made with its sign turned, such as query - key for "
            "key - query.",
            "turn its sign: a bias by distance is 0 at the query's own place and below 0 "
            "elsewhere.",
        )  # fmt: skip
    if weight == 0:
        return Diagnosis(
            "bias left out", "The weights know nothing of the bias.", number,
            "the bias was not added, or only after softmax.",
            "add it to the scores, after the scale and before softmax.",
        )  # fmt: skip
    if weight == 2:
        return Diagnosis(
            "bias added twice", symptom, number,
            "it was added to the scores and handed on as a mask too, or made twice as steep.",
            "add it once, to the scores.",
        )  # fmt: skip
    if link.of_products and _is(weight, link.meant):
        return Diagnosis(
            "bias scaled", symptom, number,
            "the bias was added before the scores were scaled.",
            "scale query · key first, then add the bias.",
        )  # fmt: skip
    return Diagnosis(
        "bias scaled", symptom, number,
        "the bias was multiplied by a number, or made with another slope.",
        "compare the bias that the code adds with the one that you passed.",
    )  # fmt: skip
