"""The calendars people subscribe to: two ways of marking days off and make-up days, and what they lack."""

from datetime import date, datetime, timedelta

import pytest

from duban.base.problems import ProblemsFound
from tests.holidays.conftest import MADE_UP_2027, ROOT

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//CN\r\n"
TAIL = "END:VCALENDAR\r\n"
NUMBER = {"number": "国办发明电〔2026〕999号", "issued_on": date(2026, 11, 3)}
HOLIDAY = "X-APPLE-SPECIAL-DAY:WORK-HOLIDAY\r\n"
ARRANGED = {
    "元旦": (["2027-01-01", "2027-01-03"], []),
    "春节": (["2027-02-05", "2027-02-12"], ["2027-01-31", "2027-02-20"]),
    "清明节": (["2027-04-03", "2027-04-05"], []),
    "劳动节": (["2027-05-01", "2027-05-05"], ["2027-05-08"]),
    "端午节": (["2027-06-09", "2027-06-09"], []),
    "中秋节": (["2027-09-15", "2027-09-15"], []),
    "国庆节": (["2027-10-01", "2027-10-07"], ["2027-09-26", "2027-10-09"]),
}


def event(summary, first, last=None, extra=""):
    begins = date.fromisoformat(first)
    ends = date.fromisoformat(last or first) + timedelta(days=1)
    return (
        f"BEGIN:VEVENT\r\nUID:{summary}-{first}\r\nDTSTART;VALUE=DATE:{begins:%Y%m%d}\r\n"
        f"DTEND;VALUE=DATE:{ends:%Y%m%d}\r\nSUMMARY;LANGUAGE=zh_CN:{summary}\r\n{extra}END:VEVENT\r\n"
    )


def like_a_phone(arranged=None):
    """One event per holiday, marked （休） and （班）."""
    events = []
    for name, ((first, last), work) in (arranged or ARRANGED).items():
        events.append(event(f"{name}（休）", first, last, "X-APPLE-SPECIAL-DAY:WORK-HOLIDAY\r\n"))
        events += [
            event(f"{name}（班）", day, extra="X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY\r\n") for day in work
        ]
    return HEAD + event("立春", "2027-02-04") + event("妇女节", "2027-03-08") + "".join(events) + TAIL


def like_a_volunteer():
    """One event per day, 假期 第1天/共3天 and 补班 from nine to six, linking to the notice."""
    link = "DESCRIPTION:放假通知: https://www.gov.cn/zhengce/content/202611/con\r\n tent_7999999.htm\r\n"
    events = []
    for name, ((first, last), work) in ARRANGED.items():
        begins, count = (
            date.fromisoformat(first),
            (date.fromisoformat(last) - date.fromisoformat(first)).days + 1,
        )
        events += [
            event(f"{name} 假期 第{n + 1}天/共{count}天", str(begins + timedelta(days=n)), extra=link)
            for n in range(count)
        ]
        for day in work:
            stamp = datetime.fromisoformat(f"{day}T09:00")
            events.append(
                f"BEGIN:VEVENT\r\nUID:{day}\r\nDTSTART:{stamp:%Y%m%dT%H%M%S}\r\n"
                f"DTEND:{stamp:%Y%m%dT18%M%S}\r\nSUMMARY:{name} 补班 第1天/共1天\r\nEND:VEVENT\r\n"
            )
    return HEAD + "".join(events) + TAIL


@pytest.mark.parametrize("feed", [like_a_phone, like_a_volunteer])
def test_a_feed_arranges_the_year_as_the_typed_notice_does(today, typed, feed, made_up):
    entered = today.enter(typed(feed(), "节假日.ics"), **NUMBER)
    from_ics = entered.year
    typed_year = today.enter(made_up()).year
    assert (from_ics.rest, from_ics.work) == (typed_year.rest, typed_year.work)
    assert from_ics.notices[0].number == "国办发明电〔2026〕999号"
    assert from_ics.notices[0].title == "国务院办公厅关于2027年部分节假日安排的通知"


