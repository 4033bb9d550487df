"""The Google Cloud adapter of cloudctl."""
