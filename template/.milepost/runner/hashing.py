"""SHA-256 without what makes `hashlib` slow to load."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hashlib import sha256
else:
    # `random` in the standard library does the same: loading OpenSSL takes longer than hashing
    # all documents of a project.
    try:
        from _sha2 import sha256
    except ImportError:
        try:
            from _sha256 import sha256
        except ImportError:
            from hashlib import sha256

__all__ = ["sha256"]
