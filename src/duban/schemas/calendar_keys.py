"""What each key of the files in `calendar/` means."""

from duban.schemas.key import Key, Keys
from duban.workdays import closures, festivals, years

YEAR_KEYS: Keys = {
    years.CalendarYear: {
        "year": Key("哪一年，与文件名一致", "the year, as the file is named"),
        "status": Key("official 通知已到；provisional 通知未到，只有法定节日", "official with its notice, else provisional"),
        "notices": Key("国务院办公厅的放假通知", "the State Council notices it rests on"),
        "holidays": Key("法定节日（全体公民放假）", "statutory days off for all citizens"),
        "rest": Key("调休放假的周一至周五", "weekdays that rest because the notice says so"),
        "work": Key("调休上班的周六、周日", "weekend days that work because the notice says so"),
    },
    years.Notice: {
        "number": Key("文号", "the notice's number", ("国办发明电〔2025〕7号",)),
        "title": Key("标题", "its title"),
        "date": Key("成文日期", "its date"),
        "source": Key("在哪里公布的", "where it was published"),
        "changed": Key("改了已公布安排的，列出改动的日子", "for an amendment, the days it changed"),
    },
    years.StatutoryDay: {"day": Key("哪一天", "the day"), "name": Key("节日名称", "the festival")},
    years.SwappedRest: {"day": Key("哪一天", "the day"), "name": Key("为哪个节日", "the festival it belongs to")},
    years.MakeUpDay: {"day": Key("哪一天", "the day"), "name": Key("为哪个节日", "the festival it makes up for")},
}  # fmt: skip

FESTIVAL_KEYS: Keys = {
    festivals.Festivals: {
        "festivals": Key("单独一天的节日", "named days"),
        "windows": Key("一段日子", "named spans of days"),
    },
    festivals.Festival: {
        "name": Key("名称，事项里写它", "the name duties use"),
        "aliases": Key("别的叫法", "other names"),
        "day": Key("公历月-日", "month-day", ("05-20",), phrase=True),
        "lunar": Key("农历月-日", "lunar month-day", ("8-15",), phrase=True),
        "solar_term": Key("节气", "the solar term", ("清明",)),
        "eve_of": Key("哪个节日的前一天（除夕）", "the eve of a festival", ("春节",)),
        "status": Key("official 确定，assumed 凭常识待确认", "official, or assumed until confirmed"),
        "note": Key("说明", "a remark"),
    },
    festivals.Window: {
        "name": Key("名称，事项里写它", "the name duties use"),
        "aliases": Key("别的叫法", "other names"),
        "usual": Key("惯常的起止", "the usual days"),
        "status": Key(
            "official 确定，assumed 凭常识待确认，awaiting 每年等通知", "official, assumed, or awaiting each year's notice"
        ),
        "announced": Key("某一年的通知定下来的起止", "the days a year's notice set"),
        "note": Key("说明", "a remark"),
    },
    festivals.Span: {
        "from": Key("第一天，月-日", "the first day", ("09-01",), phrase=True),
        "to": Key("最后一天，月-日", "the last day", ("09-30",), phrase=True),
    },
    festivals.NoticedSpan: {
        "from": Key("第一天", "the first day"),
        "to": Key("最后一天", "the last day"),
        "notice": Key("通知的文号", "the notice's number"),
    },
}  # fmt: skip

CLOSURE_KEYS: Keys = {
    closures.Closures: {"closures": Key("局部停工，一条一次", "local closures, one entry each")},
    closures.Closure: {
        "unit": Key("停工的单位代码，下属单位也停工", "the closed unit's code; those below it are closed too", ("350426",)),
        "from": Key("第一天", "the first day"),
        "to": Key("最后一天（含）", "the last day, inclusive"),
        "reason": Key("原因", "why", ("台风“某某”",)),
        "notice": Key("所依据的通知", "the notice it rests on"),
    },
}  # fmt: skip
