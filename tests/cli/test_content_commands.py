"""`duban init` and `duban check`: a project that is sound from the first minute, and every mistake at once."""

import pytest


def test_a_new_project_says_the_next_steps_and_checks_clean(duban, tmp_path, monkeypatch):
    made = duban("init", "sanming")
    monkeypatch.chdir(tmp_path / "sanming")
    checked = duban("check")

    assert made.code == 0
    assert "cd sanming" in made.out
    assert "duban up" in made.out
    assert (checked.code, checked.lines[-1]) == (0, "没有发现问题。")


def test_a_new_project_holds_the_folders_an_administrator_edits_and_no_leftovers(duban, tmp_path):
    duban("init", "sanming")
    root = tmp_path / "sanming"

    assert {path.name for path in root.iterdir()} == {
        ".gitignore", "calendar", "duban.yaml", "duties", "flows", "notifications", "schemas",
    }  # fmt: skip
    assert [path for path in root.rglob("*") if path.name in {"__pycache__", ".duban"}] == []


def test_a_folder_that_holds_something_is_left_alone(duban, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "note.txt").write_text("mine")

    ran = duban("init", "mine")

    assert ran.code == 1
    assert "不是空文件夹，没有动它" in ran.err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["note.txt"]
    assert "nothing was touched" in duban("init", "mine", lang="en").err


def test_outside_a_project_check_says_how_to_make_one(duban):
    ran = duban("check")

    assert ran.code == 2
    assert "duban init" in ran.err


def test_every_mistake_is_said_with_its_place(duban, project):
    duties = sorted((project / "duties").glob("*.yaml"))
    for path in duties[:2]:
        path.write_text(path.read_text("utf-8") + "\nlin: 多余\n", "utf-8")

    ran = duban("check")

    assert ran.code == 1
    for path in duties[:2]:
        assert any(line.startswith(f"duties/{path.name}:") for line in ran.lines), path
    assert "共" in ran.lines[-1]


def test_problems_as_json_carry_file_line_and_column(duban, project):
    (project / "duban.yaml").write_text("bureau: [\n", "utf-8")

    ran = duban("check", "--json")

    assert ran.code == 1
    assert ran.json["problems"][0]["path"] == "duban.yaml"
    assert ran.json["problems"][0]["line"] >= 1


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_a_sound_project_is_said_to_be_sound(duban, project, lang):
    ran = duban("check", "--project", project, lang=lang)

    assert ran.lines[-1] == {"zh-CN": "没有发现问题。", "en": "No problems found."}[lang]


def test_what_deserves_a_look_is_a_remark_and_no_problem(duban, project, monkeypatch):
    monkeypatch.delenv("DUBAN_CHANNEL_MAIL", raising=False)
    ran = duban("check")
    answer = duban("check", "--json").json

    assert ran.code == 0
    assert any(line.startswith("提示 notifications/channels.yaml:") for line in ran.lines)
    assert answer["problems"] == []
    assert {remark["path"] for remark in answer["remarks"]} == {
        "calendar/festivals.yaml",
        "notifications/channels.yaml",
    }


def test_a_closed_day_that_rests_anyway_is_a_note_and_no_mistake(duban, project):
    (project / "calendar" / "closures.yaml").write_text(
        'closures:\n  - {unit: "350404", from: 2026-08-21, to: 2026-08-24, reason: 台风, notice: 元政办5号}\n',
        "utf-8",
    )

    ran = duban("check")

    assert ran.code == 0
    assert "提示 calendar/closures.yaml:2:28: 08-22、08-23 本来就休息" in ran.lines
    assert ran.lines[-1] == "没有发现问题。"
