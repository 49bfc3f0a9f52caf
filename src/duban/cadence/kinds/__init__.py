"""The kinds of cadence, one module each; `duban.cadence.registry` lists them."""
