"""Files of each format as rows of plain objects, behind the port `Formats`.
No body is read here and no ledger is known: a row is a dictionary, or an error.
"""
