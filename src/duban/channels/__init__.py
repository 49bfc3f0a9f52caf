"""Channels (通知渠道): the ways a message may go, where their secrets lie, and what each allows."""
