"""People act on a page: once, with what they wrote kept through errors, and told when somebody else was there first."""

import io
import re
from zipfile import ZipFile, ZipInfo

import pytest
from PIL import Image

from duban.obligations import actions
from tests.principals import by
from tests.web.pages.acting import number_in, seen_on, send, state_of


def a_photograph():
    file = io.BytesIO()
    Image.new("RGB", (900, 700), "white").save(file, "PNG")
    return file.getvalue()


PNG = a_photograph()


@pytest.fixture
def looking(signed_in):
    """林 looks at the quarterly analysis of 三元: the browser, the number, and what was shown."""
    browser = signed_in("林")
    number = number_in(browser.get("/obligations"))
    return browser, number, seen_on(browser.get(f"/obligations/{number}"))


def deadline_of(browser, number):
    return re.search(r"<dt>期限</dt><dd><b>([\d-]+)</b>", browser.get(f"/obligations/{number}").text)[1]


def test_signing_is_one_press_and_stands_in_what_happened(looking):
    browser, number, seen = looking

    answer = send(browser, number, "acknowledge", seen=seen)

    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"/obligations/{number}?done=acknowledge",
    )
    page = browser.get(f"/obligations/{number}?done=acknowledge").text
    assert "已签收。" in page
    assert "林经办" in page.partition("经过")[2]


def test_a_form_that_is_sent_twice_does_its_work_once(looking):
    browser, number, seen = looking
    send(browser, number, "acknowledge", seen=seen)

    again = send(browser, number, "acknowledge", seen=seen)

    assert again.status_code == 303
    assert browser.get(f"/obligations/{number}").text.partition("经过")[2].count("签收 · 林经办") == 1
    other = send(browser, number, "acknowledge", seen=seen, reason="另一个窗口里写的")
    assert other.status_code == 409
    assert "林经办 签收" in other.text
    assert "另一个窗口里写的" in other.text


def test_who_comes_second_is_told_what_happened_and_keeps_what_was_written(looking, door):
    browser, number, seen = looking
    actions.suspend(door.ws, number, door.now, who=by("王局长"), reason="企业停产")

    answer = send(browser, number, "complete", seen=seen, reason="已经去过现场")

    assert answer.status_code == 409
    assert "王局长 中止：企业停产" in answer.text
    assert "已经去过现场" in answer.text
    assert state_of(browser, number) == "已中止"


def test_a_refused_form_comes_back_as_it_was_filled_in(looking):
    browser, number, seen = looking

    answer = send(browser, number, "request-extension", seen=seen, reason="等检验报告", to="下周五")

    assert answer.status_code == 422
    assert "看不懂日期“下周五”" in answer.text
    assert "等检验报告" in answer.text
    assert 'value="下周五"' in answer.text


def test_a_photograph_is_kept_shown_small_and_downloaded_as_it_was(looking):
    browser, number, seen = looking

    send(browser, number, "complete", seen=seen, files=[("evidence", ("../../形势分析报告.png", PNG))])

    page = browser.get(f"/obligations/{number}").text
    path = re.search(rf"/obligations/{number}/files/\d+", page)[0]
    assert "形势分析报告.png" in page
    assert "（还没有交）" not in page
    kept = browser.get(path)
    assert kept.content == PNG
    assert kept.headers["content-disposition"].startswith("attachment")
    assert browser.get(f"{path}/thumbnail").headers["content-type"] == "image/jpeg"


def test_a_picture_of_a_hundred_million_pixels_is_kept_and_only_shown_small_where_that_is_cheap(looking):
    browser, number, seen = looking
    huge = {form: io.BytesIO() for form in ("PNG", "JPEG")}
    for form, file in huge.items():
        Image.new("1" if form == "PNG" else "L", (10_000, 10_000)).save(file, form)
    files = [("evidence", (f"形势分析报告.{form.lower()}", file.getvalue())) for form, file in huge.items()]
    send(browser, number, "complete", seen=seen, files=files)

    page = browser.get(f"/obligations/{number}").text
    png, jpeg = sorted(set(re.findall(rf"/obligations/{number}/files/\d+", page)))
    assert browser.get(png).content == huge["PNG"].getvalue()
    assert f'src="{png}/thumbnail"' not in page
    assert browser.get(f"{png}/thumbnail").status_code == 404
    assert f'src="{jpeg}/thumbnail"' in page
    assert browser.get(f"{jpeg}/thumbnail").headers["content-type"] == "image/jpeg"


