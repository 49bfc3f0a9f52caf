"""Files that are refused before anything in them is looked at: too big, wrongly encoded, exploding, not files."""

import tracemalloc

import pytest

from duban.base.language import use
from duban.base.problems import ProblemsFound
from duban.yamlfile import read
from duban.yamlfile.composing import MOST_LEVELS
from duban.yamlfile.files import MOST_BYTES


def refusal(path):
    with pytest.raises(ProblemsFound) as found:
        read(path, root=path.parent)
    (problem,) = found.value.problems
    return problem


def test_a_file_of_50_mb_is_refused_without_being_read(tmp_path):
    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    tracemalloc.start()
    problem = refusal(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert str(problem) == "big.yaml: 文件有 50.0 MB，超过 2 MB，这里只放规则，不放数据"
    assert peak < 1_000_000


def test_the_largest_file_allowed_is_read(tmp_path):
    path = tmp_path / "large.yaml"
    path.write_bytes(b"a: 1\n" + b"#" * (MOST_BYTES - 6) + b"\n")
    assert read(path, root=None).data == {"a": 1}


@pytest.mark.parametrize("levels", [9, 30])
def test_a_bomb_of_anchors_is_refused_before_it_goes_off(tmp_path, levels):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    path = tmp_path / "bomb.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    problem = refusal(path)
    assert problem.line == 5
    assert "超过 100000 个值" in problem.what


def test_nesting_is_limited(tmp_path):
    path = tmp_path / "deep.yaml"
    path.write_text("[" * 100_000, encoding="utf-8")
    assert refusal(path).what == f"嵌套超过 {MOST_LEVELS} 层"


def test_a_file_in_gbk_is_recognised_and_its_first_chinese_sign_named(tmp_path):
    path = tmp_path / "gbk.yaml"
    path.write_bytes("line: x\ntitle: 首次检查\n".encode("gbk"))
    assert str(refusal(path)) == "gbk.yaml:2:8: 文件不是 UTF-8 编码，看起来是 GBK，请另存为 UTF-8"
    with use("en"):
        assert (
            str(refusal(path)) == "gbk.yaml:2:8: the file is not UTF-8, it looks like GBK, save it as UTF-8"
        )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_a_file_in_utf_16_is_refused(tmp_path, encoding):
    path = tmp_path / "wide.yaml"
    path.write_bytes(b"\xfe\xff" * (encoding == "utf-16-be") + "a: 首次\n".encode(encoding))
    assert "UTF-16" in refusal(path).what


def test_bytes_of_no_encoding_are_refused(tmp_path):
    path = tmp_path / "noise.yaml"
    path.write_bytes(b"a: \xff\xff\xff\n")
    problem = refusal(path)
    assert (problem.line, problem.column) == (1, 4)
    assert problem.what == "文件不是 UTF-8 编码"


def test_a_missing_file_and_a_folder_are_problems(tmp_path):
    assert refusal(tmp_path / "none.yaml").what == "没有这个文件"
    (tmp_path / "folder.yaml").mkdir()
    assert refusal(tmp_path / "folder.yaml").what == "没有这个文件"
