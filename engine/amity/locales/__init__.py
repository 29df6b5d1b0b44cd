"""What the program itself says to people, in every language it has."""

from amity.locales.catalogue import Locales, Values
from amity.locales.plurals import plural_form

__all__ = ["Locales", "Values", "plural_form"]
