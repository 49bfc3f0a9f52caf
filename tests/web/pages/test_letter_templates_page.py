"""A template of letters is edited in WPS and handed in by page: tried first, used from then on, and taken back."""

import io

import docx
import pytest

from duban.letters.kinds import KINDS
from duban.letters.plain_template import plain_template
from duban.letters.templates import template_of

ADDRESS = "/admin/letters/催办单"
KIND = KINDS["催办单"]


def paper(*lines):
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


@pytest.fixture
def admin(signed_in):
    browser = signed_in("安")
    browser.get("/admin/letters")
    return browser


def hand_in(browser, content, name="催办单.docx"):
    files = {"file": (name, content)}
    return browser.ask("POST", ADDRESS, data={"form_token": browser.token}, files=files)


def test_it_is_used_once_it_was_tried_and_each_is_taken_back(admin, door):
    root = door.ws.root
    plain = admin.get(f"{ADDRESS}.docx")
    first, second = paper("{{ 局 }}致{{ 单位 }}"), paper("{{ 文号 }}：{{ 件数 }} 项")
    assert docx.Document(io.BytesIO(plain.content)).paragraphs

    assert hand_in(admin, first).headers["location"].endswith("taken")
    assert hand_in(admin, second).status_code == 303
    assert "改回上一份" in admin.get("/admin/letters").text
    assert admin.get(f"{ADDRESS}.docx").content == second
    admin.post(f"{ADDRESS}/back")
    assert template_of(root, KIND) == first
    assert "改回自带的" in admin.get("/admin/letters").text
    admin.post(f"{ADDRESS}/back")
    assert len(template_of(root, KIND)) == len(plain_template(KIND))
    assert "自带的" in admin.get("/admin/letters").text


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "不是 2 MB 以内的 .docx"),
        (b"MZ\x90\x00", "不是 2 MB 以内的 .docx"),
        (b"<html><script>1</script>", "不是 2 MB 以内的 .docx"),
        (b"PK\x03\x04" + bytes(100), "不是 2 MB 以内的 .docx"),
        (paper("{{ 单位 }}")[:-200], "不是 2 MB 以内的 .docx"),
        (paper("{{ 单位") + b"", "模板有错"),
        (paper("{{ 单位名 }}"), "模板有错"),
        (paper("{{ 单位.__class__.__mro__ }}"), "模板有错"),
        (paper("{% for 一 in range(9**9) %}x{% endfor %}"), "模板有错"),
    ],
    ids=[
        "nothing",
        "a program",
        "a page",
        "no zip",
        "cut off",
        "a brace",
        "no such word",
        "a way out",
        "no end",
    ],
)
def test_what_cannot_be_filled_in_changes_nothing(admin, door, content, told):
    answer = hand_in(admin, content)

    assert answer.status_code == 422
    assert told in answer.text
    assert not (door.ws.root / "notifications/documents/催办单.docx").exists()
