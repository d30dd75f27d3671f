"""The words: everything a citizen reads, in Kazakh, Russian and English, edited by comms staff (docs/content.md says how).

Doors: `library.load` reads it all once and gives a `Library`, the only thing others import besides `language.Language`.
Behind it: reading (YAML -> pydantic, ContentError), facts (numbers, sites, law and how sure we are), cards (the 16 schemes),
samples (drill and tutorial), wording (Jinja, plurals, quotes). Folders: schemes/ phrases/ answers/<kk|ru|en>/.
"""
