"""The schemas editors use: they come from the models, every key says what it means, and every right file fits.

Run with DUBAN_WRITE_GOLDEN=1 to write `schemas/` and the pages of the kinds anew, then read the difference.
"""

import json
import os
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from duban.base.language import use
from duban.cadence.registry import KINDS
from duban.duties.cadence_reading import CADENCE_KEYS
from duban.schemas import SCHEMAS, write_schemas
from duban.schemas.files import FOLDER, as_text, first_line, schema_for
from duban.yamlfile import read
from duban.yamlfile.key import key_of
from tests.kind_pages import kind_pages, shown_keys

ROOT = Path(__file__).resolve().parents[2]
KINDS_OF_FILES = {kind.name: kind for kind in SCHEMAS}
PAGES = {"zh-CN": ROOT / "docs/zh/kinds", "en": ROOT / "docs/kinds"}
FOLDERS = ("calendar", "duties", "notifications")
PATHS = [
    ROOT / "duban.yaml",
    *(path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.yaml"))),
]
CONTENT = [path.relative_to(ROOT).as_posix() for path in PATHS]


if "DUBAN_WRITE_GOLDEN" in os.environ:

    def test_write_the_schemas_and_the_pages():
        write_schemas(ROOT, "zh-CN")
        for language, folder in PAGES.items():
            for name, text in kind_pages(ROOT, language).items():
                (folder / name).write_text(text, encoding="utf-8")


def complaints(kind, data):
    validator = Draft202012Validator(kind.schema())
    return [f"{'/'.join(map(str, each.path))}: {each.message}" for each in validator.iter_errors(data)]


@pytest.mark.parametrize("name", KINDS_OF_FILES)
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_schema_is_a_schema_and_every_key_says_what_it_means(name, language):
    with use(language):
        schema = KINDS_OF_FILES[name].schema()
    Draft202012Validator.check_schema(schema)
    for body in (schema, *schema["$defs"].values()):
        for key, value in body.get("properties", {}).items():
            assert value.get("description"), key


@pytest.mark.parametrize("name", KINDS_OF_FILES)
def test_every_key_says_what_it_means_in_both_languages(name):
    for model in KINDS_OF_FILES[name].models():
        for field in model.model_fields.values():
            key = key_of(field)
            assert key is not None, model.__name__
            assert key.zh != key.en


@pytest.mark.parametrize("name", KINDS_OF_FILES)
def test_the_schemas_in_the_project_are_the_ones_the_models_give(name):
    with use("zh-CN"):
        assert (ROOT / FOLDER / f"{name}.json").read_text(encoding="utf-8") == as_text(KINDS_OF_FILES[name])


@pytest.mark.parametrize("path", CONTENT)
def test_each_file_of_the_starter_project_names_its_schema_and_fits_it(path):
    text = (ROOT / path).read_text(encoding="utf-8")
    assert text.splitlines()[0] == first_line(path)
    kind = schema_for(path)
    assert (ROOT / path).parent.joinpath(text.splitlines()[0].split("=")[1]).resolve().is_file()
    assert complaints(kind, read(ROOT / path, root=ROOT).data) == []


@pytest.mark.parametrize(
    "path, change, told",
    [
        ("duties/特种设备.yaml", lambda data: data["duties"][0].update(titel="x"), "titel"),
        ("duties/特种设备.yaml", lambda data: data["duties"][0].pop("title"), "title"),
        ("duties/特种设备.yaml", lambda data: data["duties"][0]["owner"].update(unit="镇"), "镇"),
        ("duties/食品流通.yaml", lambda data: data["defaults"].update(confidential="也许"), "也许"),
        ("duties/vocabulary.yaml", lambda data: data["facts"]["sample.failed"].pop("date"), "date"),
        ("duban.yaml", lambda data: data["city"].pop("code"), "code"),
        ("calendar/2026.yaml", lambda data: data.update(status="maybe"), "maybe"),
        ("calendar/festivals.yaml", lambda data: data["windows"][0].pop("status"), "status"),
        ("calendar/closures.yaml", lambda data: data.update(closures=[{"unit": "350404"}]), "reason"),
        ("notifications/ladders.yaml", lambda data: data["ladders"]["brief"].clear(), "[]"),
        ("notifications/channels.yaml", lambda data: data["channels"]["mail"].update(kind="fax"), "fax"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_form_is_seen_while_it_is_written(path, change, told):
    data = json.loads(json.dumps(read(ROOT / path, root=ROOT).data, default=str))
    if path == "duties/特种设备.yaml":
        data["duties"][0].setdefault("owner", {"unit": "市局", "post": "特种设备科"})
    change(data)
    assert any(told in each for each in complaints(schema_for(path), data))


def test_every_cadence_has_its_page_and_its_page_has_every_key():
    assert [kind.key for kind in KINDS] == sorted(CADENCE_KEYS, key=[kind.key for kind in KINDS].index)
    for language, folder in PAGES.items():
        pages = kind_pages(ROOT, language)
        assert {path.name for path in folder.glob("*.md")} == set(pages)
        for kind in KINDS:
            assert all(f"| `{key}` |" in pages[f"{kind.name}.md"] for key in shown_keys(kind))


@pytest.mark.parametrize("language", PAGES)
def test_the_pages_say_what_the_engine_makes_of_their_examples(language):
    for name, text in kind_pages(ROOT, language).items():
        assert (PAGES[language] / name).read_text(encoding="utf-8") == text, name
