"""Maps, keys or queries in another order than they were passed in."""

import numpy as np

from helpers.diagnosis.diagnosis import Diagnosis, listed
from helpers.diagnosis.wrong_axes import batch_and_heads

MOST = 64  # maps that are tried against each other


def wrong_order(link):
    """Scores of the right numbers in another order; or None."""
    return _maps(link) or _places(link)


# Maps ---------------------------------------------------------------------------------------


def _maps(link):
    """Key heads (or whole maps) in another order: each map found among all of them."""
    shape = link.goal.shape
    n_maps = int(np.prod(shape[:-2]))
    if not 2 <= n_maps <= MOST:
        return None
    found = _key_of_each(link, n_maps) if link.of_products else None
    if found is not None:
        rows = np.broadcast_to(link.evidence.key, (*shape[:-2], *link.evidence.key.shape[-2:]))
        key = rows.reshape(n_maps, *rows.shape[-2:])
        moved = key[found].reshape(rows.shape)
        if link.agrees(link.evidence.query @ moved.swapaxes(-1, -2) * link.meant):
            return _key_heads(link, found, shape[:-2], key)
    found = _map_of_each(link, n_maps)
    if found is None:
        return None
    moved = link.scores.reshape(n_maps, *shape[-2:])[found].reshape(shape)
    if not link.agrees(moved):
        return None
    return _map_order(link, found, shape[:-2])


def _rows(link, n_maps):
    """The query that sees most, and what the target says of it: (n_maps, n_keys)."""
    evidence = link.evidence
    row = int(evidence.visible.sum(axis=-1).reshape(n_maps, -1).sum(axis=0).argmax())
    return row, [
        np.broadcast_to(a, link.goal.shape)[..., row, :].reshape(n_maps, -1)
        for a in (link.goal, evidence.visible, evidence.bias)
    ]


def _assigned(link, scores, goal, visible, bias):
    """For each map the first whose scores, (maps, candidates, n_keys), give it; or None."""
    masked = np.where(visible[:, None], scores + bias[:, None], -np.inf)
    if link.target == "weights":
        top = masked.max(axis=-1, keepdims=True)
        made = np.exp(masked - np.where(np.isfinite(top), top, 0))
        made = made / np.maximum(made.sum(axis=-1, keepdims=True), 1e-300)
    else:
        made = np.where(visible[:, None], scores, 0)
        goal = np.where(visible & np.isfinite(goal), goal, 0)
        # Only differences count.
        made = made - made.mean(axis=-1, keepdims=True)
        goal = goal - goal.mean(axis=-1, keepdims=True)
    gaps = np.abs(made - goal[:, None]).max(axis=-1)
    gaps = np.where(np.isfinite(gaps), gaps, np.inf)
    own = np.arange(len(gaps))
    nearest = gaps.argmin(axis=-1)
    stay = gaps[own, own] <= gaps[own, nearest] * 1.5 + 1e-12  # its own, unless another is nearer
    nearest = np.where(stay, own, nearest)
    return None if (nearest == own).all() else nearest


@np.errstate(all="ignore")
def _key_of_each(link, n_maps):
    evidence = link.evidence
    row, (goal, visible, bias) = _rows(link, n_maps)
    query, key = (
        np.broadcast_to(a, (*link.goal.shape[:-2], *a.shape[-2:])).reshape(n_maps, *a.shape[-2:])
        for a in (evidence.query, evidence.key)
    )
    scores = np.einsum("md,ckd->mck", query[:, row] * link.meant, key)
    return _assigned(link, scores, goal, visible, bias)


@np.errstate(all="ignore")
def _map_of_each(link, n_maps):
    row, (goal, visible, bias) = _rows(link, n_maps)
    scores = np.broadcast_to(link.scores, link.goal.shape)[..., row, :].reshape(n_maps, -1)
    scores = np.broadcast_to(scores, (n_maps, *scores.shape))
    return _assigned(link, scores, goal, visible, bias)


