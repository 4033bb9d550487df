"""The Azure adapter: Azure Resource Manager through Microsoft's management SDKs."""
