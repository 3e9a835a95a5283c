"""``make dev``: Dagster's web server and daemon on this home, on loopback."""

import os
import sys
from pathlib import Path

from pipelines.settings import Settings


def main() -> None:
    """Replace this process by ``dagster dev`` with its folder in the home."""
    Settings.from_env().prepare_dagster()
    dagster = Path(sys.executable).with_name("dagster")
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    os.execv(dagster, [str(dagster), "dev", "-w", "workspace.yaml", "-h", "127.0.0.1"])


if __name__ == "__main__":
    main()
