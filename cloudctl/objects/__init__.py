"""Moving the bytes of objects: between buckets, files and streams, of one cloud or several."""
