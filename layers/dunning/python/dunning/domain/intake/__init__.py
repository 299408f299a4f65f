"""What a foreign file says, understood: cells, styles, headings and layouts to documents, and
documents to ledger bodies. Pure; bytes and encodings are `adapters/formats`'.
"""
