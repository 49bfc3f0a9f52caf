"""Backups (备份): the ledger, the project's files and the evidence in a store, and a project made of them again."""