def test_the_article_it_links_to_is_the_source_else_the_file(today, typed):
    assert today.read(typed(like_a_volunteer(), "a.ics"), **NUMBER).source == "content_7999999"
    assert today.read(typed(like_a_phone(), "a.ics"), **NUMBER).source == "a.ics"


def test_a_file_is_known_by_what_is_in_it_whatever_it_is_called(today, typed):
    assert today.read(typed("\ufeff" + like_a_phone(), "calendar.txt"), **NUMBER).year == 2027


def test_times_in_utc_are_days_in_the_bureau_s_time_zone(today, typed):
    feed = like_a_volunteer().replace("DTSTART:20270508T090000", "DTSTART:20270507T160000Z")
    assert date(2027, 5, 8) in today.read(typed(feed, "a.ics"), **NUMBER).work


class TestSeveralYears:
    EARLIER = event("元旦（休）", "2026-01-01", "2026-01-03") + event("元旦（班）", "2026-01-04")

    def both(self):
        return like_a_phone().replace(TAIL, self.EARLIER + TAIL)

    def test_the_one_that_waits_is_meant(self, today, typed):
        assert today.read(typed(self.both(), "a.ics"), **NUMBER).year == 2027

    def test_or_the_one_that_is_named(self, today, typed):
        path = typed(self.both(), "a.ics")
        assert today.read(path, **NUMBER, year=2026).year == 2026
        assert today.refused(path, **NUMBER, year=2025) == ["里面没有 2025 年，只有 2026、2027"]

    def test_new_year_s_day_takes_december_with_it(self, waiting, typed):
        feed = (
            HEAD + event("元旦（休）", "2018-12-30", "2019-01-01") + event("元旦（班）", "2018-12-29") + TAIL
        )
        notice = waiting(2019).read(typed(feed, "a.ics"), **NUMBER)
        assert (notice.year, list(notice.work)) == (2019, [date(2018, 12, 29)])


