"""Dated figures of the law, with their sources, as data that ships with the library. No logic."""
