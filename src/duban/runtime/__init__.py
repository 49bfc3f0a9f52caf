"""What a running duban leaves for other processes: that it is there, how to wake it, what its children inherit, what it prints."""
