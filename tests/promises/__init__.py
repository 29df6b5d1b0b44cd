"""The promises of PROMISES.md, each shown from outside on a real process."""
