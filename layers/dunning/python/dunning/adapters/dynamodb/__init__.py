"""The table of a cell: keys, packing, models, and the repository over them.
The only place where a key is built.
"""
