"""The adapter kit: what it passes, and every fault that it has to name."""
