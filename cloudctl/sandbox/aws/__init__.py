"""The emulated AWS: EC2 (moto behind a layer that mends it) and STS."""
