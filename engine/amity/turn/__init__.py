"""The way of one message: inbox, lanes, stages, outbox."""
