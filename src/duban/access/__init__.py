"""Who may call: tokens, and for which unit and its subtree each speaks."""
