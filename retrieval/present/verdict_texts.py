"""Every sentence and label of verdicts and quotation checks, in Spanish and in English."""

from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.model import Language, ReviewVerdict
from retrieval.model import Note, NoteKind, QuoteResultKind, SetAsideReason, Stance, VerdictKind


@dataclass(frozen=True, slots=True)
class VerdictTexts:
    """The words of one interface language. What stands in braces is filled in with `str.format`."""

    verdicts: Mapping[VerdictKind, str]
    reasons: Mapping[VerdictKind, str]
    according_to: str
    stances: Mapping[Stance, str]
    attributed: str
    set_aside: str
    set_aside_reasons: Mapping[SetAsideReason, str]
    no_claim: str
    overall: str
    review: str
    review_verdicts: Mapping[ReviewVerdict, str]
    review_evidence: str
    would_change: str
    own_verdict: str
    nearest: str
    notes: Mapping[NoteKind, str]
    results: Mapping[QuoteResultKind, str]
    result_reasons: Mapping[QuoteResultKind, str]
    differences: str
    asked_words: str
    similarity: str
    replayed: str
    changed: str
    outcome_same: str
    outcome_changed: str


ENGLISH = VerdictTexts(
    verdicts={
        VerdictKind.SUPPORTED: "Supported",
        VerdictKind.CONTRADICTED: "Contradicted",
        VerdictKind.CONFLICTING: "Conflicting",
        VerdictKind.NOT_ENOUGH_EVIDENCE: "Not enough evidence",
    },
    reasons={
        VerdictKind.SUPPORTED: "The sources below bear it out.",
        VerdictKind.CONTRADICTED: "The sources below say otherwise.",
        VerdictKind.CONFLICTING: "Independent sources differ: some bear it out, others say otherwise.",
        VerdictKind.NOT_ENOUGH_EVIDENCE: "My sources neither bear it out nor deny it.",
    },
    according_to="according to {speaker}",
    stances={"supports": "supports", "contradicts": "contradicts", "neutral": "says neither"},
    attributed="attributed to {speaker}",
    set_aside="Set aside",
    set_aside_reasons={
        "question": "a question",
        "opinion": "an opinion",
        "wish": "a wish",
        "command": "a request",
        "no statement": "no statement",
    },
    no_claim="There is no claim to check in this. Write a statement of fact: who did what, when, how much.",
    overall="The message as a whole",
    review="Reviewed on {date}: {verdict}",
    review_verdicts={
        "supported": "supported",
        "partly supported": "partly supported",
        "contradicted": "contradicted",
        "disputed": "disputed",
        "misleading": "misleading",
        "outdated": "outdated",
        "no evidence": "no evidence published",
    },
    review_evidence="It rests on",
    would_change="What would change it",
    own_verdict="What my sources say",
    nearest="Nearest, though it decides nothing",
    notes={
        "number agrees": "number agrees: claim {claim}, source {source}",
        "number differs": "number differs: claim {claim}, source {source}",
        "date agrees": "date agrees: claim {claim}, source {source}",
        "date differs": "date differs: claim {claim}, source {source}",
        "order agrees": "same order of events",
        "order differs": "order of events differs: claim “{claim}”, source “{source}”",
        "name differs": "name differs: claim {claim}, source {source}",
        "roles agree": "who did it agrees: “{source}”",
        "roles differ": "who did what differs: claim “{claim}”, source “{source}”",
        "negation agrees": "both deny it: claim “{claim}”, source “{source}”",
        "negation differs": "one denies what the other says: claim “{claim}”, source “{source}”",
        "opposite differs": "opposite words: claim “{claim}”, source “{source}”",
        "scope differs": "scope differs: claim “{claim}”, source “{source}”",
        "scope open": "scope: the claim says “{claim}”, the source does not",
        "told as untrue": "the source tells of it as untrue (“{source}”)",
        "review differs": "left open, as the review found otherwise",
        "not asserted": "the source tells of it without asserting it (“{source}”)",
        "quotation agrees": "quotation is verbatim: “{claim}” ({source})",
        "quotation differs": "quotation differs: claim “{claim}”, source “{source}”",
        "rule turned": "a rule turned the reading from “{claim}” to “{source}”",
        "part": "part of a longer quotation: “{source}”",
        "reported": "reported speech of {source}, in the writer's words",
        "unnamed": "the source does not name the speaker",
        "own words": "these are the source's own words ({source}), not somebody's it quotes",
        "our translation": "these are the words of a translation by {source}, not of the original",
        "ellipsis": "the ellipsis joins what does not belong together or leaves out a word that turns it",
        "edge": "words at the edge are missing",
        "several speakers": "“{claim}” can be several people: {source}",
        "unknown speaker": "nobody called “{claim}” is quoted in my sources",
        "stated": "the source says so in these words: “{claim}”",
        "nothing to check": "no claim to check: {claim}",
        "short": "so few words may be anybody's",
    },
    results={
        QuoteResultKind.VERBATIM: "Verbatim",
        QuoteResultKind.ALTERED: "Altered",
        QuoteResultKind.PARAPHRASE: "Paraphrase",
        QuoteResultKind.OTHER_SPEAKER: "Other speaker",
        QuoteResultKind.NOT_FOUND: "Not found",
    },
    result_reasons={
        QuoteResultKind.VERBATIM: "These words stand in the source as they are.",
        QuoteResultKind.ALTERED: "The source has nearly these words, with the differences shown.",
        QuoteResultKind.PARAPHRASE: "The source says the same in other words.",
        QuoteResultKind.OTHER_SPEAKER: "These words are in my sources, but not as this speaker's.",
        QuoteResultKind.NOT_FOUND: "Nothing in my sources has these words or says the same.",
    },
    differences="Asked about, and in the source",
    asked_words="asked about",
    similarity="similarity {percent}%",
    replayed="The same, to the byte: index and models are those of the record.",
    changed="Not the same as the record:",
    outcome_same="The outcome is the same: {outcome}",
    outcome_changed="The outcome has changed from “{before}” to “{now}”",
)

