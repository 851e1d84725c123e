"""One analysis for index, query and matching."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import INVISIBLE, MAX_TOKEN_LENGTH, analyze, is_unspaced, stem, words

_ARABIC = (("المكتبة", "مكتبه"), ("سيارة", "السياره"), ("مستشفى", "المستشفي"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Café ÅNGSTRÖM straße", ("cafe", "angstrom", "strasse")),
        ("RM33.90", ("rm", "33", "90")),
        ("A-1312/B", ("a", "1312", "b")),
        ("IMG_2034.JPG", ("img", "2034", "jpg")),
        ("the dog's dinner", ("the", "dogs", "dinner")),
        ("L'élève d'été, qu\u2019il", ("l", "eleve", "d", "ete", "qu", "il")),
        ("all'arte l'art", ("all", "arte", "l", "art")),
        ("don't O'Brien's rock'n'roll all's", ("dont", "obriens", "rocknroll", "alls")),
        ("١٢٣٤ ۷۸ १२", ("1234", "78", "12")),
        ("東京タワー", ("東京", "京タ", "タワ", "ワー")),
        ("ｶﾞﾗｽ", ("ガラ", "ラス")),
        ("ﬁnal ①", ("final", "1")),
        ("السَّلام", ("السلام",)),
        ("مدرسة إلى أحمد", ("مدرسه", "الي", "احمد")),
        ("\x00 !? 😀", ()),
        ("Foto\u00adgra\u200bfie\u2060n \ufeffdog\ufeff", ("fotografien", "dog")),
        ("Cafe\u200d\u0301s Äp\u200cfel", ("cafes", "apfel")),
        ("\u200b \u00ad \ufeff\u2060", ()),
        ("東\u200b京", ("東京",)),
        ("كتب\u200cشمس", ("كتب", "شمس")),
        ("33\u200b90", ("3390",)),
    ],
)
def test_folds_and_splits(text: str, expected: tuple[str, ...]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("dogs", "dog"),
        ("running", "runs"),
        ("receipts", "receipt"),
        ("собаки", "собака"),
        *((words(one)[0], words(other)[0]) for one, other in _ARABIC),
    ],
)
def test_forms_of_a_word_share_their_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_numbers_and_unspaced_scripts_have_no_stem() -> None:
    assert (stem("2024"), stem("東京")) == ("2024", "東京")
    assert is_unspaced("東京")
    assert not is_unspaced("dog")


def test_tokens_know_their_place_in_the_source() -> None:
    source = "Un café à 33.90€ 東京塔"
    found = [source[token.start : token.end] for token in analyze(source)]
    assert found == ["Un", "café", "à", "33", "90", "東京", "京塔"]


@given(st.text(max_size=60), st.data())
def test_what_is_invisible_changes_no_word(text: str, data: st.DataObject) -> None:
    drawn = data.draw(st.lists(st.sampled_from(["", "", *INVISIBLE]), min_size=60, max_size=60))
    hidden = "".join(a + b for a, b in zip(text, drawn, strict=False))
    assert words(hidden) == words("".join(a for a in text if a not in INVISIBLE))


@given(st.text(max_size=300))
def test_any_text_gives_bounded_tokens_inside_it(text: str) -> None:
    for token in analyze(text, limit=50):
        assert 0 <= token.start < token.end <= len(text)
        assert 0 < len(token.text) <= MAX_TOKEN_LENGTH
        assert not any(character.isspace() for character in token.text)
    assert len(analyze(text, limit=50)) <= 50


@given(st.text(max_size=100))
def test_folding_is_stable(text: str) -> None:
    for word in words(text):
        if len(word) < MAX_TOKEN_LENGTH:
            assert "".join(words(word))[: len(word)] == word or is_unspaced(word)
