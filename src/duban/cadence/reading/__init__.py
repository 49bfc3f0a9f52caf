"""From what a person wrote to parsed values: phrases in Chinese and English, marked assumptions, places in the file."""