class TestWhatIsRefused:
    def test_days_off_without_a_single_make_up_day(self, today, typed):
        without = {name: (span, []) for name, (span, _) in ARRANGED.items()}
        (said,) = today.refused(typed(like_a_phone(without), "a.ics"), **NUMBER)
        assert said.startswith("2027 年只有“休”，一个“班”也没有：照它算，补班的周末都会成了休息日")

    def test_one_make_up_day_left_out(self, today, typed):
        less = ARRANGED | {"劳动节": (["2027-05-01", "2027-05-05"], [])}
        (said,) = today.refused(typed(like_a_phone(less), "a.ics"), **NUMBER)
        assert said.startswith("2027 年多放 1 天")

    def test_no_marks_at_all(self, today, typed):
        feed = HEAD + event("春节", "2027-02-06") + TAIL
        assert today.refused(typed(feed, "a.ics"), **NUMBER)[0].startswith("没有一个日程标着“休”或“班”")

    def test_the_number_of_the_notice_left_out(self, today, typed):
        (said,) = today.refused(typed(like_a_phone(), "a.ics"))
        assert said == (
            "ICS 里没有通知的文号和日期，请加上 --number 国办发明电〔2026〕某号 --issued 2026-11-03"
        )

    def test_a_company_s_own_day_among_them(self, today, typed):
        feed = like_a_phone().replace(TAIL, event("厂庆（休）", "2027-07-07") + TAIL)
        (said,) = today.refused(typed(feed, "a.ics"), **NUMBER)
        assert "“厂庆（休）”：“厂庆”不是放假办法里的节日" in said
        line = int(said.partition(":")[0])
        assert "厂庆" in feed.splitlines()[line - 1]

    def test_events_that_repeat_every_year(self, today, typed):
        feed = like_a_phone().replace(
            TAIL, event("国庆节（休）", "2020-10-01", extra="RRULE:FREQ=YEARLY\r\n") + TAIL
        )
        assert any(
            "重复的日程不是某一年的放假安排" in said for said in today.refused(typed(feed, "a.ics"), **NUMBER)
        )

    def test_an_event_that_repeats_day_after_day_is_as_many_days(self, today, typed):
        feed, ends = like_a_phone(), "DTSTART;VALUE=DATE:20271001\r\nDTEND;VALUE=DATE:20271008\r\n"
        assert ends in feed
        daily = feed.replace(ends, "DTSTART;VALUE=DATE:20271001\r\nRRULE:FREQ=DAILY;COUNT=7\r\n")
        assert (
            today.read(typed(daily, "a.ics"), **NUMBER).holidays
            == today.read(typed(feed, "b.ics"), **NUMBER).holidays
        )

    def test_an_event_without_end(self, today, typed):
        feed = like_a_phone().replace(TAIL, event("春节（休）", "2027-02-05", "2028-02-05") + TAIL)
        assert any("长达 366 天" in said for said in today.refused(typed(feed, "a.ics"), **NUMBER))

    @pytest.mark.parametrize("encoding, said", [("gb18030", "看起来是 GBK"), ("utf-16", "看起来是 UTF-16")])
    def test_another_encoding(self, today, typed, encoding, said):
        (told,) = today.refused(typed(like_a_phone(), "a.ics", encoding), **NUMBER)
        assert "文件不是 UTF-8 编码" in told
        assert said in told
        assert told.endswith("请另存为 UTF-8")

    @pytest.mark.parametrize(
        "text",
        [
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270101\r\n",
            "BEGIN:VCALENDAR\r\n\x00\x01\r\nEND:VCALENDAR\r\n",
            "",
            "SUMMARY 春节（休）\r\n",
            HEAD + event("春节（休）", "2027-02-05").replace("20270205", "20279999") + TAIL,
            HEAD + "BEGIN:VEVENT\r\nSUMMARY:春节（休）\r\nEND:VEVENT\r\n" + TAIL,
            HEAD
            + event("春节（休）", "2027-02-05").replace("DTSTART;VALUE=DATE:", "DTSTART;VALUE=PERIOD:")
            + TAIL,
        ],
        ids=["cut off", "control signs", "empty", "no calendar", "impossible date", "no date", "a period"],
    )
    def test_a_broken_file_is_told_in_one_line_and_no_traceback(self, today, typed, text):
        assert today.refused(typed(text, "a.ics"), **NUMBER)


@pytest.mark.parametrize(
    "content, said",
    [
        (b"PK\x03\x04" + b"\x00" * 100, "这是 zip / xlsx / docx 文件"),
        (b"%PDF-1.7 ...", "这是 PDF 文件"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "这是 doc / xls 文件"),
        (b"\x1f\x8b\x08\x00", "这是 gzip 文件"),
        (bytes(range(256)), "不是 UTF-8"),
        (b"", "文件是空的"),
        (b"year: 2027\n" * 200_000, "文件有 2.2 MB，一份放假通知用不了 2 MB"),
        (b"- 1\n- 2\n", ""),
        (b"a: &a [*a]\n", ""),
        (b"holidays: {\xe5\x85\x83\xe6\x97\xa6: [1, 2]}\n", ""),
    ],
)
def test_a_hostile_file_is_told_in_words(today, tmp_path, content, said):
    path = tmp_path / "通知"
    path.write_bytes(content)
    told = today.refused(path)
    assert told
    assert said in "\n".join(told)


def test_a_folder_or_nothing_at_all_is_told(today, tmp_path):
    assert today.refused(tmp_path) == ["没有这个文件"]
    assert today.refused(tmp_path / "没有.yaml") == ["没有这个文件"]


def test_the_typed_form_with_windows_line_ends_and_a_mark_in_front_is_read(today, typed):
    assert today.read(typed("\ufeff" + MADE_UP_2027.replace("\n", "\r\n"))).year == 2027


def test_a_notice_in_gbk_says_to_save_it_as_utf_8(today, typed):
    with pytest.raises(ProblemsFound, match="看起来是 GBK"):
        today.read(typed(MADE_UP_2027, encoding="gb18030"))


CASES = ROOT / "tests" / "cases" / "notices"


