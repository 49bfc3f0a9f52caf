"""How addresses, codes and names may be written in `duban.yaml`."""

import re

from duban.base.objections import WrongValue


def page_address(address: str) -> str:
    """The page's address, without a login, a query or a fragment. Raises ValueError for anything else."""
    if not re.fullmatch(r"https?://[^\s/@?#]+(/[^\s?#]*)?", address):
        raise WrongValue(
            zh=f"page 写页面的网址，例如 https://duban.example.cn，不是“{address}”",
            en=f"page is the page's address, such as https://duban.example.cn, not “{address}”",
        )
    return address


def unit_code(code: str) -> str:
    """A unit's code: digits, letters and hyphens. Raises ValueError for anything else."""
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z_-]{0,31}", code):
        raise WrongValue(
            zh=f"单位代码“{code}”的写法不对，请用数字、字母和连字符，最多 32 个",
            en=f"“{code}” is not a unit's code: digits, letters and hyphens, at most 32",
        )
    return code


def post_name(name: str) -> str:
    """A post's name: no slash, which stands between unit and post, and no blank. Raises ValueError for anything else."""
    if not re.fullmatch(r"[^/\s]{1,40}", name):
        raise WrongValue(
            zh=f"岗位名“{name}”的写法不对，不能有斜杠和空格，最多 40 个字",
            en=f"“{name}” is not a post's name: no slash, no space, at most 40 signs",
        )
    return name
