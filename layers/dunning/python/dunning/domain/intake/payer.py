"""Whom a bank payment is from, by its own words: numbers in its text that may be invoices'.
Which of them are is for the ledger to say; a bank's payer is no customer, and a name proves little.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from dunning.domain.fields import ReadingError, names
from dunning.domain.identity import LONGEST_ID
from dunning.domain.intake.document import Document
from dunning.domain.money import MoneyError, format_amount, parse_amount

MOST = 16
"""Candidates of one payment: each is a question to the ledger."""
SHORTEST = 4
"""Digits of a bare number that is taken for an invoice's without a word for that before it."""
LONGEST_PREFIX, LONGEST_SUFFIX = 4, 2
"""Letters of a word that may be the beginning, or the end, of a number beside it."""
LONGEST_RF: Final = 25
"""Characters of a creditor reference (ISO 11649): RF, two check digits, up to 21."""

INVOICE_WORDS: Final = names(
    "invoice invoices inv bill bills"
    " rechnung rechnungen rechnungs rechn rech rg rng re beleg belege"
    " facture factures fact fac fra factura facturas"
    " fattura fatture fatt ft factuur facturen"
)
"""An invoice in six languages, in lower case and without accents, points or hyphens."""
NUMBER_WORDS: Final = names("nr no num number numbers nummer nummern numero numeros n nro nrs nos")
JOINING_WORDS: Final = names("und and et y e en u")
"""Words within a list of numbers."""
OTHER_WORDS: Final = names(
    "customer customers cust client clients account acct member membership contract"
    " kunde kunden kd kdn debitor debitoren mitglied mitglieds vertrag vertrags mandat mandats"
    " compte contrat abonne adherent membre cliente clientes cuenta contrato socio"
    " clienti conto contratto klant klanten debiteur relatie lid"
    " iban bic swift eref mref cred kref tel telefon phone"
)
"""What a number that follows is then: a customer's, a contract's, a bank's."""
_WORD_ENDINGS = ("nummern", "nummer", "number", "nrs", "nr", "no")

_SPLIT = re.compile(r"[^\s,;:()\[\]{}<>|\"'=*+?!&\u20ac$\u00a3]+")
_AMOUNT = re.compile(r"(?<![\w.,/-])\d{1,3}(?:(?:[.' \u00a0\u202f]?\d{3})*),\d{2}(?![\w,/-])")
_POINTED_AMOUNT = re.compile(r"\d+\.\d{2}\Z")
_GLUED = re.compile(r"([^\W\d_]+(?:[.\-/][^\W\d_]+)*)[.\-/#\u00b0\u00ba]*(\d.*)\Z")
_DATES = (
    re.compile(r"(?P<d>\d{1,2})([./-])(?P<m>\d{1,2})\2(?:\d{4}|\d{2})?\Z"),
    re.compile(r"(?:19|20)\d{2}([./-])(?P<m>\d{1,2})\1(?P<d>\d{1,2})\Z"),
    re.compile(r"(?P<m>\d{1,2})[./-](?:19|20)\d{2}\Z"),
    re.compile(r"(?:19|20)\d{2}\Z"),
)
_SEPARATORS = str.maketrans("", "", "-/.")
_EDGES, _WITHIN = ".-/#_", "-/_"


class Candidate(NamedTuple):
    """A text that may be an invoice's number."""

    number: str
    sure: bool
    """Whether the payer can have meant nothing else, if an invoice has this number: it stands in a
    field for it, behind a word for it, or is letters and digits enough. Of any other, something
    else has to fit too."""


class _Token(NamedTuple):
    raw: str
    said: bool
    """Whether it stands behind a word for an invoice."""
    other: bool
    """Whether it is known to be something else."""
    near: bool = False
    """Whether only a blank, or the end of a line, is between it and the one before."""

    @property
    def has_digit(self) -> bool:
        return any(c.isdigit() for c in self.raw)


class _Found(NamedTuple):
    """A candidate with its place in the text, and how far it is from what was written."""

    away: int
    at: int
    number: str
    sure: bool


