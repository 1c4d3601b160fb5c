"""What the doctor says: a finding, and how much it matters."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(str, Enum):
    """How much a finding matters: it spoils the result, may mislead, or is good to know."""

    PROBLEM = "problem"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """What a rule found, and what to do about it, each in a sentence or two."""

    rule: str
    severity: Severity
    what: str
    action: str
