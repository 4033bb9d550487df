"""Azure Storage: accounts, containers and lifecycle in the resource manager, blobs in the data plane."""
