"""How often: each kind of duty, how it is written, and when it opens and falls due. Nothing here knows the ledger or the clock."""