def candidates(text: str, stated: Iterable[str] = ()) -> tuple[Candidate, ...]:
    """Numbers that a remittance may name, in its order; at most MOST, those as written first to be
    kept. `stated` are those of fields for the invoice's number.

    Banks break lines within numbers, and payers leave separators out: so pieces also come joined,
    and - / . dropped. A number of fewer than four digits alone counts behind a word for invoices;
    a year, a day, or a customer's number is none. ISO 11649 references give what they are made of.
    """
    found: list[_Found] = []
    for one in stated:
        number = " ".join(unicodedata.normalize("NFC", one).split())
        if number:
            found += _of_stated(number)
    written = _AMOUNT.sub(" ", unicodedata.normalize("NFC", text))
    tokens = _tokens(written)
    for at, token in enumerate(tokens):
        found += _of_token(at, token)
        found += _joined(at, tokens)
    best: dict[str, _Found] = {}
    for way in sorted(found):
        if len(way.number) > LONGEST_ID:
            continue
        known = best.get(way.number)
        if known is not None:
            best[way.number] = known._replace(sure=known.sure or way.sure)
        elif len(best) < MOST:
            best[way.number] = way
    in_order = sorted(best.values(), key=lambda way: (way.at, way.away))
    return tuple(Candidate(way.number, way.sure) for way in in_order)


def creditor_reference(text: str) -> str:
    """What an ISO 11649 reference (RF, check digits) was made of; "" for any other text, or where
    the check digits are wrong (ISO 7064, MOD 97-10)."""
    compact = "".join(text.split()).upper()
    plain = compact.isascii() and compact.isalnum()
    if not (plain and compact.startswith("RF") and 4 < len(compact) <= LONGEST_RF):
        return ""
    return compact[4:] if compact[2:4].isdigit() and _checks(compact) else ""


def unknown_payer(document: Document, why: str = "") -> ReadingError:
    """Nobody's payment: whose it is has to be said by a person."""
    return ReadingError(
        "unknown_payer",
        "customer",
        f"{told(document)}: {why or 'its text names no invoice that is known here'}, so nobody's"
        f" account can take it; {MEND}",
    )


MEND = (
    "write the customer's or the invoice's number into its row of errors.csv and upload that, or"
    " upload the statement again once its invoice is here"
)


def told(document: Document) -> str:
    """A payment as a sentence begins with it: amount, day and who paid, which is never written out:
    initials, and the end of the account's number."""
    amount = document.total
    shown = "no amount" if amount is None else format(amount, "f")
    try:
        if amount is not None:
            minor = parse_amount(shown, document.currency, signed=True)
            shown = format_amount(minor, document.currency)
    except MoneyError:
        pass
    day = document.settled_on or document.issued
    who = " ".join(f"{word[0]}…" for word in document.name.split()[:3])
    account = "".join(document.account.split())
    of_account = f"account …{account[-4:]}" if len(account) > 8 else ""
    payer = ", ".join(filter(None, (who, of_account))) or "a payer without a name"
    return " ".join(filter(None, (shown, document.currency, f"of {day}" if day else ""))) + (
        f" from {payer}"
    )


def _of_stated(number: str) -> Iterator[_Found]:
    yield _Found(0, -1, number, sure=True)
    made_of = creditor_reference(number)
    if made_of:
        yield _Found(0, -1, made_of, sure=True)
        yield _Found(0, -1, made_of.lstrip("0"), sure=True)
    elif " " in number:
        yield _Found(2, -1, number.replace(" ", ""), sure=True)


def _tokens(text: str) -> list[_Token]:
    """Words with what stands before them. Creditor references are put together first, for they are
    printed in groups of four."""
    places = [(found.start(), found.end()) for found in _SPLIT.finditer(text)]
    words = [text[start:end] for start, end in places]
    gaps = [
        text[end:start] for (_, end), (start, _) in zip([(0, 0), *places], places, strict=False)
    ]
    found: list[_Token] = []
    said, other, at = False, False, 0
    while at < len(words):
        word, near = words[at], gaps[at].isspace()
        taken = _reference_at(words, at)
        if taken:
            found.append(_Token("".join(words[at : at + taken]), said=True, other=False))
            at += taken
            continue
        at += 1
        if any(c.isdigit() for c in word):
            found.append(_Token(word, said, other or _is_iban(word), near))
            other = False
            continue
        plain = _plain(word)
        if plain and plain not in NUMBER_WORDS | JOINING_WORDS:
            root = _root(plain)
            said, other = root in INVOICE_WORDS, root in OTHER_WORDS
        found.append(_Token(word, said=False, other=False, near=near))
    return found


def _reference_at(words: list[str], at: int) -> int:
    """How many words from here are one creditor reference; 0: none."""
    if not words[at].upper().startswith("RF"):
        return 0
    fits = (n for n in range(7, 0, -1) if creditor_reference("".join(words[at : at + n])))
    return next(fits, 0)


