"""What a running duban leaves for other processes: that it is there, how to wake it, what its children inherit, what it prints.

Also how long a connection may keep one of its servers waiting (`connections`), and where a program keeps what it makes on its way
(`working_folder`).
"""
