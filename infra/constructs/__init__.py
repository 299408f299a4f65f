"""Building blocks of the stacks, each with the safe choice built in.
No name of a business concept decides anything here; the stacks compose."""
