"""The store: its contract, the backends, and the vault that seals content before it gets there."""
