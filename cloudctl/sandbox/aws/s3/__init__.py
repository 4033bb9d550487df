"""The emulated S3, over the object store that the three clouds share."""
