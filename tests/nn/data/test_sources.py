import csv
import gzip
import io
import math
import re
import zipfile
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nn import Data, load_csv
from nn.data.sources import read_data
from nn.rows.cells import MISSING, Format, are_dates, is_meant_as_number

TEXT = "length,width,species\n5.1,3.5,setosa\n7.0,3.2,versicolor\n"


@pytest.fixture
def file(tmp_path):
    def written(text, encoding="utf-8"):
        path = tmp_path / "data.csv"
        path.write_text(text, encoding=encoding)
        return path

    return written


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (TEXT, "utf-8"),
        (TEXT, "utf-8-sig"),  # as spreadsheets write it
        (TEXT.replace(",", ";"), "utf-8"),
        ("\n \n" + TEXT.replace(",", ";"), "utf-8"),
        (TEXT.replace(",", "\t"), "utf-8"),
        (TEXT.replace("\n", "\r\n"), "utf-8"),
        (TEXT.replace("\n", "\n\n") + " \n,,\n", "utf-8"),
        (TEXT.replace(",", " , "), "utf-8"),
        (TEXT.replace("setosa", '"setosa"'), "utf-8"),
        ("species,length,width\nsetosa,5.1,3.5\nversicolor,7,3.2\n", "utf-8"),
    ],
)
def test_a_table_with_a_column_of_classes(file, text, encoding):
    data = load_csv(file(text, encoding), target="species")
    assert data.feature_names == ("length", "width")
    assert data.rows == [[5.1, 3.5], [7.0, 3.2]]
    assert data.class_names == ("setosa", "versicolor")
    assert data.labels == [0, 1]


@pytest.mark.parametrize(
    ("cells", "labels", "class_names"),
    [
        (["0", "2", "+1"], [0, 2, 1], ()),
        (["0.5", "2", "1e3"], [0.5, 2.0, 1000.0], ()),
        (["0" * 5000 + "7", "10"], [0, 1], ("7", "10")),
        (["TRUE", "false", "True"], [1, 0, 1], ("False", "True")),
        (["+1", "2.", ".5e-1"], [1.0, 2.0, 0.05], ()),
        (["none", "b", "é"], [1, 0, 2], ("b", "none", "é")),
        (["1b", "<=2", "20-30"], [0, 2, 1], ("1b", "20-30", "<=2")),
    ],
)
def test_labels(file, cells, labels, class_names):
    data = load_csv(file("x,y\n" + "".join([f"1.0,{cell}\n" for cell in cells])), target="y")
    assert data.labels == labels
    assert [type(label) for label in data.labels] == [type(label) for label in labels]
    assert data.class_names == class_names


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "",
            "data.csv, line 1: expected a line of names and at least one row below it, got 0 and 0",
        ),
        (
            "length,species\n",
            "line 1: expected a line of names and at least one row below it, got 1 and 0",
        ),
        ("\nlength,width\n1,2\n", "line 2: no column 'species'; accepted: length, width"),
        ("length,specis\n1,2\n", "no column 'specis'|'species'; did you mean 'specis'"),
        ("length,,species\n1,2,a\n", "column 2 is ''"),
        (",width,species\n0,1,a\n", r"column 1 is ''; pandas leaves out .* index=False\)"),
        ("length,length,species\n1,2,a\n", "all different; column 2 is 'length'"),
        ("µ,μ,species\n1,2,a\n", "all different; column 2 is 'μ'"),
        (TEXT + "\n1.0,2.0\n", r"line 5: expected 3 cells \(length, width, species\), got 2"),
        (TEXT + "1.0,2.0,a,b\n", "line 4: expected 3 cells .* got 4"),
        (TEXT + "1.0,wide,a\n", "line 4, width: expected a number, as in other lines, got 'wide'"),
        (
            TEXT + "1.0,,a\n",
            "line 4, width: expected a number, got an empty cell; missing='drop' drops",
        ),
        (TEXT + "inf,1.0,a\n", "line 4, length: expected a finite number, got 'inf'"),
        (TEXT + "1.0,2.0,\n", "line 4, species: expected a label, got an empty cell"),
        (
            "x,species\n1,0.5\n2,l.5\n",
            "line 3, species: expected a number as label, as in other lines, got 'l.5'",
        ),
        ("species\na\n", "line 1: expected at least one column beside 'species'"),
        (TEXT + '1.0,2.0,"a"b\n', "data.csv, line 4: no CSV file: "),
    ],
)
def test_what_is_wrong_is_named_by_line_and_column(file, text, message):
    with pytest.raises(ValueError, match=message):
        load_csv(file(text), target="species")


