"""`duban docs`: the documentation as pages that need no network and lead only to what is there, Chinese first."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest

from duban.base.language import use
from duban.handbook import NoSuchPage, make_pages, page_called


class Links(HTMLParser):
    """Where a page leads, and which headings it has."""

    def __init__(self, text):
        super().__init__()
        self.targets, self.anchors = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        self.targets += [told[name] for name in ("href", "src") if name in told]
        self.anchors |= {told["id"]} if "id" in told else set()


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("docs")
    with use("zh-CN"):
        return folder, make_pages(folder)


def test_the_front_page_is_in_the_reader_s_language(made, tmp_path):
    folder, front = made
    assert front == folder / "README.zh-CN.html"
    assert '<html lang="zh-CN">' in front.read_text("utf-8")
    with use("en"):
        assert make_pages(tmp_path).name == "README.html"


def test_every_link_leads_to_a_page_that_was_made(made):
    folder, _ = made
    pages = {page: Links(page.read_text("utf-8")) for page in folder.rglob("*.html")}
    assert len(pages) > 40
    for page, links in pages.items():
        for target in links.targets:
            where, _, anchor = target.partition("#")
            if "://" in where:
                continue
            meant = (page.parent / where).resolve() if where else page
            assert meant.is_file(), f"{page.relative_to(folder)} → {target}"
            if anchor and meant.suffix == ".html":
                assert unquote(anchor) in pages[meant].anchors, f"{page.relative_to(folder)} → {target}"


def test_no_page_asks_for_anything_from_elsewhere(made):
    for page in made[0].rglob("*.html"):
        assert not re.search(r'(?:src|@import|<link)[^>]*="?https?://', page.read_text("utf-8"))


def test_a_page_is_read_in_the_reader_s_language():
    with use("zh-CN"):
        assert page_called("commands").startswith("# 命令")
        assert page_called("导入") == page_called("importing")
    with use("en"):
        assert page_called("commands").startswith("# Commands")
        assert page_called("changing").startswith("# ")


def test_a_page_that_is_not_there():
    with use("zh-CN"), pytest.raises(NoSuchPage, match="没有这一页：comand，是不是“commands”？"):
        page_called("comand")
