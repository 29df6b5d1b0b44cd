"""Fitting what is said to what a channel takes."""

from amity.render.buttons import plain_buttons
from amity.render.split import length, split_text

__all__ = ["length", "plain_buttons", "split_text"]
