"""The gate: what stands in the local cloud where SES and voice stand on AWS.

It shares no code with the product, so that what it counts is a second opinion.
"""
