"""diagnose: every fault by its name, none where there is none, and told in the same words."""

import numpy as np
import pytest

from helpers.attention import causal_mask, scaled_dot_product_attention, softmax
from helpers.diagnosis import diagnose

N, D = 24, 64


def _query_key(rng, *leading, n=N, d=D, dtype=np.float64):
    return (rng.normal(size=(*leading, n, d)).astype(dtype) for _ in range(2))


def _scores(query, key):
    return query @ key.swapaxes(-1, -2) / np.sqrt(query.shape[-1])


def _plain(scores):
    """Softmax that subtracts nothing and guards nothing."""
    with np.errstate(all="ignore"):
        return np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)


def _shifted(scores):
    """Softmax that subtracts the largest, and does not think of rows of nothing but -inf."""
    with np.errstate(all="ignore"):
        return _plain(scores - scores.max(axis=-1, keepdims=True))


SICK = {}


def sick(name):
    def declare(make):
        SICK[f"{name} | {make.__name__}"] = (name, make)
        return make

    return declare


@sick("uniform")
def only_weights(rng):
    return dict(weights=softmax(rng.normal(size=(N, N)) * 1e-3))


@sick("identical keys")
def one_word_repeated(rng):
    query, key = _query_key(rng)
    key = np.repeat(key[:1], N, axis=0)
    return dict(query=query, key=key, weights=softmax(_scores(query, key)))


@sick("tiny projections")
def untrained(rng):
    query, key = _query_key(rng)
    query, key = query * 0.02, key * 0.02
    return dict(query=query, key=key, weights=softmax(_scores(query, key)))


@sick("scale doubled")
def from_weights(rng):
    query, key = _query_key(rng)
    return dict(query=query, key=key, weights=softmax(query @ key.T / D))


@sick("scale doubled")
def in_float16(rng):
    query, key = _query_key(rng, dtype=np.float16)
    return dict(query=query, key=key, weights=softmax(query @ key.T / np.float16(D)))


@sick("scale missing")
def from_scores(rng):
    query, key = _query_key(rng)
    return dict(query=query, key=key, scores=query @ key.T)


@sick("scale missing")
def under_a_causal_mask(rng):
    query, key = _query_key(rng)
    mask = causal_mask(N)
    weights = softmax(np.where(mask, query @ key.T, -np.inf))
    return dict(query=query, key=key, mask=mask, weights=weights)


@sick("another scale")
def root_of_the_whole_width(rng):
    query, key = _query_key(rng, 4, d=16)
    return dict(query=query, key=key, weights=softmax(query @ key.swapaxes(-1, -2) / np.sqrt(64)))


@sick("one-hot")
def large_scores(rng):
    return dict(scores=rng.normal(size=(N, N)) * 2000)


@sick("one-hot")
def large_inputs(rng):
    query, key = _query_key(rng)
    query = query * 2000
    return dict(query=query, key=key, weights=softmax(_scores(query, key)))


@sick("NaN in the input")
def broken_key(rng):
    query, key = _query_key(rng)
    key[3, 5] = np.nan
    return dict(query=query, key=key, weights=softmax(_scores(query, key)))


@sick("NaN from empty rows")
def padding_in_front(rng):
    scores = rng.normal(size=(N, N))
    mask = causal_mask(N) & (np.arange(N) >= 3)
    return dict(scores=scores, mask=mask, weights=_shifted(np.where(mask, scores, -np.inf)))


@sick("NaN from empty rows")
def hidden_in_the_scores(rng):
    scores = rng.normal(size=(N, N))
    scores[4] = -np.inf
    return dict(scores=scores, weights=_shifted(scores))


@sick("exp overflow")
def no_maximum_taken_off(rng):
    scores = (rng.normal(size=(N, N)) * 60).astype(np.float32)
    return dict(scores=scores, weights=_plain(scores))


@sick("exp overflow")
def no_maximum_taken_off_in_float64(rng):
    scores = rng.normal(size=(N, N)) * 500
    return dict(scores=scores, weights=_plain(scores))


@sick("float16 overflow")
def product_before_scale(rng):
    query, key = _query_key(rng, dtype=np.float16)
    query, key = query + np.float16(40), key + np.float16(40)
    with np.errstate(over="ignore"):
        scores = query @ key.T / np.float16(8)
    return dict(query=query, key=key, scores=scores, weights=_shifted(scores))


@sick("float16 overflow")
def scores_alone(rng):
    scores = rng.normal(size=(N, N)).astype(np.float16)
    scores[2, 3] = np.inf
    return dict(scores=scores, weights=_shifted(scores))


@sick("float16 overflow")
def not_computed_yet(rng):
    query, key = _query_key(rng, dtype=np.float16)
    return dict(query=query + np.float16(40), key=key + np.float16(40))


@sick("NaN")
def nothing_else_known(rng):
    weights = softmax(rng.normal(size=(N, N)))
    weights[3] = np.nan
    return dict(weights=weights)


@sick("transposed")
def softmax_over_queries(rng):
    return dict(weights=softmax(rng.normal(size=(N, 17)), axis=0))


