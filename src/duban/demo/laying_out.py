"""The demonstration's project folder: the starter project with made-up people, open at all hours, and made-up data."""

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from duban.base.starter import copy_starter
from duban.bureau.posts import TELEPHONES
from duban.bureau.project import PROJECT_FILE
from duban.bureau.project_file import load_project
from duban.demo.habits import lazy_counties
from duban.demo.made_up import MARK, SEED, Enterprise, MadeUpFact, person

DATA = "虚构数据"
HEADER = "# 以下企业、人员和事件全部是虚构的，仅供演示，与任何真实单位和个人无关"
DOMAIN = "demo.invalid"
COUNTY_GROUP = "DEMO_CHANNEL_COUNTY_GROUP"
"""Where the address of a county's own group stands."""
VACANT = ("350423", "食品流通科")
"""清流县's food post stands empty: its rungs pass on at once, and `duban check` says so."""


def is_laid_out(root: Path) -> bool:
    """Whether the demonstration was set up here before."""
    return (root / PROJECT_FILE).is_file() and (root / DATA).is_dir()


def lay_out(root: Path, on: date, page: str = "") -> None:
    """Copy the starter project to `root` and put made-up people into it; its messages lead to `page`. Raises FolderNotEmpty.

    The plan of 2023 is carried on to the end of the year of `on`, so that there is something to be seen.
    """
    copy_starter(root)
    path = root / PROJECT_FILE
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 200
    document: Any = yaml.load(path.read_text(encoding="utf-8"))
    document["office_hours"] = {"start": "00:00", "end": "23:59", "rest_days": "是"}
    if on.year > document["plan"]["year"] and not on <= document["plan"].get("carried", {}).get(
        "until", date.min
    ):
        document["plan"]["carried"] = {
            "until": date(on.year, 12, 31),
            "reason": "演示：用 2023 年的计划演示今年",
        }
    if page:
        document["page"] = page
    project = load_project(root)
    rng = Random(SEED)
    city = document["city"]
    for unit in (city, *city["counties"]):
        written = unit.get("posts", {})
        unit["posts"] = {
            name: (written.get(name) or {})
            | (
                {"vacant": "是"}
                if (unit["code"], name) == VACANT
                else {"holder": person(rng), "addresses": _addresses(unit["code"], number)}
            )
            for number, name in enumerate(project.units[unit["code"]].posts, 1)
        }
    _give_a_county_its_group(root, yaml, min(lazy_counties(project)))
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{HEADER}\n# 演示项目：全天可发，人员虚构{MARK}\n")
        yaml.dump(document, file)


def _give_a_county_its_group(root: Path, yaml: YAML, county: str) -> None:
    """Let a county have a group of its own, which hears what its leaders hear at 督办."""
    path = root / "notifications" / "channels.yaml"
    document: Any = yaml.load(path.read_text(encoding="utf-8"))
    document["channels"]["county_group"] = {
        "kind": "apprise",
        "title": "县局工作群",
        "url": f"env:{COUNTY_GROUP}",
        "group": True,
        "unit": DoubleQuotedScalarString(county),
    }
    for route in document["routes"]:
        if "work_group" in route["channels"]:
            route["channels"].append("county_group")
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(document, file)


def _addresses(code: str, number: int) -> dict[str, str]:
    """A made-up mail and telephone of a post, by its number in its unit."""
    telephone = f"199{int(code.replace('-', '')) % 10_000:04d}{number:04d}"
    return {"mail": f"{code}-{number}@{DOMAIN}", TELEPHONES[0]: telephone}


def write_data(root: Path, people: Iterable[Enterprise], events: Iterable[MadeUpFact], on: date) -> None:
    """Keep what was made up in two files that a spreadsheet opens, so that it can be looked at."""
    folder = root / DATA
    folder.mkdir(exist_ok=True)
    with (folder / "监管对象.csv").open("w", encoding="utf-8-sig", newline="") as file:
        file.write(f"{HEADER}\n")
        rows = csv.writer(file)
        rows.writerow(("监管对象", "编号", "名称", "单位", "风险等级", "属性"))
        for each in people:
            attributes = "；".join(f"{name}={value}" for name, value in each.attributes.items())
            rows.writerow((each.kind, each.code, each.name, each.unit, each.grade or "", attributes))
    with (folder / "事实.csv").open("w", encoding="utf-8-sig", newline="") as file:
        file.write(f"{HEADER}，生成日期 {on:%Y-%m-%d}\n")
        rows = csv.writer(file)
        rows.writerow(("事实", "监管对象", "编号", "单位", "日期", "来源编号"))
        for event in events:
            kind, code = event.about or ("", "")
            rows.writerow((event.fact, kind, code, event.unit, event.happened_on.isoformat(), event.ref))
