"""Quotas: who gets which training seat, by which rule, and what that is worth."""

from skills_models.planning.allotment import Allotment
from skills_models.planning.check import check_plan
from skills_models.planning.comparators import compare_plans, plan_pro_rata
from skills_models.planning.inputs import build_problem
from skills_models.planning.problem import PlanningProblem
from skills_models.planning.quarters import planning_quarter, quarter_of
from skills_models.planning.rules import InfeasiblePlan, MissingRule
from skills_models.planning.sorted_list import plan_by_sorted_list

__all__ = [
    "Allotment",
    "InfeasiblePlan",
    "MissingRule",
    "PlanningProblem",
    "build_problem",
    "check_plan",
    "compare_plans",
    "plan_by_sorted_list",
    "plan_pro_rata",
    "planning_quarter",
    "quarter_of",
]