def _of_token(at: int, token: _Token) -> Iterator[_Found]:
    """One word's own numbers."""
    if not token.has_digit or token.other:
        return
    made_of = creditor_reference(token.raw)
    if made_of:
        yield from (one._replace(at=at) for one in _of_stated(token.raw.upper()))
        return
    whole, said = token.raw.strip(_EDGES), token.said
    glued = _GLUED.match(whole)
    if glued is not None:
        word = _plain(glued.group(1))
        root = _root(word)
        if root in OTHER_WORDS:
            return
        if root in INVOICE_WORDS or word in NUMBER_WORDS:
            said = said or root in INVOICE_WORDS
            yield from _forms(at, 0, glued.group(2), said=said)
    yield from _forms(at, 0, whole, said=said)


def _joined(at: int, tokens: list[_Token]) -> Iterator[_Found]:
    """A number that a blank or the end of a line stands in."""
    two, three = tokens[at : at + 2], tokens[at : at + 3]
    if len(two) < 2 or not _join(*two):
        return
    said = any(one.said for one in two)
    raw = "".join(one.raw for one in two).strip(_EDGES)
    yield from _forms(at, 1, raw, said=said)
    spaced = " ".join(one.raw for one in two).strip(_EDGES)
    yield _Found(6, at, spaced, said or _is_enough(spaced))
    if len(three) == 3 and three[1].has_digit and _join(*three[1:]):
        raw = "".join(one.raw for one in three).strip(_EDGES)
        yield from _forms(at, 4, raw, said=said)


def _join(first: _Token, second: _Token) -> bool:
    """Whether two words may be one number: of letters alone only few are a number's, at its
    beginning or its end, or stand beside a separator."""
    if first.other or second.other or not second.near:
        return False
    if not (first.has_digit or second.has_digit):
        return False
    apart = first.raw[-1] not in _WITHIN and second.raw[0] not in _WITHIN
    if apart and (
        (not first.has_digit and not _is_prefix(first.raw))
        or (not second.has_digit and len(second.raw) > LONGEST_SUFFIX)
    ):
        return False
    return not (apart and _is_day(second.raw) and len(second.raw) > SHORTEST)


def _is_prefix(word: str) -> bool:
    letters = word.strip(_EDGES)
    few = letters.isalpha() and len(letters) <= LONGEST_PREFIX
    return few and _plain(letters) not in NUMBER_WORDS


def _forms(at: int, away: int, number: str, *, said: bool) -> Iterator[_Found]:
    """A number as written, with its separators dropped, and in capitals."""
    if number.isdigit() and len(number) < SHORTEST and not said:
        return
    day = _is_day(number)
    if said or not day:
        yield _Found(away, at, number, said or _is_enough(number))
        if number != number.upper():
            yield _Found(away + 5, at, number.upper(), said or _is_enough(number))
    dropped = number.translate(_SEPARATORS)
    if dropped == number or day or _POINTED_AMOUNT.match(number):
        return
    if said or not (dropped.isdigit() and len(dropped) < SHORTEST):
        yield _Found(away + 2, at, dropped, said or _is_enough(dropped))


def _is_enough(number: str) -> bool:
    """Whether nothing but a number of that very form would be written so: four digits, and letters
    or separators among them."""
    of_digits = number.replace(" ", "").isdigit()
    return not of_digits and sum(c.isdigit() for c in number) >= SHORTEST


def _is_day(text: str) -> bool:
    """Whether it reads as a day, a month or a year."""
    for form in _DATES:
        found = form.match(text)
        if found is not None:
            parts = {name: int(value) for name, value in found.groupdict().items()}
            most = 31 if "d" in parts else 12  # the day or the month comes first
            return parts.get("d", 1) <= 31 and parts.get("m", 1) <= most
    return False


def _plain(word: str) -> str:
    """Letters alone, in lower case, without accents."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in apart if c.isalpha())


def _root(plain: str) -> str:
    """A word without the word for number at its end: `rechnungsnr` is `rechnungs`."""
    ending = next((end for end in _WORD_ENDINGS if plain.endswith(end) and plain != end), "")
    return plain.removesuffix(ending)


def _is_iban(word: str) -> bool:
    compact = word.upper()
    return (
        15 <= len(compact) <= 34
        and compact.isascii()
        and compact.isalnum()
        and compact[:2].isalpha()
        and compact[2:4].isdigit()
        and _checks(compact)
    )


def _checks(text: str) -> bool:
    """MOD 97-10 of ISO 7064, with the first four characters put last and letters as 10 to 35."""
    return int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 == 1
