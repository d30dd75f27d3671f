"""The commands of `python -m broadcaster`, one file a subject; each adds its own to the parser."""
