"""Telegram as a channel: listening by poll or webhook, and answering, both through aiogram.

What is said to people who did not just write is delivered by jobs/telegram/ with python-telegram-bot.
"""
