"""A country is a pack: a folder of configuration, loaded and checked as a whole."""

from skills_models.packs.load import find_pack, load_pack
from skills_models.packs.model import (
    ColumnMapping,
    IdentityRule,
    Pack,
    PackError,
    Rule,
    Rules,
    SourceMapping,
    SurveyScale,
)

__all__ = [
    "ColumnMapping",
    "IdentityRule",
    "Pack",
    "PackError",
    "Rule",
    "Rules",
    "SourceMapping",
    "SurveyScale",
    "find_pack",
    "load_pack",
]
