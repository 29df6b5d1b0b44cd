"""One module for each group of commands; none is imported before it is called."""
