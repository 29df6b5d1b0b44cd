"""What ships with the program as data: personas, helplines, the offline voice, example config."""
