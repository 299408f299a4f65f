"""The outside: stores, senders, queues and file formats behind the ports.

No rule is decided here; only service.ports and domain may be imported.
"""
