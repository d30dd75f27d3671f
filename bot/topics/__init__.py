"""What a person may want of us, each a file: a question judged, first aid, subscriptions, their own data, a drill, a card…

bot.conversation decides who answers; every topic takes a Turn and what follows the topic's name in a button.
"""
