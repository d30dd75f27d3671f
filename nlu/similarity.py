"""How alike two texts are, by shared character 4-grams: counts near-repeats among thousands of phrases in a second."""

import re
from collections import Counter, defaultdict
from typing import Dict, Iterable, List, Sequence, Set, Tuple

from nlu.normalising import normalise

NEAR = 0.55
"""Jaccard similarity above which two phrases count as one sentence with other names."""

_NOT_LETTERS = re.compile(r"[\W\d_]+")


def grams(text: str) -> Set[str]:
    """Character 4-grams of the letters alone: other numbers or punctuation do not make another phrase."""
    letters = _NOT_LETTERS.sub(" ", normalise(text)).strip()
    return {letters[i : i + 4] for i in range(max(1, len(letters) - 3))}


def near_repeats(texts: Sequence[str]) -> List[Tuple[int, int, float]]:
    """(later, earlier, similarity) for each text that nearly repeats an earlier one; the nearest earlier one is named."""
    seen: List[Set[str]] = []
    places: Dict[str, List[int]] = defaultdict(list)
    found = []
    for i, text in enumerate(texts):
        mine = grams(text)
        shared = Counter(j for gram in mine for j in places[gram])
        best, similarity = -1, 0.0
        for j, count in shared.most_common(5):
            ratio = count / len(mine | seen[j])
            if ratio > similarity:
                best, similarity = j, ratio
        if similarity > NEAR:
            found.append((i, best, similarity))
        for gram in mine:
            places[gram].append(i)
        seen.append(mine)
    return found


def repeats_of(known: Iterable[str], texts: Sequence[str]) -> Set[int]:
    """Which of the texts nearly repeat a known one or an earlier text. The known ones are not compared with each other: a few
    texts against 25,000 take seconds, where `near_repeats` of all takes minutes."""
    mine = [grams(text) for text in texts]
    places: Dict[str, List[int]] = defaultdict(list)
    for i, own in enumerate(mine):
        for gram in own:
            places[gram].append(i)
    found = {later for later, _, _ in near_repeats(texts)}
    for text in known:
        theirs = grams(text)
        shared = Counter(i for gram in theirs for i in places.get(gram, ()))
        found |= {i for i, count in shared.items() if count > NEAR * (len(theirs) + len(mine[i]) - count)}
    return found
