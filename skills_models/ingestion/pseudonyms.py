"""Pseudonyms of persons: a keyed hash, made at the first read, and the key it is made with."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path

import numpy as np
import pyarrow as pa

from skills_models.ingestion.identity import normalise, valid_identities
from skills_models.ingestion.problems import KeyProblem
from skills_models.packs.model import IdentityRule

__all__ = ["KEY_BYTES", "KeyProblem", "create_key", "key_fingerprint", "load_key", "pseudonymise"]

KEY_BYTES = 32
MISSING = "!identity_missing"
INVALID = "!identity_invalid"


def create_key(path: Path) -> bytes:
    """Make a new random key, readable by its owner alone, and return it.

    Raises
    ------
    KeyProblem
        If something is there already: a key is never replaced.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    key = secrets.token_bytes(KEY_BYTES)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyProblem(f"{path} exists; a pseudonym key is never replaced") from None
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(key)
        handle.flush()
        os.fsync(handle.fileno())
    return key


def load_key(path: Path) -> bytes:
    """The pseudonym key.

    Raises
    ------
    KeyProblem
        If it is missing, open to others, or not 32 bytes long; the message says what to do.
    """
    if not path.is_file():
        raise KeyProblem(f"no pseudonym key at {path}; restore it from its backup, or let a new home make one")
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise KeyProblem(f"the pseudonym key {path} is open to others (mode {mode:04o}); run: chmod 600 {path}")
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise KeyProblem(f"the pseudonym key {path} has {len(key)} bytes, not {KEY_BYTES}; restore it from its backup")
    return key


def key_fingerprint(key: bytes) -> str:
    """12 hex digits that tell keys apart and say nothing about them."""
    return hashlib.sha256(b"skillsgap pseudonym key\x00" + key).hexdigest()[:12]


def pseudonymise(identities: pa.Array, rule: IdentityRule, is_synthetic: bool, key: bytes) -> pa.Array:
    """Each identity as 32 hex digits of HMAC-SHA-256; where there is none, or no valid one, a marker.

    Returns
    -------
    pa.Array
        Text of the same length without null; ``!identity_missing`` and ``!identity_invalid`` are the markers.
    """
    normalised = normalise(identities)
    valid = valid_identities(normalised, rule, is_synthetic)
    return pa.array(
        [
            MISSING if text is None else pseudonym(text, key) if good else INVALID
            for text, good in zip(normalised.to_pylist(), np.asarray(valid).tolist(), strict=True)
        ],
        pa.string(),
    )


def pseudonym(identity: str, key: bytes) -> str:
    """32 hex digits for one normalised identity."""
    return hmac.digest(key, identity.encode("utf-8"), "sha256").hex()[:32]
