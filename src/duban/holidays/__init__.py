"""Arrangements (放假安排): a State Council notice becomes a year of the working calendar.

Read the notice (YAML as an official types it, or an ICS file), hold it against 放假办法, see which days change, and write
the year's file. A notice that contradicts the law is refused with the day, the article and how to mend it.
"""

from duban.holidays.entering import NoticeOutcome, enter
from duban.holidays.notice import HolidayNotice, NoticeDetails, StatedHoliday
from duban.holidays.reading import read_notice

__all__ = ["HolidayNotice", "NoticeDetails", "NoticeOutcome", "StatedHoliday", "enter", "read_notice"]
