"""What happened: the ledger of obligations, their history, the notices decided and the messages delivered.

YAML says what is owed, the ledger says what happened. Its history only grows; the database itself refuses to
change or delete it.
"""
