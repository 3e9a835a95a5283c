"""Where assets stand in the graph: assets of one depth never depend on each other, so one step can check them all."""

from collections import defaultdict
from collections.abc import Iterable

import dagster as dg


def by_depth(assets: Iterable[dg.AssetsDefinition]) -> dict[str, int]:
    """Asset name -> longest way from a source; outputs of one multi-asset share their depth."""
    together = [asset for asset in assets if isinstance(asset, dg.AssetsDefinition)]
    maker = {key: asset for asset in together for key in asset.keys}
    depths: dict[int, int] = {}

    def depth(asset: dg.AssetsDefinition) -> int:
        if id(asset) not in depths:
            above = (maker[key] for key in asset.dependency_keys if key in maker)
            depths[id(asset)] = max((depth(other) + 1 for other in above), default=0)
        return depths[id(asset)]

    return {key.to_user_string(): depth(asset) for key, asset in maker.items()}


def together_by_depth(names: Iterable[str], depths: dict[str, int]) -> dict[int, list[str]]:
    """Depth -> those of the names that stand there, both sorted."""
    found: dict[int, list[str]] = defaultdict(list)
    for name in sorted(names):
        found[depths[name]].append(name)
    return dict(sorted(found.items()))
