"""The states of the US: codes by name, and the zones of those that have more than one.
Data alone; regions with one zone are in `regions`.

Zones by 49 CFR part 71 (which names every county that lies apart from its state's zone) and the
Navajo Nation's summer time in Arizona; names by the IANA tz database. A zone stands here once for
all that show the same time today. For Canada and Australia by zone.tab and its comments.
"""

STATE_CODES: dict[str, str] = {
    name: code
    for code, name in (
        line.split(" ", 1)
        for line in """AL alabama
AK alaska
AZ arizona
AR arkansas
CA california
CO colorado
CT connecticut
DE delaware
DC district of columbia
FL florida
GA georgia
HI hawaii
ID idaho
IL illinois
IN indiana
IA iowa
KS kansas
KY kentucky
LA louisiana
ME maine
MD maryland
MA massachusetts
MI michigan
MN minnesota
MS mississippi
MO missouri
MT montana
NE nebraska
NV nevada
NH new hampshire
NJ new jersey
NM new mexico
NY new york
NC north carolina
ND north dakota
OH ohio
OK oklahoma
OR oregon
PA pennsylvania
RI rhode island
SC south carolina
SD south dakota
TN tennessee
TX texas
UT utah
VT vermont
VA virginia
WA washington
WV west virginia
WI wisconsin
WY wyoming""".splitlines()
    )
}
"""The code of each state and of the District, by its name in small letters."""

ZONES_OF_SPLIT_REGION: dict[str, tuple[str, ...]] = {
    region: tuple(zones.split())
    for region, zones in {
        "US-AK": "America/Anchorage America/Adak",
        "US-AZ": "America/Phoenix America/Denver",
        "US-FL": "America/New_York America/Chicago",
        "US-ID": "America/Boise America/Los_Angeles",
        "US-IN": "America/New_York America/Chicago",
        "US-KS": "America/Chicago America/Denver",
        "US-KY": "America/New_York America/Chicago",
        "US-MI": "America/Detroit America/Chicago",
        "US-ND": "America/Chicago America/Denver",
        "US-NE": "America/Chicago America/Denver",
        "US-NV": "America/Los_Angeles America/Denver",
        "US-OR": "America/Los_Angeles America/Boise",
        "US-SD": "America/Chicago America/Denver",
        "US-TN": "America/New_York America/Chicago",
        "US-TX": "America/Chicago America/Denver",
        "CA-BC": "America/Vancouver America/Edmonton America/Dawson_Creek America/Creston",
        "CA-NL": "America/St_Johns America/Goose_Bay",
        "CA-NT": "America/Inuvik",
        "CA-NU": "America/Iqaluit America/Rankin_Inlet America/Cambridge_Bay America/Resolute",
        "CA-ON": "America/Toronto America/Winnipeg America/Atikokan",
        "CA-QC": "America/Toronto America/Halifax America/Blanc-Sablon",
        "CA-SK": "America/Regina America/Edmonton",
        "AU-NSW": "Australia/Sydney Australia/Broken_Hill Australia/Lord_Howe",
        "AU-WA": "Australia/Perth Australia/Eucla",
    }.items()
}
"""Every zone of a region that lies in more than one."""
