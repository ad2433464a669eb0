"""A verdict as schema.org ClaimReview in JSON-LD, which search engines and fact-check collections read.

https://schema.org/ClaimReview, with Claim, Rating, Quotation and Article. Ratings go from 1, contradicted, to 5,
supported, as Google's guidance has it (https://developers.google.com/search/docs/appearance/structured-data/factcheck).
"""

from datetime import UTC, datetime

from retrieval.answer.link import web_address
from retrieval.model import CheckedMessage, ClaimEvidence, Verdict, VerdictKind
from retrieval.present.as_json import Json
from retrieval.present.texts import say_for, verdict_reason

_CONTEXT = "https://schema.org"
_WORST, _BEST = 1, 5
_RATINGS = {VerdictKind.CONTRADICTED: _WORST, VerdictKind.CONFLICTING: 3, VerdictKind.SUPPORTED: _BEST}


def claim_reviews(m: CheckedMessage) -> Json:
    """One ClaimReview for one claim, and a graph of them for any other number."""
    today = datetime.now(UTC).date().isoformat()
    reviews = [_review(verdict, m, today) for verdict in m.verdicts]
    if len(reviews) == 1:
        return {"@context": _CONTEXT} | reviews[0]
    return {"@context": _CONTEXT, "@graph": reviews}


def _review(v: Verdict, m: CheckedMessage, today: str) -> Json:
    reason = verdict_reason(v, v.language, str)
    rating: Json = {
        "@type": "Rating",
        "alternateName": say_for(v.language, "verdict", v.kind),
        "ratingExplanation": reason,
    }
    if v.kind in _RATINGS:
        # Where evidence lacks there is nothing to rate: only the words say so.
        rating |= {"ratingValue": _RATINGS[v.kind], "bestRating": _BEST, "worstRating": _WORST}
    review: Json = {
        "@type": "ClaimReview",
        "claimReviewed": v.claim,
        "datePublished": today,
        "inLanguage": v.language,
        "author": {"@type": "Organization", "name": "Citabot"},
        "itemReviewed": {"@type": "Claim", "text": v.claim, "inLanguage": v.language},
        "reviewRating": rating,
        "reviewBody": reason,
        "citation": [_quotation(evidence) for evidence in v.evidence],
        "identifier": m.index.fingerprint,
    }
    return review


def _quotation(e: ClaimEvidence) -> Json:
    cited = e.citation
    source = cited.source
    article: Json = {"@type": "Article", "headline": source.title}
    address = web_address(source.url)
    optional: Json = {
        "author": {"@type": "Person", "name": source.author} if source.author else None,
        "publisher": {"@type": "Organization", "name": source.publisher} if source.publisher else None,
        "datePublished": source.published,
        "url": address,
    }
    article |= {name: value for name, value in optional.items() if value}
    quotation: Json = {"@type": "Quotation", "text": cited.exact, "isPartOf": article}
    if source.language != "und":
        quotation["inLanguage"] = source.language
    if e.attributed_to:
        quotation["spokenByCharacter"] = {"@type": "Person", "name": e.attributed_to}
    link = web_address(cited.link)
    return quotation | ({"url": link} if link else {})
