"""`duban coverage` as a person runs it."""

import json

import pytest

from duban.cli import main


@pytest.fixture
def run(project, capsys):
    """Run `duban coverage …` on the small project; gives the exit code, the output and the failure."""

    def run(*arguments):
        capsys.readouterr()
        code = main(["coverage", "--project", str(project.root), *map(str, arguments)])
        said = capsys.readouterr()
        return int(code), said.out, said.err

    return run


def test_clauses_not_yet_encoded_are_no_error(run):
    code, out, _ = run()

    assert code == 0
    assert "还有 4 条没有编" in out


def test_a_finding_is(run, project):
    project.write_duties(
        (project.root / "duties/特种设备.yaml")
        .read_text("utf-8")
        .partition("duties:\n")[2]
        .replace("TS-01", "TS-10")
    )
    code, out, _ = run()

    assert code == 1
    assert "计划里没有条款“TS-10”" in out


@pytest.mark.parametrize("named", ["价格监督检查", "价格", "JG", "jg"])
def test_a_line_is_named_in_several_ways(run, named):
    code, out, _ = run("--line", named)

    assert code == 0
    assert "JG-01" in out
    assert "TS-01" not in out


def test_an_unknown_line_is_answered_with_the_nearest(run):
    code, _, err = run("--line", "特种设备监察")

    assert code == 2
    assert "是不是“特种设备安全监察”？" in err


def test_two_lists_at_once_are_refused(run):
    assert run("--uncovered", "--assumed")[0] == 2


def test_json_names_every_clause(run):
    _, out, _ = run("--json")
    told = json.loads(out)

    assert (told["clauses"], told["covered"]) == (5, 1)
    assert told["by_clause"][0]["duties"][0] == {
        "duty": "ts-quarterly",
        "title": "季度形势分析",
        "kind": "periodic",
        "known": "quantified",
        "sources": [],
        "assumptions": {},
    }
    assert told["by_line"][1]["known"] == {"uncovered": 1}


@pytest.mark.parametrize("name, begins", [("覆盖.html", b"<!doctype html>"), ("覆盖.xlsx", b"PK")])
def test_a_file_is_written_in_the_form_of_its_ending(run, tmp_path, name, begins):
    code, out, _ = run("-o", tmp_path / name)

    assert code == 0
    assert "1/5 条" in out
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_an_ending_nobody_knows_is_refused(run, tmp_path):
    code, _, err = run("-o", tmp_path / "覆盖.doc")

    assert code == 2
    assert "--as html" in err
