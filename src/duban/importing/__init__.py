"""Import of Excel and CSV as bureaus keep them: a table becomes subjects and facts, by a mapping per source system.

Nothing is imported here, so that `duban check` reads the mappings without the ledger.

| step | module |
|---|---|
| what kind of file it is, and what is refused unopened | `containers` |
| its sheets, row by row, as a person sees them | `workbooks`, `sheet_parts`, `spans`, `texts` |
| which mapping it is written for, where its heading is | `mappings`, `recognising`, `headings` |
| what each cell means | `spellings`, `written_days` |
| what each row says, which rows are no data, what the whole file tells | `drafts`, `row_reader`, `no_data`, `reading`, `batches` |
| what is new, changed, unchanged or refused | `lookups`, `judging`, `registering` |
| a form for every kind of fact, filled with a unit's own subjects | `templates`, `forms` |
| all of it in one transaction; the refused rows as a workbook; what came of it in words | `taking`, `refused_rows`, `words` |
| a file that was handed in on a page: kept, its columns chosen by hand, taken once | `handed_in`, `mending` |
"""
