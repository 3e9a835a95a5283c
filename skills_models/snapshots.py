"""What the publisher and every reader of a snapshot agree on."""

from datetime import timedelta
from typing import Final

POINTER: Final = "CURRENT.json"
SCHEMA_VERSION: Final = 2
STALE_AFTER: Final = timedelta(hours=36)
READ_ONLY: Final = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "lock_configuration": "true",
    "threads": "1",
}
"""Connection settings of readers: no file but the snapshot, nothing downloaded, nothing changed back."""
