"""What reaches nobody is said by `duban check`, at its place: addresses, channels and routes."""

import shutil

import pytest

from duban.bureau.project_file import load_project
from duban.channels.loading import load_channels
from duban.channels.remarks import channel_remarks
from tests.checked import remarks
from tests.deliveries.conftest import ROOT

PROJECT = """\
bureau: 三明市局
posts_at: {city: [分管领导], county: [分管领导, 食品流通科], station: [经办人]}
city:
  code: "350400"
  name: 市局
  posts:
    分管领导: {holder: 赵, addresses: {%s}}
  counties:
    - {code: "350404", name: 三元区局, stations: [{code: "350404-01", name: 列东所}]}
"""
MAIL = {"MAIL": "mailto://smtp.example.cn/?from=a@example.cn&to={mail}"}
ONE_CHANNEL = "channels: {mail: {kind: apprise, url: 'env:MAIL'}}\n"


@pytest.fixture
def said(tmp_path):
    def said(channels=ONE_CHANNEL, addresses="mail: a@example.cn", environment=MAIL):
        (tmp_path / "duban.yaml").write_text(PROJECT % addresses, "utf-8")
        (tmp_path / "notifications").mkdir(exist_ok=True)
        (tmp_path / "notifications" / "channels.yaml").write_text(channels, "utf-8")
        found = channel_remarks(tmp_path, load_project(tmp_path), load_channels(tmp_path, environment))
        return [str(each) for each in sorted(found)]

    return said


class TestAddresses:
    @pytest.mark.parametrize("environment", [MAIL, {}])
    def test_one_that_no_channel_asks_for(self, said, environment):
        found = said(addresses='mial: "a@b.example", 企业微信: x, mail: a@b.cn', environment=environment)

        assert found == [
            "duban.yaml:7:35: 没有渠道用到地址“mial”，是不是“mail”？",
            "duban.yaml:7:56: 没有渠道用到地址“企业微信”，可以写：mail、mobile、wecom",
        ]

    @pytest.mark.parametrize(
        "addresses, wrong",
        [
            ("mail: not an address", "not an address"),
            ("mail: 'a@b.cn，李四'", "李四"),
            ("mail: 'a@b.cn c@d.cn'", "a@b.cn c@d.cn"),
            ("mobile: 一三八", "一三八"),
            ("mail: 'mailto:a@b.cn'", "mailto:a@b.cn"),
            ("mail: a@b..cn", "a@b..cn"),
            ("mail: 'a@b.cn.'", "a@b.cn."),
        ],
    )
    def test_one_that_is_none(self, said, addresses, wrong):
        [problem] = [each for each in said(addresses=addresses) if each.startswith("duban.yaml")]

        assert problem.startswith("duban.yaml:7:")
        assert f"“{wrong}”不是" in problem

    @pytest.mark.parametrize(
        "addresses",
        ["mail: 'a@b.cn，c@d.cn'", "mail: 'a@b.cn; c@d.cn、e@f.cn'", "mail: a@b.cn, mobile: '13800000000'"],
    )
    def test_several_are_well(self, said, addresses):
        assert said(addresses=addresses) == []

    def test_a_name_of_ones_own_is_known_once_a_channel_asks_for_it(self, said):
        room = {"MAIL": "json://oa.example.cn/{room}"}

        assert said(addresses="room: 三楼", environment=room) == []
        assert "没有渠道用到地址“room”" in said(addresses="room: 三楼")[0]

    def test_a_channel_that_asks_for_what_nobody_has(self, said):
        [problem] = said(
            environment={"MAIL": "mailto://smtp.example.cn/?to={maill}"}, addresses="mobile: '13800000000'"
        )

        assert problem.startswith("notifications/channels.yaml:1:12: 渠道“mail”要“maill”地址，没有岗位登记")


class TestRoutes:
    def test_for_a_post_that_nobody_has(self, said):
        found = said(
            ONE_CHANNEL + "routes:\n  - post: 食品流通课\n    channels: [mail]\n  - {channels: mail}\n"
        )

        assert found == ["notifications/channels.yaml:3:11: 没有单位设岗位“食品流通课”，是不是“食品流通科”？"]

    def test_for_a_post_that_units_of_that_level_do_not_have(self, said):
        [problem] = said(ONE_CHANNEL + "routes:\n  - {post: 食品流通科, unit: station, channels: mail}\n")

        assert problem == "notifications/channels.yaml:3:5: 这条路由永远用不上，这一级单位没有这个岗位"

    def test_behind_one_that_takes_everything(self, said):
        routes = (
            "routes:\n"
            "  - {channels: mail}\n"
            "  - {stage: [通报, 约谈], channels: mail}\n"
            "  - {stage: 催办, unit: county, channels: mail}\n"
        )

        assert said(ONE_CHANNEL + routes) == [
            "notifications/channels.yaml:4:5: 这条路由永远用不上，前面第 1 条已经包括了它",
            "notifications/channels.yaml:5:5: 这条路由永远用不上，前面第 1 条已经包括了它",
        ]

    def test_behind_several_that_leave_nothing(self, said):
        routes = (
            "routes:\n"
            "  - {unit: [city, county], channels: mail}\n"
            "  - {unit: station, channels: mail}\n"
            "  - {stage: 催办, channels: mail}\n"
        )

        assert said(ONE_CHANNEL + routes) == [
            "notifications/channels.yaml:5:5: 这条路由永远用不上，前面几条已经全包括了"
        ]

    def test_one_that_is_left_something_is_well(self, said):
        assert said(ONE_CHANNEL + "routes:\n  - {stage: 催办, channels: mail}\n  - {channels: mail}\n") == []


def test_the_starter_has_none_and_check_says_those_there_are(tmp_path, monkeypatch, clock):
    for name in ("DUBAN_CHANNEL_MAIL", "DUBAN_CHANNEL_GROUP"):
        monkeypatch.delenv(name, raising=False)
    for name in ("calendar", "duties", "notifications"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "duban.yaml", tmp_path)
    before = remarks(tmp_path, clock)
    path = tmp_path / "notifications" / "channels.yaml"
    path.write_text(path.read_text("utf-8").replace("routes:\n", "routes:\n  - channels: [mail]\n"), "utf-8")

    said = {str(each) for each in remarks(tmp_path, clock)} - {str(each) for each in before}

    assert len([each for each in before if "渠道" in str(each)]) == 2
    assert len([each for each in said if "永远用不上" in each]) == 3