def _key_heads(link, found, leading, key):
    batch, heads = (int(np.prod(leading[:-1])), leading[-1]) if leading else (1, 1)
    own = np.arange(len(found))
    if (found // heads == own // heads).all():  # within each sentence
        order = found[:heads] % heads
        groups = _groups(key[:heads])
        n_groups = len(set(groups))
        met = [int(groups[i]) for i in order]
        cause = "key heads were put in another order than query heads."
        remedy = "reorder neither, or both alike: head i of the query meets head i of the key."
        if n_groups < heads and met == [i % n_groups for i in range(heads)]:
            cause = "key heads were tiled (0, 1, 0, 1, …) where they should be repeated."
            remedy = "use np.repeat(key, group, axis=-3), not np.tile: neighbouring query heads "
            remedy += "share a key head."
        elif n_groups < heads and met == [i // (heads // n_groups) for i in range(heads)]:
            cause = "key heads were repeated (0, 0, 1, 1, …) where they should be tiled."
            remedy = "bring query and key heads together in one order, all repeated or all tiled."
        elif met == list(range(heads))[::-1]:
            cause = "key heads stand in reverse order."
        pairs = [(i, met[i]) for i in range(heads) if met[i] != groups[i]]
        told = ", ".join(
            f"query head {i} meets key head {j}, not {groups[i]}" for i, j in pairs[:3]
        )
        return Diagnosis(
            "key heads in another order", "Query heads meet the key heads of others.",
            f"{told}{', and so on' if len(pairs) > 3 else ''}; so the {link.target} fit, to the "
            "digits that they have.",
            cause, remedy,
        )  # fmt: skip
    if batch == heads and (found == own.reshape(batch, heads).T.ravel()).all():
        return batch_and_heads()
    return _sentences(link, found, heads)


def _groups(key):
    """The number of the first head that is the same, counted without gaps, for each head."""
    firsts, groups = [], []
    for head in key:
        same = [i for i, first in enumerate(firsts) if np.array_equal(head, first)]
        groups.append(same[0] if same else len(firsts))
        if not same:
            firsts.append(head)
    return groups


def _map_order(link, found, leading):
    batch, heads = (int(np.prod(leading[:-1])), leading[-1]) if leading else (1, 1)
    own = np.arange(len(found))
    if batch == heads and (found == own.reshape(batch, heads).T.ravel()).all():
        return batch_and_heads()
    if not (found // heads == own // heads).all():
        return _sentences(link, found, heads)
    return Diagnosis(
        "heads in another order", f"The maps of {link.target} stand in another order.",
        f"{link.target} 0, 1, 2, … are those of heads {listed(found[:heads], 6)}.",
        "the heads were reordered, or batch and heads merged and taken apart in another order.",
        "take them apart in the order in which they were merged, reshape(batch, heads, …).",
    )  # fmt: skip


def _sentences(link, found, heads):
    wrong = np.flatnonzero(found != np.arange(len(found)))[:3]
    told = ", ".join(f"map {m} is made of map {found[m]}'s" for m in wrong)
    return Diagnosis(
        "sentences in another order", "Maps read arrays of other sentences.",
        f"{told}; so the {link.target} fit, to the digits that they have.",
        "the batch was reordered, or batch and heads merged in another order, on one side only.",
        "keep the batch first and in one order: reshape(batch * heads, …) and back alike.",
    )  # fmt: skip


# Places -------------------------------------------------------------------------------------


@np.errstate(all="ignore")
def _places(link):
    """Keys, or queries, of every map in another order."""
    for axis, what in ((-1, "keys"), (-2, "queries")):
        order = _order_along(link, axis)
        if order is None:
            continue
        if link.agrees(np.take(link.scores, order, axis=axis)):
            return _reordered(link, what, order)
    return None


def _order_along(link, axis):
    """Which place stands where, read off one full row (or column) of the first map; or None."""
    shape = link.goal.shape
    n = shape[axis]
    first = (0,) * (len(shape) - 2)
    goal, scores, visible = (
        np.broadcast_to(a, shape)[first] for a in (link.goal, link.scores, link.evidence.visible)
    )
    if axis == -1:
        row = int(visible.sum(axis=-1).argmax())
        goal, scores, seen = goal[row], scores[row], visible[row]
    else:
        if link.target == "weights":  # a column hangs on its rows' sums: compare with softmax
            scores = np.broadcast_to(link.expected, shape)[first]
        goal, scores, seen = goal[:, 0], scores[:, 0], visible[:, 0]
    if not seen.all() or not np.isfinite(goal).all() or n < 3:
        return None
    order = np.empty(n, dtype=int)
    order[np.argsort(goal)] = np.argsort(scores)
    return None if (order == np.arange(n)).all() else order


def _reordered(link, what, order):
    n = len(order)
    told = f"{what} 0, 1, 2, … of the {link.target} are {listed(order, 6)} of those passed"
    cause = f"the {what} were sorted, shuffled or gathered in another order."
    if (order == np.arange(n)[::-1]).all():
        cause = f"the {what} stand in reverse order, as a cache filled from the end."
    elif len(set((order - np.arange(n)) % n)) == 1:
        steps = int(order[0])
        steps = steps if steps <= n // 2 else steps - n
        cause = f"the {what} are shifted by {abs(steps)}, round the end."
    remedy = f"keep the order of the {what} from the input to the weights."
    return Diagnosis(
        f"{what} in another order", f"The {what} of the {link.target} stand elsewhere.",
        f"{told}; so they fit, to the digits that they have.", cause, remedy,
    )  # fmt: skip
