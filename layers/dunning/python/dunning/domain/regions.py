"""Zones of regions: the states and provinces of large countries that lie in exactly one time zone.
Data alone. A region with two zones is left out on purpose: a guess is not a zone.

By the codes of ISO 3166-2. Sources: for the United States 49 CFR part 71 (which names every county
that lies apart from its state's zone); for the others the IANA tz database, whose zone.tab and
comments (files northamerica, southamerica, australasia) say which part of a country each zone is.
Left out, for example: Florida, Texas and Arizona (the Navajo Nation keeps summer time), Ontario,
Quebec and British Columbia, New South Wales (Broken Hill), Amazonas, Pernambuco (Noronha), Nayarit
and the Mexican states whose border towns go with the United States.
"""

_REGIONS = {
    "US": {
        "America/New_York": "CT DE DC GA ME MD MA NH NJ NY NC OH PA RI SC VT VA WV",
        "America/Chicago": "AL AR IL IA LA MN MS MO OK WI",
        "America/Denver": "CO MT NM UT WY",
        "America/Los_Angeles": "CA WA",
        "Pacific/Honolulu": "HI",
    },
    "CA": {
        "America/Edmonton": "AB",
        "America/Winnipeg": "MB",
        "America/Moncton": "NB",
        "America/Halifax": "NS PE",
        "America/Whitehorse": "YT",
    },
    "AU": {
        "Australia/Sydney": "ACT",
        "Australia/Melbourne": "VIC",
        "Australia/Hobart": "TAS",
        "Australia/Brisbane": "QLD",
        "Australia/Adelaide": "SA",
        "Australia/Darwin": "NT",
    },
    "BR": {
        "America/Sao_Paulo": "DF ES GO MG PR RJ RS SC SP",
        "America/Fortaleza": "CE MA PB PI RN",
        "America/Maceio": "AL SE",
        "America/Bahia": "BA",
        "America/Belem": "AP PA",
        "America/Araguaina": "TO",
        "America/Campo_Grande": "MS",
        "America/Cuiaba": "MT",
        "America/Porto_Velho": "RO",
        "America/Boa_Vista": "RR",
        "America/Rio_Branco": "AC",
    },
    "MX": {
        "America/Mexico_City": "AGU CHP CMX COL DUR GRO GUA HID JAL MEX MIC MOR OAX PUE QUE SLP TLA"
        " VER ZAC",
        "America/Merida": "CAM YUC",
        "America/Cancun": "ROO",
        "America/Hermosillo": "SON",
        "America/Mazatlan": "BCS SIN",
        "America/Tijuana": "BCN",
    },
}

ZONE_OF_REGION: dict[tuple[str, str], str] = {
    (country, region): zone
    for country, zones in _REGIONS.items()
    for zone, regions in zones.items()
    for region in regions.split()
}
"""(country, region) to the IANA zone of the whole region."""


def zone_of_region(country: str, region: str) -> str | None:
    """The only zone of a region, written as NY or US-NY in any case; None if it is not certain."""
    code = region.strip().upper().removeprefix(f"{country}-")
    return ZONE_OF_REGION.get((country, code))
