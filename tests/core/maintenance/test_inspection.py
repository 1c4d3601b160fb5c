import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.maintenance.inspection import run_damage
from core.workspace import Workspace
from tests import toy
from tests.made_answers import answered_run


@pytest.mark.parametrize(
    ("value", "causes"),
    [(1.0, []), (1.00001, []), (1.5, ["a damaged file (probabilities above 1)"])],
)
def test_a_probability_is_above_1_only_by_what_rounding_explains(
    workspace: Workspace, value: float, causes: list[str]
) -> None:
    run = answered_run(workspace, toy.import_rows(workspace, toy.make_rows(80)))
    path = workspace.run(run.id).predictions
    table = pq.read_table(path)
    place = table.column_names.index("p_1")
    values = pa.array([value] * len(table), table.schema.field("p_1").type)
    pq.write_table(table.set_column(place, "p_1", values), path)

    assert [damage.cause for damage in run_damage(workspace, run)] == causes
