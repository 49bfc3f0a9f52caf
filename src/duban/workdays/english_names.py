"""What named days are called in English: festivals, the rest days around them, and the windows of `calendar/festivals.yaml`.

A name that is not here stays as it is written: it is the bureau's own.
"""

from collections.abc import Mapping

_FESTIVALS: Mapping[str, str] = {
    "元旦": "New Year's Day",
    "除夕": "Chinese New Year's Eve",
    "春节": "Spring Festival",
    "清明": "Tomb-Sweeping Day",
    "劳动节": "Labour Day",
    "五一": "Labour Day",
    "端午": "Dragon Boat Festival",
    "中秋": "Mid-Autumn Festival",
    "国庆": "National Day",
}
_WINDOWS: Mapping[str, str] = {
    "国际消费者权益日": "World Consumer Rights Day",
    "世界知识产权日": "World Intellectual Property Day",
    "世界计量日": "World Metrology Day",
    "世界认可日": "World Accreditation Day",
    "世界标准日": "World Standards Day",
    "国家宪法日": "Constitution Day",
    "宪法宣传周": "Constitution Week",
    "质量月": "Quality Month",
    "安全用药月": "Safe Medication Month",
    "化妆品安全科普宣传周": "Cosmetics Safety Week",
    "中国公平竞争政策宣传周": "Fair Competition Policy Week",
    "全国检验检测机构开放日": "Testing Institutions' Open Day",
    "高考": "college entrance examination",
    "中考": "senior high school entrance examination",
    "春季开学季": "spring start of school",
    "秋季开学季": "autumn start of school",
    "春耕": "spring ploughing",
    "夏粮收购季": "summer grain purchase",
    "秋粮收购季": "autumn grain purchase",
    "暑期": "summer holidays",
    "个体工商户服务月": "Self-Employed Service Month",
    "商业秘密服务月": "Trade Secret Service Month",
    "传销进校园宣传月": "Anti-Pyramid-Selling Campus Month",
    "林博会": "Forestry Fair",
    "小吃节": "Snack Festival",
    "竹笋节": "Bamboo Shoot Festival",
}


def english_festival(name: str) -> str:
    """A festival's name in English; as it is where it has none."""
    return next((english for chinese, english in _FESTIVALS.items() if name.startswith(chinese)), name)


def english_window(name: str) -> str:
    """A window's name in English: the rest days around a festival, or a window of its own; as it is where it has none."""
    stem = name.removesuffix("假期")
    if stem != name:
        return f"{english_festival(stem)} holiday"
    return _WINDOWS.get(name) or english_festival(name)
