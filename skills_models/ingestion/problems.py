"""What can be wrong with a delivery or a key, in words that never quote a row."""

from __future__ import annotations


class DeliveryRejected(ValueError):
    """A whole file cannot be taken; the rest of its delivery is unaffected.

    Parameters
    ----------
    reason_code : short fixed word for lists and checks
    hint : what is wrong and what to do, one sentence without content of any row
    source_file : number of the file inside its delivery, from 1; None before it has one
    line : record of the file, from 1 with the header, where one can be named
    """

    def __init__(self, reason_code: str, hint: str, source_file: int | None = None, line: int | None = None) -> None:
        self.reason_code, self.hint, self.source_file, self.line = reason_code, hint, source_file, line
        super().__init__(reason_code, hint)

    def __str__(self) -> str:
        """Place, hint and reason on one line."""
        place = f"file {self.source_file}" if self.source_file else "file"
        place += f", record {self.line}" if self.line else ""
        return f"{place}: {self.hint} [{self.reason_code}]"


class ManifestProblem(ValueError):
    """A manifest is missing, unreadable or asks for something it must not."""


class KeyProblem(RuntimeError):
    """The pseudonym key is missing or unfit; nothing may be read before that is settled."""
