"""What a cell can lose and get back by deploying again: functions, queues, schedule, alarms.
No ledger data lives here; queues hold one interval of work, which the agenda would bring again."""
