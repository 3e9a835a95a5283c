"""What a refresh found, in sentences: data in three languages, drawn from the protected marts alone."""

from skills_models.findings.overview import overview_findings

__all__ = ["overview_findings"]
