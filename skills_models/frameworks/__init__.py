"""Competency frameworks and the crosswalks between them."""

from skills_models.frameworks.crosswalk import crosswalk_mart, crosswalk_with_residual, load_crosswalks, mapped_share
from skills_models.frameworks.load import load_frameworks

__all__ = ["crosswalk_mart", "crosswalk_with_residual", "load_crosswalks", "load_frameworks", "mapped_share"]
