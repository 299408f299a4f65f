"""Fakes of the ports, in memory: for simulations, tests and models of the fence.
They hold the same contract suites as the real adapters; nothing here leaves the process.
"""
