"""What speaks against a message, and how much. Pure: no network, no database, no framework.

`evidence` the nouns · checks: `links` (of `web_addresses`, `borrowed_names`, `brands`, `resemblance`), `phones`, `demands` (of
`vocabulary`, `folding`, `unseen`, and the lists in words.yaml and demands.yaml) · `weighing.judge` makes one verdict of them.
"""
