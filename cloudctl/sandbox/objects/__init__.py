"""The object store under the three emulated object services: buckets, versions, unfinished uploads, bytes on disk."""
