"""The life of an obligation (应办事项): opened, completed, moved, handed over, superseded, withdrawn, listed."""
