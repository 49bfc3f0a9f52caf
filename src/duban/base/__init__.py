"""What every room stands on: the clock, the language, problems with their place, numerals, credit codes, the starter project."""
