"""One file per provider: a Message goes in, an Outcome comes out, and nothing of the vendor leaves its file."""
