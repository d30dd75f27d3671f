"""Who we may speak to, and what we send. Doors of the house:

`database` opens and migrates the one file · `addresses` normalise, mask and hash · `contacts` who a person is to us ·
`consent` why we may write, why we must not · `stop_words` what counts as an opt-out · `suspects` the register ·
`telemetry` logs without texts and numbers · `settings` the knobs. `python -m broadcaster --help` is the way in for staff.
"""
