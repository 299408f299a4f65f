"""Where the wiring is: bootstrap, settings, observability, command line.

The only room that reads the environment and builds adapters.
"""
