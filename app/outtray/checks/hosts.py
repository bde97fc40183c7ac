"""Domains as owners count them: by the public suffix list that tldextract carries, nothing is fetched."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tldextract import TLDExtract


@lru_cache(maxsize=1)
def _extract() -> TLDExtract:
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


@lru_cache(maxsize=4096)
def registrable(host: str) -> str:
    """The part of a host name that somebody registered (`example.co.uk`); an address literal as it is.

    Empty for what is neither: a name without a public suffix.
    """
    host = host.strip().rstrip(".").lower()
    found = _extract()(host)
    if found.domain and found.suffix:
        return f"{found.domain}.{found.suffix}"
    return found.ipv4 or found.ipv6
