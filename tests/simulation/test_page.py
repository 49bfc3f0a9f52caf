"""The admin's page on simulating shows a file that can be read and figures that come out so."""

import re
from datetime import date
from pathlib import Path

from duban.simulation import Conduct, read_given, simulate

PAGE = Path(__file__).parents[2] / "docs" / "zh" / "simulating.md"


def test_the_file_shown_asks_of_one_post_what_it_is_shown_for(starter, tmp_path):
    (shown,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    path = tmp_path / "given.yaml"
    path.write_text(shown, "utf-8")
    given = read_given(path, starter)
    year = (date(2023, 1, 1), date(2023, 12, 31))
    simulation = simulate(starter, *year, given, acting=Conduct.ON_TARGET)
    assert sum(group.count for group in given.groups) == 836
    assert simulation.flooded[0].unit == "三元区市场监管局"
    flooded = simulation.flooded[0]
    row = rf"{flooded.unit} +{flooded.post} +{flooded.most_in_a_message} +{flooded.on} +{flooded.most_in_a_week} .* {flooded.told}"
    assert re.search(row, PAGE.read_text("utf-8"))
