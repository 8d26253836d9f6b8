"""Telegram as the jobs reach it: notices go out through python-telegram-bot, at the pace of one bucket."""
