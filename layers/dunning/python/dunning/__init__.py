"""Duecourse's library.

What every function and the command line run: domain, service, adapters, entry.
"""
