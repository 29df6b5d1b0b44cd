"""Amity: one companion, every channel, and a privacy policy that the code keeps."""

__version__ = "0.1.0"

__all__ = ["__version__"]
