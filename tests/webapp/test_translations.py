"""Chinese is the first language: every sentence of the product has one, and it fits."""

import re
from collections import Counter

from tests import messages
from webapp import i18n


def test_every_sentence_has_a_chinese_translation() -> None:
    known = {messages.key_of(message) for _, message in messages.entries("zh")}
    missing = {key: place for key, place in messages.sentences().items() if key not in known}
    assert not missing, "run `python -m tests.messages`; missing: " + repr(missing)


def test_no_translation_is_empty_or_fuzzy() -> None:
    for path, message in messages.entries("zh"):
        assert all(messages.strings(message)), f"{path.name}: {message.id!r} is empty"
        assert not message.fuzzy, f"{path.name}: {message.id!r} is fuzzy"


def test_translations_have_the_placeholders_of_their_sentence() -> None:
    for locale in i18n.LOCALES:
        for path, message in messages.entries(locale):
            ids = [message.id] if isinstance(message.id, str) else list(message.id)
            wanted = set().union(*(messages.placeholders(text) for text in ids))
            for text in messages.strings(message):
                assert messages.placeholders(text) == wanted, f"{path.name}: {message.id!r}"


def test_a_sentence_is_translated_in_one_file_only() -> None:
    for locale in i18n.LOCALES:
        counted = Counter(messages.key_of(message) for _, message in messages.entries(locale))
        twice = [key for key, count in counted.items() if count > 1]
        assert not twice, f"{locale}: {twice}"


def test_what_is_said_is_written_where_it_is_said() -> None:
    assert not messages.unread_calls()


def test_chinese_sentences_are_chinese() -> None:
    """Words that stay (a brand, a unit) have at least one Chinese character beside them."""
    for path, message in messages.entries("zh"):
        for text in messages.strings(message):
            assert re.search(r"[\u3000-\u9fff]|^\W*$", text), f"{path.name}: {message.id!r}"


def test_unused_translations_are_listed() -> None:
    """They do no harm, so this only prints them (pytest -rP)."""
    said = {text for _, text in messages.sentences()}
    for path, message in messages.entries("zh"):
        if messages.singular(message) not in said:
            print(f"{path.name}: {message.id!r} is not used")  # noqa: T201  # a list for the reader
