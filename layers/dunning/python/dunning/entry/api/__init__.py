"""The HTTP API at its edge: who asks, shapes of bodies and answers, problems, routes.
What a body means is the ledger's; nothing is decided here.
"""
