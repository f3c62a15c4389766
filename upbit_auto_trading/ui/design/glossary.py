"""One word per idea, in all windows, help and records: the terms in both languages with a short meaning."""

from __future__ import annotations

from dataclasses import dataclass

from upbit_auto_trading.utils.bilingual_text import Text


@dataclass(frozen=True, slots=True)
class Term:
    id: str
    word: Text
    meaning: Text


def _term(term_id: str, ko: str, en: str, meaning_ko: str, meaning_en: str) -> Term:
    return Term(term_id, Text(ko=ko, en=en), Text(ko=meaning_ko, en=meaning_en))


TERMS: tuple[Term, ...] = (
    _term(
        "practice",
        "연습",
        "practice",
        "프로그램 안의 거래소에서 가상 돈으로 매매해요.",
        "Trading with play money on the built-in exchange.",
    ),
)
_BY_ID = {term.id: term for term in TERMS}


def entry(term_id: str) -> Term:
    return _BY_ID[term_id]


def word(term_id: str) -> Text:
    return _BY_ID[term_id].word
