"""Virtual networks, security groups, public addresses and network interfaces (Microsoft.Network)."""