SPANISH = VerdictTexts(
    verdicts={
        VerdictKind.SUPPORTED: "Respaldada",
        VerdictKind.CONTRADICTED: "Desmentida",
        VerdictKind.CONFLICTING: "Fuentes enfrentadas",
        VerdictKind.NOT_ENOUGH_EVIDENCE: "Sin pruebas suficientes",
    },
    reasons={
        VerdictKind.SUPPORTED: "Las fuentes siguientes la respaldan.",
        VerdictKind.CONTRADICTED: "Las fuentes siguientes dicen otra cosa.",
        VerdictKind.CONFLICTING: "Hay fuentes independientes a favor y en contra.",
        VerdictKind.NOT_ENOUGH_EVIDENCE: "Mis fuentes ni la respaldan ni la desmienten.",
    },
    according_to="según {speaker}",
    stances={"supports": "respalda", "contradicts": "desmiente", "neutral": "ni lo uno ni lo otro"},
    attributed="atribuido a {speaker}",
    set_aside="Apartado",
    set_aside_reasons={
        "question": "una pregunta",
        "opinion": "una opinión",
        "wish": "un deseo",
        "command": "una petición",
        "no statement": "no afirma nada",
    },
    no_claim="Aquí no hay nada que comprobar. Escribe una afirmación: quién hizo qué, cuándo, cuánto.",
    overall="El mensaje en conjunto",
    review="Revisada el {date}: {verdict}",
    review_verdicts={
        "supported": "respaldada",
        "partly supported": "respaldada en parte",
        "contradicted": "desmentida",
        "disputed": "en disputa",
        "misleading": "engañosa",
        "outdated": "anticuada",
        "no evidence": "sin pruebas publicadas",
    },
    review_evidence="Se apoya en",
    would_change="Qué la cambiaría",
    own_verdict="Lo que dicen mis fuentes",
    nearest="Lo más cercano, aunque no decide nada",
    notes={
        "number agrees": "el número coincide: afirmación {claim}, fuente {source}",
        "number differs": "el número difiere: afirmación {claim}, fuente {source}",
        "date agrees": "la fecha coincide: afirmación {claim}, fuente {source}",
        "date differs": "la fecha difiere: afirmación {claim}, fuente {source}",
        "order agrees": "mismo orden de los hechos",
        "order differs": "el orden de los hechos difiere: afirmación «{claim}», fuente «{source}»",
        "name differs": "el nombre difiere: afirmación {claim}, fuente {source}",
        "roles agree": "coincide quién lo hizo: «{source}»",
        "roles differ": "difiere quién hizo qué: afirmación «{claim}», fuente «{source}»",
        "negation agrees": "ambas lo niegan: afirmación «{claim}», fuente «{source}»",
        "negation differs": "una niega lo que dice la otra: afirmación «{claim}», fuente «{source}»",
        "opposite differs": "palabras opuestas: afirmación «{claim}», fuente «{source}»",
        "scope differs": "el alcance difiere: afirmación «{claim}», fuente «{source}»",
        "scope open": "alcance: la afirmación dice «{claim}», la fuente no",
        "told as untrue": "la fuente lo cuenta como falso («{source}»)",
        "review differs": "queda abierto, pues la revisión llegó a otra conclusión",
        "not asserted": "la fuente lo cuenta sin afirmarlo («{source}»)",
        "quotation agrees": "la cita es literal: «{claim}» ({source})",
        "quotation differs": "la cita difiere: afirmación «{claim}», fuente «{source}»",
        "rule turned": "una regla cambió la lectura de «{claim}» a «{source}»",
        "part": "parte de una cita más larga: «{source}»",
        "reported": "estilo indirecto de {source}, en palabras de quien escribe",
        "unnamed": "la fuente no nombra a quien habla",
        "own words": "son palabras de la propia fuente ({source}), no de alguien a quien cite",
        "our translation": "son palabras de una traducción de {source}, no del original",
        "ellipsis": "los puntos suspensivos unen lo que no va junto o se saltan una palabra que lo cambia",
        "edge": "faltan palabras en un extremo",
        "several speakers": "«{claim}» puede ser varias personas: {source}",
        "unknown speaker": "mis fuentes no citan a nadie llamado «{claim}»",
        "stated": "la fuente lo dice con estas palabras: «{claim}»",
        "nothing to check": "nada que comprobar: {claim}",
        "short": "tan pocas palabras pueden ser de cualquiera",
    },
    results={
        QuoteResultKind.VERBATIM: "Literal",
        QuoteResultKind.ALTERED: "Alterada",
        QuoteResultKind.PARAPHRASE: "Paráfrasis",
        QuoteResultKind.OTHER_SPEAKER: "De otra persona",
        QuoteResultKind.NOT_FOUND: "No encontrada",
    },
    result_reasons={
        QuoteResultKind.VERBATIM: "Estas palabras están así en la fuente.",
        QuoteResultKind.ALTERED: "La fuente tiene casi estas palabras, con las diferencias que se muestran.",
        QuoteResultKind.PARAPHRASE: "La fuente dice lo mismo con otras palabras.",
        QuoteResultKind.OTHER_SPEAKER: "Estas palabras están en mis fuentes, pero no son de esa persona.",
        QuoteResultKind.NOT_FOUND: "Nada en mis fuentes tiene estas palabras ni dice lo mismo.",
    },
    differences="Lo preguntado y lo que dice la fuente",
    asked_words="preguntado",
    similarity="semejanza {percent} %",
    replayed="Idéntico, byte a byte: el índice y los modelos son los del registro.",
    changed="No es igual que el registro:",
    outcome_same="El resultado es el mismo: {outcome}",
    outcome_changed="El resultado ha cambiado de «{before}» a «{now}»",
)


def verdict_texts(language: Language) -> VerdictTexts:
    """The words for somebody who reads this language; English where it is undetermined."""
    return SPANISH if language == "es" else ENGLISH


def note_text(note: Note, language: Language) -> str:
    """A note as one line. What was compared on one side only stands as a dash on the other."""
    words = verdict_texts(language)
    claim, source = note.claim or "—", note.source or "—"
    if note.kind == "rule turned":
        stances: Mapping[str, str] = {str(name): text for name, text in words.stances.items()}
        claim, source = stances.get(claim, claim), stances.get(source, source)
    return words.notes[note.kind].format(claim=claim, source=source)
