"""Notices (催办通知): which rung of which ladder is due, decided once and recorded with its deliveries."""
