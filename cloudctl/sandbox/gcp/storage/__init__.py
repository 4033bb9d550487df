"""The emulated Cloud Storage JSON API, over the object store that the three clouds share."""
