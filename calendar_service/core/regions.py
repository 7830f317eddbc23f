"""Provinces and cities by their id: those of today and those merged on 1/7/2025.

Source: Nghị quyết 202/2025/QH15 of 12/6/2025 (63 to 34); Nghị quyết 175/2024/QH15
(Thừa Thiên Huế became the city of Huế on 1/1/2025).
"""

import re
from datetime import date

from calendar_service.core.text import without_marks

TODAY = {
    "an-giang": "An Giang",
    "bac-ninh": "Bắc Ninh",
    "ca-mau": "Cà Mau",
    "can-tho": "Cần Thơ",
    "cao-bang": "Cao Bằng",
    "da-nang": "Đà Nẵng",
    "dak-lak": "Đắk Lắk",
    "dien-bien": "Điện Biên",
    "dong-nai": "Đồng Nai",
    "dong-thap": "Đồng Tháp",
    "gia-lai": "Gia Lai",
    "ha-noi": "Hà Nội",
    "ha-tinh": "Hà Tĩnh",
    "hai-phong": "Hải Phòng",
    "ho-chi-minh": "Thành phố Hồ Chí Minh",
    "hue": "Huế",
    "hung-yen": "Hưng Yên",
    "khanh-hoa": "Khánh Hòa",
    "lai-chau": "Lai Châu",
    "lam-dong": "Lâm Đồng",
    "lang-son": "Lạng Sơn",
    "lao-cai": "Lào Cai",
    "nghe-an": "Nghệ An",
    "ninh-binh": "Ninh Bình",
    "phu-tho": "Phú Thọ",
    "quang-ngai": "Quảng Ngãi",
    "quang-ninh": "Quảng Ninh",
    "quang-tri": "Quảng Trị",
    "son-la": "Sơn La",
    "tay-ninh": "Tây Ninh",
    "thai-nguyen": "Thái Nguyên",
    "thanh-hoa": "Thanh Hóa",
    "tuyen-quang": "Tuyên Quang",
    "vinh-long": "Vĩnh Long",
}

MERGED = {
    "ba-ria-vung-tau": "Bà Rịa - Vũng Tàu",
    "bac-giang": "Bắc Giang",
    "bac-kan": "Bắc Kạn",
    "bac-lieu": "Bạc Liêu",
    "ben-tre": "Bến Tre",
    "binh-dinh": "Bình Định",
    "binh-duong": "Bình Dương",
    "binh-phuoc": "Bình Phước",
    "binh-thuan": "Bình Thuận",
    "dak-nong": "Đắk Nông",
    "ha-giang": "Hà Giang",
    "ha-nam": "Hà Nam",
    "hai-duong": "Hải Dương",
    "hau-giang": "Hậu Giang",
    "hoa-binh": "Hòa Bình",
    "kien-giang": "Kiên Giang",
    "kon-tum": "Kon Tum",
    "long-an": "Long An",
    "nam-dinh": "Nam Định",
    "ninh-thuan": "Ninh Thuận",
    "phu-yen": "Phú Yên",
    "quang-binh": "Quảng Bình",
    "quang-nam": "Quảng Nam",
    "soc-trang": "Sóc Trăng",
    "thai-binh": "Thái Bình",
    "thua-thien-hue": "Thừa Thiên Huế",
    "tien-giang": "Tiền Giang",
    "tra-vinh": "Trà Vinh",
    "vinh-phuc": "Vĩnh Phúc",
    "yen-bai": "Yên Bái",
}

# Into which of today's a former one went.
SUCCESSORS = {
    "ba-ria-vung-tau": "ho-chi-minh",
    "bac-giang": "bac-ninh",
    "bac-kan": "thai-nguyen",
    "bac-lieu": "ca-mau",
    "ben-tre": "vinh-long",
    "binh-dinh": "gia-lai",
    "binh-duong": "ho-chi-minh",
    "binh-phuoc": "dong-nai",
    "binh-thuan": "lam-dong",
    "dak-nong": "lam-dong",
    "ha-giang": "tuyen-quang",
    "ha-nam": "ninh-binh",
    "hai-duong": "hai-phong",
    "hau-giang": "can-tho",
    "hoa-binh": "phu-tho",
    "kien-giang": "an-giang",
    "kon-tum": "quang-ngai",
    "long-an": "tay-ninh",
    "nam-dinh": "ninh-binh",
    "ninh-thuan": "khanh-hoa",
    "phu-yen": "dak-lak",
    "quang-binh": "quang-tri",
    "quang-nam": "da-nang",
    "soc-trang": "can-tho",
    "thai-binh": "hung-yen",
    "thua-thien-hue": "hue",
    "tien-giang": "dong-thap",
    "tra-vinh": "vinh-long",
    "vinh-phuc": "phu-tho",
    "yen-bai": "lao-cai",
}
MERGED_ON = date(2025, 7, 1)

NAMES = TODAY | MERGED
# The others are provinces.
CITIES = frozenset({"can-tho", "da-nang", "ha-noi", "hai-phong", "ho-chi-minh", "hue"})
NATIONAL = "none"  # chosen instead of a region where the settings name one

_BEFORE = ("thanh-pho-", "tinh-", "tp-")
# Other spellings, and what is written for short.
_OTHERS = {
    "bac-can": "bac-kan",
    "br-vt": "ba-ria-vung-tau",
    "brvt": "ba-ria-vung-tau",
    "dac-lac": "dak-lak",
    "dac-nong": "dak-nong",
    "daklak": "dak-lak",
    "daknong": "dak-nong",
    "hcm": "ho-chi-minh",
    "tphcm": "ho-chi-minh",
}


def region_id(text: str) -> str:
    """Return the id that a region's name stands for: "Quảng Ninh" is quang-ninh.

    Case, marks, blanks and a "tỉnh" or "TP." before the name do not count; TPHCM and other
    spellings such as Đắc Lắc are known. What names no region comes back as it was.
    """
    words = re.sub(r"[\s._-]+", "-", without_marks(text).lower().strip())
    for prefix in _BEFORE:
        words = words.removeprefix(prefix)
    words = _OTHERS.get(words, words)
    return words if words in NAMES else text
