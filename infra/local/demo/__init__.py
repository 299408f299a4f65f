"""The demo: sixty days of a small company's receivables, played through the deployed stacks.
It drives and counts; nothing in here decides anything about a reminder.
"""
