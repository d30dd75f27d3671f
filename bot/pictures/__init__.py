"""Screenshots: looked at from outside (limits), read in a process of its own (reading, worker), made into one text (words).

Called by the doors. This process must never decode a pixel: it reads lengths and headers, and hands the rest on.
"""
