"""What to call a token in a sentence: its word, and which one where a word stands twice."""

from helpers.wording import quoted, shorten, word_label

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


def token_names(words, count, role):
    """Names of tokens for a sentence: "cat", the second "the", or (without words) key 4."""
    if words is None:
        return [f"{role} {index}" for index in range(count)]
    words = [shorten(word_label(word), 24) for word in words]
    seen = {}
    names = []
    for word in words:
        seen[word] = seen.get(word, 0) + 1
        if words.count(word) == 1:
            names.append(quoted(word))
        elif seen[word] <= len(_ORDINALS):
            names.append(f"the {_ORDINALS[seen[word] - 1]} {quoted(word)}")
        else:
            names.append(f"{quoted(word)} number {seen[word]}")
    return names


def check_words(words, count, role, shape):
    """The words as strings, or None; ValueError when there are not as many as queries or keys."""
    if words is None:
        return None
    if isinstance(words, str):
        raise ValueError(
            f"The words are one string, {shorten(words, 30)!r}. Pass a list with one word for each "
            f"{role}: words.split()."
        )
    words = [str(word) for word in words]
    if len(words) != count:
        raise ValueError(
            f"{len(words)} words for {count} {role}: shape {shape}. Pass one word for each; where "
            f"queries and keys differ, words= names the queries and keys= the keys."
        )
    return words


def head_name(layer, head, layers):
    """What to call a head: head 3, or head 1.3 (layer.head) where there are several layers."""
    return f"head {head}" if layers == 1 else f"head {layer}.{head}"