@pytest.mark.parametrize("feed", ["made-up-2027-duration.ics", "made-up-2027-make-up-in-words.ics"])
def test_other_forms_of_feeds_say_the_same_year(today, typed, feed, made_up):
    from_ics = today.enter(CASES / feed, **NUMBER).year
    typed_year = today.enter(made_up()).year
    assert (from_ics.rest, from_ics.work) == (typed_year.rest, typed_year.work)


def timed(summary, begins, ends):
    return f"BEGIN:VEVENT\r\nUID:1\r\nDTSTART:{begins}\r\n{ends}\r\nSUMMARY:{summary}\r\nEND:VEVENT\r\n"


@pytest.mark.parametrize(
    "ends", ["DTEND:20270213T000000", "DTEND:20270212T235959", "DURATION:P8D", "DTEND:20270212T160000Z"]
)
def test_a_holiday_from_clock_time_to_clock_time_is_its_days(today, typed, ends):
    feed = like_a_phone().replace(
        event("春节（休）", "2027-02-05", "2027-02-12", "X-APPLE-SPECIAL-DAY:WORK-HOLIDAY\r\n"),
        timed("春节放假调休", "20270205T000000", ends),
    )
    assert "春节放假调休" in feed
    notice = today.read(typed(feed, "a.ics"), **NUMBER)
    assert sorted(day for day, name in notice.rest.items() if name == "春节") == [
        date(2027, 2, day) for day in range(5, 13)
    ]


@pytest.mark.parametrize(
    "title, works",
    [
        *(
            ("春节调休 上班", True),
            ("春节（调休上班）", True),
            ("上班（春节调休）", True),
            ("【班】春节", True),
        ),
        ("春节（工作日）", True),
        *(("春节后补班", True), ("🎉春节假日", False), ("春节调休放假", False), ("放假调休 春节", False)),
    ],
)
def test_swapped_days_say_whether_they_work(today, typed, title, works):
    feed = like_a_phone() + ""
    feed = feed.replace(TAIL, event(title, "2027-02-28") + TAIL)
    notice = today.read(typed(feed, "a.ics"), **NUMBER)
    assert (date(2027, 2, 28) in notice.work, date(2027, 2, 28) in notice.rest) == (works, not works)


def test_a_holiday_that_repeats_day_after_day_until_a_day_is_its_days(today, typed, made_up):
    feed = like_a_phone()
    for name, ((first, last), _) in ARRANGED.items():
        begins = f"DTSTART;VALUE=DATE:{first.replace('-', '')}\r\n"
        rule = f"RRULE:FREQ=DAILY;UNTIL={last.replace('-', '')}\r\n"
        feed = feed.replace(
            event(f"{name}（休）", first, last, HOLIDAY),
            f"BEGIN:VEVENT\r\nUID:{name}\r\n{begins}{rule}SUMMARY:{name}休\r\nEND:VEVENT\r\n",
        )
    assert feed.count("UNTIL") == 7
    read, said = today.read(typed(feed, "a.ics"), **NUMBER), today.read(made_up())
    assert (read.rest, read.work) == (said.rest, said.work)


def test_a_cancelled_event_is_none_and_a_whole_calendar_is_needed(today, typed):
    feed = like_a_phone()
    (said,) = today.refused(
        typed(feed.replace("SUMMARY;LANGUAGE=zh_CN:元旦", "STATUS:CANCELLED\r\nSUMMARY:元旦"), "a.ics"),
        **NUMBER,
    )
    assert "通知里没有元旦" in said
    (said,) = today.refused(typed(feed[:900], "b.ics"), **NUMBER)
    assert said == "不是完整的 ICS 文件，请重新下载"


def test_a_swapped_weekend_day_that_does_not_say_so_is_refused(today, typed):
    feed = like_a_phone().replace(TAIL, event("春节调休", "2027-02-28") + TAIL)
    (said,) = today.refused(typed(feed, "a.ics"), **NUMBER)
    assert "“春节调休”：只写“调休”，没有写是放假还是上班" in said
