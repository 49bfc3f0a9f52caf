"""Fifty people who look at one page after the other and rest a little between two: a process of its own, so that the server
has its processor for itself. They come one after the other within the rest between two pages: none reads the list of whom a
browser trusts, which took fifty of them 1.2 s together and let those who had waited for it ask at one moment. `python -m bench.crowd ADDRESS COOKIE PATH …` prints what each answer took.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from time import perf_counter

import httpx

PEOPLE, TURNS, REST = 50, 6, 3.0
OK = 200


@dataclass(frozen=True)
class Answers:
    """What a crowd was answered."""

    times: list[float]  #: how many milliseconds each page took
    refused: list[int]  #: the statuses of what was no page


def crowd(address: str, cookies: httpx.Cookies, paths: Sequence[str]) -> Answers:
    """Let the people look at the pages of a server at `address`, signed in by these cookies."""
    told = subprocess.run(
        [sys.executable, "-m", "bench.crowd", address, json.dumps(dict(cookies)), *paths],
        check=True,
        capture_output=True,
        text=True,
    )
    return Answers(**json.loads(told.stdout))


async def _look(address: str, cookies: dict[str, str], paths: Sequence[str]) -> Answers:
    answers = Answers([], [])
    nothing_trusted = SSLContext(PROTOCOL_TLS_CLIENT)

    async def person(number: int) -> None:
        async with httpx.AsyncClient(
            base_url=address, cookies=cookies, follow_redirects=True, timeout=60, verify=nothing_trusted
        ) as browser:
            await asyncio.sleep(REST * number / PEOPLE)
            for turn in range(TURNS):
                began = perf_counter()
                answer = await browser.get(paths[(number + turn) % len(paths)])
                if answer.status_code == OK:
                    answers.times.append(1000 * (perf_counter() - began))
                else:
                    answers.refused.append(answer.status_code)
                await asyncio.sleep(REST)

    await asyncio.gather(*(person(number) for number in range(PEOPLE)))
    return answers


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_look(sys.argv[1], json.loads(sys.argv[2]), sys.argv[3:])).__dict__))
