"""The infrastructure: typed cells, their stacks, and (in local/) the same stacks on a laptop.
It knows the functions by their folder only; nothing here runs in a Lambda or calls AWS at synth."""
