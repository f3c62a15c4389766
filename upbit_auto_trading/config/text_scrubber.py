"""Removes what could be a secret, or a name, from text that others wrote.

The first defence is that foreign text hardly gets into logs at all (see ``log_redaction``). What does (texts of
foreign exceptions, warnings, Qt messages, text arguments) passes through :func:`scrub`, which prefers to remove
too much:

* what follows ``Authorization``, ``Bearer``, ``password=``, ``secret_key:`` and the like,
* query strings of addresses,
* tokens with dots in the manner of JWT,
* long runs of letters and digits that are not made of ordinary words: keys, hashes, base64, identifiers,
* the home folder (shown as ``~``) and the name of the user.
"""

from __future__ import annotations

import getpass
import re
from functools import lru_cache
from pathlib import Path

LEFT_OUT = "[left out]"
LONGEST_TEXT = 2_000
LONGEST_WORD = 40

_LABELLED = re.compile(
    r"""(?ix)
    ( (?:proxy-)? authorization | bearer | basic | (?:access|secret|api|private) [_-]? key
      | (?: pass(?:word|phrase|wd) | secret | token | signature | cookie | nonce | credential s? ) )
    ( ["']? \s* [:=] \s* ["']? (?: bearer \s+ | basic \s+ )? | \s+ (?= \S{12,} ) )
    [^\s"',;&}\])]+
    """
)
_QUERY = re.compile(r"""\?[^\s"'<>()\]}?]*=[^\s"'<>\]})]*""")
_JWT = re.compile(r"\beyJ[\w-]*(?:\.[\w-]*)*")
_DOTTED_TOKEN = re.compile(r"(?<![\w-])[\w-]{16,}\.[\w-]{16,}\.[\w-]{16,}")
_RUN = re.compile(r"[A-Za-z0-9+/_=-]{20,}")
_WORD = re.compile(r"(?:[a-z]{1,24}|[A-Z]{1,24}|(?:[A-Z]?[a-z]{2,16}|[A-Z]{2,8}){1,6})\d{0,4}|\d{1,8}|[A-Za-z0-9]{0,3}")
_GENERIC_USERS = frozenset({"root", "user", "admin", "administrator", "home", "users", "public", "runner", "test"})


def scrub(text: str) -> str:
    """``text`` without what looks like a secret, shortened to a sensible length."""
    cleaned = hide_home(text[: 2 * LONGEST_TEXT])
    cleaned = _QUERY.sub("?" + LEFT_OUT, cleaned)
    cleaned = _LABELLED.sub(lambda match: match.group(1) + match.group(2) + LEFT_OUT, cleaned)
    cleaned = _JWT.sub(LEFT_OUT, cleaned)
    cleaned = _DOTTED_TOKEN.sub(LEFT_OUT, cleaned)
    cleaned = _RUN.sub(lambda match: match.group() if is_ordinary(match.group()) else LEFT_OUT, cleaned)
    return cleaned if len(cleaned) <= LONGEST_TEXT else cleaned[:LONGEST_TEXT] + "…"


def is_ordinary(run: str) -> bool:
    """Whether a long run is made of words and small numbers, as paths and names are and keys are not."""
    return all(len(piece) <= LONGEST_WORD and _WORD.fullmatch(piece) for piece in re.split(r"[/_=-]", run))


def hide_home(text: str) -> str:
    """The home folder becomes ``~`` and the user's name disappears, wherever the data folder lies."""
    home, user = _home_pattern(), _user_pattern()
    shortened = home.sub("~", text) if home else text
    return user.sub("[user]", shortened) if user else shortened


@lru_cache(maxsize=1)
def _home_pattern() -> re.Pattern[str] | None:
    try:
        home = str(Path.home())
    except RuntimeError:  # no home can be found: then none can be shown
        return None
    if len(home) < 3:
        return None
    # Windows writes one folder with either slash, doubled inside a repr, and in any case.
    pieces = [re.escape(piece) for piece in re.split(r"[\\/]+", home)]
    return re.compile(r"[\\/]+".join(pieces) + r"(?![\w.-])", re.IGNORECASE)


@lru_cache(maxsize=1)
def _user_pattern() -> re.Pattern[str] | None:
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):  # Windows without USERNAME, or a user id without an entry
        return None
    if len(user) < 3 or user.lower() in _GENERIC_USERS:
        return None
    return re.compile(rf"(?<!\w){re.escape(user)}(?!\w)", re.IGNORECASE)
