"""The folders of applied versions do not grow without end, and none that is in use goes."""

import os
import time

from duban.ledger.content import HALF_MADE_FOR, LAID_OUT, MOST_LAID_OUT, lay_out


def test_the_folders_last_used_are_kept_and_any_other_is_laid_out_again(tmp_path):
    versions = [{"duban.yaml": f"bureau: {number}\n"} for number in range(MOST_LAID_OUT + 10)]
    used = lay_out(tmp_path, versions[0])
    for age, files in enumerate(reversed(versions[1:]), start=1):
        folder = lay_out(tmp_path, files)
        os.utime(folder, (time.time() - age,) * 2)
        lay_out(tmp_path, versions[0])
    kept = list((tmp_path / LAID_OUT).iterdir())
    assert len(kept) == MOST_LAID_OUT
    assert used in kept
    assert (lay_out(tmp_path, versions[1]) / "duban.yaml").read_text() == "bureau: 1\n"


def test_what_a_killed_process_left_half_made_goes_once_it_is_nobody_s(tmp_path):
    place = lay_out(tmp_path, {"duban.yaml": "a"}).parent
    for name, age in ((".making-old", HALF_MADE_FOR + 60), (".making-new", 0)):
        (place / name).mkdir()
        os.utime(place / name, (time.time() - age,) * 2)
    lay_out(tmp_path, {"duban.yaml": "b"})
    assert sorted(each.name for each in place.iterdir() if each.name.startswith(".")) == [".making-new"]
