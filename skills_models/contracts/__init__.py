"""Contracts: every table of the house, declared once."""

from skills_models.contracts.analysis import ANALYSIS_TABLES
from skills_models.contracts.checks import SqlCheck, contract_checks, violations_sql
from skills_models.contracts.core import CORE_TABLES, INTAKE_TABLES, REFERENCE_TABLES
from skills_models.contracts.fields import FIELDS, LANGUAGES
from skills_models.contracts.mart import MART_TABLES
from skills_models.contracts.model import Column, ContractViolation, Table
from skills_models.contracts.raw import FILE_TABLE, RAW_TABLES

TABLES: dict[str, Table] = {
    table.name: table for table in (FILE_TABLE, *RAW_TABLES, *CORE_TABLES, *ANALYSIS_TABLES, *MART_TABLES)
}

__all__ = [
    "ANALYSIS_TABLES",
    "CORE_TABLES",
    "FIELDS",
    "FILE_TABLE",
    "INTAKE_TABLES",
    "LANGUAGES",
    "MART_TABLES",
    "RAW_TABLES",
    "REFERENCE_TABLES",
    "TABLES",
    "Column",
    "ContractViolation",
    "SqlCheck",
    "Table",
    "contract_checks",
    "violations_sql",
]