@sick("transposed")
def over_queries_in_float16(rng):
    return dict(weights=softmax(rng.normal(size=(3, N, N)), axis=-2).astype(np.float16))


@sick("masked after softmax")
def causal(rng):
    mask = causal_mask(N)
    return dict(mask=mask, weights=softmax(rng.normal(size=(N, N))) * mask)


@sick("rows do not sum to 1")
def over_everything(rng):
    return dict(weights=softmax(rng.normal(size=N * N)).reshape(N, N))


@sick("rows do not sum to 1")
def scores_passed_as_weights(rng):
    return dict(weights=rng.normal(size=(N, N)))


@sick("leak")
def off_by_one(rng):
    seen = np.tri(N, k=1, dtype=bool)
    weights = softmax(np.where(seen, rng.normal(size=(N, N)), -np.inf))
    return dict(mask=causal_mask(N), weights=weights)


@sick("leak")
def mask_forgotten(rng):
    return dict(mask=causal_mask(N), weights=softmax(rng.normal(size=(N, N))))


@sick("leak")
def ten_taken_off(rng):
    mask = causal_mask(N)
    weights = softmax(rng.normal(size=(N, N)) + np.where(mask, 0, -10))
    return dict(mask=mask, weights=weights)


@sick("leak")
def mask_transposed(rng):
    mask = causal_mask(N)
    return dict(mask=mask, weights=softmax(np.where(mask.T, rng.normal(size=(N, N)), -np.inf)))


@sick("leak")
def found_by_trying(rng):
    def attend(x):
        return (softmax(x @ x.T) * causal_mask(len(x))) @ x

    return dict(attend=attend, x=rng.normal(size=(6, 4)))


@sick("leak in empty rows")
def a_billion(rng):
    mask = causal_mask(N) & (np.arange(N) >= 3)
    weights = softmax(rng.normal(size=(N, N)) + np.where(mask, 0, -1e9))
    return dict(mask=mask, weights=weights)


@sick("mask inverted")
def padding(rng):
    mask = np.broadcast_to(np.arange(N) < 15, (N, N))
    return dict(mask=mask, weights=softmax(np.where(mask, -np.inf, rng.normal(size=(N, N)))))


@sick("mask inverted")
def causal_and_added(rng):
    mask = causal_mask(N)
    weights = softmax(np.where(mask, -np.inf, rng.normal(size=(N, N))))
    return dict(mask=np.where(mask, 0, -np.inf), weights=weights)


@sick("empty rows")
def handled_rightly(rng):
    query, key = _query_key(rng)
    mask = causal_mask(N) & (np.arange(N) >= 3)
    _, weights = scaled_dot_product_attention(query, key, key, mask)
    return dict(query=query, key=key, mask=mask, weights=weights)


@sick("empty rows")
def lost(rng):
    weights = softmax(rng.normal(size=(N, N)))
    weights[5] = 0
    return dict(weights=weights)


@sick("dead head")
def one_of_four(rng):
    scores = rng.normal(size=(4, N, N))
    scores[2] = 0
    return dict(weights=softmax(scores))


@sick("dead head")
def one_of_four_in_a_batch(rng):
    query, key = _query_key(rng, 2, 4)
    key[:, 1] = 0
    return dict(query=query, key=key, weights=softmax(_scores(query, key)))


@sick("sink")
def the_first_token(rng):
    scores = rng.normal(size=(N, N))
    scores[:, 0] += 6
    return dict(weights=softmax(scores))


@sick("sink")
def the_first_token_under_a_causal_mask(rng):
    scores, mask = rng.normal(size=(4, N, N)), causal_mask(N)
    scores[..., 0] += 6
    return dict(mask=mask, weights=softmax(np.where(mask, scores, -np.inf)))


@sick("batch and heads swapped")
def by_shape(rng):
    query, key = _query_key(rng, 3, 2)
    mask = np.broadcast_to(np.arange(N) < np.array([20, 15])[:, None, None, None], (2, 1, 1, N))
    return dict(query=query, key=key, mask=mask)


@sick("batch and heads swapped")
def by_shape_of_the_weights(rng):
    query, key = _query_key(rng, 2, 3)
    return dict(query=query, key=key, weights=softmax(_scores(query, key)).swapaxes(0, 1))


@sick("batch and heads swapped")
def by_value(rng):
    query, key = _query_key(rng, 3, 3)
    mask = np.arange(N) < np.array([20, 15, 9])[:, None, None, None]
    weights = softmax(np.where(mask.swapaxes(0, 1), _scores(query, key), -np.inf))
    return dict(query=query, key=key, mask=mask, weights=weights)


@pytest.mark.parametrize("case", SICK)
@pytest.mark.parametrize("seed", range(5))
def test_a_fault_is_called_by_its_name(case, seed):
    name, make = SICK[case]
    found = diagnose(**make(np.random.default_rng(seed)))
    assert found.name == name, f"{case}: taken for {found.name}\n{found.text}"
    assert found and found.symptom and found.number and found.cause and found.remedy


