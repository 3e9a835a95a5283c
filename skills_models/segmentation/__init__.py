"""Needs segments: groups that lack the same skills."""

from skills_models.segmentation.marts import segment_marts
from skills_models.segmentation.needs_segments import NeedsSegments
from skills_models.segmentation.number import choose_k, judge_numbers
from skills_models.segmentation.tables import segment_tables

__all__ = ["NeedsSegments", "choose_k", "judge_numbers", "segment_marts", "segment_tables"]
