"""Quotas: who gets which training seat, by which rule, and what that is worth."""

from skills_models.planning.allotment import Allotment
from skills_models.planning.catalogue import describe_courses, tabulate_courses
from skills_models.planning.check import check_plan
from skills_models.planning.comparators import compare_plans, plan_pro_rata
from skills_models.planning.due import tabulate_due
from skills_models.planning.inputs import build_problem
from skills_models.planning.marts import protect_course_groups, tabulate_agency_hours, tabulate_coverage
from skills_models.planning.problem import PlanningProblem
from skills_models.planning.quarters import planning_quarter, quarter_of
from skills_models.planning.rules import InfeasiblePlan, MissingRule
from skills_models.planning.sorted_list import plan_by_sorted_list
from skills_models.planning.tables import tabulate_course_groups, tabulate_rules

__all__ = [
    "Allotment",
    "InfeasiblePlan",
    "MissingRule",
    "PlanningProblem",
    "build_problem",
    "check_plan",
    "compare_plans",
    "describe_courses",
    "plan_by_sorted_list",
    "plan_pro_rata",
    "planning_quarter",
    "protect_course_groups",
    "quarter_of",
    "tabulate_agency_hours",
    "tabulate_course_groups",
    "tabulate_courses",
    "tabulate_coverage",
    "tabulate_due",
    "tabulate_rules",
]