def test_files_that_cannot_be_read(file, tmp_path):
    with pytest.raises(ValueError, match=r"data\.csv, line 1: expected a text in UTF-8"):
        load_csv(file("länge,species\n1,a\n", "latin-1"), target="species")
    with pytest.raises(FileNotFoundError):
        load_csv(tmp_path / "none.csv", target="species")


NAMED = re.compile(
    r"data\.csv, line \d+(, .+)?: "
    r"(expected|no column|no CSV file|column '.+': (all values of|\d+))"
)
CELLS = st.sampled_from(
    [
        "x",
        "y",
        "1",
        "-2.5",
        "1e3",
        "1e999",
        "1_0",
        "0,5",
        "nan",
        "-inf",
        "１０",
        "",
        "a",
        '"',
        "\x00",
    ]
)
LINES = st.lists(st.lists(CELLS, max_size=3).map(",".join), max_size=4).map("\n".join)
TEXT_OF_FILES = st.text(st.characters(codec="utf-8"), max_size=40).map(str.encode)


OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "missing": st.sampled_from(["drop", "mean"]),
        "decimal": st.just(","),
        "delimiter": st.sampled_from(";|\t "),
        "drop": st.just(["x"]),
        "regression": st.booleans(),
        "encoding": st.sampled_from(["utf-16", "cp1252", "ascii"]),
    },
)


def found_in(content, target="y", **options):
    """What a file of these bytes holds, or what the error says."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "data.csv")
        path.write_bytes(content)
        try:
            return load_csv(path, target, **options)
        except ValueError as error:
            return str(error)


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(LINES.map(str.encode), LINES.map(lambda t: f"x,y\n{t}".encode()), TEXT_OF_FILES),
    OPTIONS,
)
def test_any_file_is_data_or_an_error_that_names_its_place(content, options):
    found = found_in(content, **options)
    assert isinstance(found, Data) or NAMED.search(found), found


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=20), OPTIONS)
def test_any_bytes_are_data_or_an_error_that_names_its_place(content, options):
    found = found_in(b"x,y\n1,a\n" + content, **options)
    assert isinstance(found, Data) or NAMED.search(found), found


def is_plain(cell):
    """Whether a text is a decimal number, as Python's decimal module has it, in plain ASCII."""
    try:
        return set(cell) <= set("0123456789+-.eE") and math.isfinite(float(Decimal(cell)))
    except InvalidOperation:
        return False


LIKE_NUMBERS = st.text("0123456789+-.eE_,' １٣nainf%", min_size=1, max_size=6).map(str.strip)
PLAIN = st.one_of(
    st.integers(-999, 999).map(str), st.floats(-1e300, 1e300, allow_subnormal=False).map(repr)
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.lists(PLAIN, min_size=3, max_size=3), min_size=1, max_size=4),
    st.sampled_from(",;\t"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.data(),
)
def test_numbers_are_what_is_written_and_others_are_named(rows, delimiter, quoting, data):
    """One cell is any text of what numbers are made of; the rest is in order."""
    i = data.draw(st.integers(0, len(rows) - 1))
    k = data.draw(st.integers(0, 2))
    rows[i][k] = data.draw(LIKE_NUMBERS)
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=quoting).writerows([["x", "y", "z"], *rows])
    found = found_in(text.getvalue().encode(), "z")
    if is_plain(rows[i][k]):
        assert found.rows == [[float(Decimal(cell)) for cell in row[:2]] for row in rows]
        assert list(map(float, found.by_number().labels)) == [
            float(Decimal(row[2])) for row in rows
        ]
    elif len(rows) == 1 and isinstance(found, Data):  # a single word is a class, or a category
        word = rows[i][k]
        assert f"{'xyz'[k]}={word}" in found.feature_names or found.class_names == (word,)
    else:
        # Of two cells, one of them a word, the second is the odd one.
        lines = {i + 2, 3} if len(rows) == 2 else {i + 2}
        assert any(f"data.csv, line {line}, {'xyz'[k]}: expected" in found for line in lines), found


