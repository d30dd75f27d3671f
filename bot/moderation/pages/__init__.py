"""The volunteers' desk in the browser, /moderation in the bot's own application: the same sign-in as the staff console.

`desk` holds the list of routes, `rights` who may open which. A page before one's own vote shows the message and nothing else.
"""
