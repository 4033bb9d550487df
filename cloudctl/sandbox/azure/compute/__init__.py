"""Virtual machines, disks, sizes and images (Microsoft.Compute)."""
