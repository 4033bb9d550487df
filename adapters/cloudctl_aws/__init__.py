"""cloudctl on Amazon Web Services."""
