"""Dagster assets: each has a name, a meaning and one call into ``skills_models``."""
