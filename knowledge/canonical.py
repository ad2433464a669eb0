"""The address by which a document is known, without what says where in it to look or who sent its reader there."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

# Parameters with which advertisers, newsletters and social networks mark their links, by their makers' documentation:
# Google (utm, gclid and its kin, _ga, _gl), Meta (fbclid, igsh), Microsoft, X, Yandex, TikTok, LinkedIn, Mailchimp
# (mc), HubSpot (hs), Matomo and Piwik (mtm, pk), AT Internet (xtor), Vero, Omeda. Any other may name the document.
_TRACKING = re.compile(
    r"utm_\w+|(?:gcl|dcl|gbra|wbra|fbcl|mscl|msclk|twcl|ycl|ttcl)id|li_fat_id|igsh(?:id)?|_ga|_gl|mc_[ce]id|"
    r"(?:__hs\w+|_hsenc|_hsmi)|mtm_\w+|pk_\w+|xtor|vero_\w+|oly_\w+|ref_(?:src|url)",
    re.IGNORECASE,
)
_DEFAULT_PORTS = {"http": 80, "https": 443}


def canonical(address: str) -> str | None:
    """Return what is equal for two web addresses of one document, `//host/path?query`; None for another address.

    RFC 3986, section 6.2.2 and 6.2.3: case of the host, default port, empty path; fragments and tracking parameters
    aside, and whether it is fetched with encryption.
    """
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not host or any(map(str.isspace, parts.path)):
        return None
    place = host if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    query = urlencode([(name, value) for name, value in _parameters(parts.query) if not _TRACKING.fullmatch(name)])
    return f"//{place}{parts.path or '/'}{'?' if query else ''}{query}"


def leads_to(fetched: str, claimed: str) -> bool:
    """Say whether a page that was fetched from an address may say that this one is its own: on the same host and path.

    Of the parameters with which it was fetched it may leave some out, and change or add none.
    """
    left, right = canonical(fetched), canonical(claimed)
    if left is None or right is None:
        return False
    (page, _, asked), (other, _, stated) = left.partition("?"), right.partition("?")
    return page == other and set(_parameters(stated)) <= set(_parameters(asked))


def _parameters(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True)
