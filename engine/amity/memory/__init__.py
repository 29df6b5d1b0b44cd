"""What was said: conversations and their history."""
