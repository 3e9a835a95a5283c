"""Version of the code, as recorded with every run."""

from importlib.metadata import version


def code_version() -> str:
    """Version of the installed project."""
    return version("skillsgap")
