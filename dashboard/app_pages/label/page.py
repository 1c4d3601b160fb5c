"""Label texts, see what labels are worth and how far they can be trusted."""

import streamlit as st

from core.labels.guidelines import guideline
from core.labels.store.store import open_labels
from dashboard import state
from dashboard.app_pages.label.annotation_quality_view import annotation_quality_view
from dashboard.app_pages.label.guideline_view import guideline_form
from dashboard.app_pages.label.label_exchange import label_exchange
from dashboard.app_pages.label.label_settings import label_settings
from dashboard.app_pages.label.label_view import label_view
from dashboard.app_pages.label.labelling_progress import labelling_progress
from dashboard.ui.failure import errors_shown
from dashboard.ui.header import page_header
from dashboard.ui.pickers import dataset_picker

right = page_header("Label", "One key a label; every answer is stored before it is forgotten")
with right:
    dataset = dataset_picker("label_dataset")
with errors_shown(stop=True):
    guide = guideline(open_labels(state.workspace()), dataset)
view = st.segmented_control(
    "View",
    state.LABEL_VIEWS,
    default=state.LABEL_VIEWS[0],
    required=True,
    key=state.LABEL_VIEW,
    label_visibility="collapsed",
)
with errors_shown():
    if view == "Guideline" or len(guide.classes) < 2:
        guideline_form(dataset, guide)
    elif view == "Label":
        settings = label_settings(dataset, guide)
        label_view(dataset, guide, settings)
    elif view == "Progress":
        labelling_progress(dataset, guide)
    elif view == "Quality":
        annotation_quality_view(dataset)
    else:
        label_exchange(dataset)
