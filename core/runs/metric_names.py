"""What metrics are called, everywhere."""

from __future__ import annotations

TITLES = {
    "pr_auc": "PR-AUC",
    "f1": "F1",
    "precision": "Precision",
    "recall": "Recall",
    "specificity": "Specificity",
    "accuracy": "Accuracy",
    "majority": "Accuracy, always the majority",
    "roc_auc": "ROC-AUC",
    "mcc": "MCC",
    "macro_f1": "Macro F1",
    "macro_precision": "Macro precision",
    "macro_recall": "Macro recall",
    "loss": "Loss (nats)",
    "ece": "Calibration error",
    "ece_calibrated": "Calibration error, calibrated",
}
"""Titles of metrics by their keys, those that imbalance cannot fool first."""


def titles(*keys: str) -> dict[str, str]:
    """The titles of some metrics, in this order."""
    return {key: TITLES[key] for key in keys}
