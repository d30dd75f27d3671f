"""The ear: what a text is about.

`model` is the one file that both sides use: Rasa trains and examines with it, the bot runs it with numpy alone.
`rasa_component` teaches it inside Rasa and is imported in the training environment only.
"""
