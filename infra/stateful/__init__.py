"""What a cell may never lose: the ledger table, the files, the key of the address hashes.
Nothing that runs code lives here, so that code can be deployed and torn down freely."""
