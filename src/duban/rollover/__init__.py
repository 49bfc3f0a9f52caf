"""A new year's plan beside this year's clauses: what stays, what is reworded, moved, gone or new, and a draft to decide on."""
