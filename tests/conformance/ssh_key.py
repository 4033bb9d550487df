"""An OpenSSH public key whose private half nobody has."""

from __future__ import annotations

import base64

_TYPE = b"ssh-ed25519"
_BLOB = len(_TYPE).to_bytes(4, "big") + _TYPE + (32).to_bytes(4, "big") + bytes(range(32))
PUBLIC_KEY = f"{_TYPE.decode()} {base64.b64encode(_BLOB).decode()} tests@example"
