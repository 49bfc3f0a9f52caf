"""What duban gives a browser works in Chrome 86, which office desktops still have: nothing newer is needed.

esbuild writes the scripts' syntax for it (hatch_build.py); what it does not rewrite, methods, rules of style and attributes, is
looked for here, with the Chrome that has it first.
"""

import re
from pathlib import Path

import pytest

from duban.handbook import making
from duban.web import docs_page, pages

SOURCE = Path(pages.__file__).parents[2]
BUILT = Path(pages.__file__).parent / "static" / "built"
AT_START = r"(?<=[{;\s])"
NEWER_STYLE = {
    r":(is|where)\(|:not\([^)]*,": 88,
    r":has\(|:(user-valid|user-invalid|open|modal|popover-open)\b": 105,
    r":nth-(last-)?child\([^)]* of ": 111,
    r"@(layer|container|scope|property|starting-style)\b": 85,
    r"@media[^{]*[<>]": 104,
    r"(?<![&\w])&(?!\w+;)": 112,
    r"\b(oklch|oklab|lab|lch|hwb|color|color-mix|light-dark|image-set|sin|cos|round|mod|abs)\(": 101,
    AT_START + r"(inset|margin-inline|margin-block|padding-inline|padding-block)(-\w+)*\s*:": 87,
    AT_START
    + r"(aspect-ratio|accent-color|text-wrap|field-sizing|translate|rotate|scale|scrollbar-\w+)\s*:": 88,
    AT_START
    + r"(text-underline-offset|text-decoration-thickness|forced-color-adjust|font-palette|hyphenate-\w+"
    r"|content-visibility|animation-timeline|view-transition-name|anchor-name|interpolate-size|mask(-\w+)*)\s*:": 87,
    r":(autofill|dir\(|target-text|state\()|::(file-selector-button|highlight|details-content|view-transition)\b": 89,
    r"@(counter-style|font-palette-values|view-transition|position-try|function|when)\b": 91,
    r"\b\d+(dvh|svh|lvh|cqw|cqh|lh|rlh|cap)\b": 108,
    r"\boverflow(-[xy])?\s*:\s*clip|\bsubgrid\b|:\s*revert-layer\b": 90,
}
NEWER_SCRIPT = {
    r"\.(at|findLast|findLastIndex|toSorted|toReversed|toSpliced|isWellFormed)\(": 92,
    r"\bstructuredClone\(|\breportError\(": 98,
    r"\bObject\.(hasOwn|groupBy)\(|\bMap\.groupBy\(": 93,
    r"\bPromise\.(withResolvers|try)\(|\bArray\.fromAsync\(|\bAbortSignal\.(timeout|any)\(": 103,
    r"\bcrypto\.randomUUID\(": 92,
    r"(?<!Intl\.Segmenter\?)new Intl\.(Segmenter|DurationFormat)\(": 87,
    r"\.(checkVisibility|togglePopover|showPopover|hidePopover|setHTML|showPicker)\(": 105,
    r"\bscheduler\.(postTask|yield)\(|\bCSS\.highlights\b|\bnavigator\.userAgentData\b": 90,
    r"\bnew (Highlight|EyeDropper|CloseWatcher|Sanitizer|URLPattern)\(": 94,
    r"\bstatic\s*\{|#\w+ in \w": 91,
    r"(\?\?|\|\||&&)=": 85,
}
"""What a library asks for first and does without is none: CodeMirror asks for Intl.Segmenter."""
NEWER_MARKUP = {
    r"\s(popover|popovertarget|inert|commandfor|closedby)[\s=>]": 102,
    r"\s(fetchpriority|blocking|writingsuggestions|shadowrootmode)=": 101,
    r"<details[^>]*\sname=": 120,
    r"<(search|selectedcontent)\b": 118,
}


def newer(text, table):
    """What of the table stands in the text, with the words around it."""
    return [
        f"Chrome {since}: {text[max(0, found.start() - 40) : found.end() + 20]!r}"
        for pattern, since in table.items()
        for found in re.finditer(pattern, text)
    ]


def styles():
    """Every sheet of style under src/, by where it stands."""
    found = {str(path): path.read_text("utf-8") for path in SOURCE.rglob("*.css")}
    for path in SOURCE.rglob("*.j2"):
        found[str(path)] = "".join(re.findall(r"<style>(.*?)</style>", path.read_text("utf-8"), re.DOTALL))
    found |= {module.__name__: module._STYLE for module in (making, docs_page)}
    return {name: re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL) for name, text in found.items() if text}


def test_no_style_needs_a_newer_browser():
    assert len(styles()) >= 4
    assert {name: found for name, style in styles().items() if (found := newer(style, NEWER_STYLE))} == {}


def test_no_page_holds_what_a_newer_browser_alone_knows():
    found = {path.name: newer(path.read_text("utf-8"), NEWER_MARKUP) for path in SOURCE.rglob("*.html.j2")}
    assert len(found) > 40
    assert {name: each for name, each in found.items() if each} == {}


def test_no_script_calls_what_a_newer_browser_alone_has():
    scripts = list(BUILT.glob("*.js"))
    if not scripts:
        pytest.skip("the page's scripts are not built here: pip install -e . with npm")
    assert {
        path.name: found for path in scripts if (found := newer(path.read_text("utf-8"), NEWER_SCRIPT))
    } == {}


@pytest.mark.parametrize(
    ("text", "table"),
    [
        (".guide :is(th, td) { color: red }", NEWER_STYLE),
        ("a:has(b) { color: red }", NEWER_STYLE),
        (".a { inset: 0 }", NEWER_STYLE),
        (".a { color: red; & b { color: blue } }", NEWER_STYLE),
        (".a { height: 100dvh; aspect-ratio: 1 }", NEWER_STYLE),
        ("a { text-underline-offset: 2px }", NEWER_STYLE),
        ("input::file-selector-button { color: red }", NEWER_STYLE),
        ("x=list.at(-1)", NEWER_SCRIPT),
        ("scheduler.postTask(f)", NEWER_SCRIPT),
        ('<img fetchpriority="high">', NEWER_MARKUP),
        ("a??=b", NEWER_SCRIPT),
        ("new Intl.Segmenter()", NEWER_SCRIPT),
        ("<div popover id=x>", NEWER_MARKUP),
    ],
)
def test_what_is_newer_is_found(text, table):
    assert newer(text, table)