@pytest.mark.parametrize(
    ("labels", "line", "expected"),
    [
        (["a", "b", "3", "a"], 4, "a word"),
        (["a", "2", "3", "4"], 2, "a number"),
        (["a", "2"], 3, "a word"),
        (["1.5", "b"], 3, "a number"),
        (["1", "2", "none", "3"], 4, "a number"),
    ],
)
def test_a_number_among_words_or_a_word_among_numbers_is_named(file, labels, line, expected):
    text = "x,y\n" + "".join([f"1.0,{label}\n" for label in labels])
    given = re.escape(repr(labels[line - 2]))
    with pytest.raises(ValueError, match=rf"line {line}, y: expected {expected} as label.*{given}"):
        load_csv(file(text), target="y")


@pytest.mark.parametrize(
    "label",
    ["-Infinity", "0,5", "1.000,5", "1_0", "1'000", "1 000", "１０", "−5", "5 %", ",5"],
)
def test_what_was_meant_as_a_number_is_no_class(file, label):
    text = f'x;y\n1;"a"\n2;{label}\n3;"b"\n'
    with pytest.raises(ValueError, match="line 3, y: expected a number or a word as label, got"):
        load_csv(file(text), target="y")
    with pytest.raises(ValueError, match="line 2, x: expected a number or a word, got"):
        load_csv(file(f"x;y\n{label};a\n"), target="y")


def test_lines_are_those_where_rows_begin(file):
    text = 'x,y\n1,"a\nb"\n\n2,"c\nd"\nwide,"e\nf"\n'
    with pytest.raises(
        ValueError, match="line 7, x: expected a number, as in other lines, got 'wide'"
    ):
        load_csv(file(text), target="y")


def test_cells_that_are_missing_or_too_many_are_named(file):
    with pytest.raises(ValueError, match="got 2; there is none for species"):
        load_csv(file(TEXT + "1.0,2.0\n"), target="species")
    with pytest.raises(ValueError, match="got 4; column 4 has no name, and numbers have no commas"):
        load_csv(file(TEXT + "1,5,2.0,a\n"), target="species")


def test_a_long_cell_of_spaces_is_a_word(file):
    """No expression tries such a cell again from each of its places, which would take hours."""
    word = "1" + " " * 100_000 + "b"
    assert load_csv(file(f"x,y\n1,a\n2,{word}\n"), target="y").class_names == (word, "a")


def test_names_in_other_spellings_of_their_letters(file):
    assert load_csv(file("x,μ\n1,a\n2,b\n"), target="µ").class_names == ("a", "b")
    with pytest.raises(ValueError, match="line 3, y: expected one spelling of each label, got 'μ'"):
        load_csv(file("x,y\n1,µ\n2,μ\n"), target="y")