def field_of(page, label):
    """The name of the field for files whose label begins with the words."""
    words = rf'<label>{re.escape(label)}[^<]*(?:<small>.*?</small>)?<input type="file" name="([^"]+)"'
    return re.search(words, page)[1]


LONG = "很长的名字" * 60 + ".png"


@pytest.mark.parametrize(
    ("label", "called", "kept", "lacks"),
    [
        ("形势分析报告", "IMG_20231010_101500.png", "形势分析报告 IMG_20231010_101500.png", False),
        ("形势分析报告", "形势分析报告（盖章）.png", ">形势分析报告（盖章）.png", False),
        ("形势分析报告", f"../{LONG}", f"形势分析报告 {LONG[-114:]}", False),
        ("其他材料", "形势分析报告.png", ">形势分析报告.png", False),
        ("其他材料", "image.png", ">image.png", True),
    ],
)
def test_a_photograph_is_of_the_piece_into_whose_field_it_was_put(looking, label, called, kept, lacks):
    browser, number, seen = looking
    form = browser.get(f"/obligations/{number}?act=complete").text

    send(browser, number, "complete", seen=seen, files=[(field_of(form, label), (called, PNG))])

    page = browser.get(f"/obligations/{number}").text
    assert kept in page
    assert ("（还没有交）" in page) is lacks


def test_a_field_for_a_piece_nobody_asks_for_names_nothing(looking):
    browser, number, seen = looking

    send(browser, number, "complete", seen=seen, files=[("evidence~%E5%85%AC%E5%91%8A", ("image.png", PNG))])

    page = browser.get(f"/obligations/{number}").text
    assert ">image.png" in page
    assert "公告" not in page


