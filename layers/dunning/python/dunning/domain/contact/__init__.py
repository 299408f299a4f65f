"""Contact rules: may this person be contacted now, on this channel, at this address; if not, when.
Pure: attempts, rulesets and instants come in, verdicts go out. The figures are data (rulesets).
"""
