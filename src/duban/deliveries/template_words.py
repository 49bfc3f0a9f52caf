"""What Jinja2 says of a template that does not work, said again for the person who edits it."""

import re

from duban.base.language import say

_SENTENCES = (
    (r"Encountered unknown tag '(.+?)'.*", "不认识的标签“{}”"),
    (r".*innermost block that needs to be closed is '(.+?)'.*", "“{0}”没有写完，缺少 end{0}"),
    (r"Unexpected end of template.*", "模板没有写完"),
    (r"expected token .*, got '(.+?)'", "“{}”写在这里读不通"),
    (r"unexpected '(.+?)'", "“{}”写在这里读不通"),
    (r"unexpected char '(.+?)' at \d+", "“{}”写在这里读不通"),
    (r"No (?:filter|test) named '(.+?)'.*", "没有叫“{}”的用法"),
    (r"'(.+?)' is undefined", "没有“{}”这个词"),
    (r".* has no (?:attribute|element) '?(.+?)'?", "没有“{}”这个词"),
    (r"no loader for this environment specified", "模板里不能引入别的文件"),
)


def in_words(error: Exception) -> str:
    """The error in the reader's language; what is not known is said in Jinja2's own words."""
    said = getattr(error, "message", None) or str(error)
    for pattern, sentence in _SENTENCES:
        if found := re.fullmatch(pattern, said, re.DOTALL):
            return say(zh=sentence.format(*found.groups()), en=said)
    return said
