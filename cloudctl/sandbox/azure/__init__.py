"""The emulated Azure: Azure Resource Manager with its resource, network and compute providers."""
