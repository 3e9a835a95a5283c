"""Which kind of delivery a file is, told from its headers."""

from __future__ import annotations

from pathlib import Path

from skills_models.contracts import TABLES
from skills_models.ingestion.headers import header_key, known_headers, resolve_headers
from skills_models.ingestion.problems import DeliveryRejected
from skills_models.ingestion.readers import open_file
from skills_models.packs.model import Pack


def guess_source(path: Path, pack: Pack) -> str:
    """The source of the pack whose columns the file has: all required ones, and more than of any other source.

    Raises
    ------
    DeliveryRejected
        ``unknown_source`` if no source fits, ``ambiguous_source`` if several fit equally well; the hint lists them.
    """
    known = {source: frozenset(known_headers(mapping, pack)) for source, mapping in pack.sources.items()}
    encodings = dict.fromkeys(encoding for mapping in pack.sources.values() for encoding in mapping.encodings)
    headers = open_file(path, tuple(encodings), frozenset().union(*known.values())).headers
    keys = {header_key(header) for header in headers}
    scores = {source: len(keys & known[source]) for source in sorted(known) if _fits(headers, source, pack)}
    best = [source for source, score in scores.items() if score == max(scores.values())]
    if len(best) == 1:
        return best[0]
    if best:
        raise DeliveryRejected("ambiguous_source", f"fits {', '.join(best)}; say which with --source")
    nearest = sorted(known, key=lambda source: (-len(keys & known[source]), source))[0]
    raise DeliveryRejected("unknown_source", _what_lacks(headers, nearest, pack))


def _fits(headers: tuple[str, ...], source: str, pack: Pack) -> bool:
    mapping = pack.sources[source]
    try:
        resolve_headers(headers, mapping, TABLES[mapping.table], pack)
    except DeliveryRejected as problem:
        return problem.reason_code == "duplicate_header"
    return True


def _what_lacks(headers: tuple[str, ...], nearest: str, pack: Pack) -> str:
    """Why the nearest source does not fit."""
    mapping = pack.sources[nearest]
    others = ", ".join(sorted(pack.sources))
    try:
        resolve_headers(headers, mapping, TABLES[mapping.table], pack)
    except DeliveryRejected as problem:
        return f"no kind of delivery fits; nearest: {problem.hint}. Kinds: {others}; say which with --source"
    return f"no kind of delivery fits. Kinds: {others}; say which with --source"
