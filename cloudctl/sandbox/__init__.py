"""The three clouds on loopback: one process, one port per cloud, state on disk."""
