"""Channels: one file each, platform talk only."""
