"""Texts that somebody wants to label, such as scored ones that look wrong, as a data set."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from core.data.dataset import Dataset
from core.data.importing.writer import dataset_writer, publish
from core.errors import BadInput
from core.labels.guidelines import guideline, write_guideline
from core.labels.store.store import open_labels
from core.workspace import Workspace


def texts_to_label(
    workspace: Workspace,
    texts: Sequence[str],
    *,
    ids: Sequence[str],
    classes: tuple[str, ...],
    name: str,
    source: str,
    author: str,
) -> Dataset:
    """A data set of these texts without labels, whose guideline names the classes.

    The same texts asked for again give the data set that is there, with the labels it has; classes
    that its guideline lacks are added.

    Args:
        workspace: Where it goes.
        texts: One a row, in the order in which they may be labelled; none blank.
        ids: What each is known by where it comes from.
        classes: Labels to choose from; of two, the second is the positive one.
        name: The data set's name.
        source: Where the texts come from, as said to people.
        author: Who asks, as the guideline's first version names them.

    Raises:
        BadInput: there is no text.
        DiskError: the disk is full or closed to this user.
    """
    if not texts:
        raise BadInput("texts to label", "none", "choose others")
    with dataset_writer(workspace) as (writer, folder):
        column = pa.array(texts, pa.string())
        writer.write(pa.array(ids, pa.string()), column, pa.nulls(len(texts), pa.string()))
        dataset, _ = publish(workspace, writer, folder, name=name, source=source)
    store = open_labels(workspace)
    known = guideline(store, dataset)
    if not set(classes) <= set(known.classes):
        # Others may have been labelled with already: they stay, behind those asked for now.
        every = tuple(dict.fromkeys([*classes, *known.classes]))
        write_guideline(store, dataset, text=known.text, classes=every, author=author)
    return dataset
