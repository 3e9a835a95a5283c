"""A synthetic civil service with known truth: for the demonstration and for the tests of every estimate."""

from skills_models.synthetic.forms import DeliveryFile
from skills_models.synthetic.service import CivilService, generate

__all__ = ["CivilService", "DeliveryFile", "generate"]
