"""The numbers of the training law and of the plan, as the pack states them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class RuleLike(Protocol):
    """What a rule of a pack carries; ``skills_models.packs.Rule`` is one."""

    @property
    def value(self) -> float:
        """The number."""

    @property
    def names(self) -> dict[str, str]:
        """Its name by language (kk, ru, en)."""

    @property
    def source_reference(self) -> str:
        """Law or document it rests on."""

    @property
    def status_code(self) -> str:
        """official, expert or project_draft."""


RuleBook = Mapping[str, RuleLike]


class MissingRule(ValueError):
    """The pack has no rule of that name on the day asked for."""


class InfeasiblePlan(ValueError):
    """No plan obeys the rules, or the sorted list found none; the message names each rule and the amount.

    Attributes
    ----------
    shortfalls : tuple of (rule_code, amount missing, unit)
    """

    def __init__(self, shortfalls: list[tuple[str, float, str]], details: list[str]) -> None:
        self.shortfalls = tuple(shortfalls)
        super().__init__("the rules of the plan cannot all hold: " + "; ".join(details))


def rule_number(rules: RuleBook, rule_code: str) -> float:
    """The value of a rule.

    Raises
    ------
    MissingRule
        If the pack does not state it; the message lists the rules it states.
    """
    if rule_code not in rules:
        raise MissingRule(f"the pack states no rule {rule_code}; it states: {', '.join(sorted(rules)) or 'none'}")
    return float(rules[rule_code].value)


def optional_number(rules: RuleBook, rule_code: str, otherwise: float) -> float:
    """The value of a rule, or ``otherwise`` where the pack does not state it."""
    return float(rules[rule_code].value) if rule_code in rules else otherwise
