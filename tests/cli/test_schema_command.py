"""`duban schema` writes the schemas into the project, or prints one."""

import json


def test_it_writes_every_schema_in_the_readers_language(duban, project):
    for path in (project / "schemas").glob("*.json"):
        path.unlink()
    ran = duban("schema")
    assert ran.code == 0
    assert sorted(path.name for path in (project / "schemas").glob("*.json")) == [
        f"{name}.json"
        for name in sorted(
            (
                "channels",
                "closures",
                "duties",
                "examples",
                "festivals",
                "imports",
                "ladders",
                "project",
                "vocabulary",
                "year",
            )
        )
    ]
    told = json.loads((project / "schemas" / "duties.json").read_text(encoding="utf-8"))
    assert told["properties"]["line"]["description"] == "业务条线的全称，报表按它分行"


def test_it_prints_one(duban, project):
    ran = duban("schema", "ladders", lang="en")
    assert json.loads(ran.out)["title"] == "the ladders"


def test_a_name_nobody_knows_is_answered_with_the_nearest(duban, project):
    ran = duban("schema", "dutis")
    assert ran.code == 2
    assert "没有“dutis”这种文件，是不是“duties”？" in ran.err
