"""Documents: what every report is made of, and one renderer for each form."""
