"""Google Cloud on loopback: a store driven by Google's discovery documents, and small files of behaviour."""
