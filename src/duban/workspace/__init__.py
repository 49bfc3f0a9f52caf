"""A project opened for work: its definitions in force, its ledger, its clock."""
