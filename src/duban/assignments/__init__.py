"""Assignments (临时交办): what a leader's note, a letter from above or a meeting orders once, made owed like all else.

| module | question |
|---|---|
| `drafts` | what was written down: to whom, until when, and everything that is wrong with it at once |
| `owners_named`, `until_when` | whom a name means, and what a unit's calendar makes of a day or a period |
| `assignment_words` | what is said of it before and after it is made |
| `assigning` | the assignment itself, rehearsed or kept, and its recall |
| `assignment_book` | which assignments there are, for whoever looks |
"""
