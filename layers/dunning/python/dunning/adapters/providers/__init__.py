"""The payment providers: how each signs and writes its events, and how a payment is begun there."""
