"""Support seen from outside: people, operators, their chat, the store."""
