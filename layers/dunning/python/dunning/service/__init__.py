"""The use cases, and the ports they need.

Nothing of AWS: what is outside comes in through a Protocol of ports.py.
"""