def _healthy(rng):
    """A random sound attention, and a random choice of what its owner passes on."""
    dtype = rng.choice([np.float64, np.float32, np.float16])
    leading = [(), (3,), (2, 3), (3, 3)][rng.integers(4)]
    n_queries, n_keys, d = rng.integers(2, 33), rng.integers(2, 33), rng.integers(4, 97)
    query = (rng.normal(size=(*leading, n_queries, d)) * rng.uniform(0.5, 1.5)).astype(dtype)
    key = (rng.normal(size=(*leading, n_keys, d)) * rng.uniform(0.5, 1.5)).astype(dtype)
    mask = None
    if rng.random() < 0.5 and n_queries <= n_keys:
        mask = causal_mask(n_queries, n_keys)
    elif rng.random() < 0.5:
        mask = rng.random((n_queries, n_keys)) < 0.7
        mask[:, rng.integers(n_keys)] = True
    elif rng.random() < 0.5:  # a bias by distance, added to the scores
        mask = -0.1 * np.abs(np.arange(n_queries)[:, None] - np.arange(n_keys))
    _, weights = scaled_dot_product_attention(query, key, key, mask)
    given = dict(query=query, key=key, weights=weights)
    if mask is not None and mask.dtype == bool and rng.random() < 0.5:
        mask = np.where(mask, 0, -np.inf)
    if rng.random() < 0.5:
        given["scores"] = (_scores(*(a.astype(np.float32) for a in (query, key)))).astype(dtype)
    for name in ("query", "weights"):
        if rng.random() < 0.3:
            given.pop(name)
    if "query" not in given:
        given.pop("key")
    if mask is not None:
        given["mask"] = mask
    return given


def test_no_false_alarm_on_a_thousand_healthy_cases():
    rng = np.random.default_rng(0)
    alarms, judged = [], 0
    while judged < 1000:
        given = _healthy(rng)
        if not {"weights", "scores", "query"} & set(given):
            continue
        judged += 1
        found = diagnose(**given)
        if found:
            alarms.append((found.text, {name: a.shape for name, a in given.items()}))
    assert not alarms, f"{len(alarms)} false alarms; the first: {alarms[0]}"


def test_a_sound_function_is_healthy_and_only_trying_finds_a_late_mask():
    x = np.random.default_rng(0).normal(size=(6, 4))
    found = diagnose(attend=lambda x: scaled_dot_product_attention(x, x, x, causal=True)[0], x=x)
    assert not found and found.name == "healthy"


def test_text_and_html_say_the_same():
    found = diagnose(weights=softmax(np.random.default_rng(0).normal(size=(5, 4)), axis=0))
    assert repr(found) == found.text
    assert [label for label, _ in found.parts] == ["Symptom", "Number", "Most likely", "Remedy"]
    for _, words in found.parts:
        assert words in found.text and words in found._repr_html_()
    assert '<th scope="row"' in found._repr_html_() and "<caption" in found._repr_html_()
    assert diagnose(weights=softmax(np.random.default_rng(0).normal(size=(5, 4)))).text.startswith(
        "✔ healthy"
    )


def test_what_may_be_right_is_told_without_blame():
    notes = {SICK["empty rows | handled_rightly"][1]}
    notes |= {make for name, make in SICK.values() if name == "sink"}
    for _, make in SICK.values():
        found = diagnose(**make(np.random.default_rng(0)))
        assert found.fault == (make not in notes), found.text
        assert found.text[0] == ("○" if make in notes else "✘")


@pytest.mark.parametrize("case", SICK)
def test_the_words_do_not_hang_on_the_last_bits(case):
    """What another BLAS would compute: every number moved by a few units in the last place."""
    _, make = SICK[case]
    given = make(np.random.default_rng(0))
    moved = {
        name: array * (1 + 4 * np.finfo(array.dtype).eps)
        if isinstance(array, np.ndarray) and array.dtype == np.float64 and name != "mask"
        else array
        for name, array in given.items()
    }
    assert diagnose(**moved).text == diagnose(**given).text


def test_tensors_of_another_library_are_welcome():
    torch = pytest.importorskip("torch", reason="torch is in the test group only")
    weights = torch.softmax(torch.arange(12.0, requires_grad=True).reshape(3, 4) ** 2 / 40, dim=0)
    assert diagnose(weights=weights).name == "transposed"


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({}, "nothing to look at"),
        (dict(mask=np.ones((3, 3), bool)), "nothing to look at"),
        (dict(query=np.ones((3, 4))), "pass both"),
        (dict(query=np.ones((3, 4)), key=np.ones((5, 2))), "same width"),
        (dict(weights=np.ones((3, 4)) / 4, scores=np.ones((4, 3))), "do not belong together"),
        (dict(weights=np.ones(4) / 4), "two axes or more"),
        (dict(weights=np.ones((3, 4)) / 4, mask=np.ones((4, 3), bool)), "does not broadcast"),
        (dict(weights=np.ones((3, 4)) / 4, mask=np.ones((3, 4), int)), "make it bool"),
        (dict(x=np.ones((3, 4))), "belong together"),
    ],
)
def test_what_does_not_fit_is_said(given, complaint):
    with pytest.raises(ValueError, match=complaint):
        diagnose(**given)