@pytest.mark.parametrize(
    "name, content",
    [
        ("照片.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
        ("报告.pdf", b"<!doctype html><script>1</script>"),
        ("报告.txt", b"<html>"),
        ("说明.docx", b"MZ\x90\x00" + bytes(200)),
        ("x.html", b"hello"),
    ],
)
def test_what_only_calls_itself_evidence_is_refused_and_nothing_happens(looking, name, content):
    browser, number, seen = looking

    answer = send(
        browser, number, "complete", seen=seen, reason="见附件", files=[("evidence", (name, content))]
    )

    assert answer.status_code == 422
    assert "收不了" in answer.text
    assert "见附件" in answer.text
    assert state_of(browser, number) == "在办"


def zipped(*names):
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(ZipInfo(name), "x" * 200)
    return file.getvalue()


WORD = zipped("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("name", "content", "taken"),
    [
        ("说明.docx", WORD, True),
        ("公文.ofd", zipped("OFD.xml"), True),
        ("照片.zip", zipped("1.jpg"), True),
        ("说明.docx", WORD[:-40], False),  # its end did not come
        ("照片.zip", WORD[:60], False),
        ("说明.docx", zipped("META-INF/MANIFEST.MF", "Main.class"), False),
        ("台账.xlsx", WORD, False),
        ("公文.ofd", zipped("classes.dex"), False),
    ],
)
def test_an_office_document_is_one_and_whole(looking, name, content, taken):
    browser, number, seen = looking
    file = [("evidence", (name, content))]
    answer = send(browser, number, "complete", seen=seen, reason="见附件", files=file)
    assert answer.status_code == (303 if taken else 422)
    if not taken:
        assert f"“{name}”打不开" in answer.text
        assert "见附件" in answer.text
        assert state_of(browser, number) == "在办"


def test_an_empty_file_is_refused_by_the_name_it_was_chosen_by(looking):
    browser, number, seen = looking
    answer = send(browser, number, "complete", seen=seen, files=[("evidence", ("空.txt", b""))])
    assert answer.status_code == 422
    assert "文件“空.txt”是空的" in answer.text


def test_a_form_that_was_cut_off_says_so_in_words_for_who_sent_it(looking):
    browser, number, _ = looking
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = browser.ask("POST", f"/obligations/{number}/acts/complete", content=b"hello", headers=headers)
    assert (answer.status_code, "JSON" in answer.text) == (400, False)
    assert "没有收全" in answer.text
    assert state_of(browser, number) == "在办"


def test_an_act_is_taken_back_with_one_press(looking):
    browser, number, seen = looking
    send(browser, number, "complete", seen=seen)
    done = browser.get(f"/obligations/{number}?done=complete")
    item = re.search(r'name="item" value="([^"]+)"', done.text)[1]

    undone = browser.post("/acts/together", act="reopen", reason="撤销误操作", item=item)

    assert "已重新打开 1 项" in undone.text
    assert state_of(browser, number) == "在办"


def test_several_are_previewed_then_done_and_what_changed_meanwhile_is_left_and_said(signed_in, door):
    browser = signed_in("高")
    numbers = re.findall(r'name="item" value="(DB-\w+)"', browser.get("/obligations").text)[:3]
    preview = browser.post("/acts/preview", act="waive", item=numbers)
    items = re.findall(r'name="item" value="([^"]+)"', preview.text)
    assert "确认免办 3 项" in preview.text
    assert {state_of(browser, number) for number in numbers} == {"在办"}

    lacking = browser.post("/acts/together", act="waive", item=items)
    assert (lacking.status_code, "要写明原因" in lacking.text) == (422, True)

    actions.acknowledge(door.ws, numbers[0], door.now, who=by("林经办"))
    done = browser.post("/acts/together", act="waive", item=items, reason="机构改革")

    assert "已免办 2 项" in done.text
    assert "林经办 签收" in done.text
    assert [state_of(browser, number) for number in numbers] == ["已签收", "已免办", "已免办"]


def test_later_days_given_to_several_are_taken_back_with_one_press(signed_in, door):
    browser = signed_in("高")
    numbers = re.findall(r'name="item" value="(DB-\w+)"', browser.get("/obligations").text)[:3]
    items = re.findall(
        r'name="item" value="([^"]+)"', browser.post("/acts/preview", act="extend", item=numbers).text
    )
    due = [deadline_of(browser, number) for number in numbers]
    done = browser.post("/acts/together", act="extend", item=items, reason="台风", to="2023-12-01")
    assert "已延期 3 项" in done.text
    assert done.text.count("在办，期限 12-01") == 3
    assert {deadline_of(browser, number) for number in numbers} == {"2023-12-01"}
    button = done.text.partition('role="status"')[2].partition("</form>")[0]
    undo = dict(re.findall(r'name="(act|reason)" value="([^"]*)"', button))
    items = re.findall(r'name="item" value="([^"]+)"', button)
    actions.acknowledge(door.ws, numbers[0], door.now, who=by("林经办"))

    undone = browser.post("/acts/together", item=items, **undo)

    assert "已撤销 2 项" in undone.text
    assert "林经办 签收" in undone.text, "what somebody has gone on with is left, and told"
    assert [deadline_of(browser, number) for number in numbers] == ["2023-12-01", *due[1:]]
    assert "撤销延期 · 高局长 · 撤销误操作" in browser.get(f"/obligations/{numbers[1]}").text


def test_another_county_s_obligation_cannot_be_acted_on(signed_in, looking, door):
    browser, _, _ = looking
    theirs = number_in(signed_in("沈").get("/obligations"))

    assert send(browser, theirs, "acknowledge").status_code == 404
    assert browser.post("/acts/together", act="acknowledge", item=[theirs]).status_code == 422
    assert state_of(signed_in("沈"), theirs) == "在办"


def test_an_auditor_sees_no_button_and_can_press_none(signed_in):
    browser = signed_in("计")
    number = number_in(browser.get("/obligations"))

    assert "/acts/" not in browser.get(f"/obligations/{number}").text.replace("/acts/together", "")
    assert send(browser, number, "acknowledge").status_code in (403, 422)
    assert state_of(browser, number) == "在办"


def test_opening_a_link_changes_nothing(looking):
    browser, number, _ = looking

    browser.get(f"/obligations/{number}?act=acknowledge&done=complete")

    assert state_of(browser, number) == "在办"
    assert "已办结。" not in browser.get(f"/obligations/{number}?done=complete").text


def test_a_form_no_page_made_is_refused_without_the_names_of_its_fields(signed_in):
    lin = signed_in("林")
    number = number_in(lin.get("/obligations"))
    lin.get(f"/obligations/{number}")
    for lang, said in (("zh-CN", "表单不完整"), ("en", "the form was incomplete")):
        lin.headers["Accept-Language"] = lang
        refused = lin.post(f"/obligations/{number}/acts/acknowledge", seen="x", reason="已经在办")
        assert refused.status_code == 422
        assert said in refused.text
        assert "seen" not in refused.text
        assert "reason" not in refused.text