COLUMNS = st.lists(
    st.sampled_from(
        [
            st.one_of(st.none(), st.integers(-999, 999), st.floats(-1e6, 1e6)),
            st.one_of(st.none(), st.sampled_from(["red", "dark; red", 'a "b"', "ü, x"])),
        ]
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(
    COLUMNS.flatmap(lambda kinds: st.lists(st.tuples(*kinds), min_size=1, max_size=6)),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from([".", ","]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.sampled_from(sorted(MISSING - {"?"})),
    st.sampled_from(["", "one", "all"]),
)
def test_a_table_is_what_pandas_reads(rows, delimiter, decimal, encoding, hole, ends):
    """Columns of numbers and of words with holes, however they are written.

    ends: which lines have a delimiter at their end: none, that of the names and all.
    """
    pandas = pytest.importorskip("pandas", exc_type=ImportError)
    names = [f"c{j}" for j in range(len(rows[0]))]
    for j in range(len(names)):
        assume(any(row[j] is not None for row in rows))
    frame = pandas.DataFrame(rows, columns=names).assign(y=[0.5 + i for i in range(len(rows))])
    with TemporaryDirectory() as folder:
        path = Path(folder, "data.csv")
        written = {"sep": delimiter, "decimal": decimal, "encoding": encoding}
        frame.to_csv(path, index=False, na_rep=hole, quoting=csv.QUOTE_MINIMAL, **written)
        expected = Data(pandas.read_csv(path, **written), "y", missing="mean")
        if ends:
            lines = path.read_text(encoding).split("\n")
            count = 1 if ends == "one" else len(lines) - 1
            lines[:count] = [line + 2 * delimiter for line in lines[:count]]
            path.write_text("\n".join(lines), encoding)
        found = load_csv(
            path, "y", missing="mean", delimiter=delimiter, decimal=decimal, encoding=encoding
        )
    assert found.feature_names == expected.feature_names
    assert found.missing == expected.missing
    for row, other in zip(found.rows, expected.rows, strict=True):
        assert row == pytest.approx(other, rel=1e-12, abs=1e-300)
    for one, other in zip(found.schema.columns, expected.schema.columns, strict=True):
        assert (one.name, one.categories) == (other.name, other.categories)
        assert one.fill == pytest.approx(other.fill, rel=1e-12, abs=1e-300)


def test_missing_values_are_what_pandas_takes_for_such():
    parsers = pytest.importorskip("pandas._libs.parsers", exc_type=ImportError)
    assert {"None"} == parsers.STR_NA_VALUES - MISSING  # which is a word of many tables


@pytest.mark.parametrize("mark", ["None", "-", ".", "unknown", "n.d."])
def test_a_word_among_numbers_may_be_meant_as_missing(file, mark):
    with pytest.raises(ValueError, match=f"line 4, length: .*, got '{re.escape(mark)}'; missing"):
        load_csv(file(f"{TEXT}{mark},2.0,a\n"), "species", missing="mean")


DATES = ["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%y", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S.%f"]
DATES += [
    "%d %B %Y",
    "%B %d, %Y",
    "%b %d %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%b %Y",
    "%B-%y",
    "%dth %b %Y",
]
DATES += [
    "%a, %d %b %Y %H:%M:%S +0000",
    "%A %d %B %Y",
    "%Y년 %m월 %d일",
    "%Y년 %m월",
    "%Y. %m. %d.",
]


@given(
    st.lists(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), min_size=1, max_size=5),
    st.sampled_from(DATES),
)
def test_dates_are_no_words(days, form):
    assert are_dates([day.strftime(form) for day in days])


def test_words_are_no_dates():
    words = "red may mayor 5 march-hare 3/4 1-2 A4 2024-A jan-willem may-2x 12th 10-20 sun Mars 7"
    assert not [word for word in words.split() if are_dates([word])]


@given(
    st.decimals(-9999, 9999, places=2),
    st.sampled_from(["${}", "{} €", "£ {}", "{:,}", "{}%", "{}₩", "€{:,}"]),
)
def test_money_and_shares_are_meant_as_numbers(amount, form):
    assert is_meant_as_number(form.format(amount))


TEXTS = {
    "cp949": ["번호,값", "사과,배", "빨강 (cm),무게"],
    "cp1252": ["größe,ÄÖÜ", "ça,œuvre", "ÀÉÎ °C,½"],
    "utf-16": ["größe,b", "번호,값"],
    "utf-8": ["größe,b", "번호,값"],
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_the_encoding_that_is_likely_is_named(file, tmp_path, encoding):
    for text in TEXTS[encoding]:
        path = file(f"{text}\n1,2\n", encoding)
        given = "ascii" if encoding == "utf-8" else "utf-8"
        with pytest.raises(ValueError, match=f"; encoding='{encoding}' reads the text of"):
            load_csv(path, "b", encoding=given)
        assert load_csv(path, text.split(",")[1], encoding=encoding).feature_names
    with pytest.raises(ValueError, match="0: ordinal not in range") as raised:
        load_csv(file("번호,값\n1,2", "cp949"), "값", encoding="ascii")
    assert str(raised.value).endswith("; encoding='cp949' reads the text of older programs of "
                                      "Windows in Korean")  # fmt: skip
    broken = tmp_path / "broken.csv"
    broken.write_bytes("번호,값".encode("cp949") + b"\xff")
    with pytest.raises(ValueError, match=r"multibyte sequence$"):  # no other is likely
        load_csv(broken, "값", encoding="cp949")


BINARY = [gzip.compress(b"a,b\n1,2\n", mtime=0), b"PAR1", b"%PDF-1.7", b"SQLite format 3\0"]


@pytest.mark.parametrize("content", BINARY)
def test_what_is_no_text_is_named(file, tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"a\.csv, line 1: expected a text, got a .*: write it as"):
        load_csv(path, "b")


def test_a_workbook_is_no_text(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.csv", "w") as file:
        file.writestr("xl/workbook.xml", "")
    with pytest.raises(ValueError, match=r"line 1: expected a text, got a ZIP file, as workbooks"):
        load_csv(tmp_path / "a.csv", "b")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_zero_characters_are_no_text(file, encoding):
    with pytest.raises(ValueError, match=r"line 1: .* zero character; encoding='utf-16-le' reads"):
        load_csv(file(TEXT, encoding), "species")
    with pytest.raises(ValueError, match=r"line 4: expected a text, got a zero character$"):
        load_csv(file(TEXT + "\0\0\0"), "species")


def test_a_first_line_of_excel_names_the_delimiter(file):
    plain = load_csv(file(TEXT), "species")
    for mark in ("sep=|", '"sep=|"'):
        found = load_csv(file(f"{mark}\n{TEXT.replace(',', '|')}"), "species")
        assert (found.rows, found.class_names) == (plain.rows, plain.class_names)
    with pytest.raises(ValueError, match="line 5, width: expected a number"):
        load_csv(file(f"sep=|\n{TEXT}1.0,wide,a\n".replace(",", "|")), "species")


def test_columns_without_any_value_are_named(file):
    with pytest.raises(ValueError, match=r"none of 2; there are some in width$"):
        load_csv(file("length,width,species\n1,,a\n2,,b\n"), "species", missing="drop")


def test_settings_that_no_file_can_have(file):
    path = file(TEXT)
    for options, error, message in [
        ({"delimiter": ";;"}, ValueError, "delimiter: expected one sign between cells, got ';;'"),
        ({"delimiter": 3}, TypeError, "expected a text as delimiter, got int 3"),
        ({"decimal": "x"}, ValueError, "decimal: no 'x'; accepted: ., ,"),
        ({"encoding": "utf-9"}, ValueError, "encoding: expected the name of one for texts"),
        ({"encoding": "zip"}, ValueError, "encoding: expected the name of one for texts"),
        ({"missing": "median"}, ValueError, "missing: no 'median'; "),
        ({"drop": "length"}, TypeError, "expected a sequence of names of columns as drop, got str"),
        ({"drop": [3]}, TypeError, "expected names of columns as drop, got int 3"),
        ({"regression": 1}, TypeError, "True for numbers, False for classes, or None"),
    ]:
        with pytest.raises(error, match=f"^load_csv: .*{re.escape(message)}|{re.escape(message)}"):
            load_csv(path, "species", **options)
    with pytest.raises(ValueError, match=r"data\.csv, line 1: no column 'lenght'; did you mean"):
        load_csv(path, "species", drop=["lenght"])


def test_errors_name_options_as_python_writes_them(file):
    """Errors of load_csv name its arguments, as those of the command its options."""
    for text, message in [
        ("x,y\n1,a\n,b\n", "missing='drop' drops rows with missing values, missing='mean' repl"),
        ('x;y\n"1,5";a\n', "decimal=',' reads such numbers"),
        (
            'x,y\n"1,000",a\n',
            "1,000 may be 1000 with separators of thousands, to be written without",
        ),
        ("x|y\n1|a\n", r"delimiter='|' splits the line at each '|'"),
        (
            "n,y\n" + "".join([f"no. {i},a\n" for i in range(12)]),
            "drop=['n'] leaves the column out",
        ),
    ]:
        with pytest.raises(ValueError, match=re.escape(message)):
            load_csv(file(text), target="y")


def test_what_labels_are_is_decided_by_the_rows_that_are_kept(file):
    """The one odd label is in a row that is dropped: as if that row had not been in the file."""
    for odd in ("-2", "2.5", "7"):
        text = "a,y\n" + "".join([f"{i},{i % 2}\n" for i in range(6)])
        raw = f"{text},{odd}\n".encode()
        form = Format(missing="drop")
        for named in (True, False):
            found = read_data(raw, "a.csv", form, ["y"], [], None, named)
            expected = read_data(text.encode(), "a.csv", form, ["y"], [], None, named)
            assert list(found) == list(expected)
            assert found.schema == expected.schema
            assert found.class_names == (("0", "1") if named else ())
            assert found.missing.rows == 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_wide_encodings_of_a_file_that_has_another(file, encoding):
    for text in (TEXT, TEXT + "1,2,a\n"):
        with pytest.raises(ValueError, match=rf"text in {encoding}, got one of .*encoding='utf-8'"):
            load_csv(file(text), "species", encoding=encoding)
        assert len(load_csv(file(text, encoding), "species", encoding=encoding)) >= 2
