"""Reports: figures of a ledger as of a day, each by a formula that its module states.
Plain functions over documents, postings and open items; who reads and prints them is elsewhere.
"""
