"""The local cloud: an emulated AWS, the gate before its senders, and what starts and stops them.

Nothing here is deployed, and nothing here imports the product.
"""
