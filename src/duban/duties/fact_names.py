"""How a kind of fact is named: what, then what became of it, as in inspection.done."""

import re
from typing import Final

from duban.base.objections import WrongValue

LONGEST_FACT: Final = 64
"""Characters, as the ledger's column holds them."""


def fact_name(name: str) -> str:
    """The name, if it is one. Raises ValueError saying how it is written."""
    if not re.fullmatch(r"[a-z][a-z_]*(\.[a-z][a-z_]*)+", name) or len(name) > LONGEST_FACT:
        raise WrongValue(
            zh=f"事实的名字“{name[:LONGEST_FACT]}”的写法不对，请用小写英文和点，例如 inspection.done，最多 {LONGEST_FACT} 个字符",
            en=f"“{name[:LONGEST_FACT]}” is not a fact's name: small letters and dots, for example inspection.done, at "
            f"most {LONGEST_FACT} characters",
        )
    return name
