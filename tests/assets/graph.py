"""The asset graph as text: one line per asset with its group, what it reads and what checks it.

``python -m tests.assets.graph`` rewrites the snapshots after an intended change.
"""

from pathlib import Path

import dagster as dg

from assets import house_assets, house_checks

FOLDER = Path(__file__).parent
SCALES = ("anchored", "agreement")


def describe_graph(scale: str) -> str:
    checks: dict[str, list[str]] = {}
    for definition in house_checks(scale):
        for key in definition.check_keys:
            checks.setdefault(key.asset_key.to_user_string(), []).append(key.name)
    lines = []
    for asset in house_assets(scale):
        for key in asset.keys:
            spec = asset.specs_by_key[key]
            reads = sorted(dep.asset_key.to_user_string() for dep in spec.deps)
            name = key.to_user_string()
            lines.append(
                f"{spec.group_name}/{name} <- {', '.join(reads) or 'landing or pack'}"
                f" | {', '.join(sorted(checks.get(name, []))) or 'no check'}"
            )
    return "\n".join(sorted(lines)) + "\n"


def specs(scale: str) -> dict[str, dg.AssetSpec]:
    return {spec.key.to_user_string(): spec for asset in house_assets(scale) for spec in asset.specs}


def snapshot(scale: str) -> Path:
    return FOLDER / f"graph_{scale}.txt"


if __name__ == "__main__":
    for each in SCALES:
        snapshot(each).write_text(describe_graph(each))
