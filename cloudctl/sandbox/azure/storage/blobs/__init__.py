"""The blob service's data plane, path style as Azure's own emulator has it: ``/account/container/blob``."""
