"""The front door: one update, one transaction, an answer out (ARCHITECTURE.md, "The way of one update")."""

from bot.intake.channel import Channel, Heard, Outcome, TurnedAway
from bot.intake.door import Intake
from bot.intake.said import unsaid_of

__all__ = ['Channel', 'Heard', 'Intake', 'Outcome', 'TurnedAway', 'unsaid_of']
