"""What a person reads and sends on the page of an obligation."""

import re


def number_in(page, title="quarterly"):
    """The number of the first obligation a list shows under this title."""
    return re.search(rf'href="/obligations/(DB-\w+)">{title}', page.text)[1]


def seen_on(page):
    return re.search(r'name="seen" value="(\d+)"', page.text)[1]


def send(browser, number, act, files=None, **fields):
    fields.setdefault("form_token", browser.token)
    return browser.ask("POST", f"/obligations/{number}/acts/{act}", data=fields, files=files)


def state_of(browser, number):
    return re.search(r'<span class="tag">(\S+?)</span></p>', browser.get(f"/obligations/{number}").text)[1]
