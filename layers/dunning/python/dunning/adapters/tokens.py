"""Random claim tokens. They live in a claim and in one process's memory, nowhere else.
Deterministic ones for simulations are in adapters/memory.
"""

import secrets


def random_token() -> str:
    """16 hexadecimal characters: 64 bits, never the same twice in one account's life."""
    return secrets.token_hex(8)
