# Nothing: every word on the command line then means what it means to bwrap.
