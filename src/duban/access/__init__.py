"""Who may come in, and for whom: people with accounts, programs with tokens.

| module | question |
|---|---|
| `accounts` | who may sign in; how an account is made, changed, closed |
| `mandates` | what may an account do, for which unit, posts and lines |
| `passwords` | what a password must be, how it is kept |
| `links` | how somebody comes to a password: a link that works once |
| `sign_ins` | who is signed in where, and how one comes in and out |
| `patience` | how long the next try has to wait after a wrong one |
| `people` | which principal an account is today: its units, posts, lines, whom it stands in for |
| `tokens` | which program may call |
"""
