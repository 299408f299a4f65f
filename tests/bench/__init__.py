"""What it costs: each figure beside its floor, both measured in the same run.

Nothing here gates a build: times differ between machines, so they are printed and never asserted.
"""
