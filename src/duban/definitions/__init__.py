"""Everything the folders define, read together: project, calendar, ladders, vocabulary and duties."""
