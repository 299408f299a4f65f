"""What is true about receivables and what follows from it.

Pure rules: no input or output, no clock, no other room of the house.
"""
